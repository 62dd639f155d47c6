"""The live side is what the desk gives, whoever changes what it embeds."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.editing import update_article
from cms.articles.inputs import ArticleChanges, BylineEntry, Cover, RelatedLink, SeoChanges
from cms.articles.publishing import publish_article, unpublish_article
from cms.articles.refreshing import compare_live, rebuild_live
from cms.assets.entities import EMBEDDED_COLUMNS
from cms.changes import Noun, announce_change, announce_leaving, announce_merge
from cms.errors import InUse
from cms.ids import public_id
from cms.permissions import SYSTEM
from tests.factories import (
    make_article,
    make_asset,
    make_author,
    make_published_article,
    make_section,
    make_tag,
)

# Where the bytes lie and whose token brought them is not for the public.
SHOWN_OF_ASSETS = EMBEDDED_COLUMNS


async def live_row(session: AsyncSession, article_id: UUID) -> Any:
    """What the public reads of an article."""
    return (
        await session.execute(select(tables.live_article).where(tables.live_article.c.id == article_id))
    ).one()


async def live_tags(session: AsyncSession, article_id: UUID) -> list[UUID]:
    """The tags by which the public finds an article."""
    table = tables.live_tag
    query = select(table.c.tag_id).where(table.c.live_id == article_id).order_by(table.c.position)
    return list((await session.scalars(query)).all())


async def test_byline_tags_section_and_cover_are_embedded(session: AsyncSession) -> None:
    face, cover = (
        await make_asset(session, filename="face.png"),
        await make_asset(session, focal_x=0.25, focal_y=0.5),
    )
    author = await make_author(session, name="Ada", slug="ada", title="Reporter", avatar_id=face)
    other = await make_author(session, name="Bo", slug="bo")
    tag, section = (
        await make_tag(session, name="Rain", slug="rain"),
        await make_section(session, name="Air", slug="air"),
    )
    article_id = await make_published_article(
        session,
        byline=[BylineEntry(other), BylineEntry(author)],
        tag_ids=[tag],
        section_id=section,
        cover=Cover(cover, alt="A bend"),
    )
    row = await live_row(session, article_id)
    assert row.byline[0] == {
        "role": "AUTHOR",
        "author": {"id": str(other), "slug": "bo", "name": "Bo", "title": None, "avatar": None},
    }
    assert row.byline[1]["author"]["title"] == "Reporter"
    assert row.byline[1]["author"]["avatar"]["id"] == str(face)
    assert row.tags == [{"id": str(tag), "slug": "rain", "name": "Rain"}]
    assert row.section == {
        "id": str(section),
        "slug": "air",
        "name": "Air",
        "description": None,
        "parent_id": None,
        "position": 0,
    }
    assert set(row.cover["asset"]) == SHOWN_OF_ASSETS
    assert (row.cover["asset"]["focal_x"], row.cover_alt) == (0.25, "A bend")


async def test_assets_are_listed_by_where_they_are_shown(session: AsyncSession) -> None:
    cover, inside, face = [await make_asset(session) for _ in range(3)]
    body = f"![x](asset:asset_{inside.hex})"
    await make_published_article(session, cover=Cover(cover), body=body, seo=SeoChanges(image_id=face))
    rows = await session.execute(select(tables.live_asset.c.place, tables.live_asset.c.asset_id))
    assert sorted(tuple(row) for row in rows) == [("BODY", inside), ("COVER", cover), ("SEO", face)]


async def test_a_body_knows_the_assets_and_the_published_articles_that_it_names(
    session: AsyncSession,
) -> None:
    asset, draft = await make_asset(session), await make_article(session, title="Hidden")
    shown = await make_published_article(session, title="Shown")
    body = f"![x](asset:asset_{asset.hex}) [a](article:article_{draft.hex}) [b](article:article_{shown.hex})"
    row = await live_row(session, await make_published_article(session, body=body))
    assert row.body_references["articles"] == {
        public_id("article", shown): {"slug": "shown", "locale": "en", "title": "Shown"}
    }
    assert list(row.body_references["assets"]) == [public_id("asset", asset)]
    assert set(row.body_references["assets"][public_id("asset", asset)]) == SHOWN_OF_ASSETS


async def test_bodies_follow_the_articles_that_they_link_to(session: AsyncSession) -> None:
    target = await make_article(session, title="Target")
    article_id = await make_published_article(session, body=f"[a](article:article_{target.hex})")
    key = public_id("article", target)
    assert (await live_row(session, article_id)).body_references["articles"] == {}
    await publish_article(session, SYSTEM, target, expected_version=1)
    await update_article(
        session, SYSTEM, target, expected_version=1, changes=ArticleChanges(title="New", slug="new")
    )
    assert (await live_row(session, article_id)).body_references["articles"][key]["slug"] == "target"
    await publish_article(session, SYSTEM, target, expected_version=2)
    assert (await live_row(session, article_id)).body_references["articles"][key] == {
        "slug": "new",
        "locale": "en",
        "title": "New",
    }
    await unpublish_article(session, SYSTEM, target, expected_version=2)
    assert (await live_row(session, article_id)).body_references["articles"] == {}
    assert await compare_live(session) == []


async def test_related_links_are_live_while_both_ends_are(session: AsyncSession) -> None:
    target = await make_article(session)
    article_id = await make_published_article(session, related=[RelatedLink(target, note="Why")])
    links = select(
        tables.live_related.c.live_id, tables.live_related.c.article_id, tables.live_related.c.note
    )
    assert (await session.execute(links)).all() == []
    await publish_article(session, SYSTEM, target, expected_version=1)
    assert (await session.execute(links)).all() == [(article_id, target, "Why")]
    await unpublish_article(session, SYSTEM, target, expected_version=1)
    assert (await session.execute(links)).all() == []


async def test_a_new_name_of_an_author_is_read_at_once(session: AsyncSession) -> None:
    author = await make_author(session, name="Ada")
    article_id = await make_published_article(session, byline=[BylineEntry(author)])
    await session.execute(tables.author.update().where(tables.author.c.id == author).values(name="Ada D."))
    assert await compare_live(session) == [f"live_article {article_id}: is not what the desk gives"]
    await announce_change(session, Noun.AUTHOR, author)
    assert (await live_row(session, article_id)).byline[0]["author"]["name"] == "Ada D."


async def test_a_new_text_of_an_asset_is_read_on_covers_bodies_and_faces(session: AsyncSession) -> None:
    asset = await make_asset(session)
    author = await make_author(session, avatar_id=asset)
    await make_published_article(session, cover=Cover(asset))
    await make_published_article(session, body=f"![x](asset:asset_{asset.hex})")
    await make_published_article(session, byline=[BylineEntry(author)])
    await session.execute(tables.asset.update().where(tables.asset.c.id == asset).values(alt="Two rivers"))
    assert len(await compare_live(session)) == 3
    await announce_change(session, Noun.ASSET, asset)
    assert await compare_live(session) == []


async def test_a_tag_or_section_that_changes_is_read_at_once(session: AsyncSession) -> None:
    tag, section = await make_tag(session), await make_section(session)
    article_id = await make_published_article(session, tag_ids=[tag], section_id=section)
    await session.execute(tables.tag.update().values(name="Rain"))
    await session.execute(tables.section.update().values(description="All of it"))
    await announce_change(session, Noun.TAG, tag)
    await announce_change(session, Noun.SECTION, section)
    row = await live_row(session, article_id)
    assert (row.tags[0]["name"], row.section["description"]) == ("Rain", "All of it")


async def test_merged_tags_become_one_at_the_first_place(session: AsyncSession) -> None:
    one, two, three, into = [await make_tag(session) for _ in range(4)]
    both = await make_published_article(session, tag_ids=[one, three, into, two])
    single = await make_published_article(session, tag_ids=[three, two])
    await announce_merge(session, Noun.TAG, [one, two], into)
    await session.execute(tables.tag.delete().where(tables.tag.c.id.in_([one, two])))
    assert await live_tags(session, both) == [into, three]
    assert await live_tags(session, single) == [three, into]
    assert [tag["id"] for tag in (await live_row(session, both)).tags] == [str(into), str(three)]
    assert await compare_live(session) == []


async def test_a_tag_and_a_section_may_leave(session: AsyncSession) -> None:
    tag, section = await make_tag(session), await make_section(session)
    article_id = await make_published_article(session, tag_ids=[tag], section_id=section)
    await announce_leaving(session, Noun.TAG, tag)
    await session.execute(tables.tag.delete())
    await announce_leaving(session, Noun.SECTION, section)
    await session.execute(tables.section.delete())
    row = await live_row(session, article_id)
    assert (row.tags, row.section, row.section_id) == ([], None, None)
    assert await compare_live(session) == []


async def test_an_author_who_signs_any_version_stays(session: AsyncSession) -> None:
    author = await make_author(session)
    article_id = await make_article(session, byline=[BylineEntry(author)])
    await update_article(session, SYSTEM, article_id, expected_version=1, changes=ArticleChanges(byline=None))
    with pytest.raises(InUse) as refusal:
        await announce_leaving(session, Noun.AUTHOR, author)
    assert refusal.value.used_by == [("article", article_id)]


async def test_an_asset_stays_while_a_draft_or_a_live_version_shows_it(session: AsyncSession) -> None:
    asset = await make_asset(session)
    article_id = await make_published_article(session, cover=Cover(asset))
    await update_article(session, SYSTEM, article_id, expected_version=1, changes=ArticleChanges(cover=None))
    with pytest.raises(InUse):
        await announce_leaving(session, Noun.ASSET, asset)
    await publish_article(session, SYSTEM, article_id, expected_version=2)
    await announce_leaving(session, Noun.ASSET, asset)
    await session.execute(tables.asset.delete())
    assert await compare_live(session) == []


async def test_the_comparison_finds_what_is_wrong_and_a_rebuild_mends_it(session: AsyncSession) -> None:
    one = await make_published_article(session, tag_ids=[await make_tag(session)])
    two = await make_published_article(session)
    await session.execute(
        tables.live_article.update().where(tables.live_article.c.id == one).values(title="Other")
    )
    await session.execute(tables.live_tag.delete())
    await session.execute(
        tables.live_related.insert().values(live_id=one, position=0, article_id=two, kind="SERIES")
    )
    assert await compare_live(session) == [
        f"live_article {one}: is not what the desk gives",
        f"live_tag {one} 0: is missing",
        f"live_related {one} 0: should not be there",
    ]
    await rebuild_live(session)
    assert await compare_live(session) == []
    assert (await live_row(session, one)).title == "A river runs"
