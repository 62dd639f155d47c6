"""The content of the benchmark, written by the verbs that editors use; the same each time but for the ids."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bench.prose import Prose
from cms.articles import inputs, tables
from cms.articles.creating import create_article
from cms.articles.publishing import publish_article
from cms.articles.relating import set_related
from cms.authors.service import AuthorFields, create_author
from cms.database import Database
from cms.ids import new_id
from cms.permissions import SYSTEM
from cms.taxonomy.tags import TagFields, create_tag

AUTHORS = 200
TAGS = 100
TAGS_OF_ARTICLE = 3
RELATED_OF_ARTICLE = 4
BATCH = 50
SEED = 20_250_601
NEWEST = datetime(2025, 6, 1, 12, tzinfo=UTC)
WRITING_HOURS = 3

Advance = Callable[[int], None]


@dataclass
class Content:
    """What has been written so far; the articles in the order of their dates."""

    prose: Prose
    authors: list[UUID] = field(default_factory=list[UUID])
    tags: list[UUID] = field(default_factory=list[UUID])
    assets: list[UUID] = field(default_factory=list[UUID])
    articles: list[UUID] = field(default_factory=list[UUID])


async def write_content(database: Database, articles: int, advance: Advance) -> None:
    """Write and publish so many articles, a minute apart, the last one newest. `advance` hears of every batch."""
    content = Content(Prose(Random(SEED)))  # noqa: S311  (the content shall be the same each time)
    async with database.transaction() as session:
        content.authors = [await _author(session, content.prose) for _ in range(AUTHORS)]
        content.tags = [await _tag(session, content.prose, number) for number in range(TAGS)]
        await _assets(session, content, articles)
    while len(content.articles) < articles:
        size = min(BATCH, articles - len(content.articles))
        async with database.transaction() as session:
            for _ in range(size):
                await _article(session, content, articles)
        advance(size)
    async with database.transaction() as session:
        await _relate_oldest(session, content)


async def _author(session: AsyncSession, prose: Prose) -> UUID:
    return (await create_author(session, SYSTEM, AuthorFields(name=prose.name()))).id


async def _tag(session: AsyncSession, prose: Prose, number: int) -> UUID:
    return (await create_tag(session, SYSTEM, TagFields(name=f"{prose.word()} {number}"))).id


async def _assets(session: AsyncSession, content: Content, count: int) -> None:
    """The rows of pictures; no query of the benchmark reads their bytes, so there are none."""
    content.assets = [new_id() for _ in range(count)]
    rows = [_asset(content, number, asset_id) for number, asset_id in enumerate(content.assets)]
    await session.execute(insert(tables.asset), rows)


def _asset(content: Content, number: int, asset_id: UUID) -> dict[str, object]:
    return {
        "id": asset_id,
        "state": "READY",
        "object_key": f"assets/{asset_id.hex}",
        "filename": f"picture-{number}.jpg",
        "content_type": "image/jpeg",
        "byte_size": 200_000 + number % 100_000,
        "sha256": hashlib.sha256(str(number).encode()).hexdigest(),
        "width": 1_600,
        "height": 900,
        "alt": content.prose.title(),
        "created_at": NEWEST,
        "updated_at": NEWEST,
    }


async def _article(session: AsyncSession, content: Content, articles: int) -> None:
    number = len(content.articles)
    published_at = NEWEST - timedelta(minutes=articles - 1 - number)
    new = _new_article(content, published_at - timedelta(hours=WRITING_HOURS))
    article_id = await create_article(session, SYSTEM, new)
    await publish_article(session, SYSTEM, article_id, expected_version=1, published_at=published_at)
    content.articles.append(article_id)


def _new_article(content: Content, created_at: datetime) -> inputs.NewArticle:
    random, number = content.prose.random, len(content.articles)
    earlier = content.articles if number >= RELATED_OF_ARTICLE else []
    return inputs.NewArticle(
        title=content.prose.title(),
        body=content.prose.body(),
        byline=[inputs.BylineEntry(random.choice(content.authors))],
        tag_ids=random.sample(content.tags, TAGS_OF_ARTICLE),
        cover=inputs.Cover(content.assets[number]),
        related=_links(random, earlier),
        created_at=created_at,
    )


def _links(random: Random, among: list[UUID]) -> list[inputs.RelatedLink]:
    return [inputs.RelatedLink(key) for key in random.sample(among, min(RELATED_OF_ARTICLE, len(among)))]


async def _relate_oldest(session: AsyncSession, content: Content) -> None:
    """The first articles had no earlier ones to point to: they get theirs in a second version."""
    later = content.articles[RELATED_OF_ARTICLE:]
    for article_id in content.articles[:RELATED_OF_ARTICLE]:
        links = _links(content.prose.random, later)
        await set_related(session, SYSTEM, article_id, expected_version=1, links=links)
        await publish_article(session, SYSTEM, article_id, expected_version=2)
