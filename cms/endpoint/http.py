"""GraphQL over HTTP, as its specification (draft of 2025) has it."""

import re
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from cms.config import Settings
from cms.endpoint.answers import (
    Answer,
    answer_of_error,
    answer_of_failure,
    send_answer,
    unless_modified,
)
from cms.endpoint.body import read_body, stream_body
from cms.endpoint.call import Call
from cms.endpoint.clock import Clock
from cms.endpoint.departure import Watch
from cms.endpoint.errors import ClientGone, RequestError
from cms.endpoint.execution import Execution, PreparedOperation
from cms.endpoint.failures import log_failure, new_reference
from cms.endpoint.fast import ALIAS, Alias
from cms.endpoint.multipart import form_from, request_from_form, require_preflight
from cms.endpoint.negotiation import JSON, media_type_of, prefers_html
from cms.endpoint.public import PublicAnswers, registers_document
from cms.endpoint.requests import GraphQLRequest, request_from_json, request_from_parameters
from cms.endpoint.responses import Computation, Entry, ResponseCache
from cms.errors import KiosqueError

MakeContext = Callable[[HTTPConnection], Awaitable[Any]]
Page = Callable[[Request], Response]
Held = list[Callable[[], Awaitable[None]]]
"""What is to be released after the answer: contexts, files."""

REFERENCE = "kiosque.reference"
"""Where in the scope the context of a mutation finds what the request is called by in logs."""

_ALLOW = {"Allow": "GET, HEAD, POST, OPTIONS"}
_READING = ("GET", "HEAD")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}\Z")


