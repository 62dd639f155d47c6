"""Publishing: the version that the public reads, and since when."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.alternatives import check_alternatives
from cms.articles.creating import check_past
from cms.articles.editing import LockedArticle, check_version, lock_article
from cms.articles.fields import clean_message
from cms.articles.kinds import ArticleStatus, ScheduledAction, ScheduledState, WorkflowStep
from cms.articles.references import keep_embedded
from cms.articles.refreshing import refresh_with_neighbours
from cms.articles.slugs import mark_slug_live
from cms.articles.spans import end_at, next_moment
from cms.articles.workflow.steps import end_steps, pending_steps
from cms.articles.workflow.transitions import check_step, record_step
from cms.articles.workflow.withdrawals import check_may_lift, end_withdrawal
from cms.checks import Checks
from cms.errors import Invalid
from cms.insertion import change_row, insert_rows
from cms.permissions import Actor, Permission
from cms.prepared import Prepared


async def publish_article(
    session: AsyncSession,
    actor: Actor,
    article_id: UUID,
    *,
    expected_version: int,
    message: str | None = None,
    published_at: datetime | None = None,
) -> None:
    """Show the draft to the public from now on; nothing happens if it is shown already.

    `published_at` is for imports: since when the public has read an article that was never published here.
    Raises NotFound, VersionConflict, or Problems.
    """
    locked = await _lock(session, actor, article_id)
    if published_at is not None:
        actor.require(Permission.ARTICLE_PUBLISH)
    check_version(locked, expected_version)
    checks = Checks()
    with checks.gather():
        message = clean_message(message)
    with checks.gather():
        _check_first_time(locked, published_at)
    with checks.gather():
        check_step(locked.status, actor, WorkflowStep.PUBLISH)
    checks.finish()
    await check_may_lift(session, actor, article_id)
    await end_steps(session, article_id, ScheduledAction.PUBLISH, state=ScheduledState.CANCELLED)
    if locked.live_version_id != locked.draft_version_id:
        await show_version(
            session, actor, locked, locked.draft_version_id, message=message, since=published_at
        )


async def unpublish_article(
    session: AsyncSession,
    actor: Actor,
    article_id: UUID,
    *,
    expected_version: int,
    message: str | None = None,
) -> None:
    """Take an article from the public; nothing happens if it is not published. Raises NotFound, VersionConflict, or Invalid."""
    locked = await _lock(session, actor, article_id)
    check_version(locked, expected_version)
    message = clean_message(message)
    if locked.live_version_id is None:
        return
    if ScheduledAction.PUBLISH not in await pending_steps(session, article_id):
        await end_steps(session, article_id, ScheduledAction.UNPUBLISH, state=ScheduledState.CANCELLED)
    await hide_article(session, actor, locked, message=message)


async def hide_article(
    session: AsyncSession, actor: Actor, locked: LockedArticle, *, message: str | None
) -> None:
    """Take a locked article that is live from the public. A newer draft goes its way as before."""
    moment = await next_moment(session, locked.id)
    await end_publication(session, actor, locked.id, moment, message=message)
    is_as_drafted = locked.live_version_id == locked.draft_version_id
    status = ArticleStatus.UNPUBLISHED if is_as_drafted else ArticleStatus(locked.status)
    changes = {"live_version_id": None, "status": status, "updated_at": moment}
    await change_row(session, tables.article, locked.id, changes)
    await _record(session, actor, locked, WorkflowStep.UNPUBLISH, status, note=message)
    await refresh_with_neighbours(session, [locked.id])


async def _lock(session: AsyncSession, actor: Actor, article_id: UUID) -> LockedArticle:
    return await lock_article(
        session,
        actor,
        article_id,
        all_permission=Permission.ARTICLE_PUBLISH,
        own_permission=Permission.ARTICLE_PUBLISH_OWN,
    )


def _check_first_time(locked: LockedArticle, published_at: datetime | None) -> None:
    check_past(published_at, "publishedAt")
    if published_at is not None and locked.published_at is not None:
        raise Invalid("The article has been published before, and keeps the time of that.", "publishedAt")


async def show_version(
    session: AsyncSession,
    actor: Actor,
    locked: LockedArticle,
    version_id: UUID,
    *,
    message: str | None,
    since: datetime | None = None,
) -> None:
    """Let the public read this version of a locked article. A newer draft goes its way as before. Raises Problems for pictures without alternative texts."""
    await check_alternatives(session, version_id)
    moment = since or await next_moment(session, locked.id)
    # The live rows will need these locks; they come before that of the live side.
    await keep_embedded(session, version_id)
    await end_publication(session, actor, locked.id, moment, message=None)
    await end_withdrawal(session, actor, locked.id, moment)
    shown = {"article_id": locked.id, "version_id": version_id, "during": Range(moment, None, bounds="[)")}
    who = {"created_by": actor.id, "actor_name": actor.name, "message": message}
    await insert_rows(session, {tables.publication: {**shown, **who}})
    is_as_drafted = version_id == locked.draft_version_id
    status = ArticleStatus.PUBLISHED if is_as_drafted else ArticleStatus(locked.status)
    changes = {
        "live_version_id": version_id,
        "status": status,
        "published_at": locked.published_at or moment,
        "updated_at": moment,
    }
    await change_row(session, tables.article, locked.id, changes)
    await _record(session, actor, locked, WorkflowStep.PUBLISH, status, note=message)
    (version,) = await _SLUG.rows(session, {"key": version_id})
    await mark_slug_live(session, locked.locale, version.slug)
    await refresh_with_neighbours(session, [locked.id])


async def _record(
    session: AsyncSession,
    actor: Actor,
    locked: LockedArticle,
    step: WorkflowStep,
    after: ArticleStatus,
    *,
    note: str | None,
) -> None:
    await record_step(
        session,
        actor,
        locked.id,
        step,
        version=locked.version,
        before=locked.status,
        after=after,
        note=note,
    )


async def end_publication(
    session: AsyncSession, actor: Actor, article_id: UUID, moment: datetime, *, message: str | None
) -> None:
    """End the article's publication at the moment, if one goes on."""
    await end_at(session, tables.publication, article_id, moment, by=actor.name, message=message)


_SLUG = Prepared(select(tables.version.c.slug).where(tables.version.c.id == bindparam("key")))
