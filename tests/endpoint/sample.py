"""A small schema of a newspaper, and the application around it, for the tests of the endpoint."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Annotated, Any

import httpx
import strawberry
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp
from strawberry.file_uploads import Upload
from strawberry.scalars import JSON
from strawberry.schema.config import StrawberryConfig

from cms.config import Settings
from cms.endpoint import cors_middleware, graphql_routes
from cms.endpoint.errors import RequestError
from cms.endpoint.execution import Run
from cms.endpoint.fast import FastPath
from cms.endpoint.responses import ResponseCache
from cms.errors import BadInput, Forbidden, Unauthenticated


@dataclass
class Desk:
    """What the tests want to know of the server: what was opened and closed, what ran and what was cancelled."""

    contexts_open: int = 0
    contexts_closed: int = 0
    cancelled: list[str] = field(default_factory=list[str])
    written: list[str] = field(default_factory=list[str])
    finished: asyncio.Event = field(default_factory=asyncio.Event)
    streams_open: int = 0


@dataclass
class Context:
    desk: Desk
    token: str | None
    cache_tags: set[str] | None = None
    is_public: bool = True

    async def close(self) -> None:
        self.desk.contexts_closed += 1
        if self.token == "Bearer breaks-on-close":
            raise RuntimeError("the pool is gone")


Info = strawberry.Info[Context, None]


@strawberry.interface
class Block:
    key: strawberry.ID


@strawberry.type
class ParagraphBlock(Block):
    text: str


@strawberry.type
class ImageBlock(Block):
    alt: str


@strawberry.type
class PageInfo:
    has_next_page: bool


@strawberry.type
class Article:
    title: str

    @strawberry.field
    def related(self, first: int | None = None, after: str | None = None) -> "ArticleConnection":
        return ArticleConnection(title=self.title + "'", count=first or 1)

    @strawberry.field
    def tags(self) -> "list[Article]":
        return [Article(title=f"tag of {self.title}")]

    @strawberry.field(metadata={"list_length": 3})
    def blocks(self) -> list[Block]:
        return [
            ParagraphBlock(key=strawberry.ID("1"), text="Rain."),
            ImageBlock(key=strawberry.ID("2"), alt="A dog"),
        ]

    @strawberry.field
    def body(self, characters: int = 200) -> str:
        return f"{characters} of {self.title}"


@strawberry.type
class ArticleEdge:
    cursor: str
    node: Article


@strawberry.type
class ArticleConnection:
    title: strawberry.Private[str]
    count: strawberry.Private[int]

    @strawberry.field
    def nodes(self) -> list[Article]:
        return _numbered(self)

    @strawberry.field
    def edges(self) -> list[ArticleEdge]:
        return [ArticleEdge(cursor=str(index), node=node) for index, node in enumerate(_numbered(self))]

    @strawberry.field
    def page_info(self) -> PageInfo:
        return PageInfo(has_next_page=False)


def _numbered(connection: ArticleConnection) -> list[Article]:
    return [Article(title=f"{connection.title} {index}") for index in range(connection.count)]


@strawberry.input
class ArticleFilter:
    title: str | None = None
    not_: Annotated["ArticleFilter | None", strawberry.argument(name="not")] = None


@strawberry.type
class Query:
    @strawberry.field
    def hello(self, name: str = "world") -> str:
        return f"Hello {name}"

    @strawberry.field
    def length(self, text: str) -> int:
        return len(text)

    @strawberry.field
    def article(self, title: str = "Storm", where: ArticleFilter | None = None) -> Article | None:
        return Article(title=title)

    @strawberry.field
    def articles(self, first: int | None = None, last: int | None = None) -> ArticleConnection:
        return ArticleConnection(title="News", count=first or last or 20)

    @strawberry.field
    def nodes(self, ids: list[strawberry.ID]) -> list[Article]:
        return [Article(title=identifier) for identifier in ids]

    @strawberry.field
    def anything(self, value: JSON) -> JSON | None:
        return value

    @strawberry.field
    def whoami(self, info: Info) -> str | None:
        return info.context.token

    @strawberry.field
    def cached(self, info: Info) -> str:
        info.context.cache_tags = {"site", "article_" + "0" * 32}
        return "front page"

    @strawberry.field
    async def slow(self, info: Info, seconds: float = 30) -> str | None:
        try:
            await asyncio.sleep(seconds)
        except asyncio.CancelledError:
            info.context.desk.cancelled.append("slow")
            info.context.desk.finished.set()
            raise
        return "at last"

    @strawberry.field
    def broken(self) -> str | None:
        raise RuntimeError("password=hunter2")

    @strawberry.field
    def forbidden(self) -> str | None:
        raise Forbidden("The role VIEWER may not do this.", permission="article:publish")

    @strawberry.field
    def vanished(self) -> str:
        return None  # pyright: ignore[reportReturnType]  (a bug, on purpose)

    @strawberry.field
    def huge(self) -> JSON:
        return JSON({"number": 2**70})


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def write(self, info: Info, text: str, seconds: float = 0) -> str:
        await asyncio.sleep(seconds)
        info.context.desk.written.append(text)
        return text

    @strawberry.mutation(metadata={"takes_file": True})
    async def take_in(self, info: Info, text: str, seconds: float = 0) -> str:
        await asyncio.sleep(seconds)
        info.context.desk.written.append(text)
        return text

    @strawberry.mutation
    async def upload(self, file: Upload, note: str = "") -> str:
        return await _told(file, note)

    @strawberry.mutation
    async def upload_all(self, files: list[Upload]) -> list[str]:
        return [await _told(file, "") for file in files]


async def _told(file: object, note: str) -> str:
    if not isinstance(file, UploadFile):
        raise BadInput("A file comes as a part of a multipart request.")
    return f"{file.filename} {file.content_type} {len(await file.read())} {note}".strip()


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def count(self, info: Info, to: int = 3, pause: float = 0) -> AsyncGenerator[int, None]:
        info.context.desk.streams_open += 1
        try:
            for number in range(to):
                await asyncio.sleep(pause)
                yield number
        finally:
            info.context.desk.streams_open -= 1
            info.context.desk.finished.set()

    @strawberry.subscription
    async def failing(self) -> AsyncGenerator[int, None]:
        yield 1
        raise RuntimeError("password=hunter2")


schema = strawberry.Schema(
    Query,
    Mutation,
    Subscription,
    types=[ParagraphBlock, ImageBlock],
    config=StrawberryConfig(auto_camel_case=True),
)


def settings_with(**changes: Any) -> Settings:
    """The default settings, independent of the environment, with changes."""
    return Settings.model_validate({**Settings.model_construct().model_dump(), **changes})


def app_with(
    desk: Desk,
    *,
    run: Run | None = None,
    page: bool = False,
    cache: ResponseCache | None = None,
    **changes: Any,
) -> ASGIApp:
    """The endpoint in an application. The token `Bearer wrong` is refused; `Bearer broken` breaks the context."""
    settings = settings_with(**changes)

    async def make_context(connection: HTTPConnection) -> Context:
        token = connection.headers.get("authorization")
        if token == "Bearer wrong":
            raise Unauthenticated("The token is not good.")
        if token == "Bearer broken":
            raise RuntimeError("password=hunter2")
        if token == "Bearer limited":
            raise RequestError(429, "RATE_LIMITED", "Too many requests.", headers={"Retry-After": "5"})
        desk.contexts_open += 1
        return Context(desk, token)

    routes = graphql_routes(
        schema,
        settings=settings,
        make_context=make_context,
        page=_page if page else None,
        run=run,
        cache=cache,
    )
    app = Starlette(routes=routes, middleware=[cors_middleware(settings)])
    return app if cache is None else FastPath(app, cache, settings)


def _page(request: Request) -> HTMLResponse:
    return HTMLResponse(f"<title>GraphiQL at {request.url.path}</title>")


def client_of(app: ASGIApp) -> httpx.AsyncClient:
    """A client that speaks to the application without a socket. Exceptions of the application fail the test."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://kiosque.test")
