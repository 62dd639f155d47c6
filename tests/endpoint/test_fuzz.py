"""Whatever a client sends, the answer is a GraphQL response and never the server's fault."""

import json
from typing import Any

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.endpoint.asking import LEGACY, MODERN
from tests.endpoint.sample import Desk, app_with, client_of

relaxed = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
queries = st.sampled_from(
    [
        "{ hello }",
        "query($v: JSON!) { anything(value: $v) }",
        "query($v: Int) { articles(first: $v) { nodes { title } } }",
        "query($v: [ID!]!) { nodes(ids: $v) { title } }",
        "query($v: ArticleFilter) { article(where: $v) { title } }",
        "mutation($v: Upload!) { upload(file: $v) }",
        "{ __schema { types { name } } }",
    ]
) | st.text(max_size=40)
requests = st.fixed_dictionaries(
    {},
    optional={
        "query": queries | json_values,
        "variables": st.fixed_dictionaries({"v": json_values}) | json_values,
        "operationName": json_values,
        "extensions": st.fixed_dictionaries({"persistedQuery": json_values}) | json_values,
        "documentId": json_values,
    },
)
header_values = st.text(
    st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=60
).map(str.strip)
media_types = (
    st.sampled_from(
        [LEGACY, MODERN, "multipart/form-data; boundary=b", "text/html", "*/*", "multipart/form-data"]
    )
    | header_values
)
headers = st.fixed_dictionaries(
    {},
    optional={
        "accept": media_types,
        "content-type": media_types,
        "content-encoding": header_values,
        "if-none-match": header_values,
        "x-request-id": header_values,
        "graphql-require-preflight": header_values,
        "origin": header_values,
    },
)


async def answer_to(request: httpx.Request) -> httpx.Response:
    async with client_of(app_with(Desk())) as client:
        return await client.send(request)


def assert_sane(response: httpx.Response) -> None:
    assert response.status_code < 500, response.text
    if not response.content:
        assert response.status_code in (204, 304) or response.request.method == "HEAD"
        return
    answer: dict[str, Any] = response.json()
    assert answer.keys() <= {"data", "errors", "extensions"}
    assert "data" in answer or answer["errors"]
    assert all(error["extensions"]["code"] != "INTERNAL" for error in answer.get("errors", []))


def request_with(
    method: str, *, body: bytes, given_headers: dict[str, str], url: str = "/graphql"
) -> httpx.Request:
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in given_headers.items()]
    return httpx.Request(method, f"http://kiosque.test{url}", content=body, headers=encoded)


@relaxed
@given(body=st.binary(max_size=300), given_headers=headers)
async def test_any_bytes(body: bytes, given_headers: dict[str, str]) -> None:
    assert_sane(await answer_to(request_with("POST", body=body, given_headers=given_headers)))


@relaxed
@given(value=requests | json_values, given_headers=headers)
async def test_any_json(value: object, given_headers: dict[str, str]) -> None:
    body = json.dumps(value).encode()
    assert_sane(
        await answer_to(
            request_with("POST", body=body, given_headers={**given_headers, "content-type": LEGACY})
        )
    )


@relaxed
@given(
    parameters=st.dictionaries(
        st.sampled_from(["query", "variables", "extensions", "operationName", "documentId"]),
        st.text(max_size=60),
    ),
    given_headers=headers,
    method=st.sampled_from(["GET", "HEAD", "PUT", "OPTIONS"]),
)
async def test_any_parameters(parameters: dict[str, str], given_headers: dict[str, str], method: str) -> None:
    url = f"/graphql?{httpx.QueryParams(parameters)}"
    assert_sane(await answer_to(request_with(method, body=b"", given_headers=given_headers, url=url)))


@relaxed
@given(raw=st.binary(max_size=80).map(lambda raw: raw.replace(b"#", b"")))
async def test_any_query_string(raw: bytes) -> None:
    received: list[Any] = []

    async def send(message: Any) -> None:
        received.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/graphql",
        "query_string": raw,
        "headers": [],
        "root_path": "",
    }
    await app_with(Desk())(scope, receive, send)
    assert received[0]["status"] < 500


@relaxed
@given(
    operations=requests.map(json.dumps) | st.text(max_size=40),
    paths=json_values.map(json.dumps) | st.sampled_from(['{"0": ["variables.v"]}']),
)
async def test_any_multipart(operations: str, paths: str) -> None:
    request = httpx.Request(
        "POST",
        "http://kiosque.test/graphql",
        data={"operations": operations, "map": paths},
        files={"0": ("a.txt", b"hey", "text/plain")},
        headers={"GraphQL-Require-Preflight": "1"},
    )
    assert_sane(await answer_to(request))


@relaxed
@given(body=st.binary(max_size=200).map(lambda raw: b'--b\r\nContent-Disposition: form-data; name="' + raw))
async def test_any_multipart_bytes(body: bytes) -> None:
    given_headers = {"content-type": "multipart/form-data; boundary=b", "graphql-require-preflight": "1"}
    assert_sane(await answer_to(request_with("POST", body=body, given_headers=given_headers)))
