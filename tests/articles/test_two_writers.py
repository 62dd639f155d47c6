"""Two people at once, each in a transaction of their own."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.creating import create_article
from cms.articles.deleting import delete_article
from cms.articles.editing import update_article
from cms.articles.inputs import ArticleChanges, BylineEntry, NewArticle, RelatedLink
from cms.articles.publishing import publish_article
from cms.articles.refreshing import compare_live
from cms.articles.relating import relate
from cms.changes import Noun, announce_change
from cms.database import Database
from cms.errors import KiosqueError, VersionConflict
from cms.permissions import SYSTEM
from tests.factories import make_article, make_author, make_published_article


async def at_once(database: Database, *verbs: Callable[[AsyncSession], Awaitable[Any]]) -> list[str]:
    """Run each verb in its own transaction at the same time; answer the codes of what was refused."""

    async def run(verb: Callable[[AsyncSession], Awaitable[Any]]) -> str:
        try:
            async with database.transaction() as session:
                await verb(session)
                # Hold the transaction open, so that the others meet it.
                await asyncio.sleep(0.05)
        except KiosqueError as error:
            return error.code
        return "done"

    return sorted(await asyncio.gather(*(run(verb) for verb in verbs)))


async def test_exactly_one_of_two_saves_wins(committed: Database) -> None:
    async with committed.transaction() as session:
        article_id = await make_article(session)

    def saving(title: str) -> Callable[[AsyncSession], Awaitable[None]]:
        changes = ArticleChanges(title=title)
        return lambda session: update_article(
            session, SYSTEM, article_id, expected_version=1, changes=changes
        )

    assert await at_once(committed, saving("One"), saving("Two")) == ["VERSION_CONFLICT", "done"]
    async with committed.transaction() as session:
        numbers = await session.scalars(select(tables.version.c.number).order_by(tables.version.c.number))
        assert numbers.all() == [1, 2]


SAVES = 200


async def saved_by(database: Database, article_id: UUID, place: int) -> int:
    """Raise one of two numbers in the title so many times, each time from what is there; how often somebody else was faster."""
    done = conflicts = 0
    while done < SAVES:
        async with database.transaction() as session:
            read = await read_title(session, article_id)
        # The other one has time to save before this one does.
        await asyncio.sleep(0)
        numbers = [int(number) for number in read.title.split()]
        numbers[place] += 1
        changes = ArticleChanges(title=f"{numbers[0]} {numbers[1]}")
        try:
            async with database.transaction() as session:
                await update_article(
                    session, SYSTEM, article_id, expected_version=read.version, changes=changes
                )
        except VersionConflict as conflict:
            assert [clash.field for clash in conflict.clashes] == ["title"]
            conflicts += 1
        else:
            done += 1
    return conflicts


async def read_title(session: AsyncSession, article_id: UUID) -> Any:
    article, version = tables.article, tables.version
    joined = article.join(version, version.c.id == article.c.draft_version_id)
    query = select(article.c.version, version.c.title, version.c.subtitle).select_from(joined)
    return (await session.execute(query.where(article.c.id == article_id))).one()


async def test_of_two_editors_who_save_200_times_each_no_save_is_lost(committed: Database) -> None:
    async with committed.transaction() as session:
        article_id = await make_article(session, title="0 0")
    conflicts = await asyncio.gather(*(saved_by(committed, article_id, place) for place in (0, 1)))
    assert sum(conflicts) > 0
    async with committed.transaction() as session:
        left = await read_title(session, article_id)
        assert (left.title, left.version) == (f"{SAVES} {SAVES}", 2 * SAVES + 1)
        numbers = await session.scalars(select(tables.version.c.number).order_by(tables.version.c.number))
        assert numbers.all() == list(range(1, 2 * SAVES + 2))


async def test_of_two_editors_who_merge_200_times_each_both_come_through(committed: Database) -> None:
    async with committed.transaction() as session:
        article_id = await make_article(session, title="0", subtitle="0")

    async def merging(change: Callable[[str], ArticleChanges]) -> None:
        read = 1
        for number in range(1, SAVES + 1):
            changes = change(str(number))
            async with committed.transaction() as session:
                await update_article(
                    session, SYSTEM, article_id, expected_version=read, changes=changes, merge=True
                )
                read = (await read_title(session, article_id)).version

    await asyncio.gather(
        merging(lambda words: ArticleChanges(title=words)),
        merging(lambda words: ArticleChanges(subtitle=words)),
    )
    async with committed.transaction() as session:
        left = await read_title(session, article_id)
        assert (left.title, left.subtitle, left.version) == (str(SAVES), str(SAVES), 2 * SAVES + 1)


async def test_two_drafts_of_one_title_get_two_slugs(committed: Database) -> None:
    def writing(session: AsyncSession) -> Awaitable[Any]:
        return create_article(session, SYSTEM, NewArticle(title="Same"))

    assert await at_once(committed, writing, writing, writing) == ["done", "done", "done"]
    async with committed.transaction() as session:
        slugs = await session.scalars(select(tables.version.c.slug).order_by(tables.version.c.slug))
        assert slugs.all() == ["same", "same-2", "same-3"]


async def test_one_of_two_gets_the_slug_that_both_wrote(committed: Database) -> None:
    def writing(session: AsyncSession) -> Awaitable[Any]:
        return create_article(session, SYSTEM, NewArticle(title="Same", slug="same"))

    assert await at_once(committed, writing, writing) == ["SLUG_TAKEN", "done"]


async def test_one_of_two_translations_into_a_locale_wins(committed: Database) -> None:
    async with committed.transaction() as session:
        original = await make_article(session)

    def translating(session: AsyncSession) -> Awaitable[Any]:
        return create_article(
            session, SYSTEM, NewArticle(title="Fleuve", locale="fr", translation_of=original)
        )

    assert await at_once(committed, translating, translating) == ["VALIDATION", "done"]


async def test_two_additions_are_both_kept(committed: Database) -> None:
    async with committed.transaction() as session:
        article_id, one, two = [await make_article(session) for _ in range(3)]
    done = await at_once(
        committed,
        lambda session: relate(session, SYSTEM, article_id, one),
        lambda session: relate(session, SYSTEM, article_id, two),
    )
    assert done == ["done", "done"]
    async with committed.transaction() as session:
        draft = select(tables.article.c.draft_version_id).where(tables.article.c.id == article_id)
        links = select(tables.version_related.c.article_id).where(
            tables.version_related.c.version_id.in_(draft)
        )
        assert set((await session.scalars(links)).all()) == {one, two}


async def test_two_articles_that_relate_to_each_other_are_published_at_once(committed: Database) -> None:
    async with committed.transaction() as session:
        one, two = await make_article(session), await make_article(session)
        await relate(session, SYSTEM, one, two)
        await relate(session, SYSTEM, two, one)
    done = await at_once(
        committed,
        lambda session: publish_article(session, SYSTEM, one, expected_version=2),
        lambda session: publish_article(session, SYSTEM, two, expected_version=2),
    )
    assert done == ["done", "done"]
    async with committed.transaction() as session:
        assert set((await session.scalars(select(tables.live_related.c.article_id))).all()) == {one, two}
        assert await compare_live(session) == []


async def test_an_author_renamed_while_articles_are_published_is_read_under_the_new_name(
    committed: Database,
) -> None:
    async with committed.transaction() as session:
        author = await make_author(session, name="Old")
        drafts = [await make_article(session, byline=[BylineEntry(author)]) for _ in range(3)]

    async def renaming(session: AsyncSession) -> None:
        # A new slug locks the row more strongly than a new name would.
        await session.execute(tables.author.update().values(name="New", slug="new"))
        await asyncio.sleep(0.05)
        await announce_change(session, Noun.AUTHOR, author)

    def publishing(index: int) -> Callable[[AsyncSession], Awaitable[None]]:
        return lambda session: publish_article(session, SYSTEM, drafts[index], expected_version=1)

    assert await at_once(committed, publishing(0), renaming, publishing(1), publishing(2)) == ["done"] * 4
    async with committed.transaction() as session:
        assert await compare_live(session) == []
        bylines = (await session.scalars(select(tables.live_article.c.byline))).all()
        assert [byline[0]["author"]["name"] for byline in bylines] == ["New"] * 3


async def test_an_article_deleted_while_another_links_to_it_leaves_no_loose_end(committed: Database) -> None:
    async with committed.transaction() as session:
        target, writer = await make_published_article(session), await make_published_article(session)
    changes = ArticleChanges(body=f"[a](article:article_{target.hex})", related=[RelatedLink(target)])
    codes = await at_once(
        committed,
        lambda session: delete_article(session, SYSTEM, target),
        lambda session: update_article(session, SYSTEM, writer, expected_version=1, changes=changes),
    )
    assert codes in (["IN_USE", "done"], ["VALIDATION", "done"])
    async with committed.transaction() as session:
        assert await compare_live(session) == []
