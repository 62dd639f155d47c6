"""Whatever editors do, in whatever order: the live side is what the desk gives, and the history is whole."""

import random
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.deleting import delete_article
from cms.articles.editing import update_article
from cms.articles.inputs import ArticleChanges, BylineEntry, Cover, RelatedLink, SeoChanges
from cms.articles.kinds import RelationKind
from cms.articles.publishing import publish_article, unpublish_article
from cms.articles.refreshing import compare_live
from cms.articles.relating import relate, unrelate
from cms.changes import Noun, announce_change, announce_leaving, announce_merge
from cms.database import Database
from cms.errors import KiosqueError
from cms.permissions import SYSTEM
from tests.factories import make_article, make_asset, make_author, make_section, make_tag, version_number


class Newsroom:
    """A small desk, and somebody who does things there at random."""

    def __init__(self, session: AsyncSession, seed: int) -> None:
        self.session = session
        self.chance = random.Random(seed)
        self.articles: list[UUID] = []
        self.authors: list[UUID] = []
        self.tags: list[UUID] = []
        self.sections: list[UUID] = []
        self.assets: list[UUID] = []

    async def open(self) -> None:
        """Hire, and write the first pieces."""
        session = self.session
        await session.execute(tables.site.update().values(locales=["en", "fr"], default_locale="en"))
        self.assets = [await make_asset(session) for _ in range(3)]
        self.authors = [await make_author(session, avatar_id=asset) for asset in [*self.assets, None]]
        self.tags = [await make_tag(session) for _ in range(4)]
        self.sections = [await make_section(session) for _ in range(2)]
        self.articles = [await make_article(session) for _ in range(3)]

    def fields(self, article_id: UUID | None) -> dict[str, Any]:
        """Some fields of an article, with links to what is there."""
        some = self.some
        others = [other for other in self.articles if other != article_id]
        asset, target = self.chance.choice(self.assets), self.chance.choice(self.articles)
        every: dict[str, Any] = {
            "title": self.chance.choice(["One", "Two", "Three"]),
            "slug": None,
            "body": f"![x](asset:asset_{asset.hex}) [a](article:article_{target.hex})"
            if self.chance.random() < 0.7
            else "Text",
            "byline": [BylineEntry(author) for author in some(self.authors)],
            "tag_ids": some(self.tags),
            "section_id": self.chance.choice([None, *self.sections]),
            "cover": Cover(self.chance.choice(self.assets)) if self.chance.random() < 0.5 else None,
            "related": [RelatedLink(other, self.chance.choice(list(RelationKind))) for other in some(others)],
            "seo": SeoChanges(image_id=self.chance.choice([None, *self.assets])),
        }
        return {name: value for name, value in every.items() if self.chance.random() < 0.6}

    def some(self, keys: list[UUID]) -> list[UUID]:
        """A few of the keys, in any order."""
        return self.chance.sample(keys, self.chance.randint(0, min(3, len(keys))))

    async def create(self) -> None:
        """Write a piece."""
        self.articles.append(await make_article(self.session, SYSTEM, **self.fields(None)))

    async def save(self) -> None:
        """Save a piece."""
        article_id, number = await self.article()
        changes = ArticleChanges(**self.fields(article_id))
        await update_article(self.session, SYSTEM, article_id, expected_version=number, changes=changes)

    async def publish(self) -> None:
        """Publish a piece."""
        article_id, number = await self.article()
        await publish_article(self.session, SYSTEM, article_id, expected_version=number)

    async def unpublish(self) -> None:
        """Unpublish a piece."""
        article_id, number = await self.article()
        await unpublish_article(self.session, SYSTEM, article_id, expected_version=number)

    async def relate(self) -> None:
        """Relate two pieces."""
        await relate(
            self.session, SYSTEM, self.chance.choice(self.articles), self.chance.choice(self.articles)
        )

    async def unrelate(self) -> None:
        """Part two pieces."""
        await unrelate(
            self.session, SYSTEM, self.chance.choice(self.articles), self.chance.choice(self.articles)
        )

    async def delete(self) -> None:
        """Delete a piece, but for the last one."""
        if len(self.articles) > 1:
            article_id = self.chance.choice(self.articles)
            await delete_article(self.session, SYSTEM, article_id)
            self.articles.remove(article_id)

    async def rename_author(self) -> None:
        """Give an author another name and face."""
        key = self.chance.choice(self.authors)
        values = {
            "name": f"Name {self.chance.random()}",
            "avatar_id": self.chance.choice([None, *self.assets]),
        }
        await self.session.execute(tables.author.update().where(tables.author.c.id == key).values(**values))
        await announce_change(self.session, Noun.AUTHOR, key)

    async def rename_tag(self) -> None:
        """Give a tag another name."""
        key = self.chance.choice(self.tags)
        await self.session.execute(
            tables.tag.update().where(tables.tag.c.id == key).values(name=f"Tag {self.chance.random()}")
        )
        await announce_change(self.session, Noun.TAG, key)

    async def rename_section(self) -> None:
        """Give a section another name."""
        key = self.chance.choice(self.sections)
        values = {"name": f"Section {self.chance.random()}"}
        await self.session.execute(tables.section.update().where(tables.section.c.id == key).values(**values))
        await announce_change(self.session, Noun.SECTION, key)

    async def describe_asset(self) -> None:
        """Give an asset another text."""
        key = self.chance.choice(self.assets)
        await self.session.execute(
            tables.asset.update().where(tables.asset.c.id == key).values(alt=f"Alt {self.chance.random()}")
        )
        await announce_change(self.session, Noun.ASSET, key)

    async def merge_tags(self) -> None:
        """Merge up to two tags into another one."""
        into, *merged = self.chance.sample(self.tags, min(3, len(self.tags)))
        await announce_merge(self.session, Noun.TAG, merged, into)
        await self.session.execute(tables.tag.delete().where(tables.tag.c.id.in_(merged)))
        self.tags = [tag for tag in self.tags if tag not in merged] + [
            await make_tag(self.session) for _ in merged
        ]

    async def drop_section(self) -> None:
        """Delete a section and open another one."""
        key = self.chance.choice(self.sections)
        await announce_leaving(self.session, Noun.SECTION, key)
        await self.session.execute(tables.section.delete().where(tables.section.c.id == key))
        self.sections = [section for section in self.sections if section != key] + [
            await make_section(self.session)
        ]

    async def drop_author(self) -> None:
        """Delete an author who has signed nothing, and hire another one."""
        key = self.chance.choice(self.authors)
        await announce_leaving(self.session, Noun.AUTHOR, key)
        await self.session.execute(tables.author.delete().where(tables.author.c.id == key))
        self.authors = [author for author in self.authors if author != key] + [
            await make_author(self.session)
        ]

    async def article(self) -> tuple[UUID, int]:
        """Any piece, and the version to send."""
        article_id = self.chance.choice(self.articles)
        return article_id, await version_number(self.session, article_id)


