"""GraphQL over HTTP: methods, media types, statuses."""

from typing import Any

import httpx
import pytest

from tests.endpoint.asking import LEGACY, MODERN, codes, get, post, post_raw
from tests.endpoint.sample import Desk, app_with, client_of


async def test_post_answers_a_query(client: httpx.AsyncClient) -> None:
    response = await post(client, "query($n: String!) { hello(name: $n) }", variables={"n": "Ada"})
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/graphql-response+json; charset=utf-8"
    assert response.json() == {"data": {"hello": "Hello Ada"}}


async def test_get_answers_a_query(client: httpx.AsyncClient) -> None:
    response = await get(
        client,
        query="query A($n: String!) { hello(name: $n) } query B { hello }",
        operationName="A",
        variables={"n": "Ada"},
    )
    assert (response.status_code, response.json()) == (200, {"data": {"hello": "Hello Ada"}})


async def test_head_answers_without_a_body(client: httpx.AsyncClient) -> None:
    response = await client.head("/graphql", params={"query": "{ hello }"})
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["content-length"] == str(len(b'{"data":{"hello":"Hello world"}}'))


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, LEGACY),
        ("*/*", LEGACY),
        ("application/*", LEGACY),
        ("application/json", LEGACY),
        ("application/json; charset=utf-8", LEGACY),
        ("application/graphql-response+json", MODERN),
        ("APPLICATION/GRAPHQL-RESPONSE+JSON", MODERN),
        ("application/graphql-response+json, application/json;q=0.9", MODERN),
        ("application/graphql-response+json;q=0.5, application/json;q=0.9", LEGACY),
        ("application/json, application/graphql-response+json", MODERN),
        (
            "application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed",
            MODERN,
        ),
        ("multipart/mixed;deferSpec=20220824, application/json", LEGACY),
        ("application/json;q=0, */*", MODERN),
        ("text/html, */*;q=0.1", LEGACY),
    ],
)
async def test_accept_decides_the_media_type(
    client: httpx.AsyncClient, accept: str | None, media_type: str
) -> None:
    headers = {} if accept is None else {"accept": accept}
    request = client.build_request("POST", "/graphql", json={"query": "{ hello }"}, headers=headers)
    if accept is None:
        del request.headers["accept"]
    response = await client.send(request)
    assert (response.status_code, response.headers["content-type"]) == (200, f"{media_type}; charset=utf-8")


@pytest.mark.parametrize(
    "accept",
    ["text/event-stream", "multipart/mixed", "text/html", "application/json;q=0", "image/png, text/plain"],
)
async def test_a_client_that_accepts_neither_gets_406(client: httpx.AsyncClient, accept: str) -> None:
    response = await post(client, "{ hello }", accept=accept)
    assert (response.status_code, codes(response)) == (406, ["NOT_ACCEPTABLE"])


async def test_two_accept_headers_count_together(client: httpx.AsyncClient) -> None:
    headers = [("accept", "text/html"), ("accept", MODERN)]
    response = await client.post("/graphql", json={"query": "{ hello }"}, headers=headers)
    assert response.headers["content-type"].startswith(MODERN)


async def test_mutation_by_get_is_refused_and_not_run(client: httpx.AsyncClient, desk: Desk) -> None:
    response = await get(client, query='mutation { write(text: "x") }')
    assert (response.status_code, response.headers["allow"], codes(response)) == (
        405,
        "POST",
        ["METHOD_NOT_ALLOWED"],
    )
    assert desk.written == []


async def test_get_decides_by_the_named_operation(client: httpx.AsyncClient) -> None:
    response = await get(client, query='mutation M { write(text: "x") } query Q { hello }', operationName="Q")
    assert response.status_code == 200


async def test_subscription_over_http_is_refused(client: httpx.AsyncClient) -> None:
    response = await post(client, "subscription { count }")
    assert (response.status_code, codes(response)) == (400, ["UNSUPPORTED_TRANSPORT"])


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
async def test_other_methods_are_refused(client: httpx.AsyncClient, method: str) -> None:
    response = await client.request(method, "/graphql")
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD, POST, OPTIONS")
    assert codes(response) == ["METHOD_NOT_ALLOWED"]


async def test_options_tells_the_methods(client: httpx.AsyncClient) -> None:
    response = await client.options("/graphql")
    assert (response.status_code, response.headers["allow"]) == (204, "GET, HEAD, POST, OPTIONS")


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/graphql",
        "application/json; charset=utf-16",
    ],
)
async def test_other_content_types_are_refused(
    client: httpx.AsyncClient, desk: Desk, content_type: str
) -> None:
    response = await post_raw(
        client, b'{"query": "mutation { write(text: \\"x\\") }"}', content_type=content_type
    )
    assert (response.status_code, codes(response)) == (415, ["UNSUPPORTED_MEDIA_TYPE"])
    assert desk.written == []


