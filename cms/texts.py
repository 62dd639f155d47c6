"""What a text must be before it is kept: storable, of one form, no longer than promised."""

import re
from urllib.parse import urlsplit

from cms.errors import Invalid

# PostgreSQL cannot keep NUL in a text, and a lone surrogate has no UTF-8.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# No-break spaces are not among them: French typography needs them.
_LINE_SPACES = re.compile("[ \t\r\n\f\v]+")
_URL_BREAKERS = re.compile(r"[\x00-\x20\x7f<>\"\\^`{|}]")
URL_CHARACTERS_MAX = 2_000
# A name, an @ and a host with a dot in it. Whether mail arrives there, only sending some can tell.
_EMAIL = re.compile(r"[^\s@<>\"(),:;\\\[\]]{1,64}@[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)+")


def clean_text(value: str, *path: str, characters_max: int) -> str:
    """A text of several lines, with LF at the ends of lines and nothing trimmed. Raises Invalid naming the field."""
    cleaned = _storable(value, path).replace("\r\n", "\n").replace("\r", "\n")
    return _short_enough(cleaned, path, characters_max)


def optional_text(value: str | None, *path: str, characters_max: int) -> str | None:
    """Like `clean_text`, trimmed; None where nothing is left."""
    if value is None:
        return None
    return clean_text(value, *path, characters_max=characters_max).strip() or None


def clean_line(value: str, *path: str, characters_max: int) -> str:
    """A text of one line: runs of spaces and line ends become one space. Raises Invalid if it is blank, naming the field."""
    cleaned = _LINE_SPACES.sub(" ", _storable(value, path)).strip()
    if not cleaned:
        raise Invalid(f"{_name(path)} is blank; write something.", *path)
    return _short_enough(cleaned, path, characters_max)


def optional_line(value: str | None, *path: str, characters_max: int) -> str | None:
    """Like `clean_line`; None where nothing is left."""
    if value is None or not _LINE_SPACES.sub(" ", _storable(value, path)).strip():
        return None
    return clean_line(value, *path, characters_max=characters_max)


def clean_url(value: str, *path: str) -> str:
    """An absolute http or https URL of at most 2,000 characters. Raises Invalid naming the field."""
    cleaned = clean_line(value, *path, characters_max=URL_CHARACTERS_MAX)
    if _URL_BREAKERS.search(cleaned) or not _is_web_address(cleaned):
        raise Invalid(
            f"{_name(path)} is not a web address; one looks like “https://example.org/page”.", *path
        )
    return cleaned


def optional_url(value: str | None, *path: str) -> str | None:
    """Like `clean_url`; None where nothing is left."""
    return (
        None
        if optional_line(value, *path, characters_max=URL_CHARACTERS_MAX) is None
        else clean_url(value or "", *path)
    )


def check_email(value: str | None, *path: str) -> str | None:
    """An e-mail address; None where nothing is left. Raises Invalid naming the field."""
    email = optional_line(value, *path, characters_max=320)
    if email is not None and _EMAIL.fullmatch(email) is None:
        raise Invalid(f"“{email[:80]}” is not an e-mail address; one looks like “ada@example.org”.", *path)
    return email


def _is_web_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return (
            parts.scheme in {"http", "https"}
            and bool(parts.hostname)
            and (parts.port is None or parts.port > 0)
        )
    except ValueError:
        return False


def _storable(value: str, path: tuple[str, ...]) -> str:
    # To see that a text is ASCII takes a hundredth of the time that looking through it takes.
    found = None if value.isascii() and "\x00" not in value else _UNSTORABLE.search(value)
    if found:
        raise Invalid(
            f"{_name(path)} holds U+{ord(found[0]):04X} at position {found.start()}, which cannot be kept; leave it out.",
            *path,
        )
    return value


def _short_enough(value: str, path: tuple[str, ...], characters_max: int) -> str:
    if len(value) > characters_max:
        raise Invalid(f"{_name(path)} has {len(value):,} characters; {characters_max:,} are the most.", *path)
    return value


def _name(path: tuple[str, ...]) -> str:
    return f"“{'.'.join(path)}”"
