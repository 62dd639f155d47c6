"""Excerpts: the beginning of a text, cut where a reader would."""

import re
import unicodedata

_CJK = re.compile(
    "[\u2e80-\u2fdf\u3000-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]"
)
_WORD_CHARACTERS_MAX = 30
_JOINER = "\u200d"
_LOOSE_ENDS = " ,;:-\u2013\u2014\u3001\uff0c\uff1b\uff1a(\uff08[\u300c\u300e\u201c\u2018\u00ab\u201e\u201a"


def cut_excerpt(text: str, characters: int) -> str:
    """At most so many characters (code points) of the text on one line, with `…` after them if some were cut.

    The cut falls between words; within a long word, or between Chinese or Japanese characters, it falls between two characters as
    a reader sees them, so that no accent, emoji or flag comes apart.
    """
    if characters < 1:
        return ""
    window = characters * 4 + 400
    line = " ".join(text[:window].split())
    if len(line) <= characters and len(text) <= window:
        return line
    return line[: _cut(line, characters)].rstrip(_LOOSE_ENDS) + "…"


def _cut(line: str, limit: int) -> int:
    if limit >= len(line) or line[limit] == " " or _CJK.match(line[limit]) or _CJK.match(line[limit - 1]):
        return _character_boundary(line, limit)
    space = line.rfind(" ", 0, limit)
    return space if space > 0 and limit - space <= _WORD_CHARACTERS_MAX else _character_boundary(line, limit)


def _character_boundary(line: str, limit: int) -> int:
    """The last place at or before the limit that is no inside of a character; the limit itself if there is none."""
    place = min(limit, len(line))
    while 0 < place < len(line) and _joins(line, place):
        place -= 1
    return place or limit


def _joins(line: str, place: int) -> bool:
    """Whether the code points on both sides make one character: a short form of the rules of Unicode Annex 29, section 3.1.1."""
    before, after = line[place - 1], line[place]
    if _JOINER in (before, after) or unicodedata.category(after).startswith("M"):
        return True
    if "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f":
        return True
    if _is_flag_half(after):
        return _flag_halves_before(line, place) % 2 == 1
    return _is_jamo(before) and _is_following_jamo(after)


def _is_flag_half(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _flag_halves_before(line: str, place: int) -> int:
    start = place
    while start > 0 and _is_flag_half(line[start - 1]):
        start -= 1
    return place - start


def _is_jamo(character: str) -> bool:
    return "\u1100" <= character <= "\u11ff" or "\uac00" <= character <= "\ud7a3"


def _is_following_jamo(character: str) -> bool:
    return "\u1160" <= character <= "\u11ff"
