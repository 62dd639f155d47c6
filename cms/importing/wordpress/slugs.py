"""Slugs: percent-encoded UTF-8 that WordPress may have cut in the middle of a letter."""

import re
from urllib.parse import unquote_to_bytes


def decoded_slug(text: str) -> str | None:
    """The slug in letters; None when nothing is left of it."""
    whole = re.sub(r"%[0-9a-fA-F]?$", "", text.strip().strip("/"))
    slug = unquote_to_bytes(whole).decode("utf-8", errors="ignore").strip()
    return slug or None
