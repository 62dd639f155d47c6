"""The errors of an answer: each with a code, none with internals."""

import secrets
from collections.abc import Sequence
from typing import Any

import structlog
from graphql import GraphQLError

from cms.endpoint.errors import ErrorEntry
from cms.errors import KiosqueError

INTERNAL = "INTERNAL"

_log: Any = structlog.get_logger(__name__)


def new_reference() -> str:
    """A short name for one failure, told to the client and written to the log."""
    return secrets.token_hex(6)


def entry_of(error: GraphQLError, code: str) -> ErrorEntry:
    """The entry of an error of the document or its variables, which may be told as it is."""
    entry: ErrorEntry = {"message": error.message}
    if error.locations:
        entry["locations"] = [{"line": place.line, "column": place.column} for place in error.locations]
    if error.path:
        entry["path"] = error.path
    entry["extensions"] = {**(error.extensions or {}), "code": code}
    return entry


def entries_of(errors: Sequence[GraphQLError], reference: str) -> list[ErrorEntry]:
    """The entries of the errors of an execution. What was not raised for the client to read is logged and masked."""
    return [_entry_of_execution(error, reference) for error in errors]


def log_failure(error: BaseException, reference: str) -> None:
    """Write an unexpected error to the log, with its traceback."""
    _log.error("unexpected_error", reference=reference, exc_info=error)


def masked_entry(error: BaseException, reference: str) -> ErrorEntry:
    """Log an unexpected error whole, and answer what the client may know of it."""
    log_failure(error, reference)
    return {
        "message": f"Something went wrong on our side (reference: {reference}).",
        "extensions": {"code": INTERNAL, "reference": reference},
    }


def _entry_of_execution(error: GraphQLError, reference: str) -> ErrorEntry:
    cause = _cause_of(error)
    if isinstance(cause, KiosqueError):
        return {**entry_of(error, cause.code), "message": cause.message, "extensions": cause.extensions}
    if isinstance(cause, GraphQLError):
        code = (cause.extensions or {}).get("code")
        if isinstance(code, str):
            return entry_of(error, code)
        # graphql-core names the place in the document when an argument is at fault, and no place when a resolver's value is.
        if cause is not error and cause.nodes:
            return entry_of(error, "BAD_USER_INPUT")
    return {**entry_of(error, INTERNAL), **masked_entry(cause, reference)}


def _cause_of(error: GraphQLError) -> Exception:
    cause: Exception = error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    return cause
