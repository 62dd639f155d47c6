"""A bare ASGI app: one hand-written statement a query, whose JSON goes out as it comes from PostgreSQL. No GraphQL is executed.

It is given the same POST as Kiosque and tells the queries apart by `operationName`. It knows two drivers; the faster one counts.
"""

import hashlib
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any, Protocol
from uuid import UUID

import asyncpg
import orjson
import psycopg
from psycopg_pool import AsyncConnectionPool

from bench.peers import statements
from bench.peers.settings import POOL_SIZE, PeerSettings, settings_from_environment

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_HEADERS = (b"content-type", b"application/json")


class Driver(Protocol):
    """What the app needs of a driver."""

    async def open(self) -> None:
        """Connect."""

    async def close(self) -> None:
        """Let go."""

    async def value(self, statement: str, *arguments: object) -> str | None:
        """The one value of the one row, by a prepared statement; None without a row."""


class Asyncpg:
    """By asyncpg, which prepares every statement."""

    def __init__(self, settings: PeerSettings) -> None:
        self._url = settings.database_url
        self._pool: Any = None

    async def open(self) -> None:
        """Open the pool."""
        self._pool = await asyncpg.create_pool(self._url, min_size=POOL_SIZE, max_size=POOL_SIZE)

    async def close(self) -> None:
        """Close the pool."""
        await self._pool.close()

    async def value(self, statement: str, *arguments: object) -> str | None:
        """The one value of the one row."""
        async with self._pool.acquire() as connection:
            return await connection.fetchval(statement, *arguments)


class Psycopg:
    """By psycopg, told to prepare at once."""

    def __init__(self, settings: PeerSettings) -> None:
        options: dict[str, Any] = {
            "autocommit": True,
            "prepare_threshold": 0,
            "cursor_factory": psycopg.AsyncRawCursor,
        }
        self._pool: AsyncConnectionPool[psycopg.AsyncConnection[Any]] = AsyncConnectionPool(
            settings.database_url, min_size=POOL_SIZE, max_size=POOL_SIZE, open=False, kwargs=options
        )

    async def open(self) -> None:
        """Open the pool."""
        await self._pool.open(wait=True)

    async def close(self) -> None:
        """Close the pool."""
        await self._pool.close()

    async def value(self, statement: str, *arguments: object) -> str | None:
        """The one value of the one row."""
        async with self._pool.connection() as connection:
            row = await (await connection.execute(statement.encode(), arguments)).fetchone()
            return None if row is None else row[0]


class Bare:
    """The application."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            request = orjson.loads(await _body(receive))
            answer = await self._answer(request, scope)
            await _send(send, answer)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await self._driver.open()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._driver.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, request: dict[str, Any], scope: Scope) -> str | None:
        match request["operationName"]:
            case "Article":
                return await self._driver.value(statements.ARTICLE, request["variables"]["slug"])
            case "Newest":
                return await self._driver.value(statements.NEWEST)
            case "Nested":
                return await self._driver.value(statements.NESTED)
            case "Create":
                return await self._create(request["variables"]["input"], scope["headers"])
            case _:
                return None

    async def _create(self, new: dict[str, Any], headers: Sequence[tuple[bytes, bytes]]) -> str | None:
        authorization = dict(headers).get(b"authorization", b"")
        digest = hashlib.sha256(authorization.removeprefix(b"Bearer ")).digest()
        slug = new["title"].lower().replace(" ", "-")
        authors = [_key(entry["authorId"]) for entry in new["byline"]]
        tags = [_key(tag) for tag in new["tagIds"]]
        return await self._driver.value(
            statements.CREATE, digest, new["title"], slug, new["body"], authors, tags
        )


def app_from_environment() -> Bare:
    """The application of a process."""
    settings = settings_from_environment()
    return Bare(Asyncpg(settings) if settings.driver == "asyncpg" else Psycopg(settings))


def _key(public_id: str) -> UUID:
    return UUID(public_id.rpartition("_")[2])


async def _body(receive: Receive) -> bytes:
    message = await receive()
    body: bytes = message["body"]
    while message.get("more_body"):
        message = await receive()
        body += message["body"]
    return body


async def _send(send: Send, answer: str | None) -> None:
    body = b'{"errors":[{"message":"unknown operation or bearer"}]}' if answer is None else answer.encode()
    headers = [_HEADERS, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 400 if answer is None else 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
