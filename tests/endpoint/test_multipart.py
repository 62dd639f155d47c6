"""Uploads by the GraphQL multipart request specification."""

import json
from collections.abc import AsyncIterator, Mapping

import httpx
import pytest

from tests.endpoint.asking import codes
from tests.endpoint.sample import Desk, app_with, client_of

SAFE = {"GraphQL-Require-Preflight": "1"}
ONE = {"query": "mutation($f: Upload!) { upload(file: $f) }", "variables": {"f": None}}
Files = Mapping[str, tuple[str, bytes, str]]
PICTURE = ("dog.png", b"\x89PNG" * 10, "image/png")


async def send(
    client: httpx.AsyncClient,
    operations: object,
    paths: object,
    files: Files,
    *,
    headers: dict[str, str] = SAFE,
) -> httpx.Response:
    fields = {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in (("operations", operations), ("map", paths))
        if value is not None
    }
    return await client.post("/graphql", data=fields, files=files or {"": ("", b"", "")}, headers=headers)


async def test_a_file_reaches_the_resolver(client: httpx.AsyncClient) -> None:
    response = await send(client, ONE, {"0": ["variables.f"]}, {"0": PICTURE})
    assert (response.status_code, response.json()) == (200, {"data": {"upload": "dog.png image/png 40"}})


async def test_several_files_reach_a_list(client: httpx.AsyncClient) -> None:
    operations = {
        "query": "mutation($f: [Upload!]!) { uploadAll(files: $f) }",
        "variables": {"f": [None, None]},
    }
    paths = {"a": ["variables.f.0"], "b": ["variables.f.1"]}
    response = await send(client, operations, paths, {"a": PICTURE, "b": ("b.txt", b"hey", "text/plain")})
    assert response.json() == {"data": {"uploadAll": ["dog.png image/png 40", "b.txt text/plain 3"]}}


async def test_a_file_beyond_the_memory_limit_arrives_whole(client: httpx.AsyncClient) -> None:
    response = await send(
        client, ONE, {"0": ["variables.f"]}, {"0": ("big.bin", b"x" * 3_000_000, "image/png")}
    )
    assert response.json() == {"data": {"upload": "big.bin image/png 3000000"}}


@pytest.mark.parametrize(
    "header", ["GraphQL-Require-Preflight", "Apollo-Require-Preflight", "X-Requested-With"]
)
async def test_a_header_that_needs_a_preflight_is_enough(client: httpx.AsyncClient, header: str) -> None:
    response = await send(client, ONE, {"0": ["variables.f"]}, {"0": PICTURE}, headers={header: "x"})
    assert response.status_code == 200


@pytest.mark.parametrize(
    "headers", [{}, {"GraphQL-Require-Preflight": ""}, {"Origin": "https://evil.example"}]
)
async def test_a_form_of_another_site_is_refused(
    client: httpx.AsyncClient, desk: Desk, headers: dict[str, str]
) -> None:
    response = await send(client, ONE, {"0": ["variables.f"]}, {"0": PICTURE}, headers=headers)
    assert (response.status_code, codes(response), desk.contexts_open) == (403, ["CSRF_PREVENTION"], 0)


