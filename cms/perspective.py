"""The perspective of a request: one view of the site (published, draft, or as at a time), for every type at every depth."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cms.errors import BadInput


class PerspectiveKind(StrEnum):
    """Which versions of the articles a request reads."""

    PUBLISHED = "published"
    DRAFT = "draft"
    AT = "at"


@dataclass(frozen=True)
class Perspective:
    """A kind, and for AT the point in time."""

    kind: PerspectiveKind
    at: datetime | None = None

    @property
    def is_published(self) -> bool:
        """Whether this is what the public sees."""
        return self.kind is PerspectiveKind.PUBLISHED


PUBLISHED = Perspective(PerspectiveKind.PUBLISHED)
DRAFT = Perspective(PerspectiveKind.DRAFT)


def parse_perspective(text: str) -> Perspective:
    """Read `published`, `draft` or `at:<RFC 3339 time>`. Raises BadInput for anything else."""
    value = text.strip()
    if value in {"", "published"}:
        return PUBLISHED
    if value == "draft":
        return DRAFT
    if value.startswith("at:"):
        return Perspective(PerspectiveKind.AT, _time(value[3:]))
    raise BadInput(
        f"The perspective “{value[:40]}” is unknown. Allowed: published, draft, at:<RFC 3339 time>."
    )


def _time(text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        raise BadInput(f"“{text[:40]}” is not an RFC 3339 time, as in at:2026-03-01T12:00:00Z.") from None
    if time.tzinfo is None:
        raise BadInput("The time of the perspective needs a zone, as in at:2026-03-01T12:00:00Z.")
    return time
