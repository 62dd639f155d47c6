"""Related links: kind, note and order are kept, and every change is a version."""

from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.inputs import RelatedLink
from cms.articles.kinds import RelationKind
from cms.articles.publishing import publish_article
from cms.articles.relating import relate, set_related, unrelate
from cms.articles.versions import load_content
from cms.errors import NotFound, Problems, VersionConflict
from cms.ids import new_id
from cms.permissions import SYSTEM
from tests.factories import make_article, make_published_article, version_number


async def links_of(session: AsyncSession, article_id: UUID) -> list[RelatedLink]:
    """The related links of the draft, in order."""
    version_id = await session.scalar(
        select(tables.article.c.draft_version_id).where(tables.article.c.id == article_id)
    )
    assert version_id is not None
    return list((await load_content(session, version_id)).related)


async def three_articles(session: AsyncSession) -> list[UUID]:
    """Three articles to link to."""
    return [await make_article(session) for _ in range(3)]


async def test_links_are_kept_in_order_with_kind_and_note(session: AsyncSession) -> None:
    article_id, others = await make_article(session), await three_articles(session)
    links = [
        RelatedLink(others[2], RelationKind.SERIES),
        RelatedLink(others[0], note="Why"),
        RelatedLink(others[1]),
    ]
    await set_related(session, SYSTEM, article_id, expected_version=1, links=links)
    assert await links_of(session, article_id) == links
    assert await version_number(session, article_id) == 2


async def test_the_same_links_again_make_no_version_and_none_clear_them(session: AsyncSession) -> None:
    article_id, others = await make_article(session), await three_articles(session)
    for number in (1, 2):
        await set_related(
            session, SYSTEM, article_id, expected_version=number, links=[RelatedLink(others[0])]
        )
    assert await version_number(session, article_id) == 2
    await set_related(session, SYSTEM, article_id, expected_version=2, links=[])
    assert await links_of(session, article_id) == []


async def test_every_wrong_link_is_named(session: AsyncSession) -> None:
    article_id, others = await make_article(session), await three_articles(session)
    links = [RelatedLink(others[0]), RelatedLink(article_id), RelatedLink(new_id()), RelatedLink(others[0])]
    with pytest.raises(Problems) as refusal:
        await set_related(session, SYSTEM, article_id, expected_version=1, links=links)
    found = sorted((problem.code, problem.path) for problem in refusal.value.problems)
    assert found == [
        ("NOT_FOUND", ["links", "2", "articleId"]),
        ("VALIDATION", ["links", "1", "articleId"]),
        ("VALIDATION", ["links", "3", "articleId"]),
    ]
    assert await version_number(session, article_id) == 1


async def test_an_older_version_is_a_conflict(session: AsyncSession) -> None:
    article_id = await make_article(session)
    with pytest.raises(VersionConflict):
        await set_related(session, SYSTEM, article_id, expected_version=7, links=[])


async def test_a_link_is_added_at_the_end_or_at_a_position(session: AsyncSession) -> None:
    article_id, others = await make_article(session), await three_articles(session)
    await relate(session, SYSTEM, article_id, others[0])
    await relate(
        session, SYSTEM, article_id, others[1], kind=RelationKind.BACKGROUND, note=" First ", position=0
    )
    await relate(session, SYSTEM, article_id, others[2], position=1)
    assert await links_of(session, article_id) == [
        RelatedLink(others[1], RelationKind.BACKGROUND, "First"),
        RelatedLink(others[2]),
        RelatedLink(others[0]),
    ]
    assert await version_number(session, article_id) == 4


async def test_an_addition_that_breaks_a_rule_is_refused(session: AsyncSession) -> None:
    article_id, others = await make_article(session), await three_articles(session)
    await relate(session, SYSTEM, article_id, others[0])
    for to_id, position, path in (
        (article_id, None, ["toId"]),
        (others[0], None, ["toId"]),
        (new_id(), None, ["toId"]),
        (others[1], 2, ["position"]),
        (others[1], -1, ["position"]),
    ):
        with pytest.raises(Problems) as refusal:
            await relate(session, SYSTEM, article_id, to_id, position=position)
        assert [problem.path for problem in refusal.value.problems] == [path]
    assert await links_of(session, article_id) == [RelatedLink(others[0])]


async def test_a_51st_link_is_refused(session: AsyncSession) -> None:
    others = [await make_article(session) for _ in range(51)]
    article_id = await make_article(session, related=[RelatedLink(other) for other in others[:50]])
    with pytest.raises(Problems, match="50 related links"):
        await relate(session, SYSTEM, article_id, others[50])


async def test_a_link_is_taken_away_once(session: AsyncSession) -> None:
    article_id, others = await make_article(session), await three_articles(session)
    await set_related(
        session, SYSTEM, article_id, expected_version=1, links=[RelatedLink(other) for other in others]
    )
    await unrelate(session, SYSTEM, article_id, others[1])
    assert await links_of(session, article_id) == [RelatedLink(others[0]), RelatedLink(others[2])]
    with pytest.raises(NotFound) as refusal:
        await unrelate(session, SYSTEM, article_id, others[1])
    assert refusal.value.path == ["toId"]


async def test_a_new_link_is_public_once_its_version_is(session: AsyncSession) -> None:
    one, two = await make_published_article(session), await make_published_article(session)
    await relate(session, SYSTEM, one, two)
    live = select(tables.live_related.c.live_id, tables.live_related.c.article_id)
    assert (await session.execute(live)).all() == []
    await publish_article(session, SYSTEM, one, expected_version=2)
    assert (await session.execute(live)).all() == [(one, two)]