class HttpEndpoint:
    """The ASGI application behind the route: one request, one GraphQL response."""

    def __init__(
        self,
        execution: Execution,
        *,
        settings: Settings,
        make_context: MakeContext,
        page: Page | None,
        cache: ResponseCache | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._execution = execution
        self._settings = settings
        self._make_context = make_context
        self._page = page
        self._public = PublicAnswers(settings, cache, clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request; what it held (context, files) is released after the answer, whatever happens."""
        request = Call(scope, receive)
        if self._page is not None and _wants_page(request):
            await self._page(request)(scope, receive, send)
            return
        held: Held = []
        try:
            answer = await self._answer(request, held)
            await send_answer(send, answer, has_body=request.method != "HEAD")
        except ClientGone:
            return
        finally:
            if held:
                await _release(held)

    async def _answer(self, request: Request, held: Held) -> Answer:
        if request.method == "OPTIONS":
            return Answer(204, b"", {"allow": _ALLOW["Allow"]})
        headers = request.headers
        media_type, reference = media_type_of(_accept_of(headers)), _reference_of(headers)
        try:
            if media_type is None:
                raise RequestError(406, "NOT_ACCEPTABLE", _NOT_ACCEPTABLE)
            answer = await self._executed(request, held, media_type, reference)
            return _unless_known(request, answer)
        except KiosqueError as error:
            return answer_of_error(error, media_type or JSON)
        except ClientGone:
            raise
        except Exception as error:
            return answer_of_failure(error, media_type or JSON, reference or new_reference())

    async def _executed(self, request: Request, held: Held, media_type: str, reference: str) -> Answer:
        given = await self._read(request, held)
        prepared = self._execution.prepare(given)
        _check_transport(request.method, prepared)
        if prepared.operation.kind == "mutation":
            reference = request.scope[REFERENCE] = reference or new_reference()
        make = partial(self._made, request, held, given, prepared, media_type, reference)
        cache, key = self._public.cache, self._public.key_of(request, given, prepared, media_type)
        if cache is None or key is None:
            return await make(None)
        async with Watch(self._settings.request_seconds_max, request.receive):
            entry = cache.get(key) or await cache.shared(key)
        if entry is not None:
            return self._found(entry, given, request)
        with cache.computing(key) as computation:
            answer = await make(computation)
        kept = cache.get(key)
        return answer if kept is None else self._found(kept, given, request)

    def _found(self, entry: Entry, given: GraphQLRequest, request: Request) -> Answer:
        alias: Alias | None = request.scope.get(ALIAS)
        if self._public.cache is not None and alias is not None and not registers_document(given):
            self._public.cache.add_alias(alias.name, alias.length, entry)
        return self._public.kept(entry)

    async def _made(
        self,
        request: Request,
        held: Held,
        given: GraphQLRequest,
        prepared: PreparedOperation,
        media_type: str,
        reference: str,
        computation: Computation | None,
    ) -> Answer:
        async with Watch(prepared.operation.seconds_max, request.receive):
            context = await self._make_context(request)
            if hasattr(context, "close"):
                held.append(partial(close_context, context))
            result = await self._execution.execute(prepared, context)
        return self._public.answer_of(
            result,
            given,
            context,
            media_type=media_type,
            reference=reference,
            computation=computation,
            is_get=request.method in _READING,
        )

    async def _read(self, request: Request, held: Held) -> GraphQLRequest:
        if request.method in _READING:
            return request_from_parameters(request.query_params)
        if request.method != "POST":
            raise RequestError(
                405,
                "METHOD_NOT_ALLOWED",
                f"The endpoint knows GET and POST, not {request.method[:20]}.",
                headers=_ALLOW,
            )
        headers = request.headers
        content_type = _content_type_of(headers)
        if content_type == "multipart/form-data":
            return await self._read_multipart(request, held)
        if content_type != JSON:
            raise RequestError(415, "UNSUPPORTED_MEDIA_TYPE", _UNSUPPORTED)
        body = await read_body(
            request.receive,
            declared_length=headers.get("content-length"),
            bytes_max=self._settings.request_bytes_max,
            seconds_max=self._settings.request_body_seconds_max,
        )
        return request_from_json(body)

    async def _read_multipart(self, request: Request, held: Held) -> GraphQLRequest:
        require_preflight(request.headers)
        settings = self._settings
        stream = stream_body(
            request.receive,
            declared_length=request.headers.get("content-length"),
            bytes_max=settings.upload_multipart_bytes_max + settings.request_bytes_max,
            seconds_max=settings.upload_seconds_max,
        )
        form = await form_from(request.headers, stream, fields_bytes_max=settings.request_bytes_max)
        held.append(form.close)
        return request_from_form(form, file_bytes_max=settings.upload_multipart_bytes_max)


_NOT_ACCEPTABLE = (
    "The endpoint answers with application/graphql-response+json or application/json; “Accept” names neither."
)
_UNSUPPORTED = "POST needs “Content-Type: application/json” in UTF-8 (or multipart/form-data, for files), without a Content-Encoding."


async def _release(held: Held) -> None:
    async with AsyncExitStack() as stack:
        for release in held:
            stack.push_async_callback(release)


async def close_context(context: object) -> None:
    """Release what the context holds. The answer is sent already, so that a failure is only logged."""
    close: Callable[[], Awaitable[None]] | None = getattr(context, "close", None)
    if close is None:
        return
    try:
        await close()
    except Exception as error:
        log_failure(error, new_reference())


def _check_transport(method: str, prepared: PreparedOperation) -> None:
    kind = prepared.operation.kind
    if kind == "subscription":
        raise RequestError(
            400,
            "UNSUPPORTED_TRANSPORT",
            "Subscriptions run over WebSocket (graphql-transport-ws), not over HTTP.",
        )
    if kind == "mutation" and method in _READING:
        raise RequestError(
            405,
            "METHOD_NOT_ALLOWED",
            "GET is for queries; send mutations by POST.",
            headers={"Allow": "POST"},
        )


def _unless_known(request: Request, answer: Answer) -> Answer:
    if request.method not in _READING:
        return answer
    return unless_modified(answer, request.headers.get("if-none-match"))


def _wants_page(request: Request) -> bool:
    is_bare = (
        request.method in _READING
        and "query" not in request.query_params
        and "extensions" not in request.query_params
    )
    return is_bare and prefers_html(_accept_of(request.headers))


def _accept_of(headers: Headers) -> str | None:
    values = headers.getlist("accept")
    return ",".join(values) if values else None


def _reference_of(headers: Headers) -> str:
    """What the client wants errors to be told by; empty where it wants nothing."""
    given = headers.get("x-request-id", "")
    return given if given and _REQUEST_ID.match(given) else ""


def _content_type_of(headers: Headers) -> str:
    """The media type of the body in lower case. Raises RequestError (415) for charsets and encodings that are not read."""
    if "content-encoding" in headers and headers["content-encoding"].strip().lower() != "identity":
        raise RequestError(415, "UNSUPPORTED_MEDIA_TYPE", _UNSUPPORTED)
    given = headers.get("content-type", "")
    if given == JSON:
        return JSON
    media_type, *parameters = given.lower().split(";")
    for parameter in parameters:
        name, _, value = parameter.strip().partition("=")
        if name == "charset" and value.strip(' "') not in ("utf-8", "utf8"):
            raise RequestError(415, "UNSUPPORTED_MEDIA_TYPE", _UNSUPPORTED)
    return media_type.strip()
