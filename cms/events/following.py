"""Follows events while the process runs: NOTIFY says that there is something, and the table says what."""

import asyncio
import contextlib
import math
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Protocol

import asyncpg
import structlog

from cms.events.reading import CHANNEL, Clock, Event, current_position, next_change, read_since

CONNECT_SECONDS_MAX = 5
POLL_SECONDS_MAX = 5.0
RETRY_SECONDS = 0.5
PAUSE_SECONDS_MIN = 0.005
_FAR_OFF = datetime.max.replace(tzinfo=UTC)
_log = structlog.get_logger(__name__)


class Audience(Protocol):
    """Whoever wants to know what changes."""

    def begin(self, as_of: float, moment: float) -> None:
        """What was known before is worth nothing: events may have been missed. From the monotonic time `as_of` on, none is.

        At the monotonic time `moment` (infinity for never) something changes without an event.
        """
        ...

    def hear(self, events: Sequence[Event], as_of: float, moment: float) -> None:
        """All events that had been committed at the monotonic time `as_of` and were not told before; often there are none. `moment` as in `begin`."""
        ...

    def lose(self) -> None:
        """Nothing is known from now on, until `begin`."""
        ...


class Follower:
    """Tells an audience of every event, over one connection of its own, which it opens again whenever it is lost.

    It reads when NOTIFY wakes it, when somebody wants to `catch_up`, and every `poll_seconds` whatever happens.
    """

    def __init__(self, url: str, audience: Audience, *, poll_seconds: float) -> None:
        self._url, self._audience, self._poll_seconds = url, audience, poll_seconds
        self._something = asyncio.Event()
        self._waiting: list[asyncio.Future[bool]] = []
        self._connection: asyncpg.Connection | None = None
        # When something changes without an event: by this process's clock, and by the database's.
        self._moment, self._due = math.inf, _FAR_OFF

    @property
    def is_connected(self) -> bool:
        """Whether it follows at this moment."""
        return self._connection is not None and not self._connection.is_closed()

    async def run(self) -> None:
        """Follow until cancelled."""
        while True:
            try:
                await self._follow()
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                _log.warning("the connection for events was lost", reason=f"{type(error).__name__}: {error}")
            finally:
                self._audience.lose()
                self._answer(self._taken(), caught_up=False)
            await asyncio.sleep(RETRY_SECONDS)

    async def catch_up(self, seconds_max: float = POLL_SECONDS_MAX) -> bool:
        """Wait until the audience knows all that is committed now; whether it does. If not, the audience has lost what it knew."""
        if not self.is_connected:
            self._audience.lose()
            return False
        waiting = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        self._something.set()
        try:
            async with asyncio.timeout(seconds_max):
                return await waiting
        except TimeoutError:
            self._audience.lose()
            self._give_up()
            return False

    def _give_up(self) -> None:
        """Drop the connection: `run` opens another one."""
        if self._connection is not None:
            self._connection.terminate()

    async def _follow(self) -> None:
        self._connection = connection = await self._connected()
        try:
            connection.add_termination_listener(self._wake)
            await connection.add_listener(CHANNEL, self._wake)
            began = time.monotonic()
            position = await current_position(connection)
            self._look_ahead(began, await next_change(connection))
            self._audience.begin(began, self._moment)
            while True:
                position = await self._read(connection, position)
                await self._pause()
        finally:
            self._connection = None
            connection.terminate()

    async def _connected(self) -> asyncpg.Connection:
        """A new connection. asyncpg cannot be stopped while it connects: what comes too late is dropped."""
        opening = asyncio.ensure_future(
            asyncpg.connect(
                self._url,
                timeout=CONNECT_SECONDS_MAX,
                command_timeout=POLL_SECONDS_MAX,
                # The one statement is asked again and again: to plan it anew costs four times what it takes to run.
                server_settings={
                    "application_name": "kiosque events",
                    "plan_cache_mode": "force_generic_plan",
                },
            )
        )
        try:
            return await asyncio.shield(opening)
        except asyncio.CancelledError:
            opening.add_done_callback(_drop)
            raise

    async def _read(self, connection: asyncpg.Connection, position: str) -> str:
        self._something.clear()
        waiting, began = self._taken(), time.monotonic()
        try:
            events, position, clock = await read_since(connection, position)
        except BaseException:
            self._answer(waiting, caught_up=False)
            raise
        if self._look_ahead(began, clock):
            self._audience.begin(began, self._moment)
        else:
            self._audience.hear(events, began, self._moment)
        self._answer(waiting, caught_up=True)
        return position

    def _look_ahead(self, asked: float, clock: Clock) -> bool:
        """Learn when next something changes without an event; whether what was expected has come to pass."""
        has_passed = self._due <= clock.now
        self._due = clock.due or _FAR_OFF
        self._moment = math.inf if clock.due is None else asked + (clock.due - clock.now).total_seconds()
        return has_passed

    async def _pause(self) -> None:
        seconds = max(PAUSE_SECONDS_MIN, min(self._poll_seconds, self._moment - time.monotonic()))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._something.wait()

    def _wake(self, *_: object) -> None:
        self._something.set()

    def _taken(self) -> list[asyncio.Future[bool]]:
        waiting, self._waiting = self._waiting, []
        return waiting

    def _answer(self, waiting: Sequence[asyncio.Future[bool]], *, caught_up: bool) -> None:
        for one in waiting:
            if not one.done():
                one.set_result(caught_up)


def _drop(opening: asyncio.Future[asyncpg.Connection]) -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result().terminate()
