"""Which step leads from which status: the one table of the workflow, and the history of what was done by it."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.kinds import ArticleStatus, WorkflowStep
from cms.database import now
from cms.errors import Invalid
from cms.ids import new_id
from cms.permissions import Actor, Permission

_DRAFT, _IN_REVIEW, _APPROVED = ArticleStatus.DRAFT, ArticleStatus.IN_REVIEW, ArticleStatus.APPROVED
_SCHEDULED, _PUBLISHED = ArticleStatus.SCHEDULED, ArticleStatus.PUBLISHED
_UNPUBLISHED, _WITHDRAWN = ArticleStatus.UNPUBLISHED, ArticleStatus.WITHDRAWN
# What nobody has looked over, or not since it was taken from the public.
_UNREVIEWED = frozenset({_DRAFT, _IN_REVIEW, _UNPUBLISHED, _WITHDRAWN})


@dataclass(frozen=True)
class Rule:
    """A step: from which statuses anybody with the permission may take it, and from which more whoever may skip the review."""

    mutation: str
    allowed: frozenset[ArticleStatus]
    all_permission: Permission
    own_permission: Permission
    skipping: frozenset[ArticleStatus] = frozenset()

    def starts(self, actor: Actor) -> frozenset[ArticleStatus]:
        """The statuses from which the actor may take the step."""
        return self.allowed | self.skipping if actor.may(Permission.ARTICLE_SKIP_REVIEW) else self.allowed


RULES: Mapping[WorkflowStep, Rule] = {
    WorkflowStep.SUBMIT: Rule(
        "submitArticle",
        frozenset({_DRAFT, _UNPUBLISHED, _WITHDRAWN}),
        Permission.ARTICLE_SUBMIT,
        Permission.ARTICLE_SUBMIT_OWN,
    ),
    WorkflowStep.REQUEST_CHANGES: Rule(
        "requestChanges",
        frozenset({_IN_REVIEW, _APPROVED}),
        Permission.ARTICLE_REVIEW,
        Permission.ARTICLE_REVIEW,
    ),
    WorkflowStep.APPROVE: Rule(
        "approveArticle", frozenset({_IN_REVIEW}), Permission.ARTICLE_APPROVE, Permission.ARTICLE_APPROVE
    ),
    WorkflowStep.SCHEDULE: Rule(
        "scheduleArticle",
        frozenset({_APPROVED, _SCHEDULED}),
        Permission.ARTICLE_SCHEDULE,
        Permission.ARTICLE_SCHEDULE_OWN,
        _UNREVIEWED,
    ),
    WorkflowStep.PUBLISH: Rule(
        "publishArticle",
        frozenset({_APPROVED, _SCHEDULED, _PUBLISHED}),
        Permission.ARTICLE_PUBLISH,
        Permission.ARTICLE_PUBLISH_OWN,
        _UNREVIEWED,
    ),
}


def check_step(status: ArticleStatus, actor: Actor, step: WorkflowStep) -> None:
    """Raise Invalid, saying where the article stands and what is allowed, unless the step leads from there."""
    rule = RULES[step]
    if status in rule.starts(actor):
        return
    wanted = ", ".join(one for one in ArticleStatus if one in rule.starts(actor))
    possible = [other.mutation for other in RULES.values() if status in other.starts(actor)]
    onward = f" From {status}, there is: {', '.join(possible)}." if possible else ""
    raise Invalid(f"The article is {status}; {rule.mutation} needs one of: {wanted}.{onward}", "id")


def status_after_saving(status: ArticleStatus, actor: Actor) -> ArticleStatus:
    """Where an article stands once its draft has been changed.

    It is a draft again, with one exception: whoever may skip the review does not undo it either.
    """
    on_its_way = {_IN_REVIEW, _APPROVED, _SCHEDULED}
    return status if status in on_its_way and actor.may(Permission.ARTICLE_SKIP_REVIEW) else _DRAFT


async def record_step(
    session: AsyncSession,
    actor: Actor,
    article_id: UUID,
    step: WorkflowStep,
    *,
    version: int,
    before: ArticleStatus,
    after: ArticleStatus,
    note: str | None,
) -> None:
    """Keep in the article's history who took the step, when, from where to where, and why."""
    what = {"id": new_id(), "article_id": article_id, "step": step, "version": version}
    where = {"from_status": before, "to_status": after, "note": note}
    who = {"created_by": actor.id, "actor_name": actor.name, "created_at": now()}
    await session.execute(insert(tables.transition).values(**what, **where, **who))
