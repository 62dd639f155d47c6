"""Answers that anybody would get: when a query's answer is one, how it is kept, and what it says to caches."""

from collections.abc import Hashable
from typing import Any

import orjson
from graphql import ExecutionResult
from starlette.requests import HTTPConnection, Request

from cms.config import Settings
from cms.endpoint.answers import Answer, answer_of_result
from cms.endpoint.cache_headers import CacheHeaders, etag_of
from cms.endpoint.clock import NEVER, Clock
from cms.endpoint.cors import headers_without_origin
from cms.endpoint.execution import PreparedOperation
from cms.endpoint.requests import GraphQLRequest, malformed
from cms.endpoint.responses import Computation, Entry, ResponseCache

PERSONAL_PARAMETERS = ("perspective", "preview")


class PublicAnswers:
    """Makes answers of results; those that anybody would get carry cache headers, and are kept if there is a cache."""

    def __init__(self, settings: Settings, cache: ResponseCache | None, clock: Clock | None = None) -> None:
        self.cache, self._headers = cache, CacheHeaders(settings)
        self._clock = cache.clock if cache is not None else clock
        self._further = headers_without_origin(settings)

    def key_of(
        self, request: Request, given: GraphQLRequest, prepared: PreparedOperation, media_type: str
    ) -> Hashable | None:
        """What the answer depends on besides the content; None if it is not to be kept. Raises RequestError for extensions that cannot be."""
        wanted = wants_tags(given)
        if self.cache is None or not self.cache.is_on or prepared.operation.kind != "query":
            return None
        if is_personal(request) or any(name in request.query_params for name in PERSONAL_PARAMETERS):
            return None
        try:
            variables = orjson.dumps(given.variables, option=orjson.OPT_SORT_KEYS)
        except orjson.JSONEncodeError:
            # A number beyond 64 bits, or a file.
            return None
        return (prepared.document.sha256, given.operation_name, variables, media_type, wanted)

    def answer_of(
        self,
        result: ExecutionResult,
        given: GraphQLRequest,
        context: object,
        *,
        media_type: str,
        reference: str,
        computation: Computation | None,
        is_get: bool,
    ) -> Answer:
        """The answer; kept, and given to those who wait for the same, if it is public."""
        tags = _tags_of(result, context)
        if tags is not None and wants_tags(given):
            result.extensions = {**(result.extensions or {}), "cacheTags": sorted(tags)}
        if tags is None or not getattr(context, "is_public", False):
            return answer_of_result(result, media_type, reference, {})
        answer = answer_of_result(result, media_type, reference, self._headers.of(tags, self._seconds_left))
        if is_get or computation is not None:
            answer.headers["etag"] = etag_of(answer.body, media_type)
        if self.cache is not None and computation is not None:
            self.cache.keep(computation, Entry(computation.key, answer, tags, self._further))
        return answer

    def kept(self, entry: Entry) -> Answer:
        """The kept answer, which tells caches not to keep it for longer than it holds from now on."""
        answer, left = entry.answer, self._seconds_left
        if left >= self._headers.seconds_max:
            return answer
        return Answer(
            answer.status, answer.body, answer.headers | {"cache-control": self._headers.control(left)}
        )

    @property
    def _seconds_left(self) -> float:
        return NEVER if self._clock is None else self._clock.seconds_left


def is_personal(connection: HTTPConnection) -> bool:
    """Whether a header says who asks, or for what view of the site."""
    headers = connection.headers
    return "authorization" in headers or "x-perspective" in headers


def _tags_of(result: ExecutionResult, context: object) -> frozenset[str] | None:
    tags: Any = getattr(context, "cache_tags", None)
    return None if tags is None or result.errors else frozenset(tags)


def wants_tags(given: GraphQLRequest) -> bool:
    """Whether the client asks for `extensions.cacheTags`. Raises RequestError (400) for anything but true and false."""
    wanted = given.extensions.get("cacheTags", False)
    if not isinstance(wanted, bool):
        raise malformed("“extensions.cacheTags” must be true or false.")
    return wanted


def registers_document(given: GraphQLRequest) -> bool:
    """Whether the request is to be read whole each time, because a persisted query comes with its text."""
    return bool(given.query) and "persistedQuery" in given.extensions
