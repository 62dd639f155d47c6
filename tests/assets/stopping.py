"""A gate before the bucket, at which a process can be stopped at any of its requests, and the work of processes that are."""

import asyncio
import multiprocessing
import os
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from io import BytesIO
from multiprocessing.process import BaseProcess
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from cms.assets.recipes import ImageFormat, Recipe
from cms.assets.renditions import Original, Renditions, Wish
from cms.assets.storage import Storage
from cms.assets.uploads import Depot, complete_upload, upload_asset
from cms.config import Settings
from cms.database import Database
from cms.permissions import SYSTEM

SECONDS_MAX = 60
END_OF_HEAD = b"\r\n\r\n"


class Gate:
    """Forwards requests to the store, and stops for good at one of them: before it is forwarded, or after the store has done it."""

    def __init__(self, endpoint: str, number: int, *, is_done: bool) -> None:
        parts = urlsplit(endpoint)
        self.host, self.port = parts.hostname or "", parts.port or 80
        self.number, self.is_done = number, is_done
        self.count = 0
        self.reached, self.closed = asyncio.Event(), asyncio.Event()
        self.serving: set[asyncio.Task[None]] = set()
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, one request: the answer says that it is closed."""
        if (task := asyncio.current_task()) is not None:
            self.serving.add(task)
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            head = await reader.readuntil(END_OF_HEAD)
            self.count += 1
            is_last = self.count >= self.number
            if is_last and not self.is_done:
                await self._stop()
            writer.write(await self._forward(head, reader, writer, is_last=is_last))
            await writer.drain()
        writer.close()

    async def _forward(
        self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_last: bool
    ) -> bytes:
        lines = head.removesuffix(END_OF_HEAD).split(b"\r\n")
        fields = {line.partition(b":")[0].lower(): line.partition(b":")[2].strip() for line in lines[1:]}
        if b"expect" in fields:
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = await reader.readexactly(int(fields.get(b"content-length", b"0")))
        kept = [line for line in lines if line.partition(b":")[0].lower() not in (b"expect", b"connection")]
        upstream, sink = await asyncio.open_connection(self.host, self.port)
        sink.write(b"\r\n".join([*kept, b"Connection: close"]) + END_OF_HEAD + body)
        answer = await upstream.read()
        sink.close()
        if is_last:
            await self._stop()
        return answer

    async def _stop(self) -> None:
        self.reached.set()
        await self.closed.wait()
        raise ConnectionError


@asynccontextmanager
async def gate(endpoint: str, number: int, *, is_done: bool) -> AsyncGenerator[Gate]:
    """A gate, open until its request of this number."""
    found = Gate(endpoint, number, is_done=is_done)
    server = await asyncio.start_server(found.serve, "127.0.0.1", 0)
    found.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield found
    finally:
        server.close()
        found.closed.set()
        await asyncio.gather(*found.serving)


def processes() -> Any:
    """Makes processes that have loaded everything already, and share nothing else with the tests."""
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(["tests.assets.stopping"])
    return made


async def killed_at(work: str, settings: Settings, gate: Gate, *arguments: Any) -> bool:
    """Do work in a process that is killed with all that it has started when it comes to the gate's request; whether it came so far."""
    own = settings.model_copy(update={"s3_endpoint": gate.url, "s3_public_endpoint": gate.url})
    process: BaseProcess = processes().Process(target=_work, args=(work, own, *arguments))
    process.start()
    ended = asyncio.create_task(asyncio.to_thread(process.join, SECONDS_MAX))
    reached = asyncio.create_task(gate.reached.wait())
    await asyncio.wait({ended, reached}, timeout=SECONDS_MAX, return_when=asyncio.FIRST_COMPLETED)
    assert process.pid is not None
    is_killed = gate.reached.is_set()
    if is_killed:
        # Its own group: the processes that read and make pictures go with it.
        os.killpg(process.pid, signal.SIGKILL)
    await ended
    reached.cancel()
    assert process.exitcode == (-signal.SIGKILL if is_killed else 0)
    return is_killed


def _work(work: str, settings: Settings, *arguments: Any) -> None:
    os.setpgrp()
    asyncio.run(_WORKS[work](settings, *arguments))


@asynccontextmanager
async def _depot(settings: Settings) -> AsyncGenerator[Depot]:
    assert settings.database_url is not None
    database, storage = Database(settings.database_url.get_secret_value(), pool_size=1), Storage(settings)
    yield Depot(database, storage, settings)
    storage.close()
    await database.close()


async def _complete(settings: Settings, upload_id: UUID) -> None:
    async with _depot(settings) as depot:
        await complete_upload(depot, SYSTEM, upload_id)


async def _send(settings: Settings, content: bytes) -> None:
    async with _depot(settings) as depot:
        await upload_asset(depot, SYSTEM, BytesIO(content), "a.jpg")


async def _render(settings: Settings, original: Original) -> None:
    async with _depot(settings) as depot:
        renditions = Renditions(depot.database, depot.storage, settings)
        await renditions.make(wish_for(original))
        await renditions.close()


def wish_for(original: Original) -> Wish:
    """A rendition of a picture."""
    recipe = Recipe(width=32)
    key = f"renditions/{original.id}/0123456789abcdef/w32.webp"
    return Wish(original, recipe, ImageFormat.WEBP, key)


_WORKS = {"complete": _complete, "send": _send, "render": _render}
