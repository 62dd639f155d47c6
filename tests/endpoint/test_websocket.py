"""The protocol graphql-transport-ws, frame by frame."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from tests.endpoint.sample import Desk, app_with
from tests.endpoint.serving import served

TRANSPORT_WS = Subprotocol("graphql-transport-ws")


@asynccontextmanager
async def talking(desk: Desk, *, payload: object = None, **changes: Any) -> AsyncGenerator[ClientConnection]:
    """A connection that is acknowledged."""
    async with connected(desk, **changes) as socket:
        await say(socket, type="connection_init", **({} if payload is None else {"payload": payload}))
        assert await heard(socket) == {"type": "connection_ack"}
        yield socket


@asynccontextmanager
async def connected(desk: Desk, **changes: Any) -> AsyncGenerator[ClientConnection]:
    async with (
        served(app_with(desk, **changes)) as port,
        connect(f"ws://127.0.0.1:{port}/graphql", subprotocols=[TRANSPORT_WS], proxy=None) as socket,
    ):
        yield socket


async def say(socket: ClientConnection, **message: object) -> None:
    await socket.send(json.dumps(message))


async def ask(socket: ClientConnection, identifier: str, query: str, **parameters: object) -> None:
    await say(socket, id=identifier, type="subscribe", payload={"query": query, **parameters})


async def heard(socket: ClientConnection) -> dict[str, Any]:
    return json.loads(await asyncio.wait_for(socket.recv(), 5))


async def close_code(socket: ClientConnection) -> int | None:
    with pytest.raises(ConnectionClosed):
        while True:
            await asyncio.wait_for(socket.recv(), 5)
    return socket.close_code


async def until_done(desk: Desk) -> None:
    await asyncio.wait_for(desk.finished.wait(), 5)
    await asyncio.sleep(0.05)


async def test_a_subscription_streams_and_completes(desk: Desk) -> None:
    async with talking(desk) as socket:
        await ask(socket, "1", "subscription { count(to: 2) }")
        messages = [await heard(socket) for _ in range(3)]
    assert messages == [
        {"id": "1", "type": "next", "payload": {"data": {"count": 0}}},
        {"id": "1", "type": "next", "payload": {"data": {"count": 1}}},
        {"id": "1", "type": "complete"},
    ]
    assert (desk.contexts_open, desk.contexts_closed) == (2, 2)


@pytest.mark.parametrize(
    ("query", "data"),
    [
        ("query($n: String!) { hello(name: $n) }", {"hello": "Hello Ada"}),
        ('mutation { write(text: "x") }', {"write": "x"}),
    ],
)
async def test_queries_and_mutations_run_too(desk: Desk, query: str, data: object) -> None:
    async with talking(desk) as socket:
        await ask(socket, "1", query, variables={"n": "Ada"})
        assert await heard(socket) == {"id": "1", "type": "next", "payload": {"data": data}}
        assert await heard(socket) == {"id": "1", "type": "complete"}
        await ask(socket, "1", "{ hello }")
        assert (await heard(socket))["type"] == "next"


@pytest.mark.parametrize(
    ("payload", "token"),
    [
        ({"authorization": "Bearer t"}, "Bearer t"),
        ({"Authorization": "t"}, "Bearer t"),
        ({"headers": {"Authorization": "Bearer t"}}, "Bearer t"),
        ({"other": "x"}, None),
        (None, None),
    ],
)
async def test_the_token_comes_with_the_first_message(desk: Desk, payload: object, token: str | None) -> None:
    async with talking(desk, payload=payload) as socket:
        await ask(socket, "1", "{ whoami }")
        assert (await heard(socket))["payload"] == {"data": {"whoami": token}}


@pytest.mark.parametrize(("token", "code"), [("Bearer wrong", 4403), ("Bearer broken", 4500)])
async def test_a_refused_token_closes_the_connection(desk: Desk, token: str, code: int) -> None:
    async with connected(desk) as socket:
        await say(socket, type="connection_init", payload={"authorization": token})
        assert await close_code(socket) == code
        assert "hunter2" not in (socket.close_reason or "")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("query($t: String!) { length(text: $t) }", "BAD_USER_INPUT"),
        ("subscription($t: Int!) { count(to: $t) }", "BAD_USER_INPUT"),
        ("{ articles(first: 100000) { nodes { title } } }", "DOCUMENT_TOO_COSTLY"),
        ("{ slow }", "TIMEOUT"),
    ],
)
async def test_what_cannot_run_is_answered_with_error(desk: Desk, query: str, code: str) -> None:
    async with talking(desk, request_seconds_max=0.3) as socket:
        await ask(socket, "1", query)
        message = await heard(socket)
        assert (message["id"], message["type"], message["payload"][0]["extensions"]["code"]) == (
            "1",
            "error",
            code,
        )
        await ask(socket, "1", "{ hello }")
        assert (await heard(socket))["type"] == "next"


async def test_what_takes_in_a_file_may_take_longer(desk: Desk) -> None:
    async with talking(desk, request_seconds_max=0.2, intake_seconds_max=20) as socket:
        await ask(socket, "1", 'mutation { takeIn(text: "file", seconds: 0.4) }')
        assert (await heard(socket))["payload"] == {"data": {"takeIn": "file"}}


async def test_errors_of_an_execution_are_masked(desk: Desk) -> None:
    async with talking(desk) as socket:
        await ask(socket, "1", "{ broken }")
        answer = await heard(socket)
        await ask(socket, "2", "subscription { failing }")
        messages = [await heard(socket) for _ in range(3)]
    assert (answer["type"], answer["payload"]["errors"][0]["extensions"]["code"]) == ("next", "INTERNAL")
    assert [message["type"] for message in messages] == ["complete", "next", "error"]
    assert messages[2]["payload"][0]["extensions"]["code"] == "INTERNAL"
    assert "hunter2" not in json.dumps([answer, messages])


async def test_ping_is_answered_with_pong_at_any_time(desk: Desk) -> None:
    async with connected(desk) as socket:
        await say(socket, type="ping")
        assert await heard(socket) == {"type": "pong"}
        await say(socket, type="pong")
        await say(socket, type="ping", payload={"at": 1})
        assert await heard(socket) == {"type": "pong", "payload": {"at": 1}}


async def test_complete_stops_a_subscription_and_frees_its_id(desk: Desk) -> None:
    async with talking(desk) as socket:
        await ask(socket, "1", "subscription { count(to: 1000, pause: 0.05) }")
        assert (await heard(socket))["type"] == "next"
        await say(socket, id="1", type="complete")
        await say(socket, id="unknown", type="complete")
        await until_done(desk)
        assert desk.streams_open == 0
        await ask(socket, "1", "{ hello }")
        messages = [await heard(socket)]
        while messages[-1]["type"] != "complete":
            messages.append(await heard(socket))
    assert {"id": "1", "type": "next", "payload": {"data": {"hello": "Hello world"}}} in messages


async def test_leaving_stops_everything(desk: Desk) -> None:
    async with talking(desk) as socket:
        await ask(socket, "1", "subscription { count(to: 1000, pause: 0.05) }")
        assert (await heard(socket))["type"] == "next"
    await until_done(desk)
    assert (desk.streams_open, desk.contexts_open, desk.contexts_closed) == (0, 2, 2)


async def test_operations_run_side_by_side(desk: Desk) -> None:
    async with talking(desk) as socket:
        await ask(socket, "slow", "{ slow(seconds: 1) }")
        await ask(socket, "fast", "{ hello }")
        assert (await heard(socket))["id"] == "fast"


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "x",
        "1",
        "null",
        "[]",
        '[{"type":"connection_init"}]',
        '"ping"',
        "{}",
        '{"type":1}',
        '{"type":"next"}',
        '{"type":"stop"}',
        '{"type":"connection_init","payload":1}',
        '{"type":"ping","payload":[]}',
        '{"type":"connection_ack"}',
        '{"type":["ping"]}',
        "[" * 5_000,
        b"\x00",
        b'{"type":"ping"}',
        '{"type":"complete"}',
        '{"type":"complete","id":1}',
    ],
)
async def test_a_malformed_frame_closes_with_4400(desk: Desk, frame: str | bytes) -> None:
    async with connected(desk) as socket:
        await socket.send(frame)
        assert await close_code(socket) == 4400


@pytest.mark.parametrize(
    "message",
    [
        {"type": "subscribe", "payload": {"query": "{ hello }"}},
        {"type": "subscribe", "id": "", "payload": {"query": "{ hello }"}},
        {"type": "subscribe", "id": 1, "payload": {"query": "{ hello }"}},
        {"type": "subscribe", "id": "x" * 201, "payload": {"query": "{ hello }"}},
        {"type": "subscribe", "id": "1"},
        {"type": "subscribe", "id": "1", "payload": []},
        {"type": "subscribe", "id": "1", "payload": {"query": 1}},
        {"type": "subscribe", "id": "1", "payload": {"query": "{ hello }", "variables": 1}},
    ],
)
async def test_a_malformed_subscribe_closes_with_4400(desk: Desk, message: dict[str, object]) -> None:
    async with talking(desk) as socket:
        await say(socket, **message)
        assert await close_code(socket) == 4400


async def test_subscribing_before_the_acknowledgement_closes_with_4401(desk: Desk) -> None:
    async with connected(desk) as socket:
        await ask(socket, "1", "{ hello }")
        assert await close_code(socket) == 4401


async def test_a_second_init_closes_with_4429(desk: Desk) -> None:
    async with talking(desk) as socket:
        await say(socket, type="connection_init")
        assert await close_code(socket) == 4429


async def test_silence_closes_with_4408(desk: Desk) -> None:
    async with connected(desk, websocket_init_seconds_max=0.2) as socket:
        await say(socket, type="ping")
        assert await close_code(socket) == 4408


async def test_an_acknowledged_connection_may_be_silent(desk: Desk) -> None:
    async with talking(desk, websocket_init_seconds_max=0.2) as socket:
        await asyncio.sleep(0.4)
        await say(socket, type="ping")
        assert await heard(socket) == {"type": "pong"}


async def test_an_id_in_use_closes_with_4409(desk: Desk) -> None:
    async with talking(desk) as socket:
        await ask(socket, "1", "{ slow }")
        await ask(socket, "2", "{ hello }")
        assert (await heard(socket))["id"] == "2"
        await ask(socket, "1", "{ hello }")
        assert await close_code(socket) == 4409
    await until_done(desk)
    assert desk.cancelled == ["slow"]


async def test_too_many_operations_are_refused(desk: Desk) -> None:
    async with talking(desk, websocket_operations_max=2) as socket:
        await ask(socket, "1", "{ slow }")
        await ask(socket, "2", "{ slow }")
        await ask(socket, "3", "{ hello }")
        message = await heard(socket)
    assert (message["id"], message["type"]) == ("3", "error")
    assert message["payload"][0]["extensions"] == {"code": "TOO_MANY_OPERATIONS", "found": 3, "limit": 2}


@pytest.mark.parametrize("filler", ["x", "é"])
async def test_a_large_frame_closes_with_1009(desk: Desk, filler: str) -> None:
    async with connected(desk, websocket_frame_bytes_max=1_000) as socket:
        await socket.send(json.dumps({"type": "ping", "payload": {"x": filler * 999}}, ensure_ascii=False))
        assert await close_code(socket) == 1009


@pytest.mark.parametrize("protocols", [None, ["graphql-ws"], ["soap", "mqtt"]])
async def test_other_subprotocols_close_with_4406(desk: Desk, protocols: list[str] | None) -> None:
    offered = [Subprotocol(name) for name in protocols] if protocols else None
    async with served(app_with(desk)) as port:
        socket = await connect(f"ws://127.0.0.1:{port}/graphql", subprotocols=offered, proxy=None)
        assert await close_code(socket) == 4406


async def test_a_page_of_another_origin_may_not_connect(desk: Desk) -> None:
    async with served(app_with(desk, cors_origins=["https://news.example"])) as port:
        url = f"ws://127.0.0.1:{port}/graphql"
        with pytest.raises(InvalidStatus) as refused:
            await connect(
                url,
                subprotocols=[TRANSPORT_WS],
                additional_headers={"Origin": "https://evil.example"},
                proxy=None,
            )
        async with connect(
            url,
            subprotocols=[TRANSPORT_WS],
            additional_headers={"Origin": "https://news.example"},
            proxy=None,
        ) as socket:
            await say(socket, type="connection_init")
            assert await heard(socket) == {"type": "connection_ack"}
    assert refused.value.response.status_code == 403
