"""The composition root: everything put together into one ASGI application."""

import asyncio
import gc
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Any

import strawberry
from fastapi import FastAPI
from graphql import DocumentNode, ExecutionResult, OperationDefinitionNode
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from cms import __version__
from cms.accounts.doors import Doors
from cms.articles.listening import listen_below
from cms.articles.previews.bearers import find_previewer, shown_preview
from cms.assets.fetching import PUBLIC as PUBLIC_REACH
from cms.assets.fetching import Reach
from cms.assets.renditions import Renditions
from cms.assets.storage import Storage
from cms.config import Settings, settings_from_environment
from cms.context import Context
from cms.database import Database, plain_url
from cms.delivery.media import media_route
from cms.endpoint import cors_middleware, graphql_routes
from cms.endpoint.clock import Clock
from cms.endpoint.documents import Document, Operation
from cms.endpoint.execution import execute_operation
from cms.endpoint.fast import FastPath
from cms.endpoint.graphiql import graphiql_page, graphiql_routes
from cms.endpoint.http import REFERENCE
from cms.endpoint.public import is_personal
from cms.endpoint.responses import ResponseCache
from cms.endpoint.routes import PATH as GRAPHQL_PATH
from cms.events.following import Follower
from cms.graphql import make_schema
from cms.logs import configure_logs
from cms.permissions import PUBLIC
from cms.perspective import PUBLISHED, perspective_of
from cms.reading.planning.plans import Plans
from cms.reading.sources import Facts
from cms.secret_keys import load_signing_key

YOUNG_OBJECTS_MAX = 10_000


def app_from_environment() -> FastAPI:
    """The application of one worker process, for a server that starts it by name."""
    app = create_app(settings_from_environment())
    spare_collector()
    return app


def spare_collector() -> None:
    """Tell the garbage collector that what is there now stays, and that an answer of some thousand objects is nothing to stop for.

    It would look through the schema and all libraries again and again: a third of the time of a large answer.
    """
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS_MAX, 20, 20)


def _endpoint_of(routes: Sequence[BaseRoute]) -> ASGIApp:
    """The endpoint behind the HTTP route: whoever has matched the path needs the route no more."""
    return next(route.app for route in routes if isinstance(route, Route))


