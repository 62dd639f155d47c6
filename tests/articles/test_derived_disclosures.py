"""What the pictures of an article say of themselves is disclosed without anybody writing it."""

from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.entities import ARTICLE
from cms.articles.inputs import Cover, Disclosure, SeoChanges
from cms.articles.kinds import DisclosureKind
from cms.articles.refreshing import compare_live
from cms.articles.versions import load_content
from cms.assets.kinds import AI_SOURCE_TYPES, DigitalSourceType
from cms.changes import Noun, announce_change
from cms.ids import public_id
from cms.perspective import DRAFT
from cms.reading.entities import Scope
from tests.factories import make_asset, make_published_article

TRAINED = DigitalSourceType.TRAINED_ALGORITHMIC_MEDIA


async def disclosed(session: AsyncSession, article_id: UUID) -> list[tuple[str, bool]]:
    """The kinds, and whether each added itself: the same for editors and the public."""
    drafts, live = ARTICLE.alias(Scope(DRAFT)), tables.live_article
    seen = (await session.scalars(select(drafts.c.disclosures).where(drafts.c.id == article_id))).one()
    public = (await session.scalars(select(live.c.disclosures).where(live.c.id == article_id))).one()
    assert (seen, await compare_live(session)) == (public, [])
    return [(one["kind"], one.get("is_derived", False)) for one in public]


@pytest.mark.parametrize("source_type", list(DigitalSourceType))
async def test_a_cover_tells_how_it_was_made(session: AsyncSession, source_type: DigitalSourceType) -> None:
    asset = await make_asset(session, digital_source_type=source_type)
    article_id = await make_published_article(session, cover=Cover(asset))
    told = {TRAINED: [("MADE_BY_AI", True)]}
    assisted = [("AI_ASSISTED", True)] if source_type in AI_SOURCE_TYPES else []
    assert await disclosed(session, article_id) == told.get(source_type, assisted)


async def test_pictures_of_the_body_tell_it_and_those_for_search_engines_do_not(
    session: AsyncSession,
) -> None:
    asset = await make_asset(session, digital_source_type=TRAINED)
    shown = await make_published_article(session, body=f"![x](asset:{public_id('asset', asset)})")
    hidden = await make_published_article(session, seo=SeoChanges(image_id=asset))
    assert await disclosed(session, shown) == [("MADE_BY_AI", True)]
    assert await disclosed(session, hidden) == []


async def test_what_is_written_stands_and_nothing_is_told_twice(session: AsyncSession) -> None:
    asset = await make_asset(session, digital_source_type=TRAINED)
    written = [Disclosure(DisclosureKind.SPONSORED), Disclosure(DisclosureKind.MADE_BY_AI, "The cover.")]
    article_id = await make_published_article(session, cover=Cover(asset), disclosures=written)
    assert await disclosed(session, article_id) == [("SPONSORED", False), ("MADE_BY_AI", False)]
    other = await make_published_article(session, cover=Cover(asset), disclosures=written[:1])
    assert await disclosed(session, other) == [("SPONSORED", False), ("MADE_BY_AI", True)]
    draft = select(tables.article.c.draft_version_id).where(tables.article.c.id == other)
    content = await load_content(session, (await session.scalars(draft)).one())
    assert content.disclosures == tuple(written[:1])


async def test_it_follows_what_is_said_of_the_picture(session: AsyncSession) -> None:
    asset = await make_asset(session)
    article_id = await make_published_article(session, cover=Cover(asset))
    assert await disclosed(session, article_id) == []
    for source_type, told in ((TRAINED, [("MADE_BY_AI", True)]), (DigitalSourceType.DIGITAL_CAPTURE, [])):
        change = tables.asset.update().where(tables.asset.c.id == asset)
        await session.execute(change.values(digital_source_type=source_type))
        await announce_change(session, Noun.ASSET, asset)
        assert await disclosed(session, article_id) == told
