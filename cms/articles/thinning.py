"""Lets old versions go that the public has never read, where the operator has said how many to keep."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, delete, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.kinds import ScheduledState
from cms.database import Database, now

ROWS_AT_A_TIME = 500


async def thin_versions(database: Database, *, count: int | None, days: float | None) -> int:
    """Remove versions that are not among the newest `count` of their article and are older than `days`; how many.

    Either may be None: then the other decides alone; without both nothing goes. What was ever published, the draft and what is live stay
    for ever. Can be stopped at any point and run again, or twice at once.
    """
    if count is None and days is None:
        return 0
    before = None if days is None else now() - timedelta(days=days)
    removed = 0
    while True:
        async with database.transaction() as session:
            some = await _remove_some(session, count, before)
        removed += some
        if some < ROWS_AT_A_TIME:
            return removed


async def _remove_some(session: AsyncSession, count: int | None, before: datetime | None) -> int:
    version, article = tables.version, tables.article
    source = version.join(article, article.c.id == version.c.article_id)
    dispensable = select(version.c.id).select_from(source).where(~_is_needed())
    if count is not None:
        dispensable = dispensable.where(version.c.number <= article.c.version - count)
    if before is not None:
        dispensable = dispensable.where(version.c.created_at < before)
    some = dispensable.limit(ROWS_AT_A_TIME).with_for_update(of=version, skip_locked=True)
    keys = list((await session.scalars(some)).all())
    if not keys:
        return 0
    done: CursorResult[Any] = await session.execute(delete(version).where(version.c.id.in_(keys)))  # pyright: ignore[reportAssignmentType]  (what a DELETE answers)
    return done.rowcount


def _is_needed() -> ColumnElement[bool]:
    """Whether the version is a draft, live, was published once, is to be published, or has a notice about it."""
    version, article = tables.version, tables.article
    publication, notice, step = tables.publication, tables.notice, tables.scheduled_step
    return or_(
        version.c.id == article.c.draft_version_id,
        version.c.id == func.coalesce(article.c.live_version_id, article.c.draft_version_id),
        exists().where(publication.c.version_id == version.c.id),
        exists().where(step.c.version_id == version.c.id, step.c.state == ScheduledState.PENDING),
        exists().where(notice.c.article_id == article.c.id, notice.c.version == version.c.number),
    )
