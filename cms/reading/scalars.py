"""The scalars of the API. Each has one formatter, which both executions use."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any, NewType
from urllib.parse import urlsplit

import strawberry
from strawberry.schema.config import StrawberryConfig

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_WITHOUT_ZONE = EPOCH.replace(tzinfo=None)
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)\Z")
_LANGUAGE_TAG = re.compile(
    r"[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|\d{3}))?(-([A-Za-z0-9]{5,8}|\d[A-Za-z0-9]{3}))*\Z"
)

DateTime = NewType("DateTime", datetime)
Locale = NewType("Locale", str)
Markdown = NewType("Markdown", str)
Html = NewType("Html", str)
Url = NewType("Url", str)


def microseconds(time: datetime) -> int:
    """Microseconds since the epoch, exactly."""
    return (time - EPOCH) // timedelta(microseconds=1)


def from_microseconds(value: int) -> datetime:
    """The time so many microseconds after the epoch."""
    return EPOCH + timedelta(microseconds=value)


def format_time(value: datetime | int) -> str:
    """RFC 3339 in UTC, with a fraction only where there is one: `2026-03-01T12:00:00Z`."""
    if isinstance(value, int):
        return (EPOCH_WITHOUT_ZONE + timedelta(microseconds=value)).isoformat() + "Z"
    return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def parse_time(value: Any) -> datetime:
    """Read an RFC 3339 time; the zone is needed. Raises ValueError otherwise."""
    if not isinstance(value, str) or not _RFC3339.match(value):
        raise ValueError(f"{value!r} is not an RFC 3339 time with a zone, as in “2026-03-01T12:00:00Z”")
    time = datetime.fromisoformat(value.upper())
    if not EPOCH.replace(year=1) + timedelta(days=1) < time < EPOCH.replace(year=9999):
        raise ValueError(f"{value!r} is out of range")
    return time


def parse_locale(value: Any) -> str:
    """Read a BCP 47 language tag (RFC 5646) into its usual spelling: `fr-CA`, `zh-Hant`. Raises ValueError otherwise."""
    if not isinstance(value, str) or not _LANGUAGE_TAG.match(value):
        raise ValueError(f"{value!r} is not a language tag, as in “en”, “fr” or “fr-CA”")
    language, *rest = value.split("-")
    spelled = [
        part.upper()
        if len(part) == 2
        else part.title()
        if len(part) == 4 and part.isalpha()
        else part.lower()
        for part in rest
    ]
    return "-".join([language.lower(), *spelled])


def parse_text(value: Any) -> str:
    """Any string."""
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not a string")
    return value


def parse_url(value: Any) -> str:
    """Read an absolute http(s) URL. Raises ValueError otherwise."""
    parts = urlsplit(value) if isinstance(value, str) else None
    if (
        parts is None
        or parts.scheme not in {"http", "https"}
        or not parts.netloc
        or any(c.isspace() for c in value)
    ):
        raise ValueError(f"{value!r} is not an http or https URL")
    return value


SCALARS: dict[object, Any] = {
    DateTime: strawberry.scalar(
        name="DateTime",
        description="A point in time: RFC 3339, answered in UTC, as in `2026-03-01T12:00:00Z`.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
        serialize=format_time,
        parse_value=parse_time,
    ),
    Locale: strawberry.scalar(
        name="Locale",
        description="A language tag of BCP 47, as in `en`, `fr` or `fr-CA`.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc5646",
        serialize=str,
        parse_value=parse_locale,
    ),
    Markdown: strawberry.scalar(
        name="Markdown",
        description="CommonMark with tables, footnotes and strikethrough. Pictures and articles are named by id: `asset:ID`, `article:ID`.",
        specified_by_url="https://spec.commonmark.org/",
        serialize=str,
        parse_value=parse_text,
    ),
    Html: strawberry.scalar(
        name="Html",
        description="Sanitised HTML, safe to put into a page as it is.",
        serialize=str,
        parse_value=parse_text,
    ),
    Url: strawberry.scalar(
        name="Url",
        description="An absolute http or https URL.",
        specified_by_url="https://url.spec.whatwg.org/",
        serialize=str,
        parse_value=parse_url,
    ),
}

SCHEMA_CONFIG = StrawberryConfig(scalar_map=SCALARS)
