"""A second pair of eyes: submitting a draft, asking for changes, approving it."""

from functools import partial
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.editing import LockedArticle, check_version, lock_article
from cms.articles.fields import clean_message
from cms.articles.kinds import ArticleStatus, WorkflowStep
from cms.articles.workflow.transitions import RULES, check_step, record_step
from cms.checks import Checks
from cms.permissions import Actor


async def lock_for_step(
    session: AsyncSession, actor: Actor, article_id: UUID, step: WorkflowStep
) -> LockedArticle:
    """The article, kept from other writers, for an actor who may take the step at all. Raises Forbidden or NotFound."""
    rule = RULES[step]
    return await lock_article(
        session,
        actor,
        article_id,
        all_permission=rule.all_permission,
        own_permission=rule.own_permission,
    )


async def _advance(
    step: WorkflowStep,
    after: ArticleStatus,
    session: AsyncSession,
    actor: Actor,
    article_id: UUID,
    *,
    expected_version: int,
    message: str | None = None,
) -> None:
    locked = await lock_for_step(session, actor, article_id, step)
    check_version(locked, expected_version)
    checks = Checks()
    with checks.gather():
        message = clean_message(message)
    with checks.gather():
        check_step(locked.status, actor, step)
    checks.finish()
    article = tables.article
    await session.execute(update(article).where(article.c.id == article_id).values(status=after))
    await record_step(
        session,
        actor,
        article_id,
        step,
        version=locked.version,
        before=locked.status,
        after=after,
        note=message,
    )


# Each raises NotFound, VersionConflict, or Problems, among them for a status from which the step does not lead.
submit_article = partial(_advance, WorkflowStep.SUBMIT, ArticleStatus.IN_REVIEW)
request_changes = partial(_advance, WorkflowStep.REQUEST_CHANGES, ArticleStatus.DRAFT)
approve_article = partial(_advance, WorkflowStep.APPROVE, ArticleStatus.APPROVED)
