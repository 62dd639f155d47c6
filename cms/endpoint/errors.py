"""Errors that end a request before or beside its execution."""

from collections.abc import Mapping, Sequence
from typing import Any

from cms.errors import KiosqueError

ErrorEntry = dict[str, Any]
"""An entry of the `errors` of a GraphQL response (specification, section 7.1.2)."""


class RequestError(KiosqueError):
    """The request ends with this HTTP status and one GraphQL error."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        headers: Mapping[str, str] | None = None,
        **extensions: Any,
    ) -> None:
        super().__init__(message, **extensions)
        self.extensions["code"] = code
        self.status = status
        self.headers: dict[str, str] = dict(headers or {})

    @property
    def entries(self) -> list[ErrorEntry]:
        """What the response lists under `errors`."""
        return [{"message": self.message, "extensions": self.extensions}]

    def status_for(self, media_type: str) -> int:
        """The status in the given media type; the same in each, unless a subclass knows better."""
        del media_type
        return self.status


class DocumentRefused(RequestError):
    """The HTTP request is in order, but its document or variables cannot be run.

    GraphQL over HTTP, section 6.4: 400 in `application/graphql-response+json`, and 200 in `application/json`.
    """

    def __init__(self, code: str, message: str, **extensions: Any) -> None:
        super().__init__(400, code, message, **extensions)

    def status_for(self, media_type: str) -> int:
        """400, or 200 for clients that only know `application/json`."""
        return 200 if media_type == "application/json" else self.status


class DocumentInvalid(DocumentRefused):
    """A document with one or more errors of its own, each with its place."""

    def __init__(self, code: str, entries: Sequence[ErrorEntry]) -> None:
        super().__init__(code, str(entries[0]["message"]))
        self._entries = list(entries)

    @property
    def entries(self) -> list[ErrorEntry]:
        """Every error that was found."""
        return self._entries


class LimitExceeded(DocumentRefused):
    """A document or its variables ask for more than the settings allow."""

    def __init__(self, code: str, what: str, *, found: int, limit: int) -> None:
        super().__init__(code, f"{what}: {found:,}, and the limit is {limit:,}.", found=found, limit=limit)


class ClientGone(Exception):
    """The client has left; nobody reads the answer."""
