"""Which slug an article gets, keeps and gives back."""

from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.creating import create_article
from cms.articles.editing import update_article
from cms.articles.inputs import ArticleChanges, NewArticle
from cms.articles.publishing import publish_article, unpublish_article
from cms.errors import Problems, SlugTaken
from cms.permissions import SYSTEM
from tests.factories import make_article, make_published_article, version_number


async def slugs_of(session: AsyncSession, article_id: UUID) -> dict[str, bool]:
    """The slugs that lead to an article, and whether the public has seen them."""
    reservation = tables.article_slug
    rows = await session.execute(
        select(reservation.c.slug, reservation.c.was_live).where(reservation.c.article_id == article_id)
    )
    return {row.slug: row.was_live for row in rows}


async def rename(session: AsyncSession, article_id: UUID, slug: str | None) -> None:
    """Save another slug."""
    number = await version_number(session, article_id)
    await update_article(
        session, SYSTEM, article_id, expected_version=number, changes=ArticleChanges(slug=slug)
    )


async def test_slugs_from_the_same_title_are_numbered(session: AsyncSession) -> None:
    found = [await slugs_of(session, await make_article(session, title="Été n° 1")) for _ in range(3)]
    assert found == [{"ete-no-1": False}, {"ete-no-1-2": False}, {"ete-no-1-3": False}]


async def test_the_same_slug_may_be_taken_in_another_locale(session: AsyncSession) -> None:
    await make_article(session, slug="a")
    assert await slugs_of(session, await make_article(session, slug="a", locale="fr")) == {"a": False}


async def test_a_title_without_letters_gives_the_end_of_the_id(session: AsyncSession) -> None:
    article_id = await make_article(session, title="!?")
    assert await slugs_of(session, article_id) == {article_id.hex[-12:]: False}


async def test_a_written_slug_of_another_script_is_kept(session: AsyncSession) -> None:
    assert await slugs_of(session, await make_article(session, slug="日本語")) == {"日本語": False}


async def test_a_taken_slug_is_refused_with_one_that_is_free(session: AsyncSession) -> None:
    await make_article(session, slug="a")
    await make_article(session, slug="a-2")
    with pytest.raises(Problems) as refusal:
        await create_article(session, SYSTEM, NewArticle(title="B", slug="a"))
    [problem] = refusal.value.problems
    assert isinstance(problem, SlugTaken)
    assert (problem.suggestion, problem.path) == ("a-3", ["slug"])


async def test_a_slug_that_was_never_live_is_given_back(session: AsyncSession) -> None:
    article_id = await make_article(session, slug="a")
    await rename(session, article_id, "b")
    assert await slugs_of(session, article_id) == {"b": False}
    assert await slugs_of(session, await make_article(session, slug="a")) == {"a": False}


async def test_a_slug_that_was_live_is_kept_for_ever(session: AsyncSession) -> None:
    article_id = await make_published_article(session, slug="a")
    await rename(session, article_id, "b")
    await publish_article(session, SYSTEM, article_id, expected_version=2)
    await unpublish_article(session, SYSTEM, article_id, expected_version=2)
    assert await slugs_of(session, article_id) == {"a": True, "b": True}
    with pytest.raises(Problems):
        await make_article(session, slug="a")


async def test_an_article_may_take_its_old_slug_back(session: AsyncSession) -> None:
    article_id = await make_published_article(session, slug="a")
    await rename(session, article_id, "b")
    await rename(session, article_id, "a")
    assert await slugs_of(session, article_id) == {"a": True}


async def test_a_new_title_leaves_the_slug_alone_and_null_makes_it_anew(session: AsyncSession) -> None:
    article_id = await make_article(session, title="One")
    await update_article(session, SYSTEM, article_id, expected_version=1, changes=ArticleChanges(title="Two"))
    assert await slugs_of(session, article_id) == {"one": False}
    await rename(session, article_id, None)
    assert await slugs_of(session, article_id) == {"two": False}
