"""Dates of an export: UTC first, the published date with its offset next, local time last."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from cms.importing.wordpress.names import XmlElement, export_field, field

WORDPRESS_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)")
EARLIEST_YEAR = 1971


@dataclass(frozen=True, slots=True)
class ItemDates:
    """When an item was dated and last changed; `is_guessed` when its time zone is not known."""

    dated: datetime | None
    modified: datetime | None
    is_guessed: bool


def dates_of(item: XmlElement) -> ItemDates:
    """The dates of an item, in UTC; None where the export says nothing (as for drafts: zeros, the year -1, 1970)."""
    sure = wordpress_date(export_field(item, "post_date_gmt")) or published_date(field(item, "pubDate"))
    local = wordpress_date(export_field(item, "post_date"))
    modified = wordpress_date(export_field(item, "post_modified_gmt")) or wordpress_date(
        export_field(item, "post_modified")
    )
    return ItemDates(dated=sure or local, modified=modified, is_guessed=sure is None and local is not None)


def wordpress_date(text: str) -> datetime | None:
    """`YYYY-MM-DD HH:MM:SS`, taken as UTC; None for zeros and nonsense."""
    match = WORDPRESS_DATE.fullmatch(text)
    if match is None:
        return None
    try:
        return plausible(datetime(*(int(part) for part in match.groups()), tzinfo=UTC))  # pyright: ignore[reportArgumentType]
    except ValueError:
        return None


def published_date(text: str) -> datetime | None:
    """`pubDate` as RFC 5322 has it; None where day, year or offset are not real."""
    try:
        date = parsedate_to_datetime(text)
        return plausible(date.astimezone(UTC)) if date.tzinfo is not None else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def plausible(date: datetime) -> datetime | None:
    """A date that somebody may have meant: the zeros of drafts turn into 1970 and before."""
    return date if date.year >= EARLIEST_YEAR else None
