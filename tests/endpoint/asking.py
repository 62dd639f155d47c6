"""Short ways to ask the endpoint."""

import json
from typing import Any

import httpx

MODERN = "application/graphql-response+json"
LEGACY = "application/json"


async def post(
    client: httpx.AsyncClient, query: str | None, *, accept: str = MODERN, **parameters: Any
) -> httpx.Response:
    """POST a request as JSON."""
    body = {**({} if query is None else {"query": query}), **parameters}
    return await client.post("/graphql", json=body, headers={"accept": accept})


async def post_raw(
    client: httpx.AsyncClient, body: bytes, *, accept: str = MODERN, **headers: str
) -> httpx.Response:
    """POST bytes as they are; `content_type` and the like become headers."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await client.post(
        "/graphql", content=body, headers={"accept": accept, "content-type": LEGACY, **named}
    )


async def get(client: httpx.AsyncClient, *, accept: str = MODERN, **parameters: Any) -> httpx.Response:
    """GET with parameters; objects become JSON."""
    encoded = {
        name: value if isinstance(value, str) else json.dumps(value) for name, value in parameters.items()
    }
    return await client.get("/graphql", params=encoded, headers={"accept": accept})


def codes(response: httpx.Response) -> list[str]:
    """The codes of the errors of a response; fails where one has none."""
    return [error["extensions"]["code"] for error in response.json().get("errors", [])]
