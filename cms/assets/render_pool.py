"""Processes that make renditions, kept ready: a picture that is too much for one of them ends that process, and nothing else."""

import asyncio
import json
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from cms.assets import renderer
from cms.errors import KiosqueError, Unavailable

# A process is replaced after so many pictures, so that what a library leaks does not add up.
JOBS_PER_PROCESS_MAX = 500
ATTEMPTS_MAX = 2


# How a process that has ended shows itself to whoever writes to it or reads from it.
FALLEN = (EOFError, ConnectionError)
FALLEN_SECONDS_MAX = 2


class CannotRender(KiosqueError):
    """The picture cannot be made in this form."""

    code = "CANNOT_RENDER"


class Killed(Unavailable):
    """Somebody has killed the process while it worked: an operator, or a machine that has no memory left. The picture is not to blame."""


class RenderPool:
    """At most `size` processes. They are started when there is something to do, and end with this one."""

    def __init__(self, size: int, *, seconds_max: float) -> None:
        self.size, self.seconds_max = size, seconds_max
        self.jobs_done = 0
        self._idle: list[Worker] = []
        self._turns = asyncio.Semaphore(size)

    async def render(self, job: Mapping[str, Any]) -> Mapping[str, Any]:
        """Do a job of `renderer`; once more if its process is killed. Raises CannotRender with the reason, or Killed."""
        async with self._turns:
            for _ in range(ATTEMPTS_MAX - 1):
                with suppress(Killed):
                    return await self._render(job)
            return await self._render(job)

    async def close(self) -> None:
        """End the processes."""
        while self._idle:
            await self._idle.pop().end()

    async def _render(self, job: Mapping[str, Any]) -> Mapping[str, Any]:
        worker = self._idle.pop() if self._idle else await Worker.start()
        try:
            answer = await asyncio.wait_for(worker.ask(job), self.seconds_max)
        except BaseException as error:
            await worker.end(has_fallen=isinstance(error, FALLEN))
            if isinstance(error, FALLEN) and worker.was_killed:
                raise Killed("The picture could not be made just now. Try again in a moment.") from error
            if isinstance(error, (TimeoutError, *FALLEN)):
                raise CannotRender(
                    "Making the picture takes more time or memory than a picture may take."
                ) from error
            raise
        self.jobs_done += 1
        if worker.jobs < JOBS_PER_PROCESS_MAX:
            self._idle.append(worker)
        else:
            await worker.end()
        if "problem" in answer:
            raise CannotRender(f"The picture cannot be made ({answer['problem']}).")
        return answer


class Worker:
    """One process."""

    def __init__(self, process: Process) -> None:
        self.process, self.jobs = process, 0

    @classmethod
    async def start(cls) -> "Worker":
        """Start a process; it ends when its input does, so it cannot outlive this one."""
        command = (sys.executable, "-I", str(Path(renderer.__file__)))
        return cls(
            await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env={})
        )

    async def ask(self, job: Mapping[str, Any]) -> Mapping[str, Any]:
        """Its answer to one job. Raises EOFError or a kind of ConnectionError if it has fallen."""
        assert self.process.stdin is not None and self.process.stdout is not None  # noqa: S101  (both are pipes)
        self.jobs += 1
        try:
            self.process.stdin.write(json.dumps(job).encode() + b"\n")
            await self.process.stdin.drain()
        except RuntimeError as error:
            # uvloop says so of a pipe whose other end has gone already.
            raise EOFError from error
        if not (line := await self.process.stdout.readline()):
            raise EOFError
        return json.loads(line)

    @property
    def was_killed(self) -> bool:
        """Whether it ended by no fault of its own: what goes beyond its bounds ends by other signals."""
        return self.process.returncode == -signal.SIGKILL

    async def end(self, *, has_fallen: bool = False) -> None:
        """Kill it, unless it has ended; of one that `has_fallen`, it is first heard how."""
        if has_fallen:
            # A signal to a process that has just ended would take the news from asyncio, which then cannot tell how it ended.
            with suppress(TimeoutError):
                await asyncio.wait_for(self.process.wait(), FALLEN_SECONDS_MAX)
        if self.process.returncode is None:
            with suppress(ProcessLookupError):
                self.process.kill()
        await self.process.wait()
