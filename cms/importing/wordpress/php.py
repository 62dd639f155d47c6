"""PHP's serialised values, read as plain dictionaries and strings; never as objects."""

from typing import Any

import phpserialize

SERIALISED_CHARACTERS_MAX = 1_000_000


class NotReadable(ValueError):
    """A serialised value that is broken, too large, or holds objects."""


def unserialised(text: str) -> Any:
    """The value: None, bool, int, float, str, or a dict of these.

    Lengths in the format count bytes, so text is read as UTF-8. Raises `NotReadable`, whatever is wrong.
    """
    if len(text) > SERIALISED_CHARACTERS_MAX:
        raise NotReadable("it is too large")
    try:
        return phpserialize.loads(text.strip().encode(), decode_strings=True, errors="replace")
    except (ValueError, TypeError, RecursionError, OverflowError, MemoryError, KeyError) as error:
        raise NotReadable(str(error)[:200] or type(error).__name__) from error


def unserialised_map(text: str) -> dict[Any, Any]:
    """The value, which must be an array. Raises `NotReadable`."""
    value = unserialised(text)
    if not isinstance(value, dict):
        raise NotReadable("it is not an array")
    return value  # pyright: ignore[reportUnknownVariableType]  (phpserialize carries no types)
