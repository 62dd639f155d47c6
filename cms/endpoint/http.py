"""GraphQL over HTTP, as its specification (draft of 2025) has it."""

import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
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
    answer_of_result,
    send_answer,
    unless_modified,
)
from cms.endpoint.body import read_body, stream_body
from cms.endpoint.departure import Watch
from cms.endpoint.errors import ClientGone, RequestError
from cms.endpoint.execution import Execution, PreparedOperation
from cms.endpoint.failures import log_failure, new_reference
from cms.endpoint.multipart import form_from, request_from_form, require_preflight
from cms.endpoint.negotiation import JSON, media_type_of, prefers_html
from cms.endpoint.requests import GraphQLRequest, request_from_json, request_from_parameters
from cms.errors import KiosqueError

MakeContext = Callable[[HTTPConnection], Awaitable[Any]]
Page = Callable[[Request], Response]

_ALLOW = {"Allow": "GET, HEAD, POST, OPTIONS"}
_READING = ("GET", "HEAD")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}\Z")


class HttpEndpoint:
    """The ASGI application behind the route: one request, one GraphQL response."""

    def __init__(
        self, execution: Execution, *, settings: Settings, make_context: MakeContext, page: Page | None
    ) -> None:
        self._execution = execution
        self._settings = settings
        self._make_context = make_context
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request; what it held (context, files) is released after the answer, whatever happens."""
        request = Request(scope, receive)
        if self._page is not None and _wants_page(request):
            await self._page(request)(scope, receive, send)
            return
        async with AsyncExitStack() as released:
            try:
                answer = await self._answer(request, released)
            except ClientGone:
                return
            await send_answer(send, answer, has_body=request.method != "HEAD")

    async def _answer(self, request: Request, released: AsyncExitStack) -> Answer:
        if request.method == "OPTIONS":
            return Answer(204, b"", {"allow": _ALLOW["Allow"]})
        media_type = media_type_of(_accept_of(request.headers))
        reference = _reference_of(request.headers)
        try:
            if media_type is None:
                raise RequestError(406, "NOT_ACCEPTABLE", _NOT_ACCEPTABLE)
            return await self._executed(request, released, media_type, reference)
        except KiosqueError as error:
            return answer_of_error(error, media_type or JSON)
        except ClientGone:
            raise
        except Exception as error:
            return answer_of_failure(error, media_type or JSON, reference)

    async def _executed(
        self, request: Request, released: AsyncExitStack, media_type: str, reference: str
    ) -> Answer:
        prepared = self._execution.prepare(await self._read(request, released))
        _check_transport(request.method, prepared)
        async with Watch(self._settings.request_seconds_max, request.receive):
            request.state.reference = reference
            context = await self._make_context(request)
            released.push_async_callback(close_context, context)
            result = await self._execution.execute(prepared, context)
        headers: Mapping[str, str] = getattr(context, "response_headers", None) or {}
        answer = answer_of_result(result, media_type, reference, headers)
        return (
            unless_modified(answer, request.headers.get("if-none-match"))
            if request.method in _READING
            else answer
        )

    async def _read(self, request: Request, released: AsyncExitStack) -> GraphQLRequest:
        if request.method in _READING:
            return request_from_parameters(request.query_params)
        if request.method != "POST":
            raise RequestError(
                405,
                "METHOD_NOT_ALLOWED",
                f"The endpoint knows GET and POST, not {request.method[:20]}.",
                headers=_ALLOW,
            )
        content_type = _content_type_of(request.headers)
        if content_type == "multipart/form-data":
            return await self._read_multipart(request, released)
        if content_type != JSON:
            raise RequestError(415, "UNSUPPORTED_MEDIA_TYPE", _UNSUPPORTED)
        body = await read_body(
            request.receive,
            declared_length=request.headers.get("content-length"),
            bytes_max=self._settings.request_bytes_max,
            seconds_max=self._settings.request_body_seconds_max,
        )
        return request_from_json(body)

    async def _read_multipart(self, request: Request, released: AsyncExitStack) -> GraphQLRequest:
        require_preflight(request.headers)
        settings = self._settings
        stream = stream_body(
            request.receive,
            declared_length=request.headers.get("content-length"),
            bytes_max=settings.upload_multipart_bytes_max + settings.request_bytes_max,
            seconds_max=settings.upload_seconds_max,
        )
        form = await form_from(request.headers, stream, fields_bytes_max=settings.request_bytes_max)
        released.push_async_callback(form.close)
        return request_from_form(form, file_bytes_max=settings.upload_multipart_bytes_max)


_NOT_ACCEPTABLE = (
    "The endpoint answers with application/graphql-response+json or application/json; “Accept” names neither."
)
_UNSUPPORTED = "POST needs “Content-Type: application/json” in UTF-8 (or multipart/form-data, for files), without a Content-Encoding."


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
    given = headers.get("x-request-id", "")
    return given if _REQUEST_ID.match(given) else new_reference()


def _content_type_of(headers: Headers) -> str:
    """The media type of the body in lower case. Raises RequestError (415) for charsets and encodings that are not read."""
    if headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise RequestError(415, "UNSUPPORTED_MEDIA_TYPE", _UNSUPPORTED)
    media_type, *parameters = headers.get("content-type", "").lower().split(";")
    for parameter in parameters:
        name, _, value = parameter.strip().partition("=")
        if name == "charset" and value.strip(' "') not in ("utf-8", "utf8"):
            raise RequestError(415, "UNSUPPORTED_MEDIA_TYPE", _UNSUPPORTED)
    return media_type.strip()
