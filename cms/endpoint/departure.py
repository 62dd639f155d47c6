"""Stopping work that nobody waits for any more: the client has left, or time is up."""

import asyncio
import contextlib
from types import TracebackType
from typing import Self

from starlette.types import Receive

from cms.endpoint.errors import ClientGone, RequestError

GRACE_SECONDS = 0.05
"""Requests that end sooner than this are not worth watching; watching costs a task."""


class StoppedWhenClientLeaves:
    """Cancels what runs inside `async with` when the client disconnects, and raises ClientGone instead."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.current_task()
        self._timer: asyncio.TimerHandle | None = None
        self._watcher: asyncio.Task[None] | None = None
        self._has_left = False

    async def __aenter__(self) -> Self:
        self._timer = self._loop.call_later(GRACE_SECONDS, self._begin_to_watch)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._watcher is not None and not self._watcher.done():
            self._watcher.cancel()
        if self._has_left:
            await self._end_cancellation(kind)
            raise ClientGone from error

    def _begin_to_watch(self) -> None:
        self._watcher = self._loop.create_task(self._watch())

    async def _watch(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._has_left = True
        if self._task is not None:
            self._task.cancel()

    async def _end_cancellation(self, kind: type[BaseException] | None) -> None:
        # The work may have ended in the very moment in which it was cancelled; then the cancellation is still to come.
        if kind is None:
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(0)
        if self._task is not None:
            self._task.uncancel()


class TimeLimit:
    """Cancels what runs inside `async with` after so many seconds, and raises RequestError (503, TIMEOUT) instead."""

    def __init__(self, seconds_max: float) -> None:
        self._seconds_max = seconds_max
        self._timeout = asyncio.timeout(seconds_max)

    async def __aenter__(self) -> Self:
        await self._timeout.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            await self._timeout.__aexit__(kind, error, traceback)
        except TimeoutError:
            raise RequestError(
                503,
                "TIMEOUT",
                f"The request was stopped after {self._seconds_max:g} seconds, the limit.",
                limit=self._seconds_max,
            ) from error
