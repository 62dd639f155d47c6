"""Where a piece goes, by its status, its password and its date. When in doubt it is a draft, and says why."""

from dataclasses import dataclass
from datetime import datetime

from cms.importing.documents import ImportedStatus

YEARS_AHEAD_MAX = 10
LEFT_OUT = {"trash": "it was in the trash", "auto-draft": "WordPress made it by itself, nobody wrote in it"}
SAID_BY_STATUS = {
    "draft": ImportedStatus.DRAFT,
    "pending": ImportedStatus.IN_REVIEW,
    "publish": ImportedStatus.PUBLISHED,
    "future": ImportedStatus.SCHEDULED,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """The status, why it differs from the source's, and the date for which it is scheduled."""

    status: ImportedStatus
    reason: str | None = None
    scheduled_for: datetime | None = None


def standing_of(status: str, dated: datetime | None, *, has_password: bool, now: datetime) -> Standing:
    """What becomes of an item with this status. Only `publish` without a password and with a past date is published."""
    known = SAID_BY_STATUS.get(status)
    if known is None:
        return Standing(ImportedStatus.DRAFT, unknown_status(status))
    if has_password and known is not ImportedStatus.DRAFT:
        return Standing(
            ImportedStatus.DRAFT, "It was protected by a password; Kiosque has none, so it is a draft"
        )
    if known is ImportedStatus.SCHEDULED or (
        known is ImportedStatus.PUBLISHED and dated is not None and dated > now
    ):
        return scheduled(dated, now)
    return Standing(known)


def unknown_status(status: str) -> str:
    """Why an item without one of the four usual statuses is a draft."""
    if status == "private":
        return "It was private, for signed-in readers alone, so it is a draft"
    return (
        f"Its status “{status}” is not one of WordPress's own, so it is a draft"
        if status
        else "It has no status, so it is a draft"
    )


def scheduled(dated: datetime | None, now: datetime) -> Standing:
    """A piece that waits for its date; a draft where the date is missing, past or further off than anybody plans."""
    if dated is None:
        return Standing(ImportedStatus.DRAFT, "It was scheduled but has no date, so it is a draft")
    if dated <= now:
        return Standing(
            ImportedStatus.DRAFT,
            f"It was scheduled for {dated:%Y-%m-%d %H:%M} UTC, which has passed, so it is a draft",
        )
    if dated.year > now.year + YEARS_AHEAD_MAX:
        return Standing(
            ImportedStatus.DRAFT,
            f"It was dated {dated:%Y-%m-%d}, far ahead, so it is a draft with that date noted",
            dated,
        )
    return Standing(ImportedStatus.SCHEDULED, None, dated)
