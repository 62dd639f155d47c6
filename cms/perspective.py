"""The perspective of a request: one view of the site (published, draft, as at a time, or one draft), for every type at every depth."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from cms.errors import BadInput


class PerspectiveKind(StrEnum):
    """Which versions of the articles a request reads."""

    PUBLISHED = "published"
    DRAFT = "draft"
    AT = "at"
    PREVIEW = "preview"


@dataclass(frozen=True)
class Perspective:
    """A kind; for AT the point in time, for PREVIEW the article whose draft is shown."""

    kind: PerspectiveKind
    at: datetime | None = None
    article_id: UUID | None = None

    @property
    def is_published(self) -> bool:
        """Whether this is what the public sees."""
        return self.kind is PerspectiveKind.PUBLISHED

    @property
    def lists_live_alone(self) -> bool:
        """Whether its lists hold what is published now, and nothing else."""
        return self.kind in {PerspectiveKind.PUBLISHED, PerspectiveKind.PREVIEW}

    @property
    def bound(self) -> datetime | UUID | None:
        """What a statement that was made for its kind is given anew each time."""
        return self.at or self.article_id


PUBLISHED = Perspective(PerspectiveKind.PUBLISHED)
DRAFT = Perspective(PerspectiveKind.DRAFT)


def perspective_of(text: str, previews: UUID | None) -> Perspective:
    """The perspective that is asked for; without one, that of the preview link that was shown, if one was. Raises BadInput."""
    if previews is not None and not text.strip():
        return Perspective(PerspectiveKind.PREVIEW, article_id=previews)
    return parse_perspective(text)


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
