"""Processes that make renditions, kept ready: a picture that is too much for one of them ends that process, and nothing else."""

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from cms.assets import renderer
from cms.errors import KiosqueError

# A process is replaced after so many pictures, so that what a library leaks does not add up.
JOBS_PER_PROCESS_MAX = 500


class CannotRender(KiosqueError):
    """The picture cannot be made in this form."""

    code = "CANNOT_RENDER"


class RenderPool:
    """At most `size` processes. They are started when there is something to do, and end with this one."""

    def __init__(self, size: int, *, seconds_max: float) -> None:
        self.size, self.seconds_max = size, seconds_max
        self.jobs_done = 0
        self._idle: list[Worker] = []
        self._turns = asyncio.Semaphore(size)

    async def render(self, job: Mapping[str, Any]) -> Mapping[str, Any]:
        """Do a job of `renderer`. Raises CannotRender with the reason."""
        async with self._turns:
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
            await worker.end()
            if isinstance(error, (TimeoutError, EOFError, BrokenPipeError, ConnectionError)):
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
        self.process.stdin.write(json.dumps(job).encode() + b"\n")
        await self.process.stdin.drain()
        if not (line := await self.process.stdout.readline()):
            raise EOFError
        return json.loads(line)

    async def end(self) -> None:
        """Kill it."""
        with suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()
