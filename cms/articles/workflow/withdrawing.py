"""Withdrawing: an article is taken back for good, and where it was, the reason stands."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.editing import LockedArticle, check_version, lock_article
from cms.articles.fields import TEXT_CHARACTERS_MAX, clean_message
from cms.articles.kinds import ArticleStatus, ScheduledAction, ScheduledState, WorkflowStep
from cms.articles.publishing import end_publication
from cms.articles.refreshing import refresh_with_neighbours
from cms.articles.spans import next_moment
from cms.articles.workflow.steps import end_steps
from cms.articles.workflow.transitions import record_step
from cms.articles.workflow.withdrawals import is_withdrawn
from cms.checks import Checks
from cms.errors import Invalid
from cms.permissions import Actor, Permission
from cms.texts import optional_text


async def withdraw_article(
    session: AsyncSession,
    actor: Actor,
    article_id: UUID,
    *,
    expected_version: int,
    reason: str,
    message: str | None = None,
) -> None:
    """Take an article back: the public reads the reason in its place. The draft stays, and can be published again.

    Raises NotFound, VersionConflict, or Problems: among them for an article that was never published, or is withdrawn already.
    """
    actor.require(Permission.ARTICLE_WITHDRAW)
    permission = Permission.ARTICLE_WITHDRAW
    locked = await lock_article(
        session, actor, article_id, all_permission=permission, own_permission=permission
    )
    check_version(locked, expected_version)
    checks = Checks()
    with checks.gather():
        reason = _clean_reason(reason)
    with checks.gather():
        message = clean_message(message)
    with checks.gather():
        await _check_withdrawable(session, locked)
    checks.finish()
    moment = await next_moment(session, locked.id)
    version_id = await _last_shown(session, locked.id)
    await end_publication(session, actor, locked.id, moment, message=message)
    await _write(session, actor, locked.id, version_id, moment, reason=reason)
    changes = {"live_version_id": None, "status": ArticleStatus.WITHDRAWN, "updated_at": moment}
    await session.execute(update(tables.article).where(tables.article.c.id == locked.id).values(**changes))
    await end_steps(session, locked.id, *ScheduledAction, state=ScheduledState.CANCELLED)
    await record_step(
        session,
        actor,
        locked.id,
        WorkflowStep.WITHDRAW,
        version=locked.version,
        before=locked.status,
        after=ArticleStatus.WITHDRAWN,
        note=message,
    )
    await refresh_with_neighbours(session, [locked.id])


def _clean_reason(reason: str) -> str:
    cleaned = optional_text(reason, "reason", characters_max=TEXT_CHARACTERS_MAX)
    if cleaned is None:
        raise Invalid("“reason” is blank; the public will read it in the article's place.", "reason")
    return cleaned


async def _check_withdrawable(session: AsyncSession, locked: LockedArticle) -> None:
    if await is_withdrawn(session, locked.id):
        raise Invalid("The article is withdrawn already.", "id")
    if locked.published_at is None:
        raise Invalid(
            "The article was never published, so there is nothing to take back. Delete it instead.", "id"
        )


async def _last_shown(session: AsyncSession, article_id: UUID) -> UUID:
    publication = tables.publication
    query = (
        select(publication.c.version_id)
        .where(publication.c.article_id == article_id)
        .order_by(func.lower(publication.c.during).desc())
        .limit(1)
    )
    return (await session.execute(query)).scalar_one()


async def _write(
    session: AsyncSession, actor: Actor, article_id: UUID, version_id: UUID, moment: datetime, *, reason: str
) -> None:
    what = {"article_id": article_id, "version_id": version_id, "reason": reason}
    when = {"during": Range(moment, None, bounds="[)")}
    who = {"created_by": actor.id, "actor_name": actor.name}
    await session.execute(insert(tables.withdrawal).values(**what, **when, **who))
