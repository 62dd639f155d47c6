"""Where the text of a document comes from: the request itself, or what is remembered under its hash.

Automatic persisted queries, as Apollo's clients speak them: `extensions.persistedQuery` is {version: 1, sha256Hash}. A
request with the hash alone is answered from memory or with PERSISTED_QUERY_NOT_FOUND, upon which the client sends both.
"""

from hashlib import sha256
from typing import Any, Protocol, cast

from cms.endpoint.cache import BoundedCache
from cms.endpoint.documents import Document
from cms.endpoint.errors import DocumentRefused
from cms.endpoint.requests import GraphQLRequest, malformed

_BYTES_MAX = 8_000_000
_BYTES_EACH_MAX = 100_000
_DIGITS = frozenset("0123456789abcdef")


class DocumentSource(Protocol):
    """Decides which document a request means, and which documents may run at all."""

    def text_of(self, request: GraphQLRequest) -> str:
        """The text of the document. Raises RequestError if there is none, or if it may not run."""
        ...

    def accept(self, request: GraphQLRequest, document: Document) -> None:
        """Take note that the document of the request was found valid."""
        ...


class AutomaticDocuments:
    """Runs any document, and remembers those that came with their hash. Only valid ones are remembered."""

    def __init__(self, documents_max: int) -> None:
        self._is_on = documents_max > 0
        self._texts = BoundedCache[str](
            entries_max=documents_max, weight_max=_BYTES_MAX, weight_each_max=_BYTES_EACH_MAX
        )

    def text_of(self, request: GraphQLRequest) -> str:
        """The text that the request brings or names. Raises RequestError: unknown or wrong hash, or nothing to run."""
        claimed = persisted_hash(request)
        if claimed is None:
            return text_brought(request)
        if not self._is_on:
            raise DocumentRefused("PERSISTED_QUERY_NOT_SUPPORTED", "PersistedQueryNotSupported")
        return self._remembered(claimed) if not request.query else _verified(request.query, claimed)

    def accept(self, request: GraphQLRequest, document: Document) -> None:
        """Remember the document if the request registers it."""
        claimed = persisted_hash(request)
        if claimed is not None and request.query:
            self._texts.put(claimed, document.text, weight=len(document.text))

    def _remembered(self, claimed: str) -> str:
        text = self._texts.get(claimed)
        if text is None:
            # Apollo's clients recognise this very message.
            raise DocumentRefused("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")
        return text


def persisted_hash(request: GraphQLRequest) -> str | None:
    """The hash under `extensions.persistedQuery`, or None. Raises RequestError (400) if it is malformed."""
    value: object = request.extensions.get("persistedQuery")
    if value is None:
        return None
    if not isinstance(value, dict):
        raise malformed("“extensions.persistedQuery” must be a JSON object.")
    persisted = cast("dict[str, Any]", value)
    if persisted.get("version") != 1 or isinstance(persisted.get("version"), bool):
        raise malformed("“extensions.persistedQuery.version” must be 1.")
    claimed: object = persisted.get("sha256Hash")
    if not isinstance(claimed, str) or len(claimed) != 64 or not _DIGITS.issuperset(claimed):
        raise malformed(
            "“extensions.persistedQuery.sha256Hash” must be a SHA-256 as 64 lower-case hexadecimal digits."
        )
    return claimed


def text_brought(request: GraphQLRequest) -> str:
    """The text that the request itself brings. Raises RequestError (400) if it brings none."""
    if request.query:
        return request.query
    if request.document_id is not None:
        raise DocumentRefused(
            "PERSISTED_DOCUMENT_NOT_FOUND", "No document is known by this id; send “query”."
        )
    raise malformed("The request has no “query”.")


def _verified(query: str, claimed: str) -> str:
    if sha256(query.encode()).hexdigest() != claimed:
        raise malformed("The SHA-256 of “query” is not the one in “extensions.persistedQuery.sha256Hash”.")
    return query