@pytest.mark.parametrize(
    ("operations", "paths", "told"),
    [
        (None, {"0": ["variables.f"]}, "“operations” exactly once"),
        (ONE, None, "“map” exactly once"),
        ("{", {"0": ["variables.f"]}, "“operations” is not valid JSON"),
        (ONE, "{", "“map” is not valid JSON"),
        (ONE, [], "must be a JSON object"),
        (ONE, 1, "must be a JSON object"),
        (ONE, {"0": "variables.f"}, "must be a list of paths"),
        (ONE, {"0": [1]}, "must be a list of paths"),
        (ONE, {"0": ["f"]}, "must begin with “variables.”"),
        (ONE, {"0": ["query"]}, "must begin with “variables.”"),
        (ONE, {"0": ["variables"]}, "must begin with “variables.”"),
        (ONE, {"0": ["variables.g"]}, "leads nowhere"),
        (ONE, {"0": ["variables.f.0"]}, "leads nowhere"),
        (ONE, {"0": ["variables.f", "variables.f"]}, "must lead to null"),
        ({**ONE, "variables": {"f": [None]}}, {"0": ["variables.f.-1"]}, "leads nowhere"),
        ({**ONE, "variables": {"f": [None]}}, {"0": ["variables.f.1"]}, "leads nowhere"),
        ({**ONE, "variables": {"f": [None]}}, {"0": ["variables.f.²"]}, "leads nowhere"),
        ({**ONE, "variables": {"f": "x"}}, {"0": ["variables.f"]}, "must lead to null"),
        ({"query": "{ hello }"}, {"0": ["variables.f"]}, "leads nowhere"),
        (ONE, {"0": ["variables.f"], "1": ["variables.f"]}, "the file “1”"),
        (ONE, {}, "the file “0” is not in the field “map”"),
        (1, {"0": ["variables.f"]}, "must be a JSON object"),
        ("null", {"0": ["variables.f"]}, "must be a JSON object"),
    ],
)
async def test_wrong_operations_and_maps_are_400(
    client: httpx.AsyncClient, operations: object, paths: object, told: str
) -> None:
    response = await send(client, operations, paths, {"0": PICTURE})
    message = response.json()["errors"][0]["message"]
    assert (response.status_code, codes(response)) == (400, ["BAD_REQUEST"])
    assert told.replace("the file", "file") in message.replace("The file", "file").replace("the file", "file")


async def test_batches_of_uploads_are_refused(client: httpx.AsyncClient) -> None:
    response = await send(client, [ONE], {"0": ["0.variables.f"]}, {"0": PICTURE})
    assert (response.status_code, codes(response)) == (400, ["BATCHING_NOT_SUPPORTED"])


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b""),
        ("multipart/form-data; boundary=", b"x"),
        ("multipart/form-data; boundary=b", b""),
        ("multipart/form-data; boundary=b", b"no parts at all"),
        ("multipart/form-data; boundary=b", b"--b\r\n\r\nx\r\n--b--\r\n"),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="operations"\r\n\r\n{',
        ),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="map"; filename="x"\r\n\r\n{}\r\n--b--\r\n',
        ),
        ("multipart/form-data; boundary=" + "b" * 5_000, b"--b"),
    ],
)
async def test_a_malformed_form_is_400(client: httpx.AsyncClient, content_type: str, body: bytes) -> None:
    response = await client.post("/graphql", content=body, headers={**SAFE, "content-type": content_type})
    assert (response.status_code, codes(response)) == (400, ["BAD_REQUEST"])


async def test_a_file_over_the_limit_is_413(desk: Desk) -> None:
    async with client_of(app_with(desk, upload_multipart_bytes_max=1_000)) as client:
        response = await send(client, ONE, {"0": ["variables.f"]}, {"0": ("big", b"x" * 1_001, "image/png")})
    assert (response.status_code, codes(response)) == (413, ["REQUEST_TOO_LARGE"])
    assert (response.json()["errors"][0]["extensions"]["found"], desk.contexts_open) == (1_001, 0)


async def test_a_form_over_both_limits_is_413_before_it_is_read(desk: Desk) -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="0"; filename="x"\r\n\r\n'
        while True:
            yield b"x" * 10_000

    async with client_of(app_with(desk, upload_multipart_bytes_max=100_000)) as client:
        headers = {**SAFE, "content-type": "multipart/form-data; boundary=b"}
        response = await client.post("/graphql", content=endless(), headers=headers)
    assert (response.status_code, codes(response)) == (413, ["REQUEST_TOO_LARGE"])


async def test_eleven_files_are_refused(client: httpx.AsyncClient) -> None:
    files = {str(number): PICTURE for number in range(11)}
    response = await send(client, ONE, {}, files)
    assert (response.status_code, codes(response)) == (400, ["BAD_REQUEST"])


async def test_a_form_without_files_may_carry_a_query(client: httpx.AsyncClient) -> None:
    boundary = b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
    body = boundary % (b"operations", b'{"query": "{ hello }"}') + boundary % (b"map", b"{}") + b"--b--\r\n"
    response = await client.post(
        "/graphql", content=body, headers={**SAFE, "content-type": "multipart/form-data; boundary=b"}
    )
    assert response.json() == {"data": {"hello": "Hello world"}}
