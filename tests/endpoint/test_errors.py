"""Errors carry codes, tell nothing of the inside, and are logged whole."""

from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from tests.endpoint.asking import LEGACY, MODERN, codes, post
from tests.endpoint.sample import Desk, app_with, client_of


async def test_an_unknown_exception_is_masked_and_logged(client: httpx.AsyncClient) -> None:
    with capture_logs() as logs:
        response = await post(client, "{ hello broken }")
    error: dict[str, Any] = response.json()["errors"][0]
    reference = error["extensions"]["reference"]
    assert response.status_code == 200
    assert response.json()["data"] == {"hello": "Hello world", "broken": None}
    assert error == {
        "message": f"Something went wrong on our side (reference: {reference}).",
        "locations": [{"line": 1, "column": 9}],
        "path": ["broken"],
        "extensions": {"code": "INTERNAL", "reference": reference},
    }
    assert "hunter2" not in response.text
    assert [(log["event"], log["reference"], str(log["exc_info"])) for log in logs] == [
        ("unexpected_error", reference, "password=hunter2")
    ]


async def test_the_reference_is_the_request_id_where_there_is_one(client: httpx.AsyncClient) -> None:
    response = await client.post(
        "/graphql", json={"query": "{ broken }"}, headers={"x-request-id": "abc-12345678"}
    )
    assert response.json()["errors"][0]["extensions"]["reference"] == "abc-12345678"


async def test_an_error_of_our_tree_passes(client: httpx.AsyncClient) -> None:
    error = (await post(client, "{ forbidden }")).json()["errors"][0]
    assert error["message"] == "The role VIEWER may not do this."
    assert error["extensions"] == {"code": "FORBIDDEN", "permission": "article:publish"}
    assert error["path"] == ["forbidden"]


async def test_a_null_that_must_not_be_is_our_bug_and_status_200(client: httpx.AsyncClient) -> None:
    response = await post(client, "{ vanished }")
    assert (response.status_code, response.json()["data"], codes(response)) == (200, None, ["INTERNAL"])
    assert "non-nullable" not in response.text


async def test_a_wrong_argument_found_in_execution_is_the_clients(client: httpx.AsyncClient) -> None:
    query = 'query($t: String = "x") { length(text: $t) }'
    response = await post(client, query, variables={"t": None})
    assert codes(response) == ["BAD_USER_INPUT"]
    assert "hunter2" not in response.text


@pytest.mark.parametrize("accept", [MODERN, LEGACY])
async def test_a_refused_token_is_401(client: httpx.AsyncClient, desk: Desk, accept: str) -> None:
    headers = {"authorization": "Bearer wrong", "accept": accept}
    response = await client.post("/graphql", json={"query": "{ hello }"}, headers=headers)
    assert (response.status_code, codes(response)) == (401, ["UNAUTHENTICATED"])
    assert response.headers["www-authenticate"] == "Bearer"
    assert response.headers["cache-control"] == "private, no-store"
    assert desk.contexts_open == 0


async def test_a_context_may_choose_status_and_headers(client: httpx.AsyncClient) -> None:
    response = await client.post(
        "/graphql", json={"query": "{ hello }"}, headers={"authorization": "Bearer limited"}
    )
    assert (response.status_code, codes(response), response.headers["retry-after"]) == (
        429,
        ["RATE_LIMITED"],
        "5",
    )


async def test_a_broken_context_is_masked(client: httpx.AsyncClient) -> None:
    response = await client.post(
        "/graphql", json={"query": "{ hello }"}, headers={"authorization": "Bearer broken"}
    )
    assert (response.status_code, codes(response)) == (500, ["INTERNAL"])
    assert "hunter2" not in response.text


@pytest.mark.parametrize("query", ["{ hello }", "{ broken }", "query($t: String!) { length(text: $t) }"])
async def test_the_context_is_closed_after_every_answer(
    client: httpx.AsyncClient, desk: Desk, query: str
) -> None:
    await post(client, query)
    assert (desk.contexts_open, desk.contexts_closed) == (1, 1)


async def test_a_context_that_fails_to_close_is_logged(client: httpx.AsyncClient) -> None:
    with capture_logs() as logs:
        response = await client.post(
            "/graphql", json={"query": "{ hello }"}, headers={"authorization": "Bearer breaks-on-close"}
        )
    assert (response.status_code, [log["event"] for log in logs]) == (200, ["unexpected_error"])


async def test_suggestions_can_be_turned_off(desk: Desk, client: httpx.AsyncClient) -> None:
    assert "Did you mean" in (await post(client, "{ helo }")).text
    async with client_of(app_with(desk, suggestions=False)) as strict:
        response = await post(strict, "{ helo }")
        misnamed = await post(
            strict,
            "query($w: ArticleFilter) { article(where: $w) { title } }",
            variables={"w": {"titel": "x"}},
        )
    assert codes(response) == ["GRAPHQL_VALIDATION_FAILED"]
    assert codes(misnamed) == ["BAD_USER_INPUT"]
    assert "Did you mean" not in response.text + misnamed.text


async def test_introspection_can_be_turned_off(desk: Desk) -> None:
    async with client_of(app_with(desk, introspection=False)) as client:
        refused = await post(client, "{ __schema { types { name } } }")
        allowed = await post(client, "{ __typename }")
    assert set(codes(refused)) == {"GRAPHQL_VALIDATION_FAILED"}
    assert allowed.json() == {"data": {"__typename": "Query"}}


async def test_numbers_over_64_bits_are_written(client: httpx.AsyncClient) -> None:
    assert (await post(client, "{ huge }")).json() == {"data": {"huge": {"number": 2**70}}}
