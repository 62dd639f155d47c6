"""Every save is a new version; what was not sent stays as it was."""

import dataclasses
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.content import Content
from cms.articles.editing import update_article
from cms.articles.inputs import ArticleChanges, BylineEntry, Cover, Disclosure, RelatedLink, Seo, SeoChanges
from cms.articles.kinds import ArticleKind, DisclosureKind
from cms.articles.versions import load_content
from cms.assets.framing import Crop, FocalPoint
from cms.errors import NotFound, Problems, VersionConflict
from cms.ids import new_id
from cms.permissions import SYSTEM
from tests.factories import make_article, make_asset, make_author, make_section, make_tag, version_number

PART = Crop(0.25, 0.1, 0.5, 0.6)


async def draft(session: AsyncSession, article_id: UUID) -> Content:
    """The content of an article's draft."""
    version_id = await session.scalar(
        select(tables.article.c.draft_version_id).where(tables.article.c.id == article_id)
    )
    assert version_id is not None
    return await load_content(session, version_id)


async def full_article(session: AsyncSession) -> UUID:
    """An article with something in every field."""
    asset, other = await make_asset(session), await make_article(session, title="Other")
    return await make_article(
        session,
        subtitle="Below",
        excerpt="Short",
        body=f"![x](asset:asset_{asset.hex}) [y](article:article_{other.hex})",
        section_id=await make_section(session),
        cover=Cover(asset, "Alt", "Caption", "Credit"),
        byline=[BylineEntry(await make_author(session))],
        tag_ids=[await make_tag(session), await make_tag(session)],
        related=[RelatedLink(other, note="Why")],
        seo=SeoChanges(
            title="T", description="D", canonical_url="https://example.org", no_index=True, image_id=asset
        ),
        disclosures=[Disclosure(DisclosureKind.SPONSORED, "By a friend")],
    )


async def change(session: AsyncSession, article_id: UUID, **fields: Any) -> None:
    """Save the fields at the version that is there."""
    number = await version_number(session, article_id)
    await update_article(
        session, SYSTEM, article_id, expected_version=number, changes=ArticleChanges(**fields)
    )


async def test_what_is_absent_stays_as_it_was(session: AsyncSession) -> None:
    article_id = await full_article(session)
    before = await draft(session, article_id)
    await change(session, article_id, title="New")
    after = await draft(session, article_id)
    assert after == dataclasses.replace(before, title="New")
    assert before.body is not None
    assert after.body is not None
    assert (after.body.asset_ids, after.body.article_ids) == (before.body.asset_ids, before.body.article_ids)


async def test_what_is_null_is_cleared(session: AsyncSession) -> None:
    article_id = await full_article(session)
    names = (
        "subtitle",
        "excerpt",
        "section_id",
        "cover",
        "byline",
        "tag_ids",
        "related",
        "seo",
        "disclosures",
    )
    await change(session, article_id, body="", **dict.fromkeys(names))
    after = await draft(session, article_id)
    blank = Content(slug=after.slug, title=after.title, body=after.body)
    assert after == blank
    assert after.body is not None
    assert after.body.markdown == ""


async def test_a_save_is_a_version_that_names_what_changed(session: AsyncSession) -> None:
    article_id = await make_article(session)
    tag, section = await make_tag(session), await make_section(session)
    await change(
        session,
        article_id,
        title="New",
        tag_ids=[tag],
        section_id=section,
        kind=ArticleKind.NEWS,
        message="Why",
    )
    query = (
        select(tables.version)
        .where(tables.version.c.article_id == article_id)
        .order_by(tables.version.c.number)
    )
    first, second = (await session.execute(query)).all()
    assert (first.title, second.title) == ("A river runs", "New")
    assert (second.number, second.changed_fields, second.message) == (
        2,
        ["title", "sectionId", "tagIds"],
        "Why",
    )
    assert await version_number(session, article_id) == 2


async def test_a_save_that_changes_nothing_makes_no_version(session: AsyncSession) -> None:
    article_id = await full_article(session)
    before = await draft(session, article_id)
    assert before.body is not None
    await change(
        session,
        article_id,
        title=before.title,
        body=before.body.markdown,
        tag_ids=before.tag_ids,
        cover=before.cover,
    )
    assert await version_number(session, article_id) == 1
    versions = (
        select(func.count()).select_from(tables.version).where(tables.version.c.article_id == article_id)
    )
    assert await session.scalar(versions) == 1


async def test_a_frame_stays_with_its_picture_and_goes_with_it(session: AsyncSession) -> None:
    one, other = await make_asset(session), await make_asset(session)
    article_id = await make_article(session)
    framed = SeoChanges(image_id=one, image_focal_point=FocalPoint(0.2, 0.3), image_crop=PART)
    await change(session, article_id, seo=framed)
    await change(session, article_id, seo=SeoChanges(title="T"))
    assert (await draft(session, article_id)).seo == Seo("T", None, None, False, one, FocalPoint(0.2, 0.3), PART)  # fmt: skip
    await change(session, article_id, seo=SeoChanges(image_id=one, image_focal_point=None))
    assert (await draft(session, article_id)).seo == Seo("T", None, None, False, one, None, PART)
    await change(session, article_id, seo=SeoChanges(image_id=other))
    assert (await draft(session, article_id)).seo == Seo("T", None, None, False, other)


async def test_fields_of_seo_that_are_absent_stay(session: AsyncSession) -> None:
    article_id = await full_article(session)
    image_id = (await draft(session, article_id)).seo.image_id
    await change(session, article_id, seo=SeoChanges(title="New", description=None, no_index=None))
    assert (await draft(session, article_id)).seo == Seo("New", None, "https://example.org", False, image_id)


async def test_an_older_version_is_a_conflict_that_changes_nothing(session: AsyncSession) -> None:
    article_id = await make_article(session)
    await change(session, article_id, title="First")
    with pytest.raises(VersionConflict, match="at version 2, not 1") as refusal:
        await update_article(
            session, SYSTEM, article_id, expected_version=1, changes=ArticleChanges(title="Second")
        )
    assert (refusal.value.article_id, refusal.value.path) == (article_id, ["expectedVersion"])
    assert (await draft(session, article_id)).title == "First"


async def test_an_article_that_is_not_there_is_not_found(session: AsyncSession) -> None:
    with pytest.raises(NotFound) as refusal:
        await update_article(session, SYSTEM, new_id(), expected_version=1, changes=ArticleChanges(title="A"))
    assert refusal.value.path == ["id"]


async def test_an_article_cannot_relate_to_itself(session: AsyncSession) -> None:
    article_id = await make_article(session)
    with pytest.raises(Problems) as refusal:
        await change(session, article_id, related=[RelatedLink(article_id)], title=" ")
    assert [problem.path for problem in refusal.value.problems] == [["title"], ["related", "0", "articleId"]]
    assert await version_number(session, article_id) == 1


async def test_the_database_refuses_to_rewrite_a_version(session: AsyncSession) -> None:
    article_id = await make_article(session)
    with pytest.raises(IntegrityError, match="cannot be rewritten"):
        await session.execute(
            tables.version.update().where(tables.version.c.article_id == article_id).values(title="Other")
        )
