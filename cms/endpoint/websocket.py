"""GraphQL over WebSocket: the protocol graphql-transport-ws, and no other.

https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md. Queries and mutations run here as well as subscriptions,
within the limits that hold over HTTP. A frame that the protocol does not know closes the connection.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, aclosing
from typing import Any, cast

import orjson
from graphql import ExecutionResult
from starlette.requests import HTTPConnection
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from cms.config import Settings
from cms.endpoint.answers import json_of, payload_of
from cms.endpoint.cors import origin_is_allowed
from cms.endpoint.departure import Watch
from cms.endpoint.errors import ErrorEntry, LimitExceeded, RequestError
from cms.endpoint.execution import Execution, PreparedOperation
from cms.endpoint.failures import log_failure, masked_entry, new_reference
from cms.endpoint.http import MakeContext, close_context
from cms.endpoint.requests import GraphQLRequest, JsonObject, request_from_value
from cms.errors import KiosqueError

PROTOCOL = "graphql-transport-ws"

_PASSED_HEADERS = ("authorization", "x-perspective")
_REASON_BYTES_MAX = 123


class Closing(Exception):
    """The connection is to be closed with this code and reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        # RFC 6455, section 5.5: a close frame has room for 123 bytes beside the code.
        self.reason = reason.encode()[:_REASON_BYTES_MAX].decode(errors="ignore")


