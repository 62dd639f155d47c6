"""A GraphQL request as its transport carries it: JSON in a body, parameters in a URL, or the payload of a message."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import orjson

from cms.endpoint.errors import RequestError

JsonObject = dict[str, Any]

# Relay's network layers send `id` or `doc_id`; the appendix of GraphQL over HTTP says `documentId`.
_DOCUMENT_ID_NAMES = ("documentId", "doc_id", "id")
_DOCUMENT_IDS = frozenset(_DOCUMENT_ID_NAMES)


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """What the client asks for. `variables_bytes` is at least the length of the variables as JSON."""

    query: str | None
    operation_name: str | None
    variables: JsonObject
    extensions: JsonObject
    document_id: str | None
    variables_bytes: int


def request_from_json(body: bytes) -> GraphQLRequest:
    """Read the body of a POST. Raises RequestError (400) unless it is one JSON object of the right shape."""
    return request_from_value(json_from(body, "The body of the request"), variables_bytes=len(body))


def json_from(text: bytes | str, what: str) -> Any:
    """Read JSON. Raises RequestError (400) if it is none; `what` names it in the message."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise malformed(
            f"{what} is not valid JSON: {error.msg} (line {error.lineno}, column {error.colno})."
        ) from None


def request_from_value(value: object, *, variables_bytes: int) -> GraphQLRequest:
    """Read a request from JSON that is already parsed. Raises RequestError (400) for anything else than a request."""
    if isinstance(value, list):
        raise RequestError(
            400, "BATCHING_NOT_SUPPORTED", "Batches are not supported: send one JSON object, not an array."
        )
    if not isinstance(value, dict):
        raise malformed("The request must be a JSON object with “query”.")
    parameters = cast("JsonObject", value)
    return GraphQLRequest(
        query=_text(parameters, "query"),
        operation_name=_text(parameters, "operationName") or None,
        variables=_object(parameters, "variables"),
        extensions=_object(parameters, "extensions"),
        document_id=_document_id(parameters),
        variables_bytes=variables_bytes,
    )


def request_from_parameters(parameters: Mapping[str, str]) -> GraphQLRequest:
    """Read the parameters of a GET. Raises RequestError (400) if variables or extensions are no JSON objects."""
    decoded: JsonObject = dict(parameters)
    for name in ("variables", "extensions"):
        if text := decoded.pop(name, None):
            decoded[name] = json_from(text, f"The parameter “{name}”")
    return request_from_value(
        decoded, variables_bytes=len(parameters.get("variables", "").encode(errors="replace"))
    )


def malformed(message: str) -> RequestError:
    """The error for a request that is none."""
    return RequestError(400, "BAD_REQUEST", message)


def _document_id(parameters: JsonObject) -> str | None:
    if _DOCUMENT_IDS.isdisjoint(parameters):
        return None
    for name in _DOCUMENT_ID_NAMES:
        if identifier := _text(parameters, name):
            return identifier
    return None


def _text(parameters: JsonObject, name: str) -> str | None:
    value = parameters.get(name)
    if value is None or isinstance(value, str):
        return value
    raise _other_kind(name, value, "a string")


def _object(parameters: JsonObject, name: str) -> JsonObject:
    value = parameters.get(name)
    if value is None:
        return {}
    if isinstance(value, dict):
        return cast("JsonObject", value)
    raise _other_kind(name, value, "a JSON object")


def _other_kind(name: str, value: object, kind: str) -> RequestError:
    return malformed(f"“{name}” must be {kind} or null, not {_kind_of(value)}.")


def _kind_of(value: object) -> str:
    names: dict[type, str] = {list: "an array", dict: "an object", str: "a string", bool: "a boolean"}
    return names.get(type(value), "a number")
