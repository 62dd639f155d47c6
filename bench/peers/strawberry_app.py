"""Ordinary Strawberry: types with resolvers, data loaders, SQLAlchemy's ORM with asyncpg, FastAPI's router. As the guides teach it."""

import hashlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry
from fastapi import FastAPI, Request
from slugify import slugify
from sqlalchemy import select
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from strawberry.fastapi import GraphQLRouter
from strawberry.types import Info

from bench.peers import orm
from bench.peers.loaders import Loaders, Sessions
from bench.peers.settings import POOL_SIZE, settings_from_environment

Context = dict[str, Any]


@strawberry.type
class Asset:
    url: str
    width: int
    height: int


@strawberry.type
class Cover:
    asset: Asset
    alt: str


@strawberry.type
class Author:
    name: str
    slug: str


@strawberry.type
class BylineEntry:
    author: Author


@strawberry.type
class Tag:
    name: str


@strawberry.type
class Body:
    html: str


@strawberry.type
class Articles:
    nodes: list["Article"]


@strawberry.type
class Article:
    row: strawberry.Private[orm.Article]

    @strawberry.field
    def title(self) -> str:
        return self.row.title

    @strawberry.field
    def slug(self) -> str:
        return self.row.slug

    @strawberry.field
    def excerpt(self) -> str:
        return self.row.excerpt

    @strawberry.field
    def body(self) -> Body:
        return Body(html=self.row.body)

    @strawberry.field
    def published_at(self) -> datetime | None:
        return self.row.published_at

    @strawberry.field
    async def byline(self, info: Info[Context, None]) -> list[BylineEntry]:
        authors = await _loaders(info).authors.load(self.row.id)
        return [BylineEntry(author=Author(name=author.name, slug=author.slug)) for author in authors]

    @strawberry.field
    async def tags(self, info: Info[Context, None]) -> list[Tag]:
        return [Tag(name=tag.name) for tag in await _loaders(info).tags.load(self.row.id)]

    @strawberry.field
    async def cover(self, info: Info[Context, None]) -> Cover | None:
        if self.row.cover_id is None:
            return None
        asset = await _loaders(info).assets.load(self.row.cover_id)
        if asset is None:
            return None
        shown = Asset(url=asset.url, width=asset.width, height=asset.height)
        return Cover(asset=shown, alt=self.row.cover_alt or "")

    @strawberry.field
    async def related(self, info: Info[Context, None], first: int = 10) -> Articles:
        rows = await _loaders(info).related.load(self.row.id)
        return Articles(nodes=[Article(row=row) for row in rows[:first]])


@strawberry.type
class Query:
    @strawberry.field
    async def article(self, info: Info[Context, None], slug: str) -> Article | None:
        is_wanted = (orm.Article.slug == slug) & orm.Article.published_at.is_not(None)
        async with _sessions(info)() as session:
            row = await session.scalar(select(orm.Article).where(is_wanted))
        return None if row is None else Article(row=row)

    @strawberry.field
    async def articles(self, info: Info[Context, None], first: int = 20) -> Articles:
        newest = (orm.Article.published_at.desc(), orm.Article.id.desc())
        query = select(orm.Article).where(orm.Article.published_at.is_not(None)).order_by(*newest)
        async with _sessions(info)() as session:
            rows = await session.scalars(query.limit(first))
            return Articles(nodes=[Article(row=row) for row in rows])


@strawberry.input
class BylineInput:
    author_id: strawberry.ID


@strawberry.input
class CreateArticleInput:
    title: str
    body: str
    byline: list[BylineInput]
    tag_ids: list[strawberry.ID]


@strawberry.type
class FieldError:
    message: str


@strawberry.type
class CreateArticlePayload:
    article: Article | None
    errors: list[FieldError]


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def create_article(
        self, info: Info[Context, None], input: CreateArticleInput
    ) -> CreateArticlePayload:
        async with _sessions(info)() as session, session.begin():
            await _authorise(session, info.context["request"])
            if not input.title.strip():
                return CreateArticlePayload(article=None, errors=[FieldError(message="A title is needed.")])
            row = await _written(session, input)
        return CreateArticlePayload(article=Article(row=row), errors=[])


async def _authorise(session: AsyncSession, request: Request) -> None:
    secret = request.headers.get("authorization", "").removeprefix("Bearer ")
    if await session.get(orm.Token, hashlib.sha256(secret.encode()).digest()) is None:
        raise PermissionError("This needs a token.")


async def _written(session: AsyncSession, new: CreateArticleInput) -> orm.Article:
    row = orm.Article(title=new.title, slug=await _free_slug(session, slugify(new.title)), body=new.body)
    session.add(row)
    await session.flush()
    authors = [_key(entry.author_id) for entry in new.byline]
    tags = [_key(tag) for tag in new.tag_ids]
    session.add_all(
        orm.ArticleAuthor(article_id=row.id, position=at, author_id=key) for at, key in enumerate(authors)
    )
    session.add_all(orm.ArticleTag(article_id=row.id, position=at, tag_id=key) for at, key in enumerate(tags))
    return row


async def _free_slug(session: AsyncSession, wanted: str) -> str:
    slug, number = wanted, 1
    while await session.scalar(select(orm.Article.id).where(orm.Article.slug == slug)):
        number += 1
        slug = f"{wanted}-{number}"
    return slug


def app_from_environment() -> FastAPI:
    """The application of a process."""
    url = make_url(settings_from_environment().database_url).set(drivername="postgresql+asyncpg")
    engine = create_async_engine(url, pool_size=POOL_SIZE, max_overflow=0)
    sessions: Sessions = async_sessionmaker(engine, expire_on_commit=False)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        yield
        await engine.dispose()

    async def get_context() -> Context:
        return {"sessions": sessions, "loaders": Loaders(sessions)}

    app = FastAPI(lifespan=lifespan)
    schema = strawberry.Schema(query=Query, mutation=Mutation)
    app.include_router(GraphQLRouter(schema, context_getter=get_context), prefix="/graphql")
    return app


def _sessions(info: Info[Context, None]) -> Sessions:
    return info.context["sessions"]


def _loaders(info: Info[Context, None]) -> Loaders:
    return info.context["loaders"]


def _key(public_id: str) -> UUID:
    return UUID(public_id.rpartition("_")[2])
