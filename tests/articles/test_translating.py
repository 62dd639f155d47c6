"""A translation takes over what is not text, and leaves the text to the translator."""

from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.content import Content
from cms.articles.inputs import BylineEntry, Cover, Disclosure, RelatedLink, Seo, SeoChanges
from cms.articles.kinds import ArticleKind, DisclosureKind
from cms.articles.translating import create_translation
from cms.articles.versions import load_content
from cms.assets.framing import Crop, FocalPoint
from cms.errors import Forbidden, NotFound, Problem, Problems, Unauthenticated
from cms.ids import new_id
from cms.permissions import PUBLIC, SYSTEM, Role
from tests.factories import make_actor, make_article, make_asset, make_author, make_section, make_tag

PART = Crop(0.25, 0.1, 0.5, 0.6)


async def draft_of(session: AsyncSession, article_id: UUID) -> tuple[UUID, str, Content]:
    """The translation group, the locale and the content of an article's draft."""
    article = (await session.execute(select(tables.article).where(tables.article.c.id == article_id))).one()
    return article.translation_group_id, article.locale, await load_content(session, article.draft_version_id)


async def make_original(session: AsyncSession) -> UUID:
    asset = await make_asset(session)
    return await make_article(
        session,
        title="A river runs",
        subtitle="Through it",
        excerpt="A river, in short",
        body="The river.",
        kind=ArticleKind.ANALYSIS,
        byline=[BylineEntry(await make_author(session))],
        section_id=await make_section(session),
        tag_ids=[await make_tag(session), await make_tag(session)],
        cover=Cover(asset, "A river", "The river at noon", "Ada", FocalPoint(0.2, 0.3), PART),
        related=[RelatedLink(await make_article(session, title="Another"), note="Read it")],
        seo=SeoChanges(
            title="River",
            canonical_url="https://example.org/river",
            no_index=True,
            image_id=asset,
            image_focal_point=FocalPoint(0.4, 0.5),
            image_crop=PART,
        ),
        disclosures=[Disclosure(DisclosureKind.SPONSORED, "Paid"), Disclosure(DisclosureKind.OTHER, "Odd")],
    )


async def test_what_is_not_text_is_copied(session: AsyncSession) -> None:
    original_id = await make_original(session)
    group, _, original = await draft_of(session, original_id)
    translated_id = await create_translation(
        session, SYSTEM, original_id, "fr", title="Une rivière", body="La rivière."
    )
    found_group, locale, found = await draft_of(session, translated_id)
    assert (found_group, locale) == (group, "fr")
    for name in ("kind", "byline", "section_id", "tag_ids", "related"):
        assert getattr(found, name) == getattr(original, name)
    assert original.cover is not None
    assert found.cover == Cover(original.cover.asset_id, focal_point=FocalPoint(0.2, 0.3), crop=PART)
    assert found.seo == Seo(
        no_index=True,
        image_id=original.seo.image_id,
        image_focal_point=FocalPoint(0.4, 0.5),
        image_crop=PART,
    )
    assert found.disclosures == (Disclosure(DisclosureKind.SPONSORED),)
    assert (found.title, found.slug, found.subtitle, found.excerpt) == (
        "Une rivière",
        "une-riviere",
        None,
        None,
    )
    assert found.body is not None
    assert found.body.markdown == "La rivière."


async def test_without_a_title_the_original_one_stands(session: AsyncSession) -> None:
    translated_id = await create_translation(session, SYSTEM, await make_original(session), "fr")
    _, _, found = await draft_of(session, translated_id)
    assert found.title == "A river runs"
    assert found.body is not None
    assert found.body.markdown == ""


@pytest.mark.parametrize("locale", ["en", "de"])
async def test_a_locale_that_is_taken_or_unknown_is_refused(session: AsyncSession, locale: str) -> None:
    original_id = await make_original(session)
    with pytest.raises(Problems) as refusal:
        await create_translation(session, SYSTEM, original_id, locale)
    assert {tuple(problem.path) for problem in refusal.value.problems} == {("locale",)}


async def test_an_article_that_is_not_there_is_not_found(session: AsyncSession) -> None:
    with pytest.raises(NotFound) as refusal:
        await create_translation(session, SYSTEM, new_id(), "fr")
    problem: Problem = refusal.value
    assert problem.path == ["articleId"]


async def test_whoever_may_not_write_may_not_translate(session: AsyncSession) -> None:
    original_id = await make_original(session)
    with pytest.raises(Unauthenticated):
        await create_translation(session, PUBLIC, original_id, "fr")
    with pytest.raises(Forbidden):
        await create_translation(session, await make_actor(session, Role.VIEWER), original_id, "fr")
    translated = select(tables.article.c.id).where(tables.article.c.locale == "fr")
    assert (await session.execute(translated)).all() == []
