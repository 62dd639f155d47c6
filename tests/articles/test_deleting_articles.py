"""A deleted article is gone with everything of it; one that a text links to stays."""

from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.deleting import delete_article
from cms.articles.editing import update_article
from cms.articles.inputs import ArticleChanges, RelatedLink
from cms.articles.publishing import publish_article, unpublish_article
from cms.articles.refreshing import compare_live
from cms.errors import InUse, NotFound
from cms.ids import new_id
from cms.permissions import SYSTEM
from tests.factories import make_article, make_published_article

OF_ARTICLES = [
    tables.article, tables.version, tables.publication, tables.article_slug, tables.version_related, tables.version_link,
    tables.live_article, tables.live_related,
]  # fmt: skip


def link_to(article_id: UUID) -> str:
    """A body that links to the article."""
    return f"See [this](article:article_{article_id.hex})."


async def test_nothing_of_an_article_is_left(session: AsyncSession) -> None:
    article_id = await make_published_article(session)
    await update_article(
        session,
        SYSTEM,
        article_id,
        expected_version=1,
        changes=ArticleChanges(slug="b", body=link_to(article_id)),
    )
    await delete_article(session, SYSTEM, article_id)
    left = {
        table.name: await session.scalar(select(func.count()).select_from(table)) for table in OF_ARTICLES
    }
    assert left == dict.fromkeys(left, 0)


async def test_an_article_that_is_not_there_is_not_found(session: AsyncSession) -> None:
    with pytest.raises(NotFound):
        await delete_article(session, SYSTEM, new_id())


async def test_an_article_that_a_draft_links_to_stays(session: AsyncSession) -> None:
    article_id = await make_published_article(session)
    user = await make_article(session, body=link_to(article_id))
    with pytest.raises(InUse) as refusal:
        await delete_article(session, SYSTEM, article_id)
    assert (refusal.value.used_by, refusal.value.path) == ([("article", user)], ["id"])
    assert await session.scalar(select(func.count()).select_from(tables.live_article)) == 1


async def test_an_article_that_only_the_published_text_links_to_stays(session: AsyncSession) -> None:
    article_id = await make_article(session)
    user = await make_published_article(session, body=link_to(article_id))
    await update_article(session, SYSTEM, user, expected_version=1, changes=ArticleChanges(body="No link"))
    with pytest.raises(InUse):
        await delete_article(session, SYSTEM, article_id)
    await publish_article(session, SYSTEM, user, expected_version=2)
    await delete_article(session, SYSTEM, article_id)
    assert await compare_live(session) == []


async def test_related_links_to_a_deleted_article_vanish_everywhere(session: AsyncSession) -> None:
    article_id = await make_published_article(session)
    user = await make_published_article(session, related=[RelatedLink(article_id)])
    await unpublish_article(session, SYSTEM, article_id, expected_version=1)
    await publish_article(session, SYSTEM, article_id, expected_version=1)
    assert await session.scalar(select(tables.live_related.c.live_id)) == user
    await delete_article(session, SYSTEM, article_id)
    for table in (tables.live_related, tables.version_related):
        assert await session.scalar(select(func.count()).select_from(table)) == 0
    assert await compare_live(session) == []
