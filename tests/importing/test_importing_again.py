"""An import that is run again, after changes at the source or here, or after it was cut short."""

import pytest
from sqlalchemy import select

from cms.articles import tables
from cms.articles.deleting import delete_article
from cms.articles.editing import update_article
from cms.articles.inputs import ArticleChanges
from cms.articles.publishing import unpublish_article
from cms.articles.refreshing import compare_live
from cms.authors.service import AuthorFields, update_author
from cms.errors import Invalid
from cms.importing.articles import EDITED_HERE
from cms.importing.engine import alone
from cms.importing.remembered import DELETED_HERE
from cms.permissions import SYSTEM
from tests.importing.exports import AUTHOR, SITE, export, meta, post
from tests.importing.storing import Newsroom, outcomes

LINKED = f'<a href="https://{SITE}/third/">on</a>'
LABELS = '<category domain="category" nicename="city">City</category><category domain="post_tag" nicename="rain">Rain</category>'
THREE = export(
    post(LINKED, number=1, slug="first", more=LABELS),
    post("Two", number=2, slug="second", more=meta(_wp_old_slug="before")),
    post("Three", number=3, slug="third"),
)


async def test_the_same_again_writes_nothing(newsroom: Newsroom) -> None:
    first = await newsroom.take(THREE)
    before = await newsroom.state()
    again = await newsroom.take(THREE)

    assert outcomes(first) == (3, 0, 0)
    assert outcomes(again) == (0, 0, 3)
    assert again.is_unchanged
    assert await newsroom.state() == before


async def test_what_changed_at_the_source_is_changed_here(newsroom: Newsroom) -> None:
    await newsroom.take(export(post("Old words")))
    changed = await newsroom.take(export(post("New words", title="New title", more=LABELS)))
    live = await newsroom.live("a-title")

    assert outcomes(changed) == (0, 1, 0)
    assert (live.title, live.body_markdown, live.version) == ("New title", "New words", 2)
    assert (live.section["slug"], [tag["slug"] for tag in live.tags]) == ("city", ["rain"])
    async with newsroom.database.transaction() as session:
        assert await compare_live(session) == []


async def test_what_the_source_shows_no_longer_is_withdrawn(newsroom: Newsroom) -> None:
    await newsroom.take(export(post("Words")))
    summary = await newsroom.take(export(post("Words", status="private")))
    assert outcomes(summary) == (0, 1, 0)
    assert await newsroom.count("live_article") == 0


async def test_a_changed_date_alone_changes_nothing(newsroom: Newsroom) -> None:
    await newsroom.take(export(post("Words")))
    summary = await newsroom.take(export(post("Words", date_gmt="2024-04-01 10:00:00")))
    assert outcomes(summary) == (0, 0, 1)


async def test_what_was_edited_here_is_left_alone(newsroom: Newsroom) -> None:
    await newsroom.take(export(post("Old words")))
    live = await newsroom.live("a-title")
    async with newsroom.database.transaction() as session:
        changes = ArticleChanges(title="Better title")
        await update_article(session, SYSTEM, live.id, expected_version=1, changes=changes)
    before = await newsroom.state()
    summary = await newsroom.take(export(post("New words")))

    assert outcomes(summary) == (0, 0, 0)
    assert summary.skipped["article", EDITED_HERE] == 1
    assert (await newsroom.draft("a-title")).title == "Better title"
    assert await newsroom.state() == before


async def test_what_was_withdrawn_here_does_not_come_back(newsroom: Newsroom) -> None:
    await newsroom.take(export(post("Old words")))
    async with newsroom.database.transaction() as session:
        key = await session.scalar(select(tables.article.c.id))
        assert key
        await unpublish_article(session, SYSTEM, key, expected_version=1)
    summary = await newsroom.take(export(post("New words")))
    assert summary.skipped["article", EDITED_HERE] == 1
    assert await newsroom.count("live_article") == 0


async def test_what_was_deleted_here_does_not_come_back(newsroom: Newsroom) -> None:
    await newsroom.take(export(post("Words")))
    async with newsroom.database.transaction() as session:
        key = await session.scalar(select(tables.article.c.id))
        assert key
        await delete_article(session, SYSTEM, key)
    summary = await newsroom.take(export(post("Words")))
    assert summary.skipped["article", DELETED_HERE] == 1
    assert await newsroom.count("article") == 0


async def test_an_author_follows_the_source_until_edited_here(newsroom: Newsroom) -> None:
    await newsroom.take(export(post()))
    followed = await newsroom.take(export(post(), head=AUTHOR.replace("Ada Marsh", "Ada Lake")))
    author = (await newsroom.live("a-title")).byline[0]
    async with newsroom.database.transaction() as session:
        key = await session.scalar(select(tables.author.c.id))
        assert key
        await update_author(session, SYSTEM, key, AuthorFields(name="Ada Sea"))
    left = await newsroom.take(export(post(), head=AUTHOR.replace("Ada Marsh", "Ada Pond")))

    assert author["author"]["name"] == "Ada Lake"
    assert (outcomes(followed, "author"), outcomes(left, "author")) == ((0, 1, 0), (0, 0, 1))
    assert (await newsroom.live("a-title")).byline[0]["author"]["name"] == "Ada Sea"


@pytest.mark.parametrize("count", range(1, 7))
async def test_an_import_that_broke_off_anywhere_is_completed_by_the_next(
    newsroom: Newsroom, count: int
) -> None:
    await newsroom.take_some(count, THREE)
    async with newsroom.database.transaction() as session:
        assert await compare_live(session) == []
    await newsroom.take(THREE)
    again = await newsroom.take(THREE)

    assert outcomes(again) == (0, 0, 3)
    assert again.is_unchanged
    assert await newsroom.count("article") == await newsroom.count("live_article") == 3
    assert "article:article_" in (await newsroom.live("first")).body_markdown
    async with newsroom.database.transaction() as session:
        slugs = tables.article_slug.c
        assert await session.scalar(select(slugs.was_live).where(slugs.slug == "before")) is True


async def test_two_imports_at_once_are_refused(newsroom: Newsroom) -> None:
    async with alone(newsroom.depot):
        with pytest.raises(Invalid, match="Another import is running"):
            await newsroom.take(THREE)
    assert outcomes(await newsroom.take(THREE)) == (3, 0, 0)


async def test_a_dry_run_tells_the_same_and_leaves_no_trace(newsroom: Newsroom) -> None:
    before = await newsroom.state()
    rehearsed = await newsroom.rehearse(THREE, locale="fr")
    after = await newsroom.state()
    real = await newsroom.take(THREE, locale="fr")

    assert after == before
    assert (rehearsed.taken, rehearsed.skipped, rehearsed.warnings) == (
        real.taken,
        real.skipped,
        real.warnings,
    )
    assert outcomes(rehearsed) == (3, 0, 0)


async def test_a_dry_run_over_an_import_tells_what_would_change(newsroom: Newsroom) -> None:
    await newsroom.take(THREE)
    before = await newsroom.state()
    changed = THREE.replace("Three", "Four").replace("Two", "Zwei")
    summary = await newsroom.rehearse(changed)
    assert outcomes(summary) == (0, 2, 1)
    assert await newsroom.state() == before
