"""What the public reads, and since when."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.editing import update_article
from cms.articles.inputs import ArticleChanges
from cms.articles.publishing import publish_article, unpublish_article
from cms.errors import NotFound, Problems, VersionConflict
from cms.ids import new_id
from cms.permissions import SYSTEM, Role
from tests.factories import make_actor, make_article, make_published_article


async def row_of(session: AsyncSession, article_id: UUID) -> Any:
    """The article's row."""
    return (await session.execute(select(tables.article).where(tables.article.c.id == article_id))).one()


async def publications_of(session: AsyncSession, article_id: UUID) -> list[Any]:
    """The article's publications, first to last."""
    table = tables.publication
    query = select(table).where(table.c.article_id == article_id).order_by(func.lower(table.c.during))
    return list((await session.execute(query)).all())


async def live_titles(session: AsyncSession) -> list[str]:
    """The titles that the public reads."""
    return list(
        (
            await session.scalars(select(tables.live_article.c.title).order_by(tables.live_article.c.title))
        ).all()
    )


async def test_a_draft_is_not_live_and_a_published_article_is(session: AsyncSession) -> None:
    article_id = await make_article(session, title="One")
    assert await live_titles(session) == []
    await publish_article(session, SYSTEM, article_id, expected_version=1)
    row = await row_of(session, article_id)
    assert await live_titles(session) == ["One"]
    assert (row.status, row.live_version_id) == ("PUBLISHED", row.draft_version_id)
    [publication] = await publications_of(session, article_id)
    assert (publication.during.lower, publication.during.upper) == (row.published_at, None)


async def test_a_save_after_publishing_is_not_live_until_it_is_published(session: AsyncSession) -> None:
    article_id = await make_published_article(session, title="One")
    await update_article(session, SYSTEM, article_id, expected_version=1, changes=ArticleChanges(title="Two"))
    assert await live_titles(session) == ["One"]
    first = await row_of(session, article_id)
    await publish_article(session, SYSTEM, article_id, expected_version=2)
    second = await row_of(session, article_id)
    assert await live_titles(session) == ["Two"]
    assert second.published_at == first.published_at
    one, two = await publications_of(session, article_id)
    assert one.during.upper == two.during.lower
    assert two.during.upper is None


async def test_publishing_what_is_live_makes_no_publication(session: AsyncSession) -> None:
    article_id = await make_published_article(session)
    await publish_article(session, SYSTEM, article_id, expected_version=1, message="Again")
    assert len(await publications_of(session, article_id)) == 1


async def test_a_publication_says_who_and_why_at_both_ends(session: AsyncSession) -> None:
    editor = await make_actor(session, Role.EDITOR)
    article_id = await make_article(session)
    await publish_article(session, editor, article_id, expected_version=1, message="Ready")
    await unpublish_article(session, SYSTEM, article_id, expected_version=1, message="A mistake")
    [found] = await publications_of(session, article_id)
    assert (found.created_by, found.actor_name, found.message) == (editor.id, editor.name, "Ready")
    assert (found.ended_by_name, found.end_message) == (SYSTEM.name, "A mistake")


async def test_an_unpublished_article_is_gone_from_the_live_side_and_can_come_back(
    session: AsyncSession,
) -> None:
    article_id = await make_published_article(session, title="One")
    first = await row_of(session, article_id)
    await unpublish_article(session, SYSTEM, article_id, expected_version=1)
    row = await row_of(session, article_id)
    assert await live_titles(session) == []
    assert (row.status, row.live_version_id, row.published_at) == ("UNPUBLISHED", None, first.published_at)
    await unpublish_article(session, SYSTEM, article_id, expected_version=1)
    await publish_article(session, SYSTEM, article_id, expected_version=1)
    assert await live_titles(session) == ["One"]
    assert [found.during.upper is None for found in await publications_of(session, article_id)] == [
        False,
        True,
    ]


async def test_an_older_version_is_a_conflict(session: AsyncSession) -> None:
    article_id = await make_article(session)
    for verb in (publish_article, unpublish_article):
        with pytest.raises(VersionConflict):
            await verb(session, SYSTEM, article_id, expected_version=2)
        with pytest.raises(NotFound):
            await verb(session, SYSTEM, new_id(), expected_version=1)
    assert await live_titles(session) == []


async def test_an_import_says_since_when_it_has_been_read(session: AsyncSession) -> None:
    then = datetime(2015, 3, 1, tzinfo=UTC)
    article_id = await make_article(session, created_at=then - timedelta(days=1))
    await publish_article(session, SYSTEM, article_id, expected_version=1, published_at=then)
    [found] = await publications_of(session, article_id)
    live = (await session.execute(select(tables.live_article))).one()
    assert found.during.lower == then
    assert (live.published_at, live.updated_at, live.created_at) == (then, then, then - timedelta(days=1))


async def test_that_time_is_past_and_said_once(session: AsyncSession) -> None:
    article_id = await make_article(session)
    later = datetime.now(UTC) + timedelta(days=1)
    with pytest.raises(Problems, match="in the past"):
        await publish_article(session, SYSTEM, article_id, expected_version=1, published_at=later)
    await publish_article(session, SYSTEM, article_id, expected_version=1)
    with pytest.raises(Problems, match="published before"):
        await publish_article(
            session, SYSTEM, article_id, expected_version=1, published_at=datetime(2015, 3, 1, tzinfo=UTC)
        )


async def test_publications_follow_each_other_if_the_clock_is_set_back(session: AsyncSession) -> None:
    article_id = await make_published_article(session)
    ahead = func.tstzrange(func.now() + timedelta(hours=1), None)
    await session.execute(
        tables.publication.update().where(tables.publication.c.article_id == article_id).values(during=ahead)
    )
    await update_article(session, SYSTEM, article_id, expected_version=1, changes=ArticleChanges(title="Two"))
    await publish_article(session, SYSTEM, article_id, expected_version=2)
    [found] = await publications_of(session, article_id)
    assert found.version_id == (await row_of(session, article_id)).live_version_id
    assert await live_titles(session) == ["Two"]
