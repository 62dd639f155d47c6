"""The shortest way to an answer: a request that came in the same bytes before is answered before anything is read into objects."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cms.config import Settings
from cms.endpoint.answers import answer_of_error, is_known, send_answer
from cms.endpoint.body import read_body
from cms.endpoint.cache_headers import CacheHeaders
from cms.endpoint.errors import ClientGone, RequestError
from cms.endpoint.negotiation import JSON
from cms.endpoint.responses import Entry, Headers, ResponseCache

BYTES_MAX = 8_192
# Whoever sends one of these may get another answer than everybody.
PERSONAL = frozenset({b"authorization", b"x-perspective", b"content-encoding"})
LOOKED_AT = frozenset({b"accept", b"content-type", b"content-length", b"if-none-match", b"origin"}) | PERSONAL
ALIAS = "kiosque.alias"
"""Where in the scope an endpoint finds the `Alias` of a request that could not be answered here."""


@dataclass(frozen=True, slots=True)
class Alias:
    """The name under which the answer to the same bytes can be found the next time, and how long it is."""

    name: Hashable
    length: int


class FastPath:
    """The application in front of the endpoint (and of its CORS middleware): answers from the cache what it can."""

    def __init__(self, app: ASGIApp, cache: ResponseCache, settings: Settings) -> None:
        self._app, self._cache = app, cache
        self._told = CacheHeaders(settings)
        self._seconds_max = settings.request_body_seconds_max
        self._is_for_any_origin = "*" in settings.cors_origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or let the endpoint answer."""
        headers = _headers(scope["headers"]) if scope["type"] == "http" and self._cache.is_on else None
        if headers is None or (b"origin" in headers and not self._is_for_any_origin):
            await self._app(scope, receive, send)
        elif scope["method"] == "POST" and not scope["query_string"]:
            # A parameter of the URL may ask for another answer than the same body does without.
            await self._answer_post(headers, scope, receive, send)
        elif scope["method"] in ("GET", "HEAD"):
            await self._answer_get(headers, scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _answer_post(
        self, headers: dict[bytes, bytes], scope: Scope, receive: Receive, send: Send
    ) -> None:
        length = headers.get(b"content-length", b"")
        if not length.isdigit() or len(length) > 4 or int(length) > BYTES_MAX:
            await self._app(scope, receive, send)
            return
        try:
            body = await read_body(
                receive, declared_length=None, bytes_max=BYTES_MAX, seconds_max=self._seconds_max
            )
        except ClientGone:
            return
        except RequestError as refused:
            await send_answer(send, answer_of_error(refused, JSON))
            return
        alias = (body, headers.get(b"accept"), headers.get(b"content-type"))
        entry = self._cache.get_by_alias(alias)
        if entry is None:
            scope[ALIAS] = Alias(alias, len(body))
            await self._app(scope, _again(body, receive), send)
            return
        await send({"type": "http.response.start", "status": 200, "headers": self._head(entry.headers)})
        await send({"type": "http.response.body", "body": entry.answer.body})

    async def _answer_get(
        self, headers: dict[bytes, bytes], scope: Scope, receive: Receive, send: Send
    ) -> None:
        query: bytes = scope["query_string"]
        alias = (query, headers.get(b"accept"))
        entry = self._cache.get_by_alias(alias)
        if entry is None:
            if len(query) <= BYTES_MAX:
                scope[ALIAS] = Alias(alias, len(query))
            await self._app(scope, receive, send)
            return
        known = headers.get(b"if-none-match")
        if known is not None and _is_known(entry, known):
            await send(
                {
                    "type": "http.response.start",
                    "status": 304,
                    "headers": self._head(entry.headers_unmodified),
                }
            )
            await send({"type": "http.response.body", "body": b""})
            return
        body = b"" if scope["method"] == "HEAD" else entry.answer.body
        await send({"type": "http.response.start", "status": 200, "headers": self._head(entry.headers)})
        await send({"type": "http.response.body", "body": body})

    def _head(self, headers: Headers) -> Headers:
        """The headers, with a shorter time to keep the answer if it will not hold for as long as they say."""
        left = self._cache.clock.seconds_left
        if left >= self._told.seconds_max:
            return headers
        control = self._told.control(left).encode()
        return [(name, control if name == b"cache-control" else value) for name, value in headers]


def _headers(given: Sequence[tuple[bytes, bytes]]) -> dict[bytes, bytes] | None:
    """The headers that matter; None if one of them makes the request one of a kind, or comes twice."""
    found: dict[bytes, bytes] = {}
    for name, value in given:
        if name in LOOKED_AT:
            if name in PERSONAL or name in found:
                return None
            found[name] = value
    return found


def _is_known(entry: Entry, if_none_match: bytes) -> bool:
    return if_none_match == entry.etag or is_known(
        entry.answer.headers["etag"], if_none_match.decode("latin-1")
    )


def _again(body: bytes, receive: Receive) -> Receive:
    """What has been received already, and then whatever comes."""
    first: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return first.pop() if first else await receive()

    return receive_again
