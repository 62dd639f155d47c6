"""Data loaders: what all resolvers of one turn ask for is fetched by one statement."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from strawberry.dataloader import DataLoader

from bench.peers import orm

Sessions = async_sessionmaker[AsyncSession]


class Loaders:
    """The loaders of one request."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self.authors: DataLoader[UUID, list[orm.Author]] = DataLoader(load_fn=self._load_authors)
        self.tags: DataLoader[UUID, list[orm.Tag]] = DataLoader(load_fn=self._load_tags)
        self.related: DataLoader[UUID, list[orm.Article]] = DataLoader(load_fn=self._load_related)
        self.assets: DataLoader[UUID, orm.Asset | None] = DataLoader(load_fn=self._load_assets)

    async def _load_authors(self, articles: list[UUID]) -> list[list[orm.Author]]:
        link = orm.ArticleAuthor
        query = select(link.article_id, orm.Author).join(orm.Author, orm.Author.id == link.author_id)
        return await self._lists(query.where(link.article_id.in_(articles)).order_by(link.position), articles)

    async def _load_tags(self, articles: list[UUID]) -> list[list[orm.Tag]]:
        link = orm.ArticleTag
        query = select(link.article_id, orm.Tag).join(orm.Tag, orm.Tag.id == link.tag_id)
        return await self._lists(query.where(link.article_id.in_(articles)).order_by(link.position), articles)

    async def _load_related(self, articles: list[UUID]) -> list[list[orm.Article]]:
        link = orm.Related
        query = select(link.article_id, orm.Article).join(orm.Article, orm.Article.id == link.related_id)
        shown = query.where(link.article_id.in_(articles), orm.Article.published_at.is_not(None))
        return await self._lists(shown.order_by(link.position), articles)

    async def _load_assets(self, keys: list[UUID]) -> list[orm.Asset | None]:
        async with self._sessions() as session:
            found = await session.scalars(select(orm.Asset).where(orm.Asset.id.in_(keys)))
            by_id = {asset.id: asset for asset in found}
        return [by_id.get(key) for key in keys]

    async def _lists(self, query: Select[UUID, Any], keys: Sequence[UUID]) -> list[list[Any]]:
        lists: defaultdict[UUID, list[Any]] = defaultdict(list)
        async with self._sessions() as session:
            for key, row in await session.execute(query):
                lists[key].append(row)
        return [lists[key] for key in keys]
