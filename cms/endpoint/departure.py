"""Stopping work that nobody waits for any more: the client has left, or time is up."""

import asyncio
import contextlib
from types import TracebackType
from typing import Self

from starlette.types import Receive

from cms.endpoint.errors import ClientGone, RequestError

GRACE_SECONDS = 0.05
"""Requests that end sooner than this are not worth watching; watching costs a task."""


class Watch:
    """Cancels what runs inside `async with` when time is up, or when the client leaves.

    Raises RequestError (503, TIMEOUT) or ClientGone instead of the cancellation. Without `receive` only the time is
    watched. Until the grace is over, all it costs is one timer.
    """

    def __init__(self, seconds_max: float, receive: Receive | None = None) -> None:
        self._seconds_max = seconds_max
        self._receive = receive
        self._timer: asyncio.TimerHandle | None = None
        self._watcher: asyncio.Task[None] | None = None
        self._task: asyncio.Task[object] | None = None
        self._reason: Exception | None = None

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._task = asyncio.current_task()
        if self._seconds_max <= GRACE_SECONDS:
            self._timer = loop.call_later(self._seconds_max, self._stop_late)
        else:
            self._timer = loop.call_later(GRACE_SECONDS, self._begin_to_watch)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._watcher is not None:
            self._watcher.cancel()
        if self._reason is not None:
            await self._end_cancellation(kind)
            raise self._reason from error

    def _begin_to_watch(self) -> None:
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(self._seconds_max - GRACE_SECONDS, self._stop_late)
        if self._receive is not None:
            self._watcher = loop.create_task(self._await_departure(self._receive))

    async def _await_departure(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._stop(ClientGone())

    def _stop_late(self) -> None:
        what = f"The request was stopped after {self._seconds_max:g} seconds, the limit."
        self._stop(RequestError(503, "TIMEOUT", what, limit=self._seconds_max))

    def _stop(self, reason: Exception) -> None:
        if self._reason is None and self._task is not None:
            self._reason = reason
            self._task.cancel()

    async def _end_cancellation(self, kind: type[BaseException] | None) -> None:
        # The work may have ended in the very moment in which it was cancelled; then the cancellation is still to come.
        if kind is None:
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(0)
        if self._task is not None:
            self._task.uncancel()
