"""What clients do to a server: leave, dawdle, take too long."""

import asyncio
import contextlib
import time

import httpx
import pytest

from cms.endpoint.departure import Watch
from cms.endpoint.errors import RequestError
from tests.endpoint.asking import LEGACY, codes, post
from tests.endpoint.sample import Desk, app_with, client_of
from tests.endpoint.serving import served


def head(length: int, path: str = "/graphql") -> bytes:
    return f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {LEGACY}\r\nContent-Length: {length}\r\n\r\n".encode()


async def test_a_client_that_leaves_cancels_its_request(desk: Desk) -> None:
    body = b'{"query": "{ article { tags { title } } slow }"}'
    async with served(app_with(desk)) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head(len(body)) + body)
        await writer.drain()
        await asyncio.sleep(0.3)
        writer.close()
        await asyncio.wait_for(desk.finished.wait(), 5)
        await asyncio.sleep(0.1)
    assert (desk.cancelled, desk.contexts_open, desk.contexts_closed) == (["slow"], 1, 1)


async def test_a_client_that_leaves_half_way_through_its_body_is_forgotten(desk: Desk) -> None:
    async with served(app_with(desk)) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head(1_000) + b'{"query"')
        await writer.drain()
        writer.close()
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            assert (await post(client, "{ hello }")).status_code == 200
    assert desk.contexts_open == 1


async def test_a_slow_body_times_out(desk: Desk) -> None:
    async with served(app_with(desk, request_body_seconds_max=0.3)) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        started = time.monotonic()
        writer.write(head(1_000))
        for _ in range(3):
            writer.write(b" ")
            await asyncio.sleep(0.05)
        answer = await asyncio.wait_for(reader.read(), 5)
        writer.close()
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"REQUEST_TIMEOUT" in answer
    assert time.monotonic() - started < 3


async def test_a_body_without_a_length_is_cut_off_at_the_limit(desk: Desk) -> None:
    async with served(app_with(desk, request_bytes_max=1_000)) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(
            b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        for _ in range(3):
            writer.write(b"1f4\r\n" + b" " * 500 + b"\r\n")
        answer = await asyncio.wait_for(reader.read(), 5)
        writer.close()
    assert answer.startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("query", ["{ slow }", 'mutation { write(text: "late", seconds: 30) }'])
async def test_a_request_that_takes_too_long_is_stopped(desk: Desk, query: str) -> None:
    async with client_of(app_with(desk, request_seconds_max=0.2)) as client:
        response = await post(client, query)
    assert (response.status_code, codes(response)) == (503, ["TIMEOUT"])
    assert response.json()["errors"][0]["message"] == "The request was stopped after 0.2 seconds, the limit."
    assert (desk.cancelled, desk.written) == (["slow"] if "slow" in query else [], [])
    assert desk.contexts_closed == 1


@pytest.mark.parametrize(
    "query",
    [
        'mutation { takeIn(text: "file", seconds: 0.4) }',
        'mutation { ...all } fragment all on Mutation { ... { one: takeIn(text: "file", seconds: 0.4) } }',
        'mutation { write(text: "file") ... on Mutation { takeIn(text: "file", seconds: 0.4) } }',
    ],
)
async def test_what_takes_in_a_file_may_take_longer(desk: Desk, query: str) -> None:
    async with client_of(app_with(desk, request_seconds_max=0.2, intake_seconds_max=20)) as client:
        response = await post(client, query)
    assert (response.status_code, set(desk.written)) == (200, {"file"})


async def test_what_takes_in_a_file_is_stopped_too(desk: Desk) -> None:
    async with client_of(app_with(desk, request_seconds_max=0.1, intake_seconds_max=0.3)) as client:
        response = await post(client, 'mutation { takeIn(text: "late", seconds: 30) }')
    assert (response.status_code, codes(response), desk.written) == (503, ["TIMEOUT"], [])
    assert response.json()["errors"][0]["message"] == "The request was stopped after 0.3 seconds, the limit."


async def test_no_request_has_less_time_because_it_takes_in_a_file(desk: Desk) -> None:
    async with client_of(app_with(desk, request_seconds_max=20, intake_seconds_max=0.1)) as client:
        response = await post(client, 'mutation { takeIn(text: "file", seconds: 0.3) }')
    assert (response.status_code, desk.written) == (200, ["file"])


async def test_a_limit_shorter_than_the_grace_holds(desk: Desk) -> None:
    async with client_of(app_with(desk, request_seconds_max=0.01)) as client:
        response = await post(client, "{ slow }")
    assert codes(response) == ["TIMEOUT"]


async def test_work_that_ends_as_it_is_stopped_leaves_no_cancellation_behind() -> None:
    with pytest.raises(RequestError):
        async with Watch(0.01):
            time.sleep(0.05)  # noqa: ASYNC251  (the timer is due, and the work ends without having waited)
            asyncio.get_running_loop().call_soon(lambda: None)
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(0.05)
    await asyncio.sleep(0)
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_a_request_longer_than_the_watch_begins_is_answered(desk: Desk) -> None:
    async with (
        served(app_with(desk)) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client,
    ):
        response = await post(client, "{ slow(seconds: 0.2) }")
        again = await post(client, "{ hello }")
    assert (response.json(), again.status_code) == ({"data": {"slow": "at last"}}, 200)


async def test_the_fields_of_a_mutation_run_one_after_the_other(desk: Desk) -> None:
    async with client_of(app_with(desk)) as client:
        response = await post(
            client, 'mutation { a: write(text: "first", seconds: 0.1) b: write(text: "second") }'
        )
    assert (response.status_code, desk.written) == (200, ["first", "second"])


async def test_large_uploads_travel_over_a_socket(desk: Desk) -> None:
    async with (
        served(app_with(desk)) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client,
    ):
        response = await client.post(
            "/graphql",
            data={
                "operations": '{"query": "mutation($f: Upload!) { upload(file: $f) }", "variables": {"f": null}}',
                "map": '{"0": ["variables.f"]}',
            },
            files={"0": ("a.bin", b"x" * 4_000_000, "application/octet-stream")},
            headers={"GraphQL-Require-Preflight": "1"},
        )
    assert response.json() == {"data": {"upload": "a.bin application/octet-stream 4000000"}}
