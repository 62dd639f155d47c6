"""The routes of the endpoint, for `create_app` to mount."""

from functools import partial

import strawberry
from starlette.routing import BaseRoute, Route, WebSocketRoute

from cms.config import Settings
from cms.endpoint.clock import Clock
from cms.endpoint.documents import Documents
from cms.endpoint.execution import Execution, Run, execute_operation
from cms.endpoint.http import HttpEndpoint, MakeContext, Page
from cms.endpoint.persisted import AutomaticDocuments, DocumentSource
from cms.endpoint.responses import ResponseCache
from cms.endpoint.trusted import trusted_documents_in
from cms.endpoint.websocket import WebSocketEndpoint

PATH = "/graphql"


def graphql_routes(
    schema: strawberry.Schema,
    *,
    settings: Settings,
    make_context: MakeContext,
    page: Page | None = None,
    run: Run | None = None,
    cache: ResponseCache | None = None,
    clock: Clock | None = None,
) -> list[BaseRoute]:
    """The HTTP and the WebSocket route of /graphql.

    `make_context` is awaited once for each operation, after its document was found valid; what it raises from `cms.errors`
    is told to the client with the status of its code. The context may have `async close()`, called after the answer;
    `cache_tags`, the tags of what was read, if that may be told; and `is_public`, whether anybody would get the same answer.
    `page` answers browsers that open the endpoint. `run` executes queries and mutations; without it that is
    `execute_operation`. `cache` keeps public answers; whoever gives it must tell it what becomes old. Where there is
    none, `clock` says how long public answers hold. Raises ManifestError if the manifest of trusted documents cannot be read.
    """
    execution = Execution(
        schema=schema,
        documents=Documents(schema, settings),
        sources=document_source(settings),
        settings=settings,
        run=run or partial(execute_operation, hide_suggestions=not settings.suggestions),
    )
    endpoint = HttpEndpoint(
        execution, settings=settings, make_context=make_context, page=page, cache=cache, clock=clock
    )
    socket = WebSocketEndpoint(execution, settings=settings, make_context=make_context)
    return [Route(PATH, endpoint, include_in_schema=False), WebSocketRoute(PATH, socket)]


def document_source(settings: Settings) -> DocumentSource:
    """Trusted documents where a manifest is set, else automatic persisted queries."""
    if settings.trusted_documents is not None:
        return trusted_documents_in(settings.trusted_documents)
    return AutomaticDocuments(settings.persisted_documents_max)
