"""The HTTP answers of the endpoint."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from graphql import ExecutionResult
from starlette.types import Send

from cms.endpoint.errors import RequestError
from cms.endpoint.failures import entries_of, masked_entry, new_reference
from cms.errors import KiosqueError

NOT_CACHED = "private, no-store"
VARY = "Accept, Authorization, X-Perspective"
"""The headers of a request that decide what is answered."""

_STATUS_OF_CODE = {
    "UNAUTHENTICATED": 401,
    "FORBIDDEN": 403,
    "NOT_FOUND": 404,
    "UNAVAILABLE": 503,
    "INTERNAL": 500,
}


@dataclass(slots=True)
class Answer:
    """Status, headers (names in lower case) and body."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict[str, str])


def json_of(value: object) -> bytes:
    """JSON of anything that an execution can answer with; unknown objects of a scalar become their text."""
    try:
        return orjson.dumps(value, default=str)
    except orjson.JSONEncodeError:
        # orjson refuses integers over 64 bits, which the standard library writes.
        return json.dumps(value, default=str, separators=(",", ":")).encode()


def payload_of(result: ExecutionResult, reference: str) -> dict[str, Any]:
    """The response of an execution (specification, section 7.1), errors first where there are any."""
    payload: dict[str, Any] = {}
    if result.errors:
        payload["errors"] = entries_of(result.errors, reference or new_reference())
    payload["data"] = result.data
    if result.extensions:
        payload["extensions"] = result.extensions
    return payload


def answer_of_result(
    result: ExecutionResult, media_type: str, reference: str, headers: Mapping[str, str]
) -> Answer:
    """The answer of an execution that took place: 200, whatever its fields say. Unless the headers say otherwise it is not to be cached."""
    merged = {"cache-control": NOT_CACHED, **headers}
    return _answer(200, payload_of(result, reference), media_type, merged)


def answer_of_error(error: KiosqueError, media_type: str) -> Answer:
    """The answer of a request that was refused before its execution."""
    refused = error if isinstance(error, RequestError) else request_error_of(error)
    headers = {
        "cache-control": NOT_CACHED,
        **{name.lower(): value for name, value in refused.headers.items()},
    }
    return _answer(refused.status_for(media_type), {"errors": refused.entries}, media_type, headers)


def answer_of_failure(error: BaseException, media_type: str, reference: str) -> Answer:
    """The answer to an error that nobody expected: logged whole, told as a reference."""
    return _answer(
        500, {"errors": [masked_entry(error, reference)]}, media_type, {"cache-control": NOT_CACHED}
    )


def request_error_of(error: KiosqueError) -> RequestError:
    """The same error with the HTTP status of its code; 400 for codes that say the client is at fault."""
    code = str(error.extensions.get("code", error.code))
    status = _STATUS_OF_CODE.get(code, 400)
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
    details = {name: value for name, value in error.extensions.items() if name != "code"}
    refused = RequestError(status, code, error.message, headers=headers)
    refused.extensions.update(details)
    return refused


def is_known(etag: str, if_none_match: str) -> bool:
    """Whether the client has the answer of this entity tag already (RFC 9110, section 13.1.2: the weak comparison)."""
    known = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return etag in known or "*" in known


def unless_modified(answer: Answer, if_none_match: str | None) -> Answer:
    """304 without a body if the client has this very answer already."""
    etag = answer.headers.get("etag")
    if etag is None or if_none_match is None or not is_known(etag, if_none_match):
        return answer
    kept = {name: value for name, value in answer.headers.items() if not name.startswith("content-")}
    return Answer(304, b"", kept)


async def send_answer(send: Send, answer: Answer, *, has_body: bool = True) -> None:
    """Send the answer, without its body if the method was HEAD."""
    headers = raw_headers(answer.headers)
    if answer.status not in (204, 304):
        headers.append((b"content-length", str(len(answer.body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body if has_body else b""})


def raw_headers(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Headers as ASGI has them."""
    return [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in headers.items()]


def _answer(status: int, payload: dict[str, Any], media_type: str, headers: dict[str, str]) -> Answer:
    headers.setdefault("vary", VARY)
    headers["content-type"] = f"{media_type}; charset=utf-8"
    return Answer(status, json_of(payload), headers)
