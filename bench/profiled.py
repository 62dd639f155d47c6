"""Kiosque with Python's profiler, which starts to look once the process is warm and writes down what it saw at the end."""

import os
from collections.abc import Awaitable, Callable, MutableMapping
from cProfile import Profile
from typing import Any

from cms.app import app_from_environment as kiosque_from_environment

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Application = Callable[
    [Scope, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]
]

WARM_AFTER_REQUESTS = 100


class Profiled:
    """The application, watched."""

    def __init__(self, application: Application, path: str) -> None:
        self._application, self._path = application, path
        self._profile, self._requests = Profile(), 0

    async def __call__(
        self,
        scope: Scope,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        """Pass the call on."""
        if scope["type"] == "http":
            self._requests += 1
            if self._requests == WARM_AFTER_REQUESTS:
                self._profile.enable()
        await self._application(scope, receive, send)
        if scope["type"] == "lifespan":
            self._profile.disable()
            self._profile.dump_stats(self._path)


def app_from_environment() -> Profiled:
    """The application of a process; the environment says where the profile goes."""
    return Profiled(kiosque_from_environment(), os.environ["PROFILE_PATH"])
