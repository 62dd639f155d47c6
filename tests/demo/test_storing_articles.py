"""The demo's articles, stored through the verbs of the articles slice in a real database."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.database import Database, now
from cms.demo.articles import Keys, store_articles
from cms.demo.consistency import section_slugs
from cms.demo.newsroom import Newsroom
from cms.demo.reader import read_newsroom
from cms.demo.references import linked_slugs
from cms.ids import public_id
from cms.permissions import SYSTEM
from tests.desk import empty
from tests.factories import make_asset, make_author, make_section, make_tag

NEWSROOM: Newsroom = read_newsroom()
PUBLISHED = {article.slug for article in NEWSROOM.articles if article.status == "published"}
MOMENT = now()


@pytest.fixture(scope="module")
async def session(open_database: Database) -> AsyncGenerator[AsyncSession]:
    """A session in a transaction that is rolled back, on an empty site in English and French."""
    await empty(open_database)
    async with open_database.sessions() as session:
        transaction = await session.begin()
        await session.execute(tables.site.update().values(locales=["en", "fr"], default_locale="en"))
        yield session
        await transaction.rollback()


@pytest.fixture(scope="module")
async def stored(session: AsyncSession) -> dict[str, UUID]:
    """The ids of the stored articles by slug."""
    sections = section_slugs(NEWSROOM.sections)
    keys = Keys(
        authors={each.slug: await make_author(session, slug=each.slug) for each in NEWSROOM.authors},
        sections={slug: await make_section(session, slug=slug) for slug in sections},
        tags={each.slug: await make_tag(session, slug=each.slug) for each in NEWSROOM.tags},
        assets={name: await make_asset(session, filename=name) for name in NEWSROOM.images},
    )
    return await store_articles(session, SYSTEM, NEWSROOM.articles, keys, now=MOMENT)


async def live(session: AsyncSession, slug: str) -> Row[Any]:
    return (
        await session.execute(select(tables.live_article).where(tables.live_article.c.slug == slug))
    ).one()


async def test_what_is_published_is_live_since_its_day_and_drafts_are_not(
    session: AsyncSession, stored: dict[str, UUID]
) -> None:
    rows = await session.execute(select(tables.live_article.c.slug, tables.live_article.c.published_at))
    since = {row.slug: row.published_at for row in rows}

    assert set(stored) == {article.slug for article in NEWSROOM.articles}
    assert since == {
        article.slug: MOMENT - timedelta(days=article.days_ago)
        for article in NEWSROOM.articles
        if article.slug in PUBLISHED
    }


async def test_related_links_and_links_in_texts_lead_to_the_right_articles(
    session: AsyncSession, stored: dict[str, UUID]
) -> None:
    for article in NEWSROOM.articles:
        if article.slug not in PUBLISHED:
            continue
        related = tables.live_related.c
        links = select(related.article_id, related.kind, related.note).order_by(related.position)
        of_article = links.where(related.live_id == stored[article.slug])
        assert [tuple(row) for row in await session.execute(of_article)] == [
            (stored[link.slug], link.kind, link.note) for link in article.related
        ]
        body = (await live(session, article.slug)).body_markdown
        assert "slug:" not in body and "image:" not in body
        for slug in linked_slugs(article.body):
            assert f"](article:{public_id('article', stored[slug])})" in body


async def test_translations_are_grouped_with_their_originals(
    session: AsyncSession, stored: dict[str, UUID]
) -> None:
    table = tables.article
    groups = select(table.c.translation_group_id, func.count()).group_by(table.c.translation_group_id)
    sizes = [count for _, count in await session.execute(groups)]
    french, english = [
        await live(session, slug) for slug in ("le-retour-des-trains-de-nuit", "night-trains-return")
    ]

    assert sorted(sizes) == [1] * 14 + [2] * 7
    assert french.translation_group_id == english.translation_group_id


async def test_the_feature_is_stored_whole(session: AsyncSession, stored: dict[str, UUID]) -> None:
    feature = await live(session, "night-trains-return")

    assert (feature.kind, feature.locale, feature.reading_minutes) == ("NEWS", "en", 7)
    assert feature.body_outline[0]["text"] == "A timetable bought at auction"
    assert len(feature.body_outline) == 6
    assert {block["type"] for block in feature.body_blocks} >= {
        "paragraph",
        "heading",
        "quote",
        "image",
        "table",
        "callout",
        "list",
    }
    assert [entry["role"] for entry in feature.byline] == ["AUTHOR", "PHOTOGRAPHER"]
    assert [each["kind"] for each in feature.disclosures] == ["MADE_BY_AI", "OTHER"]
    assert feature.cover_credit == "Drawn by an algorithm for this demo"
    assert feature.seo_title == "Night trains return to Port-Amel after eleven years"
