"""Deleting an article with all its versions."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.editing import lock_article
from cms.articles.losses import remember_article
from cms.articles.refreshing import live_neighbours, lock_live_side, refresh_live
from cms.errors import InUse
from cms.permissions import Actor, Permission

USES_TOLD_MAX = 10


async def delete_article(session: AsyncSession, actor: Actor, article_id: UUID) -> None:
    """Remove an article, its versions, its slugs, and the related links of others to it.

    Raises NotFound, or InUse while the draft or the published body of another article links to it.
    """
    await lock_article(
        session,
        actor,
        article_id,
        all_permission=Permission.ARTICLE_DELETE,
        own_permission=Permission.ARTICLE_DELETE_OWN,
    )
    # From here on nobody can add a link to the article.
    await session.execute(
        select(tables.article.c.id).where(tables.article.c.id == article_id).with_for_update()
    )
    users = await _linking_articles(session, article_id)
    if users:
        message = f"{len(users)} article(s) link to this one in their text; remove the links first."
        raise InUse(message, "id", used_by=[("article", user) for user in users[:USES_TOLD_MAX]])
    await lock_live_side(session)
    neighbours = await live_neighbours(session, [article_id])
    await remember_article(session, article_id)
    await session.execute(delete(tables.article).where(tables.article.c.id == article_id))
    await refresh_live(session, neighbours)


async def _linking_articles(session: AsyncSession, article_id: UUID) -> Sequence[UUID]:
    article, link = tables.article, tables.version_link
    query = (
        select(article.c.id)
        .join(
            link,
            or_(
                link.c.version_id == article.c.draft_version_id,
                link.c.version_id == article.c.live_version_id,
            ),
        )
        .where(link.c.article_id == article_id, article.c.id != article_id)
        .distinct()
        .order_by(article.c.id)
    )
    return (await session.scalars(query)).all()
