"""Publishing: the version that the public reads, and since when."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.creating import check_past
from cms.articles.editing import LockedArticle, check_version, lock_article
from cms.articles.fields import clean_message
from cms.articles.kinds import ArticleStatus
from cms.articles.references import keep_embedded
from cms.articles.refreshing import refresh_with_neighbours
from cms.articles.slugs import mark_slug_live
from cms.checks import Checks
from cms.database import now
from cms.errors import Invalid
from cms.permissions import Actor, Permission


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
    checks.finish()
    if locked.status is ArticleStatus.WITHDRAWN:
        # Whoever publishes it again takes the withdrawal back.
        actor.require(Permission.ARTICLE_WITHDRAW)
    if locked.live_version_id != locked.draft_version_id:
        await _show(session, actor, locked, message=message, since=published_at)


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
    moment = await next_moment(session, locked.id)
    await end_publication(session, actor, locked.id, moment, message=message)
    changes = {"live_version_id": None, "status": ArticleStatus.UNPUBLISHED, "updated_at": moment}
    await session.execute(update(tables.article).where(tables.article.c.id == locked.id).values(**changes))
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


async def _show(
    session: AsyncSession, actor: Actor, locked: LockedArticle, *, message: str | None, since: datetime | None
) -> None:
    moment = since or await next_moment(session, locked.id)
    version_id: UUID = locked.draft_version_id
    # The live rows will need these locks; they come before that of the live side.
    await keep_embedded(session, version_id)
    await end_publication(session, actor, locked.id, moment, message=None)
    await _end_withdrawal(session, actor, locked.id, moment)
    shown = {"article_id": locked.id, "version_id": version_id, "during": Range(moment, None, bounds="[)")}
    who = {"created_by": actor.id, "actor_name": actor.name, "message": message}
    await session.execute(insert(tables.publication).values(**shown, **who))
    changes = {
        "live_version_id": version_id,
        "status": ArticleStatus.PUBLISHED,
        "published_at": locked.published_at or moment,
    }
    article = tables.article
    await session.execute(
        update(article).where(article.c.id == locked.id).values(**changes, updated_at=moment)
    )
    slug = await session.scalar(select(tables.version.c.slug).where(tables.version.c.id == version_id))
    await mark_slug_live(session, locked.locale, slug or "")
    await refresh_with_neighbours(session, [locked.id])


async def next_moment(session: AsyncSession, article_id: UUID) -> datetime:
    """Now, or the last bound of the article's publications and withdrawals if the clock was set back since."""
    bounds = [
        select(func.max(func.coalesce(func.upper(table.c.during), func.lower(table.c.during))))
        .where(table.c.article_id == article_id)
        .scalar_subquery()
        for table in (tables.publication, tables.withdrawal)
    ]
    last = await session.scalar(select(func.greatest(*bounds)))
    return max(now(), last or now())


async def end_publication(
    session: AsyncSession, actor: Actor, article_id: UUID, moment: datetime, *, message: str | None
) -> None:
    """End the article's publication at the moment, if one goes on."""
    publication = tables.publication
    of_article = publication.c.article_id == article_id
    is_open = func.upper_inf(publication.c.during)
    # What nobody can have read leaves no trace: an empty range is no publication.
    await session.execute(
        delete(publication).where(of_article, is_open, func.lower(publication.c.during) >= moment)
    )
    ended = func.tstzrange(func.lower(publication.c.during), moment)
    changes = {"during": ended, "ended_by_name": actor.name, "end_message": message}
    await session.execute(update(publication).where(of_article, is_open).values(**changes))


async def _end_withdrawal(session: AsyncSession, actor: Actor, article_id: UUID, moment: datetime) -> None:
    withdrawal = tables.withdrawal
    stands = (withdrawal.c.article_id == article_id) & func.upper_inf(withdrawal.c.during)
    await session.execute(delete(withdrawal).where(stands, func.lower(withdrawal.c.during) >= moment))
    ended = func.tstzrange(func.lower(withdrawal.c.during), moment)
    await session.execute(update(withdrawal).where(stands).values(during=ended, ended_by_name=actor.name))