DEEDS: dict[str, Callable[[Newsroom], Awaitable[None]]] = {
    deed.__name__: deed
    for deed in (
        Newsroom.create, Newsroom.save, Newsroom.publish, Newsroom.unpublish, Newsroom.relate, Newsroom.unrelate, Newsroom.delete,
        Newsroom.rename_author, Newsroom.rename_tag, Newsroom.rename_section, Newsroom.describe_asset, Newsroom.merge_tags,
        Newsroom.drop_section, Newsroom.drop_author,
    )
}  # fmt: skip
# What fills the live side is done more often.
DEED_NAMES = [*DEEDS, *["create"] * 2, *["save"] * 4, *["publish"] * 8]


# Without shrinking: an example takes a second, and its notes tell what was done.
@settings(
    max_examples=25,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.integers(0, 2**32), names=st.lists(st.sampled_from(DEED_NAMES), min_size=4, max_size=25))
async def test_after_any_history_the_live_side_is_what_the_desk_gives(
    database: Database, seed: int, names: list[str]
) -> None:
    async with database.sessions() as session:
        transaction = await session.begin()
        newsroom = Newsroom(session, seed)
        await newsroom.open()
        for name in names:
            note(name)
            try:
                async with session.begin_nested():
                    await DEEDS[name](newsroom)
            except KiosqueError as refusal:
                note(str(refusal))
            assert await compare_live(session) == []
        await check_history(session)
        await transaction.rollback()


async def check_history(session: AsyncSession) -> None:
    """Versions are numbered without a gap up to the article's; one publication is open exactly where an article is live."""
    article, version, publication = tables.article, tables.version, tables.publication
    numbers = select(func.array_agg(version.c.number.op("ORDER BY")(version.c.number))).where(
        version.c.article_id == article.c.id
    )
    for row in await session.execute(select(article.c.version, numbers.scalar_subquery().label("numbers"))):
        assert row.numbers == list(range(1, row.version + 1))
    is_open = func.upper_inf(publication.c.during)
    opened = await session.execute(select(publication.c.article_id, publication.c.version_id).where(is_open))
    live = await session.execute(
        select(article.c.id, article.c.live_version_id).where(article.c.live_version_id.is_not(None))
    )
    assert sorted(tuple(row) for row in opened) == sorted(tuple(row) for row in live)