async def test_compressed_bodies_are_refused(client: httpx.AsyncClient) -> None:
    response = await post_raw(client, b"\x1f\x8b", content_encoding="gzip")
    assert (response.status_code, codes(response)) == (415, ["UNSUPPORTED_MEDIA_TYPE"])


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"', "utf8"])
async def test_utf8_may_be_named(client: httpx.AsyncClient, charset: str) -> None:
    response = await post_raw(
        client, b'{"query": "{ hello }"}', content_type=f"application/json; charset={charset}"
    )
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "BAD_REQUEST"),
        (b"{", "BAD_REQUEST"),
        (b"null", "BAD_REQUEST"),
        (b"1", "BAD_REQUEST"),
        (b'"{ hello }"', "BAD_REQUEST"),
        (b'{"query": "\xff"}', "BAD_REQUEST"),
        (b'{"query": "\\ud800"}', "BAD_REQUEST"),
        (b"[" * 100_000, "BAD_REQUEST"),
        (b'{"a":' * 50_000, "BAD_REQUEST"),
        (b"{}", "BAD_REQUEST"),
        (b'{"query": null}', "BAD_REQUEST"),
        (b'{"query": ""}', "BAD_REQUEST"),
        (b'{"query": 1}', "BAD_REQUEST"),
        (b'{"query": "{ hello }", "variables": []}', "BAD_REQUEST"),
        (b'{"query": "{ hello }", "variables": "{}"}', "BAD_REQUEST"),
        (b'{"query": "{ hello }", "extensions": 7}', "BAD_REQUEST"),
        (b'{"query": "{ hello }", "operationName": {}}', "BAD_REQUEST"),
        (b'[{"query": "{ hello }"}]', "BATCHING_NOT_SUPPORTED"),
    ],
)
@pytest.mark.parametrize("accept", [MODERN, LEGACY])
async def test_a_body_that_is_no_request_is_400(
    client: httpx.AsyncClient, body: bytes, code: str, accept: str
) -> None:
    response = await post_raw(client, body, accept=accept)
    assert (response.status_code, codes(response)) == (400, [code])
    assert "data" not in response.json()


@pytest.mark.parametrize("name", ["variables", "extensions"])
@pytest.mark.parametrize("value", ["{", "[]", "1", '"x"'])
async def test_parameters_of_a_get_must_be_objects(client: httpx.AsyncClient, name: str, value: str) -> None:
    response = await get(client, query="{ hello }", **{name: value})
    assert (response.status_code, codes(response)) == (400, ["BAD_REQUEST"])


@pytest.mark.parametrize(
    ("query", "parameters", "code"),
    [
        ("{ hello", {}, "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", {}, "GRAPHQL_VALIDATION_FAILED"),
        ("query($t: String!) { length(text: $t) }", {"variables": {"t": 5}}, "BAD_USER_INPUT"),
        ("query($t: String!) { length(text: $t) }", {}, "BAD_USER_INPUT"),
        ("query A { hello } query B { hello }", {}, "OPERATION_RESOLUTION_FAILURE"),
        ("query A { hello } query B { hello }", {"operationName": "C"}, "OPERATION_RESOLUTION_FAILURE"),
        ("{ hello }", {"operationName": "A"}, "OPERATION_RESOLUTION_FAILURE"),
        ("fragment F on Query { hello }", {}, "GRAPHQL_VALIDATION_FAILED"),
        ("type Query { hello: String }", {}, "GRAPHQL_VALIDATION_FAILED"),
    ],
)
async def test_a_document_that_cannot_run_is_400_or_200_by_media_type(
    client: httpx.AsyncClient, query: str, parameters: dict[str, Any], code: str
) -> None:
    modern = await post(client, query, **parameters)
    legacy = await post(client, query, accept=LEGACY, **parameters)
    assert (modern.status_code, legacy.status_code) == (400, 200)
    assert set(codes(modern)) == set(codes(legacy)) == {code}
    assert "data" not in modern.json()


async def test_errors_of_a_document_tell_the_place(client: httpx.AsyncClient) -> None:
    response = await post(client, "{ hello\n nothing }")
    assert response.json()["errors"][0]["locations"] == [{"line": 2, "column": 2}]


async def test_an_empty_operation_name_is_none(client: httpx.AsyncClient) -> None:
    assert (await post(client, "{ hello }", operationName="")).status_code == 200


async def test_a_browser_gets_the_page(client: httpx.AsyncClient) -> None:
    response = await client.get(
        "/graphql", headers={"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    )
    assert response.text == "<title>GraphiQL at /graphql</title>"


async def test_a_browser_with_a_query_gets_the_answer(client: httpx.AsyncClient) -> None:
    response = await get(client, query="{ hello }", accept="text/html,*/*;q=0.8")
    assert response.json() == {"data": {"hello": "Hello world"}}


async def test_without_a_page_a_browser_is_told_what_is_missing(desk: Desk) -> None:
    async with client_of(app_with(desk)) as client:
        response = await client.get("/graphql", headers={"accept": "text/html,*/*;q=0.8"})
    assert (response.status_code, codes(response)) == (400, ["BAD_REQUEST"])


@pytest.mark.parametrize("declared", [True, False])
async def test_a_body_over_the_limit_is_413(desk: Desk, declared: bool) -> None:
    async def pieces():
        for _ in range(30):
            yield b" " * 100

    async with client_of(app_with(desk, request_bytes_max=1_000)) as client:
        content = b" " * 3_000 if declared else pieces()
        response = await client.post("/graphql", content=content, headers={"content-type": LEGACY})
    assert (response.status_code, codes(response), response.headers["connection"]) == (
        413,
        ["REQUEST_TOO_LARGE"],
        "close",
    )
    assert response.json()["errors"][0]["extensions"]["limit"] == 1_000


async def test_cors_allows_the_origins_of_the_settings(desk: Desk) -> None:
    preflight = {
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type,x-perspective",
    }
    async with client_of(app_with(desk, cors_origins=["https://news.example"])) as client:
        good = await client.options("/graphql", headers={"origin": "https://news.example", **preflight})
        bad = await client.options("/graphql", headers={"origin": "https://evil.example", **preflight})
        answer = await client.post(
            "/graphql", json={"query": "{ hello }"}, headers={"origin": "https://news.example"}
        )
    assert (good.status_code, good.headers["access-control-allow-origin"]) == (200, "https://news.example")
    assert "access-control-allow-credentials" not in good.headers
    assert (bad.status_code, "access-control-allow-origin" in bad.headers) == (400, False)
    assert "ETag" in answer.headers["access-control-expose-headers"]
