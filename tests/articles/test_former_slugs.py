"""Slugs that an article had before it came here."""

from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.former_slugs import keep_former_slugs
from cms.errors import Forbidden, Invalid, NotFound, SlugTaken, Unauthenticated
from cms.ids import new_id
from cms.permissions import PUBLIC, SYSTEM, Role
from tests.factories import make_actor, make_article


async def slugs_of(session: AsyncSession, article_id: UUID) -> dict[str, bool]:
    columns = tables.article_slug.c
    query = select(columns.slug, columns.was_live).where(columns.article_id == article_id)
    return {row.slug: row.was_live for row in await session.execute(query)}


async def test_former_slugs_lead_to_the_article_for_ever(session: AsyncSession) -> None:
    key = await make_article(session, slug="now")
    assert await keep_former_slugs(session, SYSTEM, key, ["before", "été"]) == []
    assert await keep_former_slugs(session, SYSTEM, key, ["before"]) == []
    assert await slugs_of(session, key) == {"now": False, "before": True, "été": True}


async def test_what_is_taken_or_is_none_is_told_and_the_others_are_kept(session: AsyncSession) -> None:
    other = await make_article(session, slug="theirs")
    key = await make_article(session, slug="now")
    problems = await keep_former_slugs(session, SYSTEM, key, ["theirs", "No slug", "before"])

    assert [type(problem) for problem in problems] == [SlugTaken, Invalid]
    assert await slugs_of(session, key) == {"now": False, "before": True}
    assert await slugs_of(session, other) == {"theirs": False}


async def test_the_same_slug_in_another_locale_is_free(session: AsyncSession) -> None:
    await make_article(session, slug="a")
    key = await make_article(session, slug="b", locale="fr")
    assert await keep_former_slugs(session, SYSTEM, key, ["a"]) == []


async def test_only_who_may_publish_it_may_give_it_slugs(session: AsyncSession) -> None:
    key = await make_article(session, slug="now")
    contributor = await make_actor(session, Role.CONTRIBUTOR)
    for actor, error in ((PUBLIC, Unauthenticated), (contributor, Forbidden)):
        with pytest.raises(error):
            await keep_former_slugs(session, actor, key, ["before"])
    with pytest.raises(NotFound):
        await keep_former_slugs(session, SYSTEM, new_id(), ["before"])
    assert await slugs_of(session, key) == {"now": False}
