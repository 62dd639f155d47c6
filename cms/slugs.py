"""Slugs: the last part of a thing's address. Lower-case letters and digits of any script, and single hyphens between them."""

import re
import unicodedata
from collections.abc import Iterator

from slugify import slugify

from cms.errors import Invalid
from cms.texts import clean_line

SLUG_CHARACTERS_MAX = 200
# Signs that stand for the same letters in every language that uses them; the others separate words.
_REPLACEMENTS = (("n°", "no "), ("№", "no "), ("’", "-"), ("'", "-"), ("ß", "ss"), ("æ", "ae"), ("œ", "oe"))
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[.,\u00a0\u202f](?=\d{3}\b)")


def make_slug(text: str) -> str:
    """The slug that a title gives, in ASCII. Empty where the title has neither letters nor digits."""
    joined = _BETWEEN_DIGITS.sub("", text.lower())
    return slugify(joined, max_length=SLUG_CHARACTERS_MAX, word_boundary=True, replacements=_REPLACEMENTS)


def check_slug(given: str, *path: str) -> str:
    """The slug as somebody wrote it, trimmed and in Unicode's composed form. Raises Invalid with one that would do."""
    slug = unicodedata.normalize("NFC", clean_line(given, *path, characters_max=10_000))
    if len(slug) > SLUG_CHARACTERS_MAX or not _is_slug(slug):
        suggestion = make_slug(slug) or "a-slug"
        raise Invalid(
            f"“{slug[:80]}” is not a slug: lower-case letters, digits and single hyphens, at most {SLUG_CHARACTERS_MAX}."
            f" “{suggestion}” would do.",
            *path,
        )
    return slug


def numbered_slugs(slug: str) -> Iterator[str]:
    """The slug itself, then with -2, -3 and so on at its end, each short enough."""
    yield slug
    number = 2
    while True:
        ending = f"-{number}"
        yield slug[: SLUG_CHARACTERS_MAX - len(ending)].rstrip("-") + ending
        number += 1


def _is_slug(slug: str) -> bool:
    words = slug.split("-")
    return slug == slug.lower() and all(
        word and all(_may_be_in_word(character) for character in word) for word in words
    )


def _may_be_in_word(character: str) -> bool:
    # Marks are letters' vowels and accents in many scripts; only decimal digits count among the numbers.
    category = unicodedata.category(character)
    return category[0] in "LM" or category == "Nd"
