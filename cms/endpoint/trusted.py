"""Trusted documents: when a manifest is set, only the documents that it lists may run."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import orjson

from cms.endpoint.documents import Document
from cms.endpoint.errors import DocumentRefused, RequestError
from cms.endpoint.persisted import persisted_hash
from cms.endpoint.requests import GraphQLRequest, malformed


class ManifestError(ValueError):
    """The manifest of trusted documents cannot be read. The server does not start with it."""


class TrustedDocuments:
    """Runs what the manifest lists: asked for by its id, by its SHA-256, or by the same text."""

    def __init__(self, documents: Mapping[str, str]) -> None:
        self._texts = frozenset(documents.values())
        hashes = {sha256(text.encode()).hexdigest(): text for text in self._texts}
        self._by_id = {**hashes, **documents}

    def text_of(self, request: GraphQLRequest) -> str:
        """The text of the trusted document. Raises RequestError if the request names none that is listed."""
        if request.query:
            return self._same_text(request.query)
        identifier = request.document_id or persisted_hash(request)
        if identifier is None:
            raise malformed(
                "The request names no document: send “documentId” or “extensions.persistedQuery”."
            )
        if identifier not in self._by_id:
            raise _not_trusted("No trusted document has this id.")
        return self._by_id[identifier]

    def accept(self, request: GraphQLRequest, document: Document) -> None:
        """Nothing is learned from requests: the manifest is all there is."""

    def _same_text(self, query: str) -> str:
        if query not in self._texts:
            raise _not_trusted("Only trusted documents run here, and this is none of them.")
        return query


def _not_trusted(message: str) -> RequestError:
    return DocumentRefused("DOCUMENT_NOT_TRUSTED", message)


def trusted_documents_in(path: Path) -> TrustedDocuments:
    """Read a manifest: {id: document} as Relay and others write it, or Apollo's with `operations`. Raises ManifestError."""
    try:
        value = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise ManifestError(f"The manifest of trusted documents, {path}, cannot be read: {error}") from error
    return TrustedDocuments(_documents_of(value, path))


def _documents_of(value: object, path: Path) -> dict[str, str]:
    if not isinstance(value, dict):
        raise ManifestError(f"The manifest of trusted documents, {path}, must be a JSON object.")
    manifest = cast("dict[str, Any]", value)
    operations: object = manifest.get("operations")
    pairs: list[tuple[object, object]] = list(manifest.items())
    if isinstance(operations, list):
        pairs = [_pair_of(operation) for operation in cast("list[object]", operations)]
    documents = {key: text for key, text in pairs if isinstance(key, str) and isinstance(text, str)}
    if len(documents) != len(pairs):
        raise ManifestError(f"The manifest of trusted documents, {path}, must map each id, once, to a text.")
    return documents


def _pair_of(operation: object) -> tuple[object, object]:
    entry = cast("dict[str, object]", operation) if isinstance(operation, dict) else {}
    return entry.get("id"), entry.get("body")
