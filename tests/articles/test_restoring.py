"""An old version comes back as the next one; and what it named remembers its name."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.content import Content
from cms.articles.deleting import delete_article
from cms.articles.editing import update_article
from cms.articles.inputs import ArticleChanges, BylineEntry, Cover, RelatedLink, SeoChanges
from cms.articles.publishing import publish_article
from cms.articles.refreshing import compare_live
from cms.articles.restoring import restore_version
from cms.articles.versions import load_content
from cms.changes import Noun, announce_leaving, announce_merge
from cms.errors import Forbidden, NotFound, Problem, Unauthenticated, VersionConflict
from cms.ids import public_id
from cms.permissions import PUBLIC, SYSTEM, Role
from tests.factories import (
    make_actor,
    make_article,
    make_asset,
    make_author,
    make_revised_article,
    make_section,
    make_tag,
    version_number,
)


async def contents(session: AsyncSession, article_id: UUID) -> Sequence[Content]:
    """What the versions say, from the first to the last."""
    version = tables.version
    query = select(version.c.id).where(version.c.article_id == article_id).order_by(version.c.number)
    return [await load_content(session, key) for key in (await session.scalars(query)).all()]


async def test_everything_of_the_old_version_comes_back_as_the_next(session: AsyncSession) -> None:
    asset = await make_asset(session)
    article_id = await make_article(
        session,
        body=f"![x](asset:{public_id('asset', asset)})",
        byline=[BylineEntry(await make_author(session))],
        section_id=await make_section(session),
        tag_ids=[await make_tag(session)],
        cover=Cover(asset, "A river"),
        related=[RelatedLink(await make_article(session), note="Read it")],
        seo=SeoChanges(no_index=True, image_id=asset),
    )
    changes = ArticleChanges(
        title="Another", slug=None, body="Gone.", byline=None, section_id=None, tag_ids=None, cover=None, related=None, seo=None
    )  # fmt: skip
    await update_article(session, SYSTEM, article_id, expected_version=1, changes=changes)
    warned = await restore_version(session, SYSTEM, article_id, expected_version=2, number=1)
    first, second, third = await contents(session, article_id)
    assert (warned, first == third, first == second) == ([], True, False)
    row: Any = (
        await session.execute(select(tables.version).order_by(tables.version.c.number.desc()))
    ).first()
    assert (row.number, row.message) == (3, "Restored version 1.")
    assert {"title", "body", "byline", "cover"} <= set(row.changed_fields)


async def test_what_is_live_stays_until_the_restored_version_is_published(session: AsyncSession) -> None:
    article_id = await make_revised_article(session)
    await publish_article(session, SYSTEM, article_id, expected_version=2)
    await restore_version(session, SYSTEM, article_id, expected_version=2, number=1, message="Back")
    assert await session.scalar(select(tables.live_article.c.title)) == "A river ran"
    await publish_article(session, SYSTEM, article_id, expected_version=3)
    assert await session.scalar(select(tables.live_article.c.title)) == "A river runs"
    assert await compare_live(session) == []


async def test_a_slug_that_another_article_has_by_now_is_told(session: AsyncSession) -> None:
    article_id = await make_article(session, slug="wanted")
    changes = ArticleChanges(title="Other", slug="other")
    await update_article(session, SYSTEM, article_id, expected_version=1, changes=changes)
    await make_article(session, slug="wanted")
    (warned,) = await restore_version(session, SYSTEM, article_id, expected_version=2, number=1)
    assert (warned.path, "“wanted” leads to another article" in warned.message) == (["slug"], True)
    last = (await contents(session, article_id))[-1]
    assert (last.title, last.slug) == ("A river runs", "other")


async def make_with_everything(session: AsyncSession) -> tuple[UUID, dict[str, UUID]]:
    """An article of two versions, of which the first names what is about to go."""
    named = {
        "tag": await make_tag(session, name="Streams"),
        "section": await make_section(session, name="Physics"),
        "asset": await make_asset(session, filename="weir.jpg"),
        "article": await make_article(session, title="A weir"),
    }
    cited = f"![x](asset:{public_id('asset', named['asset'])}) [y](article:{public_id('article', named['article'])})"
    article_id = await make_article(
        session,
        body=cited,
        section_id=named["section"],
        tag_ids=[named["tag"]],
        cover=Cover(named["asset"]),
        related=[RelatedLink(named["article"])],
        seo=SeoChanges(image_id=named["asset"]),
    )
    cleared = ArticleChanges(body="x", section_id=None, tag_ids=None, cover=None, related=None, seo=None)
    await update_article(session, SYSTEM, article_id, expected_version=1, changes=cleared)
    return article_id, named


async def test_what_was_deleted_since_is_left_out_and_told(session: AsyncSession) -> None:
    article_id, named = await make_with_everything(session)
    for noun in (Noun.TAG, Noun.SECTION, Noun.ASSET):
        await announce_leaving(session, noun, named[noun.value])
    await session.execute(delete(tables.section).where(tables.section.c.id == named["section"]))
    await session.execute(delete(tables.tag).where(tables.tag.c.id == named["tag"]))
    await session.execute(delete(tables.asset).where(tables.asset.c.id == named["asset"]))
    await delete_article(session, SYSTEM, named["article"])
    warned = await restore_version(session, SYSTEM, article_id, expected_version=2, number=1)
    told = [(one.path, one.message.split("”")[0].split("“")[-1]) for one in warned]
    assert told == [
        (["body"], "A weir"),
        (["body"], "weir.jpg"),
        (["cover"], "weir.jpg"),
        (["related"], "A weir"),
        (["sectionId"], "Physics"),
        (["seo", "imageId"], "weir.jpg"),
        (["tagIds"], "Streams"),
    ]
    last = (await contents(session, article_id))[-1]
    assert (last.section_id, last.cover, last.tag_ids, last.related) == (None, None, (), ())


async def test_a_merged_tag_comes_back_as_the_one_it_was_merged_into(session: AsyncSession) -> None:
    article_id, named = await make_with_everything(session)
    into = await make_tag(session, name="Rivers")
    await announce_merge(session, Noun.TAG, [named["tag"]], into)
    await session.execute(delete(tables.tag).where(tables.tag.c.id == named["tag"]))
    (warned,) = await restore_version(session, SYSTEM, article_id, expected_version=2, number=1)
    assert (warned.path, public_id("tag", into) in warned.message) == (["tagIds"], True)
    assert (await contents(session, article_id))[-1].tag_ids == (into,)


async def test_restoring_what_is_there_makes_no_version(session: AsyncSession) -> None:
    article_id = await make_revised_article(session)
    assert await restore_version(session, SYSTEM, article_id, expected_version=2, number=2) == []
    assert await version_number(session, article_id) == 2


async def test_what_cannot_be_restored_is_refused_and_changes_nothing(session: AsyncSession) -> None:
    article_id = await make_revised_article(session)
    wanted: list[tuple[int, int, type[Problem], list[str]]] = [
        (2, 3, NotFound, ["version"]),
        (2, 0, NotFound, ["version"]),
        (1, 1, VersionConflict, ["expectedVersion"]),
    ]
    for expected, number, error, path in wanted:
        with pytest.raises(error) as caught:
            await restore_version(session, SYSTEM, article_id, expected_version=expected, number=number)
        assert caught.value.path == path
    with pytest.raises(Unauthenticated):
        await restore_version(session, PUBLIC, article_id, expected_version=2, number=1)
    contributor = await make_actor(session, Role.CONTRIBUTOR)
    with pytest.raises(Forbidden):
        await restore_version(session, contributor, article_id, expected_version=2, number=1)
    assert await version_number(session, article_id) == 2
    own = await make_revised_article(session, contributor)
    await restore_version(session, contributor, own, expected_version=2, number=1)
    assert await version_number(session, own) == 3