class Kiosque(FastAPI):
    """FastAPI, but for /graphql, which goes to its endpoint at once: FastAPI's way to a route costs as much as answering from it."""

    graphql: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "http" and scope["path"].removeprefix(scope.get("root_path", "")) == GRAPHQL_PATH:
            await self.graphql(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


Beside = Callable[[Settings], Coroutine[Any, Any, None]]


def create_app(settings: Settings, *, beside: Beside | None = None, reach: Reach = PUBLIC_REACH) -> FastAPI:
    """The whole application; `beside` is work that goes on in its process while it serves, `reach` where files may be fetched from.

    Raises ValueError without a database.
    """
    if settings.database_url is None:
        raise ValueError("No database: set DATABASE_URL.")
    configure_logs(settings.log_level)
    listen_below()
    url = settings.database_url.get_secret_value()
    database = Database(url, pool_size=settings.database_pool_size)
    cache, clock = response_cache(settings), Clock()
    follower = follow(url, clock if cache is None else cache, settings)
    storage = Storage(settings)
    renditions = Renditions(database, storage, settings)
    schema = make_schema()
    app = Kiosque(
        title="Kiosque",
        version=__version__,
        lifespan=partial(_lifespan, database, storage, renditions, _works(settings, follower, beside)),
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    cors = cors_middleware(settings)
    app.user_middleware.append(cors)
    graphql = graphql_routes(
        schema,
        settings=settings,
        make_context=partial(make_context, settings, database, storage, Doors(database, settings), reach),
        page=partial(graphiql_page, settings=settings) if settings.graphiql else None,
        run=planned(
            schema,
            Facts(settings.base_url, database.signing_key),
            settings,
            None if cache is None else follower,
        ),
        cache=cache,
        clock=clock,
    )
    app.state.cache, app.state.follower = cache, follower
    app.graphql = cors.cls(_endpoint_of(graphql), *cors.args, **cors.kwargs)
    if cache is not None:
        app.graphql = FastPath(app.graphql, cache, settings)
    app.router.routes += [
        *graphql,
        *graphiql_routes(),
        media_route(renditions),
        *_small_routes(database),
    ]
    return app


def response_cache(settings: Settings) -> ResponseCache | None:
    """What keeps answers to anonymous queries; None where the settings turn it off."""
    if settings.response_cache_bytes_max == 0:
        return None
    return ResponseCache(
        entries_max=settings.response_cache_entries_max,
        bytes_max=settings.response_cache_bytes_max,
        stale_seconds_max=settings.response_cache_stale_seconds_max,
    )


def follow(url: str, audience: ResponseCache | Clock, settings: Settings) -> Follower:
    """What tells the cache of every change, once it runs; without a cache, how long answers hold."""
    return Follower(plain_url(url), audience, poll_seconds=settings.events_poll_seconds)


Work = Callable[[], Coroutine[Any, Any, None]]


def _works(settings: Settings, follower: Follower, beside: Beside | None) -> list[Work]:
    works: list[Work] = [follower.run]
    return works if beside is None else [*works, partial(beside, settings)]


@asynccontextmanager
async def _lifespan(
    database: Database, storage: Storage, renditions: Renditions, works: Sequence[Work], _: FastAPI
) -> AsyncGenerator[None]:
    await database.open()
    await load_signing_key(database)
    running = [asyncio.create_task(work()) for work in works]
    try:
        yield
    finally:
        for work in running:
            work.cancel()
        if running:
            await asyncio.wait(running)
        await renditions.close()
        await database.close()
        storage.close()


async def make_context(
    settings: Settings,
    database: Database,
    storage: Storage,
    doors: Doors,
    reach: Reach,
    connection: HTTPConnection,
) -> Context:
    """The context of one request: who asks, and in which perspective. Raises Unauthenticated, Forbidden or BadInput."""
    headers, request_id = connection.headers, connection.scope.get(REFERENCE)
    if not connection.scope["query_string"] and not is_personal(connection):
        return Context(settings, database, storage, PUBLIC, PUBLISHED, request_id, reach)
    named = headers.get("x-perspective") or connection.query_params.get("perspective") or ""
    authorization = headers.get("authorization")
    preview = shown_preview(authorization, connection.query_params.get("preview"))
    actor = await (doors.actor_of(authorization) if preview is None else find_previewer(database, preview))
    perspective = perspective_of(named, actor.previews)
    return Context(settings, database, storage, actor, perspective, request_id, reach)


Run = Callable[[strawberry.Schema, Document, Operation, dict[str, Any], Any], Awaitable[ExecutionResult]]


def planned(
    schema: strawberry.Schema, facts: Facts, settings: Settings, follower: Follower | None = None
) -> Run:
    """What runs operations: the read engine, with ordinary execution for what it does not plan.

    A mutation is answered once the `follower`'s audience knows of it: whoever reads next through this process sees what it did.
    """
    plans = Plans(schema._schema, facts)  # pyright: ignore[reportPrivateUsage]  (no public name)

    async def run(
        schema: strawberry.Schema,
        document: Document,
        operation: Operation,
        variables: dict[str, Any],
        context: Context,
    ) -> ExecutionResult:
        async def ordinary(node: DocumentNode, narrowed: OperationDefinitionNode) -> ExecutionResult:
            rest = Document(document.text, document.sha256, node, document.fragments, document.operations)
            same = replace(operation, node=narrowed)
            return await execute_operation(
                schema, rest, same, variables, context, hide_suggestions=not settings.suggestions
            )

        result = await plans.execute(
            document.node,
            operation.node,
            variables,
            context.reads,
            identity=document.sha256,
            ordinary=ordinary,
        )
        if follower is not None and operation.kind == "mutation":
            await follower.catch_up()
        if context.actor.is_staff and operation.kind != "subscription":
            result.extensions = {**(result.extensions or {}), "statements": context.reader.statements}
        return result

    return run


_LATE = "SELECT EXISTS (SELECT FROM scheduled_step WHERE state = 'PENDING' AND due_at < now() - interval '1 minute')"


def _small_routes(database: Database) -> list[Route]:
    async def health(_: Request) -> Response:
        """Whether the process answers."""
        return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})

    async def ready(_: Request) -> Response:
        """Whether the database answers, too; and whether somebody does what is scheduled, which is no reason to send requests elsewhere."""
        try:
            async with asyncio.timeout(2):
                late = await database.reads.fetch(_LATE)
        except Exception:
            return JSONResponse(
                {"status": "the database does not answer"}, 503, headers={"Cache-Control": "no-store"}
            )
        schedules = "overdue" if late[0][0] else "ok"
        return JSONResponse({"status": "ok", "schedules": schedules}, headers={"Cache-Control": "no-store"})

    async def home(_: Request) -> Response:
        return RedirectResponse("graphql")

    return [Route("/healthz", health), Route("/readyz", ready), Route("/", home)]
