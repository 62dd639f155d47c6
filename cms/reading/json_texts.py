"""JSON as PostgreSQL sends it, read into values.

What the live side embeds (a byline, a cover, tags) is the same text again and again: the same authors, the same newest articles. Short texts
and their values are kept, so that each is parsed once. Nobody may change a value that a row holds.
"""

from typing import Any

import orjson

CHARACTERS_MAX = 1_024
TEXTS_KEPT_MAX = 4_096

kept: dict[str, Any] = {}


def value_of(text: str) -> Any:
    """The value of a JSON text; the same object for the same short text."""
    value = kept.get(text)
    if value is None:
        value = orjson.loads(text)
        if len(text) <= CHARACTERS_MAX:
            if len(kept) >= TEXTS_KEPT_MAX:
                kept.clear()
            kept[text] = value
    return value


def text_of(value: Any) -> str:
    """The JSON text of a value."""
    return orjson.dumps(value).decode()
