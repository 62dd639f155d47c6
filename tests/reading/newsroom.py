"""A newsroom to read from: some sixty articles with all that reading can meet, made through the services."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.creating import create_article
from cms.articles.editing import update_article
from cms.articles.inputs import (
    ArticleChanges,
    BylineEntry,
    Cover,
    Disclosure,
    NewArticle,
    RelatedLink,
    SeoChanges,
)
from cms.articles.kinds import ArticleKind, BylineRole, DisclosureKind, RelationKind
from cms.articles.publishing import publish_article, unpublish_article
from cms.articles.workflow.scheduling import Times, schedule_article
from cms.articles.workflow.withdrawing import withdraw_article
from cms.assets.description import AssetFields
from cms.assets.framing import Crop, FocalPoint
from cms.assets.library import update_asset
from cms.database import Database
from cms.ids import public_id
from cms.permissions import SYSTEM
from tests.api.rights import pass_the_moment
from tests.factories import make_asset, make_author, make_section, make_tag, version_number
from tests.reading.words import EVERY_BLOCK, TITLES, WORDS

LOCALES = ["en", "fr", "ja", "zh"]
ARTICLES = 60
BEGINNING = datetime(2026, 1, 1, 12, tzinfo=UTC)
DISCLOSURE_TEXTS = [
    {"kind": "SPONSORED", "locale": "en", "text": "Somebody paid for this."},
    {"kind": "SPONSORED", "locale": "fr", "text": "Article payé."},
    {"kind": "MADE_BY_AI", "locale": "en", "text": "A machine helped."},
]
SITE = {
    "name": "The Test",
    "url": "https://news.example/base/",
    "article_path": "/{locale}/{slug}",
    "locales": LOCALES,
    "default_locale": "en",
    "disclosure_texts": DISCLOSURE_TEXTS,
}


@dataclass
class Newsroom:
    """The keys of what there is, and times between which something happened."""

    authors: list[UUID] = field(default_factory=list[UUID])
    tags: list[UUID] = field(default_factory=list[UUID])
    sections: list[UUID] = field(default_factory=list[UUID])
    assets: list[UUID] = field(default_factory=list[UUID])
    articles: list[UUID] = field(default_factory=list[UUID])
    published: list[UUID] = field(default_factory=list[UUID])
    unpublished: list[UUID] = field(default_factory=list[UUID])
    drafts: list[UUID] = field(default_factory=list[UUID])
    times: list[datetime] = field(default_factory=list[datetime])

    def ids(self, noun: str) -> list[str]:
        """The public ids of all things of a noun."""
        return [public_id(noun, key) for key in getattr(self, f"{noun}s")]


async def make_newsroom(database: Database) -> Newsroom:
    """Fill an empty database."""
    room, random = Newsroom(), Random(7)
    async with database.transaction() as session:
        await session.execute(tables.site.update().values(**SITE))
        await _people_and_places(session, room)
    async with database.transaction() as session:
        for index in range(ARTICLES):
            await _write(session, room, random, index)
    await _publish(database, room)
    await _change(database, room)
    await _let_rights_expire(database, room)
    return room


async def _people_and_places(session: AsyncSession, room: Newsroom) -> None:
    pictures: Sequence[dict[str, Any]] = [
        {},
        {"caption": "Ein Fluß <i>", "credit": "Photo: “É.”", "focal_x": 0.25, "focal_y": 1.0},
        {"alt": "", "filename": "été 東京.png", "content_type": "image/png", "digital_source_type": "algorithmicMedia"},
        {"creator": "Ada", "copyright": "© Ada", "license": "CC BY", "source_url": "https://a.example/x"},
        {"digital_source_type": "trainedAlgorithmicMedia", "byte_size": 2**31 - 1, "width": 1, "height": 1},
        {"created_at": BEGINNING + timedelta(microseconds=1), "updated_at": BEGINNING},
        {"filename": "only-in-a-draft.jpg"},
        {"filename": "never-used.jpg"},
    ]  # fmt: skip
    room.assets += [await make_asset(session, **picture) for picture in pictures]
    people: Sequence[dict[str, Any]] = [
        {"name": "Ada Deschamps", "slug": "ada", "title": "Reporter", "avatar_id": room.assets[1]},
        {"name": "Élodie Œuf", "slug": "elodie", "bio": "Née à Nîmes.", "email": "e@news.example"},
        {"name": "山田 太郎", "slug": "yamada", "links": [{"label": "Site", "url": "https://y.example/"}]},
        {"name": "ada deschamps", "slug": "ada-2", "title": "100 % editor", "avatar_id": room.assets[5]},
        {"name": "Zoë", "slug": "zoe"},
        {"name": "Nobody's author", "slug": "nobody", "bio": "Has_written nothing\\yet"},
    ]  # fmt: skip
    room.authors += [await make_author(session, **person) for person in people]
    for index, name in enumerate(["Rivers", "été", "Trains", "100 %", "東京", "Unused", "RIVERS", "a_b"]):
        room.tags.append(await make_tag(session, name=name, slug=f"tag-{index}"))
    for index, name in enumerate(["News", "Culture", "Été", "Books", "Empty"]):
        parent = room.sections[1] if name == "Books" else room.sections[0] if name == "Été" else None
        description = "All of it" if index % 2 else None
        room.sections.append(
            await make_section(
                session, name=name, slug=f"s-{index}", position=index % 3, parent_id=parent, description=description
            )
        )  # fmt: skip


async def _write(session: AsyncSession, room: Newsroom, random: Random, index: int) -> None:
    locale = LOCALES[index % 4]
    fields: dict[str, Any] = {
        "title": TITLES[locale][index // 4],
        "locale": locale,
        "kind": random.choice(list(ArticleKind)),
        "body": _body(room, random, index, locale),
        "created_at": BEGINNING + timedelta(hours=index // 3, microseconds=index % 3),
        "byline": _byline(room, random),
        "tag_ids": random.sample([t for t in room.tags if t != room.tags[5]], random.choice([0, 1, 3])),
        "section_id": random.choice([None, *room.sections[:4]]),
        "related": _related(room, random),
        "translation_of": room.articles[index - index % 4] if index % 4 and index % 8 < 4 else None,
        **_sometimes(room, random, index),
    }
    room.articles.append(await create_article(session, SYSTEM, NewArticle(**fields)))


def _body(room: Newsroom, random: Random, index: int, locale: str) -> str:
    if index % 5 == 4:
        return "" if index % 2 else WORDS[locale] * 40
    if index % 5 != 0 or index < 10:
        return f"{WORDS[locale]}\n\n## Part\n\n{WORDS[locale]}"
    assets = [f"asset:{public_id('asset', key)}" for key in random.sample(room.assets[:6], 2)]
    articles = [f"article:{public_id('article', key)}" for key in random.sample(room.articles, 2)]
    body = EVERY_BLOCK.replace("{asset}", assets[0]).replace("{other_asset}", assets[1])
    return body.replace("{article}", articles[0]).replace("{other_article}", articles[1])


def _byline(room: Newsroom, random: Random) -> list[BylineEntry]:
    people = random.sample(room.authors[:5], random.choice([0, 1, 1, 2, 3]))
    return [
        BylineEntry(key, random.choice([BylineRole.AUTHOR, BylineRole.AUTHOR, *BylineRole])) for key in people
    ]


def _related(room: Newsroom, random: Random) -> list[RelatedLink]:
    some = random.sample(room.articles, min(len(room.articles), random.choice([0, 1, 3, 5])))
    return [
        RelatedLink(key, random.choice(list(RelationKind)), random.choice([None, "Why: “é” <b>"]))
        for key in some
    ]


def _sometimes(room: Newsroom, random: Random, index: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if index % 2:
        found |= {"subtitle": f"Subtitle {index} 50%", "excerpt": random.choice([None, "Said in short: _é_"])}
    if index % 3:
        asset = room.assets[index % 6]
        framed = Cover(asset, focal_point=FocalPoint(0.9, 0.25), crop=Crop(0.1, 0.0, 0.5, 0.875))
        found["cover"] = random.choice(
            [Cover(asset), Cover(asset, "", "own caption", ""), Cover(asset, "A"), framed]
        )
    if index % 4 == 1:
        image = random.choice([None, room.assets[3]])
        found["seo"] = SeoChanges(title="SEO", description="D", no_index=True, image_id=image)
    if index % 4 == 2:
        found["seo"] = SeoChanges(canonical_url="https://else.example/x?a=1&b=2")
    if index % 6 == 0:
        kinds = [DisclosureKind.SPONSORED, DisclosureKind.MADE_BY_AI]
        found["disclosures"] = [Disclosure(kinds[0]), Disclosure(kinds[1], "Own words"), Disclosure(DisclosureKind.OTHER, "T")]  # fmt: skip
    return found


async def _publish(database: Database, room: Newsroom) -> None:
    """Three of four are published: some at the same moment, some with fractions of a second."""
    async with database.transaction() as session:
        for index, key in enumerate(room.articles):
            if index % 4 == index // 4 % 4:
                room.drafts.append(key)
                continue
            since = BEGINNING + timedelta(days=30 + index // 5, microseconds=(index % 3) * 123_456)
            room.published.append(key)
            await publish_article(session, SYSTEM, key, expected_version=1, published_at=since)
    room.times += [BEGINNING + timedelta(days=34), datetime.now(UTC)]


async def _let_rights_expire(database: Database, room: Newsroom) -> None:
    """Of one picture long ago, and another one takes its place; of another just now, so that the live side has not been written anew."""
    async with database.transaction() as session:
        gone = AssetFields(rights_expire_at=BEGINNING, substitute_id=room.assets[2], usage_restrictions="No!")
        await update_asset(session, SYSTEM, room.assets[3], gone)
        going = AssetFields(rights_expire_at=datetime.now(UTC) + timedelta(hours=1))
        await update_asset(session, SYSTEM, room.assets[5], going)
    await pass_the_moment(database)


async def _change(database: Database, room: Newsroom) -> None:
    """Some get a new version, some of these are published again, some move to another slug, some leave."""
    async with database.transaction() as session:
        for index, key in enumerate(room.published[:30:2]):
            cover = Cover(room.assets[6]) if index == 0 else None
            changes = ArticleChanges(
                title=f"Changed {index}: not for the public yet", slug=f"changed-{index}", cover=cover
            )
            await update_article(session, SYSTEM, key, expected_version=1, changes=changes)
            if index % 3 == 2:
                await publish_article(session, SYSTEM, key, expected_version=2)
    room.times.append(datetime.now(UTC))
    async with database.transaction() as session:
        for key in room.published[-6:]:
            number = await version_number(session, key)
            await unpublish_article(session, SYSTEM, key, expected_version=number)
            room.unpublished.append(key)
        del room.published[-6:]
        for key in room.unpublished[::2]:
            number = await version_number(session, key)
            await withdraw_article(session, SYSTEM, key, expected_version=number, reason="It was not so.")
        times = Times(publish_at=datetime.now(UTC) + timedelta(days=1), time_zone="Asia/Tokyo")
        for key in room.drafts[:3]:
            await schedule_article(session, SYSTEM, key, expected_version=1, times=times, message="Soon")
    room.times += [datetime.now(UTC), datetime.now(UTC) + timedelta(days=2)]