class WebSocketEndpoint:
    """The ASGI application behind the WebSocket route."""

    def __init__(self, execution: Execution, *, settings: Settings, make_context: MakeContext) -> None:
        self._execution = execution
        self._settings = settings
        self._make_context = make_context

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hold one conversation, from the handshake to the close."""
        socket = WebSocket(scope, receive, send)
        if not origin_is_allowed(socket.headers.get("origin"), self._settings):
            await socket.close(reason="Origin not allowed")
        elif PROTOCOL not in scope.get("subprotocols", []):
            await socket.accept()
            await socket.close(4406, "Subprotocol not acceptable")
        else:
            await socket.accept(PROTOCOL)
            await _Conversation(socket, self._execution, self._settings, self._make_context).hold()


class _Conversation:
    def __init__(
        self, socket: WebSocket, execution: Execution, settings: Settings, make_context: MakeContext
    ) -> None:
        self._socket = socket
        self._execution = execution
        self._settings = settings
        self._make_context = make_context
        self._connection: HTTPConnection | None = None
        self._is_acknowledged = False
        self._is_closed = False
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._handlers: dict[str, Callable[[JsonObject, int], Awaitable[None]]] = {
            "connection_init": self._initialise,
            "ping": self._ping,
            "pong": self._pong,
            "subscribe": self._subscribe,
            "complete": self._complete,
        }

    async def hold(self) -> None:
        """Answer messages until one side closes; then stop what still runs."""
        try:
            await self._answer_messages()
        except WebSocketDisconnect:
            self._is_closed = True
        except Closing as closing:
            await self._close(closing.code, closing.reason)
        except Exception as error:
            log_failure(error, new_reference())
            await self._close(4500, "Internal server error")
        finally:
            await self._stop_operations()

    async def _answer_messages(self) -> None:
        try:
            async with asyncio.timeout(self._settings.websocket_init_seconds_max) as patience:
                while True:
                    message, length = await self._next_message()
                    await self._handle(message, length)
                    if self._is_acknowledged:
                        patience.reschedule(None)
        except TimeoutError:
            raise Closing(4408, "Connection initialisation timeout") from None

    async def _next_message(self) -> tuple[JsonObject, int]:
        received = await self._socket.receive()
        if received["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(received.get("code", 1005))
        text = received.get("text")
        if not isinstance(text, str):
            raise Closing(4400, "Invalid message: text is expected, not binary")
        length = len(text) if text.isascii() else len(text.encode(errors="replace"))
        if length > self._settings.websocket_frame_bytes_max:
            raise Closing(
                1009,
                f"Message of {length:,} bytes; the limit is {self._settings.websocket_frame_bytes_max:,}",
            )
        return _message_of(text), length

    async def _handle(self, message: JsonObject, length: int) -> None:
        kind = message.get("type")
        handler = self._handlers.get(kind) if isinstance(kind, str) else None
        if handler is None:
            raise Closing(4400, "Invalid message: unknown type")
        await handler(message, length)

    async def _initialise(self, message: JsonObject, _length: int) -> None:
        if self._connection is not None:
            raise Closing(4429, "Too many initialisation requests")
        self._connection = _connection_with(self._socket, _payload_of(message))
        try:
            await close_context(await self._make_context(self._connection))
        except KiosqueError as error:
            raise Closing(4403, f"Forbidden: {error.message}") from None
        self._is_acknowledged = True
        await self._send({"type": "connection_ack"})

    async def _ping(self, message: JsonObject, _length: int) -> None:
        payload = _payload_of(message)
        await self._send({"type": "pong", "payload": payload} if payload else {"type": "pong"})

    async def _pong(self, message: JsonObject, _length: int) -> None:
        _payload_of(message)

    async def _subscribe(self, message: JsonObject, length: int) -> None:
        if not self._is_acknowledged:
            raise Closing(4401, "Unauthorized")
        identifier = _id_of(message)
        request = _request_of(message, length)
        if identifier in self._operations:
            raise Closing(4409, f"Subscriber for {identifier[:60]} already exists")
        found, limit = len(self._operations) + 1, self._settings.websocket_operations_max
        if found > limit:
            refused = LimitExceeded(
                "TOO_MANY_OPERATIONS", "Too many operations run on this connection", found=found, limit=limit
            )
            await self._send({"id": identifier, "type": "error", "payload": refused.entries})
            return
        self._operations[identifier] = asyncio.create_task(self._operate(identifier, request))

    async def _complete(self, message: JsonObject, _length: int) -> None:
        task = self._operations.pop(_id_of(message), None)
        if task is not None:
            task.cancel()

    async def _operate(self, identifier: str, request: GraphQLRequest) -> None:
        reference = new_reference()
        ended: JsonObject
        try:
            await self._run(identifier, self._execution.prepare(request), reference)
            ended = {"id": identifier, "type": "complete"}
        except WebSocketDisconnect:
            return
        except KiosqueError as error:
            ended = {"id": identifier, "type": "error", "payload": _entries_of(error)}
        except Exception as error:
            ended = {"id": identifier, "type": "error", "payload": [masked_entry(error, reference)]}
        # The client may use the id again as soon as it reads the end; so the id is free before.
        self._operations.pop(identifier, None)
        await self._send(ended)

    async def _run(self, identifier: str, prepared: PreparedOperation, reference: str) -> None:
        async with AsyncExitStack() as released:
            if prepared.operation.kind == "subscription":
                await self._stream(identifier, prepared, released, reference)
                return
            async with Watch(prepared.operation.seconds_max):
                result = await self._execution.execute(prepared, await self._context(released))
            await self._send_next(identifier, result, reference)

    async def _stream(
        self, identifier: str, prepared: PreparedOperation, released: AsyncExitStack, reference: str
    ) -> None:
        async with Watch(self._settings.request_seconds_max):
            stream = await self._execution.subscribe(prepared, await self._context(released))
        async with aclosing(stream):
            async for result in stream:
                await self._send_next(identifier, result, reference)

    async def _context(self, released: AsyncExitStack) -> Any:
        context = await self._make_context(cast("HTTPConnection", self._connection))
        released.push_async_callback(close_context, context)
        return context

    async def _send_next(self, identifier: str, result: ExecutionResult, reference: str) -> None:
        await self._send({"id": identifier, "type": "next", "payload": payload_of(result, reference)})

    async def _send(self, message: JsonObject) -> None:
        if not self._is_closed:
            await self._socket.send_text(json_of(message).decode())

    async def _close(self, code: int, reason: str) -> None:
        self._is_closed = True
        try:
            await self._socket.close(code, reason)
        except WebSocketDisconnect:
            # The client closed first; there is nobody left to tell.
            return

    async def _stop_operations(self) -> None:
        self._is_closed = True
        tasks = list(self._operations.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _message_of(text: str) -> JsonObject:
    try:
        message: object = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Closing(4400, "Invalid message: not JSON") from None
    if not isinstance(message, dict):
        raise Closing(4400, "Invalid message: a JSON object is expected")
    return cast("JsonObject", message)


def _payload_of(message: JsonObject) -> JsonObject:
    payload: object = message.get("payload")
    if payload is not None and not isinstance(payload, dict):
        raise Closing(4400, "Invalid message: “payload” must be an object")
    return cast("JsonObject", payload or {})


def _id_of(message: JsonObject) -> str:
    identifier = message.get("id")
    if not isinstance(identifier, str) or not 0 < len(identifier) <= 200:
        raise Closing(4400, "Invalid message: “id” must be a string of 1 to 200 characters")
    return identifier


def _request_of(message: JsonObject, length: int) -> GraphQLRequest:
    try:
        return request_from_value(message.get("payload"), variables_bytes=length)
    except RequestError as error:
        raise Closing(4400, f"Invalid message: {error.message}") from None


def _entries_of(error: KiosqueError) -> list[ErrorEntry]:
    if isinstance(error, RequestError):
        return error.entries
    return [{"message": error.message, "extensions": error.extensions}]


def _connection_with(socket: WebSocket, payload: JsonObject) -> HTTPConnection:
    """The connection, with what the payload of `connection_init` says in place of its headers.

    Browsers cannot set headers of a WebSocket, so that a token comes as `authorization`, at the top or under `headers`.
    """
    nested = payload.get("headers")
    given = {**(cast("JsonObject", nested) if isinstance(nested, dict) else {}), **payload}
    headers = {
        name.lower(): value
        for name, value in given.items()
        if name.lower() in _PASSED_HEADERS and isinstance(value, str)
    }
    token = headers.get("authorization", "")
    if token and " " not in token:
        headers["authorization"] = f"Bearer {token}"
    kept = [
        (name, value)
        for name, value in socket.scope["headers"]
        if name.decode("latin-1").lower() not in headers
    ]
    added = [(name.encode(), value.encode("latin-1", "replace")) for name, value in headers.items()]
    return HTTPConnection({**socket.scope, "headers": kept + added})
