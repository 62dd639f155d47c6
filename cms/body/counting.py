"""Words and reading time."""

import re
from math import ceil
from typing import NamedTuple

WORDS_A_MINUTE = 238
CJK_CHARACTERS_A_MINUTE = 500

_CJK = re.compile(
    "[\u3005\u3007\u3040-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]"
)
# Without its signs, a lone sign is nothing; those that may stand between words leave a gap.
_ASCII_SIGNS = str.maketrans(
    {
        sign: " " if sign in "/|" else None
        for sign in map(chr, range(128))
        if not sign.isalnum() and not sign.isspace()
    }
)
_DASHES = re.compile(r"[\u2012-\u2015\u2026/|]+")
# From the first letter or digit of a word to the word's end: signs alone make no match.
_WORD = re.compile(r"[^\W_]\S*")


class Counts(NamedTuple):
    """Words of scripts that put spaces between them, and characters of those that do not (Han, Hiragana, Katakana)."""

    words: int
    cjk_characters: int


def count_words(text: str) -> Counts:
    """Count the words of a text. Korean, which is written with spaces, counts by the word; a lone sign is no word."""
    if text.isascii():
        return Counts(len(text.translate(_ASCII_SIGNS).split()), 0)
    spaced, cjk_characters = _CJK.subn(" ", text)
    return Counts(len(_WORD.findall(_DASHES.sub(" ", spaced))), cjk_characters)


def reading_minutes(words: int, cjk_characters: int) -> int:
    """Minutes that an adult needs to read so much, rounded up, at least 1.

    238 words a minute is the mean of silent reading of English non-fiction over 190 studies (Brysbaert 2019, "How many words do
    we read per minute?", Journal of Memory and Language 109); 500 characters a minute is taken for Chinese and Japanese.
    """
    return max(1, ceil(words / WORDS_A_MINUTE + cjk_characters / CJK_CHARACTERS_A_MINUTE))
