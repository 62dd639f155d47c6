"""Anchors of headings: readable in any script, each one once in a document."""

import re
import unicodedata
from html import unescape

ANCHOR_CHARACTERS_MAX = 80

# The same for ASCII, several times as fast.
_ASCII_SIGNS = str.maketrans({chr(code): " " for code in range(128) if not chr(code).isalnum()})
_TURKIC_LOCALES = frozenset({"tr", "az", "crh"})
_IDS = re.compile(r"\bid\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)


def anchor_of(title: str, *, locale: str, taken: dict[str, int]) -> str:
    """The anchor of a heading, which is then taken: a title that comes again gets `-2`, `-3` and so on.

    Letters, digits and the signs that combine with them stay in any script (python-slugify would drop the vowel signs of Hindi
    and Thai); all else becomes a hyphen. Never over 80 characters before the number; `section` for a title without a letter.
    `taken` holds, for each anchor, the last number that was given to its title.
    """
    base = slug_of(title, locale=locale) or "section"
    if base not in taken:
        taken[base] = 1
        return base
    number = taken[base] + 1
    while f"{base}-{number}" in taken:
        number += 1
    taken[base] = number
    taken[f"{base}-{number}"] = 1
    return f"{base}-{number}"


def slug_of(title: str, *, locale: str) -> str:
    """The title in small letters with hyphens for blanks and signs, cut between words if it is long."""
    lowered = _lower(unicodedata.normalize("NFKC", title[:400]), locale)
    words = _kept(lowered.replace("'", "").replace("’", "")).split()
    slug = "-".join(words)
    if len(slug) <= ANCHOR_CHARACTERS_MAX:
        return slug
    return (slug[: ANCHOR_CHARACTERS_MAX + 1].rpartition("-")[0] or slug)[:ANCHOR_CHARACTERS_MAX]


def _kept(lowered: str) -> str:
    if lowered.isascii():
        return lowered.translate(_ASCII_SIGNS)
    return "".join(sign if _is_kept(sign) else " " for sign in lowered)


def written_ids(html: str) -> set[str]:
    """Each id that somebody wrote in HTML, and a little more: anchors keep clear of them, so that none can be claimed twice."""
    return {unescape("".join(found)) for found in _IDS.findall(html)}


def _lower(title: str, locale: str) -> str:
    if locale.partition("-")[0].lower() in _TURKIC_LOCALES:
        title = title.replace("I", "ı").replace("İ", "i")
    return title.lower()


def _is_kept(sign: str) -> bool:
    return sign.isalnum() or unicodedata.category(sign).startswith("M")
