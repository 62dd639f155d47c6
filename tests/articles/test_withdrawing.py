"""What is taken back leaves its headline and the reason, and nothing else."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.creating import create_article
from cms.articles.editing import update_article
from cms.articles.inputs import ArticleChanges, NewArticle, RelatedLink
from cms.articles.publishing import publish_article, unpublish_article
from cms.articles.refreshing import compare_live, rebuild_live
from cms.articles.workflow.withdrawing import withdraw_article
from cms.errors import Forbidden, Problems, SlugTaken, VersionConflict
from cms.permissions import PERMISSIONS_OF_ROLE, SYSTEM, Permission, Role
from tests.factories import make_actor, make_article, make_published_article

REASON = "Two of the quotations were made up."


async def rows_of(session: AsyncSession, table: Any) -> list[Any]:
    """All rows of a table."""
    return list((await session.execute(select(table))).all())


async def status_of(session: AsyncSession, article_id: UUID) -> str | None:
    """Where the article stands."""
    return await session.scalar(select(tables.article.c.status).where(tables.article.c.id == article_id))


async def test_a_withdrawn_article_leaves_its_headline_and_the_reason(session: AsyncSession) -> None:
    article_id = await make_published_article(session, title="A scoop", body="Not true.")
    await withdraw_article(session, SYSTEM, article_id, expected_version=1, reason=f" {REASON} ")
    assert await rows_of(session, tables.live_article) == []
    [stone] = await rows_of(session, tables.live_tombstone)
    assert (stone.id, stone.slug, stone.title, stone.version) == (article_id, "a-scoop", "A scoop", 1)
    [notice] = stone.notices
    assert (notice["kind"], notice["text"]) == ("WITHDRAWAL", REASON)
    assert await status_of(session, article_id) == "WITHDRAWN"
    assert await compare_live(session) == []


async def test_it_is_related_to_nothing_any_more(session: AsyncSession) -> None:
    article_id = await make_published_article(session)
    other = await make_published_article(session, related=[RelatedLink(article_id)])
    await withdraw_article(session, SYSTEM, article_id, expected_version=1, reason=REASON)
    assert await rows_of(session, tables.live_related) == []
    assert [row.id for row in await rows_of(session, tables.live_article)] == [other]


async def test_what_stands_there_is_what_was_live_not_the_draft(session: AsyncSession) -> None:
    article_id = await make_published_article(session, title="A scoop")
    changes = ArticleChanges(title="Secret", slug="secret")
    await update_article(session, SYSTEM, article_id, expected_version=1, changes=changes)
    await withdraw_article(session, SYSTEM, article_id, expected_version=2, reason=REASON)
    [stone] = await rows_of(session, tables.live_tombstone)
    assert (stone.slug, stone.title, stone.version) == ("a-scoop", "A scoop", 1)


async def test_what_was_unpublished_before_can_be_withdrawn(session: AsyncSession) -> None:
    article_id = await make_published_article(session, title="A scoop")
    await unpublish_article(session, SYSTEM, article_id, expected_version=1)
    assert await rows_of(session, tables.live_tombstone) == []
    await withdraw_article(session, SYSTEM, article_id, expected_version=1, reason=REASON)
    assert [stone.title for stone in await rows_of(session, tables.live_tombstone)] == ["A scoop"]


async def test_the_slug_stays_taken(session: AsyncSession) -> None:
    article_id = await make_published_article(session, slug="a-scoop")
    await withdraw_article(session, SYSTEM, article_id, expected_version=1, reason=REASON)
    with pytest.raises((SlugTaken, Problems), match="leads to another article"):
        await create_article(session, SYSTEM, NewArticle(title="Other", slug="a-scoop"))


async def test_publishing_again_takes_the_withdrawal_back(session: AsyncSession) -> None:
    article_id = await make_published_article(session)
    await withdraw_article(session, SYSTEM, article_id, expected_version=1, reason=REASON)
    await publish_article(session, SYSTEM, article_id, expected_version=1)
    assert await rows_of(session, tables.live_tombstone) == []
    [row] = await rows_of(session, tables.live_article)
    assert (row.status, row.notices) == ("PUBLISHED", [])
    [withdrawal] = await rows_of(session, tables.withdrawal)
    assert withdrawal.during.upper is not None
    assert withdrawal.ended_by_name == SYSTEM.name
    await withdraw_article(session, SYSTEM, article_id, expected_version=1, reason="Again")
    assert len(await rows_of(session, tables.withdrawal)) == 2


async def test_only_what_was_published_can_be_withdrawn_once_and_with_a_reason(
    session: AsyncSession,
) -> None:
    draft, article_id = await make_article(session), await make_published_article(session)
    with pytest.raises(Problems, match="never published"):
        await withdraw_article(session, SYSTEM, draft, expected_version=1, reason=REASON)
    for blank in ("", " \n"):
        with pytest.raises(Problems, match="“reason” is blank"):
            await withdraw_article(session, SYSTEM, article_id, expected_version=1, reason=blank)
    with pytest.raises(VersionConflict):
        await withdraw_article(session, SYSTEM, article_id, expected_version=2, reason=REASON)
    assert await rows_of(session, tables.withdrawal) == []
    await withdraw_article(session, SYSTEM, article_id, expected_version=1, reason=REASON)
    with pytest.raises(Problems, match="withdrawn already"):
        await withdraw_article(session, SYSTEM, article_id, expected_version=1, reason=REASON)


@pytest.mark.parametrize("role", Role)
async def test_whoever_may_not_withdraw_does_not_publish_it_again_either(
    session: AsyncSession, role: Role
) -> None:
    actor = await make_actor(session, role)
    article_id = await make_published_article(session, actor=SYSTEM)
    await session.execute(tables.article.update().values(created_by=actor.id))
    may = Permission.ARTICLE_WITHDRAW in PERMISSIONS_OF_ROLE[role]
    assert may == (role in {Role.EDITOR, Role.ADMIN})
    if may:
        await withdraw_article(session, actor, article_id, expected_version=1, reason=REASON)
        await publish_article(session, actor, article_id, expected_version=1)
        return
    with pytest.raises(Forbidden):
        await withdraw_article(session, actor, article_id, expected_version=1, reason=REASON)
    await withdraw_article(session, SYSTEM, article_id, expected_version=1, reason=REASON)
    with pytest.raises(Forbidden):
        await publish_article(session, actor, article_id, expected_version=1)
    assert len(await rows_of(session, tables.live_tombstone)) == 1


async def test_the_whole_live_side_can_be_made_anew(session: AsyncSession) -> None:
    article_id = await make_published_article(session)
    await withdraw_article(session, SYSTEM, article_id, expected_version=1, reason=REASON)
    await session.execute(tables.live_tombstone.delete())
    assert await compare_live(session) == [f"live_tombstone {article_id}: is missing"]
    await rebuild_live(session)
    assert await compare_live(session) == []
