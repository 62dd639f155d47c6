"""Locales: language tags of BCP 47, well-formed and in their usual case (RFC 5646, sections 2.1 and 2.1.1)."""

import re

from cms.errors import Invalid
from cms.texts import clean_line

LOCALE_CHARACTERS_MAX = 35
# The production «langtag». Tags that are only for private use or kept for history say nothing that a reader's browser would ask for.
_LANGTAG = re.compile(
    r"(?P<language>[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})"
    r"(?:-(?P<script>[a-z]{4}))?"
    r"(?:-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?P<variants>(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)"
    r"(?P<extensions>(?:-[0-9a-wyz](?:-[a-z0-9]{2,8})+)*)"
    r"(?P<private>-x(?:-[a-z0-9]{1,8})+)?",
    re.ASCII,
)


def clean_locale(value: str, *path: str) -> str:
    """The tag in its usual case: `FR-ca` is `fr-CA`, `zh-hant` is `zh-Hant`. Raises Invalid if it is not well-formed."""
    tag = clean_line(value, *path, characters_max=LOCALE_CHARACTERS_MAX).lower()
    match = _LANGTAG.fullmatch(tag)
    if match is None:
        raise Invalid(f"“{tag}” is not a locale; locales are written like “en”, “fr-CA” or “zh-Hant”.", *path)
    parts = match.groupdict("")
    script = f"-{parts['script'].title()}" if parts["script"] else ""
    region = f"-{parts['region'].upper()}" if parts["region"] else ""
    return parts["language"] + script + region + parts["variants"] + parts["extensions"] + parts["private"]
