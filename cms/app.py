"""The composition root: everything put together into one ASGI application."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
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
from cms.assets.storage import Storage
from cms.config import Settings, settings_from_environment
from cms.context import Context
from cms.database import Database
from cms.delivery.media import media_route
from cms.endpoint import cors_middleware, graphql_routes
from cms.endpoint.documents import Document, Operation
from cms.endpoint.execution import execute_operation
from cms.endpoint.graphiql import graphiql_page, graphiql_routes
from cms.endpoint.routes import PATH as GRAPHQL_PATH
from cms.graphql import make_schema
from cms.logs import configure_logs
from cms.perspective import parse_perspective
from cms.reading.planning.plans import Plans
from cms.reading.sources import Facts


def app_from_environment() -> FastAPI:
    """The application of one worker process, for a server that starts it by name."""
    return create_app(settings_from_environment())


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


def create_app(settings: Settings, *, beside: Beside | None = None) -> FastAPI:
    """The whole application; `beside` is work that goes on in its process while it serves. Raises ValueError without a database."""
    if settings.database_url is None:
        raise ValueError("No database: set DATABASE_URL.")
    configure_logs(settings.log_level)
    listen_below()
    database = Database(settings.database_url.get_secret_value(), pool_size=settings.database_pool_size)
    storage = Storage(settings)
    schema = make_schema()
    app = Kiosque(
        title="Kiosque",
        version=__version__,
        lifespan=partial(_lifespan, database, storage, None if beside is None else partial(beside, settings)),
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    cors = cors_middleware(settings)
    app.user_middleware.append(cors)
    graphql = graphql_routes(
        schema,
        settings=settings,
        make_context=partial(make_context, settings, database, storage, Doors(database, settings)),
        page=partial(graphiql_page, settings=settings) if settings.graphiql else None,
        run=planned(schema, settings),
    )
    app.graphql = cors.cls(_endpoint_of(graphql), *cors.args, **cors.kwargs)
    app.router.routes += [
        *graphql,
        *graphiql_routes(),
        media_route(database, storage),
        *_small_routes(database),
    ]
    return app


@asynccontextmanager
async def _lifespan(
    database: Database, storage: Storage, beside: Callable[[], Coroutine[Any, Any, None]] | None, _: FastAPI
) -> AsyncGenerator[None]:
    await database.open()
    work = None if beside is None else asyncio.create_task(beside())
    try:
        yield
    finally:
        if work is not None:
            work.cancel()
            await asyncio.wait([work])
        await database.close()
        storage.close()


async def make_context(
    settings: Settings, database: Database, storage: Storage, doors: Doors, connection: HTTPConnection
) -> Context:
    """The context of one request: who asks, and in which perspective. Raises Unauthenticated, Forbidden or BadInput."""
    perspective = connection.headers.get("x-perspective") or connection.query_params.get("perspective") or ""
    actor = await doors.actor_of(connection.headers.get("authorization"))
    request_id = getattr(connection.state, "reference", None)
    return Context(settings, database, storage, actor, parse_perspective(perspective), request_id)


Run = Callable[[strawberry.Schema, Document, Operation, dict[str, Any], Any], Awaitable[ExecutionResult]]


def planned(schema: strawberry.Schema, settings: Settings) -> Run:
    """What runs operations: the read engine, with ordinary execution for what it does not plan."""
    plans = Plans(schema._schema, Facts(settings.base_url))  # pyright: ignore[reportPrivateUsage]  (no public name)

    async def run(
        schema: strawberry.Schema,
        document: Document,
        operation: Operation,
        variables: dict[str, Any],
        context: Context,
    ) -> ExecutionResult:
        async def ordinary(node: DocumentNode, narrowed: OperationDefinitionNode) -> ExecutionResult:
            rest = Document(document.text, document.sha256, node, document.fragments, document.operations)
            name = narrowed.name.value if narrowed.name else None
            same = Operation(name, operation.kind, narrowed, operation.cost)
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
        if not context.actor.is_public and operation.kind != "subscription":
            result.extensions = {**(result.extensions or {}), "statements": context.reader.statements}
        return result

    return run


def _small_routes(database: Database) -> list[Route]:
    async def health(_: Request) -> Response:
        """Whether the process answers."""
        return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})

    async def ready(_: Request) -> Response:
        """Whether the database answers, too."""
        try:
            async with asyncio.timeout(2):
                await database.reads.fetch("SELECT 1")
        except Exception:
            return JSONResponse(
                {"status": "the database does not answer"}, 503, headers={"Cache-Control": "no-store"}
            )
        return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})

    async def home(_: Request) -> Response:
        return RedirectResponse("graphql")

    return [Route("/healthz", health), Route("/readyz", ready), Route("/", home)]
