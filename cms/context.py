"""What a request carries: who asks, in which perspective, and what it may use."""

from dataclasses import dataclass
from typing import Any

from cms.config import Settings
from cms.database import Database, now
from cms.errors import Forbidden, Unauthenticated
from cms.permissions import READING, Actor, Permission
from cms.perspective import DRAFT, PUBLISHED, Perspective, PerspectiveKind
from cms.reading.entities import Scope
from cms.reading.ordinary import Reads
from cms.reading.reader import Reader
from cms.reading.sources import Facts


def scope_for(actor: Actor, perspective: Perspective) -> Scope:
    """What the actor sees in the perspective. Raises Unauthenticated or Forbidden: a perspective is a right, not a filter."""
    if perspective.kind is PerspectiveKind.PREVIEW and actor.previews == perspective.article_id is not None:
        return Scope(perspective)
    if not perspective.is_published and not actor.may(Permission.ARTICLE_READ_DRAFTS):
        if actor.is_public:
            raise Unauthenticated("Drafts need a token: send the header “Authorization: Bearer <token>”.")
        raise Forbidden(f"{actor.standing} may not read drafts.")
    _check_time(actor, perspective)
    return Scope(perspective, actor.permissions & READING)


def _check_time(actor: Actor, perspective: Perspective) -> None:
    is_to_come = perspective.at is not None and perspective.at > now()
    if is_to_come and not actor.may(Permission.ARTICLE_READ_SCHEDULED):
        permission = str(Permission.ARTICLE_READ_SCHEDULED)
        raise Forbidden(f"The site as it will be needs the permission “{permission}”.", permission=permission)


PUBLIC_SCOPE = Scope(PUBLISHED)


@dataclass
class Context:
    """One request's."""

    settings: Settings
    database: Database
    storage: Any
    actor: Actor
    perspective: Perspective
    request_id: str | None = None
    # Which hosts files may be fetched from; None for those of the public internet.
    reach: Any = None

    @property
    def cache_tags(self) -> set[str] | None:
        """The tags of what has been read so far; None unless that is what the public sees."""
        return self.reads.tags if self.perspective.is_published else None

    def __post_init__(self) -> None:
        self.is_public = self.perspective.is_published and self.actor.is_public
        """Whether anybody would get the same answer."""
        if self.is_public:
            self.scope = self.draft_scope = PUBLIC_SCOPE
        else:
            self.scope = scope_for(self.actor, self.perspective)
            draft = DRAFT if self.actor.may(Permission.ARTICLE_READ_DRAFTS) else PUBLISHED
            self.draft_scope = scope_for(self.actor, draft)
        self.facts = Facts(self.settings.base_url, self.database.signing_key)
        self.reader = Reader(self.database.reads)
        self.reads = Reads(self.reader, self.facts, scope=self.scope, draft_scope=self.draft_scope)
