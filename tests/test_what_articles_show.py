"""What happens to articles when what they show is changed, merged or deleted through its own verbs."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import listening, tables
from cms.articles.inputs import BylineEntry, Cover
from cms.assets.description import AssetFields
from cms.assets.library import delete_asset, update_asset
from cms.authors.service import AuthorFields, create_author, delete_author, update_author
from cms.database import Database
from cms.errors import InUse
from cms.permissions import SYSTEM
from cms.taxonomy.sections import SectionFields, create_section, delete_section, update_section
from cms.taxonomy.tags import TagFields, create_tag, delete_tag, merge_tags, update_tag
from tests.desk import database
from tests.factories import (
    make_article,
    make_asset,
    make_author,
    make_published_article,
    make_section,
    make_tag,
)

__all__ = ["database", "listening"]


async def live(session: AsyncSession, article_id: UUID) -> Any:
    query = select(tables.live_article).where(tables.live_article.c.id == article_id)
    return (await session.execute(query)).one()


async def test_a_renamed_author_section_and_tag_are_renamed_where_they_are_shown(database: Database) -> None:
    async with database.transaction() as session:
        author = await create_author(session, SYSTEM, AuthorFields(name="Ada"))
        section = await create_section(session, SYSTEM, SectionFields(name="News"))
        tag = await create_tag(session, SYSTEM, TagFields(name="Rivers"))
        asset_id = await make_asset(session)
        links: dict[str, Any] = {
            "byline": [BylineEntry(author.id)],
            "tag_ids": [tag.id],
            "cover": Cover(asset_id),
        }
        article_id = await make_published_article(session, section_id=section.id, **links)
        await update_author(session, SYSTEM, author.id, AuthorFields(name="Ada King"))
        await update_section(session, SYSTEM, section.id, SectionFields(name="Latest"))
        await update_tag(session, SYSTEM, tag.id, TagFields(name="Streams"))
        await update_asset(session, SYSTEM, asset_id, AssetFields(alt="The weir"))
        row = await live(session, article_id)
    assert (row.byline[0]["author"]["name"], row.section["name"], row.tags[0]["name"]) == (
        "Ada King",
        "Latest",
        "Streams",
    )
    assert row.cover["asset"]["alt"] == "The weir"


async def test_a_changed_avatar_is_changed_beside_the_byline(database: Database) -> None:
    async with database.transaction() as session:
        avatar_id = await make_asset(session)
        author = await create_author(session, SYSTEM, AuthorFields(name="Ada", avatar_id=avatar_id))
        article_id = await make_published_article(session, byline=[BylineEntry(author.id)])
        before = str((await live(session, article_id)).byline)
        await update_asset(session, SYSTEM, avatar_id, AssetFields(alt="Ada, smiling"))
        after = str((await live(session, article_id)).byline)
    assert ("Ada, smiling" in before, "Ada, smiling" in after) == (False, True)


async def test_merged_tags_leave_one_at_the_first_place(database: Database) -> None:
    async with database.transaction() as session:
        one, two, other, into = [
            await make_tag(session, name=name) for name in ("One", "Two", "Other", "Into")
        ]
        article_id = await make_published_article(session, tag_ids=[one, other, two, into])
        untouched = await make_published_article(session, tag_ids=[other])
        await merge_tags(session, SYSTEM, [one, two], into)
        shown = [tag["name"] for tag in (await live(session, article_id)).tags]
        assert (shown, [tag["name"] for tag in (await live(session, untouched)).tags]) == (
            ["Into", "Other"],
            ["Other"],
        )


async def test_a_deleted_tag_leaves_its_articles(database: Database) -> None:
    async with database.transaction() as session:
        one, two = await make_tag(session, name="One"), await make_tag(session, name="Two")
        article_id = await make_published_article(session, tag_ids=[one, two])
        await delete_tag(session, SYSTEM, one)
        assert [tag["name"] for tag in (await live(session, article_id)).tags] == ["Two"]


@pytest.mark.parametrize("make", [make_article, make_published_article])
async def test_what_articles_need_is_not_deleted(database: Database, make: Any) -> None:
    async with database.transaction() as session:
        author_id, section_id, asset_id = (
            await make_author(session),
            await make_section(session),
            await make_asset(session),
        )
        fields = {"byline": [BylineEntry(author_id)], "section_id": section_id, "cover": Cover(asset_id)}
        article_id = await make(session, **fields)
        for attempt in (
            delete_author(session, SYSTEM, author_id),
            delete_section(session, SYSTEM, section_id),
            delete_asset(session, SYSTEM, asset_id),
        ):
            with pytest.raises(InUse) as refused:
                await attempt
            assert refused.value.used_by == [("article", article_id)]
