"""The shortest way to an answer: a request that came in the same bytes before is answered before anything is read into objects."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from starlette.types import Message, Receive, Scope, Send

from cms.config import Settings
from cms.endpoint.answers import answer_of_error, is_known, send_answer
from cms.endpoint.body import read_body
from cms.endpoint.errors import ClientGone, RequestError
from cms.endpoint.negotiation import JSON
from cms.endpoint.responses import Entry, ResponseCache

BYTES_MAX = 8_192
# Whoever sends one of these may get another answer than everybody.
PERSONAL = frozenset({b"authorization", b"x-perspective", b"content-encoding"})
LOOKED_AT = frozenset({b"accept", b"content-type", b"content-length", b"if-none-match"}) | PERSONAL


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A request that must go the long way: its body again, and the name under which its answer can be found the next time, if it has one."""

    receive: Receive
    alias: Hashable | None = None
    length: int = 0


class FastPath:
    """Answers from the cache what it can."""

    def __init__(self, cache: ResponseCache, settings: Settings) -> None:
        self._cache, self._seconds_max = cache, settings.request_body_seconds_max

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> Unanswered | None:
        """Answer, or say what is left to do; None when there is nothing left."""
        method = scope["method"]
        headers = _headers(scope["headers"])
        if headers is None or not self._cache.is_on:
            return Unanswered(receive)
        if method == "POST":
            length = headers.get(b"content-length", b"")
            if not length.isdigit() or len(length) > 4 or int(length) > BYTES_MAX:
                return Unanswered(receive)
            return await self._answer_post(headers, receive, send)
        if method in ("GET", "HEAD"):
            return await self._answer_get(headers, scope, receive, send)
        return Unanswered(receive)

    async def _answer_post(
        self, headers: dict[bytes, bytes], receive: Receive, send: Send
    ) -> Unanswered | None:
        try:
            body = await read_body(
                receive, declared_length=None, bytes_max=BYTES_MAX, seconds_max=self._seconds_max
            )
        except ClientGone:
            return None
        except RequestError as refused:
            await send_answer(send, answer_of_error(refused, JSON))
            return None
        alias = (body, headers.get(b"accept"), headers.get(b"content-type"))
        entry = self._cache.get_by_alias(alias)
        if entry is None:
            return Unanswered(_again(body, receive), alias, len(body))
        await send({"type": "http.response.start", "status": 200, "headers": entry.headers})
        await send({"type": "http.response.body", "body": entry.body})
        return None

    async def _answer_get(
        self, headers: dict[bytes, bytes], scope: Scope, receive: Receive, send: Send
    ) -> Unanswered | None:
        query: bytes = scope["query_string"]
        if len(query) > BYTES_MAX:
            return Unanswered(receive)
        alias = (query, headers.get(b"accept"))
        entry = self._cache.get_by_alias(alias)
        if entry is None:
            return Unanswered(receive, alias, len(query))
        known = headers.get(b"if-none-match")
        if known is not None and _is_known(entry, known):
            await send({"type": "http.response.start", "status": 304, "headers": entry.headers_unmodified})
            await send({"type": "http.response.body", "body": b""})
            return None
        await send({"type": "http.response.start", "status": 200, "headers": entry.headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else entry.body})
        return None


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
        entry.etag.decode("latin-1"), if_none_match.decode("latin-1")
    )


def _again(body: bytes, receive: Receive) -> Receive:
    """What has been received already, and then whatever comes."""
    first: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return first.pop() if first else await receive()

    return receive_again
