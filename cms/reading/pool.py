"""Connections for reads: a small pool of asyncpg connections, each with its prepared statements.

asyncpg reads a row in half the processor time of psycopg, and its own pool costs as much again as a query; docs/decisions/drivers.md has the
figures. Writes and migrations stay with psycopg and SQLAlchemy.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, TypeVar

import asyncpg

from cms.errors import BadInput, Unavailable
from cms.reading.json_texts import text_of, value_of
from cms.reading.look_ups import LookUps

STATEMENTS_KEPT_MAX = 500
CONNECT_SECONDS_MAX = 10
# How long a cancelled statement may take to end on the server before its connection is given up.
CANCEL_SECONDS_MAX = 2.0
T = TypeVar("T")
Connection = asyncpg.Connection
AWAY = "The database does not answer. Try again in a moment."


class ReadPool:
    """At most `size` connections, opened when they are needed; whoever finds none free waits in turn."""

    def __init__(self, url: str, *, size: int) -> None:
        self._url, self._size = url, size
        self._idle: list[Connection] = []
        self._open = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._background: set[asyncio.Task[Any]] = set()
        self._is_closed = False
        self._look_ups = LookUps(self.fetch)

    async def open(self) -> None:
        """Open the first connection. Raises Unavailable if the database does not answer."""
        self._release(await self._take())

    async def close(self) -> None:
        """Close all connections; what is in use is closed when it comes back."""
        self._is_closed = True
        while self._idle:
            await self._idle.pop().close(timeout=CONNECT_SECONDS_MAX)
        await asyncio.gather(*self._background, return_exceptions=True)

    async def fetch(self, sql: str, *values: object) -> Sequence[Any]:
        """The rows of a statement with `$1`, `$2`, … in it. Raises BadInput for a value out of range, Unavailable without a database."""

        return await self.use(lambda connection: connection.fetch(sql, *values))

    async def look_up(self, sql: str, *values: object) -> Sequence[Any]:
        """The same for a statement that answers one row at most: look-ups of one moment share a statement."""
        return await self._look_ups.fetch(sql, *values)

    async def use(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        """What `work` makes of a connection. A connection that turns out to be dead is replaced once."""
        try:
            return await self._once(work)
        except _Gone:
            try:
                return await self._once(work)
            except _Gone as gone:
                raise Unavailable(AWAY) from gone

    async def _once(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        connection = await self._take()
        try:
            found = await work(connection)
        except asyncpg.DataError as error:
            self._release(connection)
            raise BadInput(f"A value cannot be read: {error}.") from error
        except (
            asyncpg.PostgresConnectionError,
            asyncpg.OperatorInterventionError,
            asyncpg.InterfaceError,
            OSError,
        ) as error:
            self._drop(connection)
            self._drop_idle()
            raise _Gone from error
        except asyncio.CancelledError:
            # asyncpg asks the server to cancel the statement; the connection has no other use.
            self._in_background(_end(connection))
            self._forget()
            raise
        except BaseException:
            self._release(connection)
            raise
        self._release(connection)
        return found

    async def _take(self) -> Connection:
        while not self._idle and self._open >= self._size:
            await self._turn()
        if self._idle:
            return self._idle.pop()
        self._open += 1
        opening = self._in_background(self._connect())
        try:
            # asyncpg cannot be stopped while it connects: whoever leaves meanwhile leaves the connection to the next.
            return await asyncio.shield(opening)
        except asyncio.CancelledError:
            opening.add_done_callback(self._keep)
            raise
        except BaseException:
            self._forget()
            raise

    def _keep(self, opening: asyncio.Task[Connection]) -> None:
        if opening.cancelled() or opening.exception() is not None:
            self._forget()
        else:
            self._release(opening.result())

    def _in_background(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.get_running_loop().create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)
        return task

    async def _turn(self) -> None:
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._call_next()
            raise

    async def _connect(self) -> Connection:
        try:
            connection = await asyncpg.connect(
                self._url,
                timeout=CONNECT_SECONDS_MAX,
                statement_cache_size=STATEMENTS_KEPT_MAX,
                max_cached_statement_lifetime=0,
                max_cacheable_statement_size=0,
                server_settings={"application_name": "kiosque reads", "jit": "off", "timezone": "UTC"},
            )
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
            raise Unavailable(AWAY) from error
        for name in ("json", "jsonb"):
            await connection.set_type_codec(
                name, schema="pg_catalog", encoder=text_of, decoder=value_of, format="text"
            )
        return connection

    def _release(self, connection: Connection) -> None:
        if self._is_closed or connection.is_closed():
            self._drop(connection)
            return
        self._idle.append(connection)
        self._call_next()

    def _drop(self, connection: Connection) -> None:
        connection.terminate()
        self._forget()

    def _drop_idle(self) -> None:
        # When one connection is found dead, the server has most likely gone, and with it all of them.
        while self._idle:
            self._drop(self._idle.pop())

    def _forget(self) -> None:
        self._open -= 1
        self._call_next()

    def _call_next(self) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return


async def _end(connection: Connection) -> None:
    """Close a connection whose statement was cancelled, once the server has heard of that."""
    try:
        await connection.close(timeout=CANCEL_SECONDS_MAX)
    except (TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
        connection.terminate()


class _Gone(Exception):
    """The connection was dead."""
