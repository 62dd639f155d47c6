"""Documents: kept when valid, remembered by hash, or trusted."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest

from cms.endpoint.cache import BoundedCache
from cms.endpoint.documents import Documents
from cms.endpoint.errors import RequestError
from cms.endpoint.routes import document_source
from cms.endpoint.trusted import ManifestError
from tests.endpoint.asking import LEGACY, codes, get, post
from tests.endpoint.sample import Desk, app_with, client_of, schema, settings_with

HELLO = "{ hello }"


def hash_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def persisted(text: str, **changes: Any) -> dict[str, Any]:
    return {"persistedQuery": {"version": 1, "sha256Hash": hash_of(text), **changes}}


def test_a_valid_document_is_read_once() -> None:
    documents = Documents(schema, settings_with())
    first = documents.read(HELLO)
    assert documents.read("{ " + "hello }") is first
    assert first.sha256 == hash_of(HELLO)


@pytest.mark.parametrize("changes", [{"document_cache_entries_max": 0}, {"document_cache_bytes_max": 100}])
def test_a_document_that_is_too_long_or_too_many_is_not_kept(changes: dict[str, int]) -> None:
    documents = Documents(schema, settings_with(**changes))
    assert documents.read(HELLO) is not documents.read(HELLO)


def test_errors_are_not_kept() -> None:
    documents = Documents(schema, settings_with())
    raised: list[RequestError] = []
    for _ in range(2):
        with pytest.raises(RequestError) as refused:
            documents.read("{ nothing }")
        raised.append(refused.value)
    assert raised[0] is not raised[1]


def test_the_cache_drops_what_was_not_used_for_longest() -> None:
    cache = BoundedCache[int](entries_max=2, weight_max=100, weight_each_max=60)
    for key, value in (("a", 1), ("b", 2)):
        cache.put(key, value, weight=10)
    assert cache.get("a") == 1
    cache.put("c", 3, weight=10)
    assert [cache.get(key) for key in "abc"] == [1, None, 3]


def test_the_cache_is_bounded_by_weight() -> None:
    cache = BoundedCache[int](entries_max=9, weight_max=100, weight_each_max=60)
    cache.put("a", 1, weight=60)
    cache.put("b", 2, weight=60)
    cache.put("too heavy", 3, weight=61)
    cache.put("b", 4, weight=50)
    assert ([cache.get(key) for key in ("a", "b", "too heavy")], cache.weight, len(cache)) == (
        [None, 4, None],
        50,
        1,
    )


async def test_a_persisted_query_is_registered_and_then_asked_for_by_hash(client: httpx.AsyncClient) -> None:
    unknown = await post(client, None, extensions=persisted(HELLO), accept=LEGACY)
    registered = await post(client, HELLO, extensions=persisted(HELLO))
    known = await post(client, None, extensions=persisted(HELLO))
    by_get = await get(client, extensions=persisted(HELLO))
    assert unknown.status_code == 200
    assert unknown.json() == {
        "errors": [{"message": "PersistedQueryNotFound", "extensions": {"code": "PERSISTED_QUERY_NOT_FOUND"}}]
    }
    assert unknown.headers["cache-control"] == "private, no-store"
    assert registered.json() == known.json() == by_get.json() == {"data": {"hello": "Hello world"}}


async def test_an_unknown_hash_is_400_in_the_modern_media_type(client: httpx.AsyncClient) -> None:
    response = await get(client, extensions=persisted(HELLO))
    assert (response.status_code, codes(response)) == (400, ["PERSISTED_QUERY_NOT_FOUND"])


async def test_a_hash_of_another_text_is_refused_and_not_remembered(client: httpx.AsyncClient) -> None:
    wrong = await post(client, "{ whoami }", extensions=persisted(HELLO))
    after = await post(client, None, extensions=persisted(HELLO))
    assert (wrong.status_code, codes(wrong)) == (400, ["BAD_REQUEST"])
    assert codes(after) == ["PERSISTED_QUERY_NOT_FOUND"]


async def test_an_invalid_document_is_not_remembered(client: httpx.AsyncClient) -> None:
    invalid = "{ nothing }"
    await post(client, invalid, extensions=persisted(invalid))
    assert codes(await post(client, None, extensions=persisted(invalid))) == ["PERSISTED_QUERY_NOT_FOUND"]


@pytest.mark.parametrize(
    "value",
    [
        1,
        [],
        "x",
        {},
        {"version": 2, "sha256Hash": "0" * 64},
        {"version": 1},
        {"version": 1, "sha256Hash": "xyz"},
        {"version": True, "sha256Hash": "0" * 64},
    ],
)
async def test_a_malformed_persisted_query_is_400(client: httpx.AsyncClient, value: object) -> None:
    response = await post(client, HELLO, extensions={"persistedQuery": value})
    assert (response.status_code, codes(response)) == (400, ["BAD_REQUEST"])


async def test_a_mutation_by_hash_is_refused_over_get(client: httpx.AsyncClient, desk: Desk) -> None:
    mutation = 'mutation { write(text: "x") }'
    await post(client, mutation, extensions=persisted(mutation))
    response = await get(client, extensions=persisted(mutation))
    assert (response.status_code, desk.written) == (405, ["x"])


async def test_persisted_queries_can_be_turned_off(desk: Desk) -> None:
    async with client_of(app_with(desk, persisted_documents_max=0)) as client:
        response = await post(client, HELLO, extensions=persisted(HELLO))
    assert codes(response) == ["PERSISTED_QUERY_NOT_SUPPORTED"]


async def test_an_unknown_document_id_is_refused(client: httpx.AsyncClient) -> None:
    assert codes(await post(client, None, documentId="abc")) == ["PERSISTED_DOCUMENT_NOT_FOUND"]


MANIFESTS: list[object] = [
    {"greeting": HELLO},
    {
        "format": "apollo-persisted-query-manifest",
        "version": 1,
        "operations": [{"id": "greeting", "name": "Greeting", "type": "query", "body": HELLO}],
    },
]


@pytest.mark.parametrize("manifest", MANIFESTS)
async def test_only_trusted_documents_run(tmp_path: Path, desk: Desk, manifest: object) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(manifest))
    async with client_of(app_with(desk, trusted_documents=path)) as client:
        answers = [
            await post(client, None, documentId="greeting"),
            await post(client, None, id="greeting"),
            await post(client, None, doc_id="greeting"),
            await get(client, documentId="greeting"),
            await post(client, None, extensions=persisted(HELLO)),
            await post(client, HELLO),
        ]
        refused = [
            await post(client, "{ whoami }"),
            await post(client, None, documentId="other"),
            await post(client, "{ whoami }", documentId="greeting"),
            await post(client, "{ whoami }", extensions=persisted("{ whoami }")),
            await post(client, None, extensions=persisted("{ whoami }")),
        ]
        nothing = await post(client, None)
    assert [answer.json() for answer in answers] == [{"data": {"hello": "Hello world"}}] * 6
    assert [(answer.status_code, codes(answer)) for answer in refused] == [
        (400, ["DOCUMENT_NOT_TRUSTED"])
    ] * 5
    assert codes(nothing) == ["BAD_REQUEST"]


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"a": 1}', '{"operations": [{"id": "a"}]}', '{"operations": [1]}', "null"]
)
def test_a_manifest_that_is_none_stops_the_start(tmp_path: Path, text: str) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(text)
    with pytest.raises(ManifestError):
        document_source(settings_with(trusted_documents=path))


def test_a_missing_manifest_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(ManifestError):
        document_source(settings_with(trusted_documents=tmp_path / "none.json"))
