"""Whole servers, each a process of its own as `cms serve` is one, that can be killed."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

import httpx

from cms.config import PROJECT_ROOT, Settings

SECONDS_MAX = 60


class Server:
    """A server that answers at `url`."""

    def __init__(self, process: asyncio.subprocess.Process, url: str) -> None:
        self.process, self.url = process, url

    async def kill(self) -> None:
        """kill -9 of the server alone; what it has started must end by itself."""
        with suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()
        for _ in range(SECONDS_MAX * 20):
            if not _is_anybody_left(self.process.pid):
                return
            await asyncio.sleep(0.05)
        raise AssertionError("a process of the server outlives it")


@asynccontextmanager
async def serving(settings: Settings, *, s3_endpoint: str) -> AsyncGenerator[Server]:
    """A server on the settings' database, whose bucket is at another address; killed at the end."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    command = ("-m", "uvicorn", "cms.app:app_from_environment", "--factory", "--port", str(port))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *command,
        "--log-level=critical",
        cwd=PROJECT_ROOT,
        env=_environment(settings, s3_endpoint),
        start_new_session=True,
    )
    server = Server(process, f"http://127.0.0.1:{port}")
    try:
        await _first_answer(server)
        yield server
    finally:
        await server.kill()


def _environment(settings: Settings, s3_endpoint: str) -> dict[str, str]:
    assert settings.database_url is not None
    assert settings.s3_access_key is not None
    assert settings.s3_secret_key is not None
    return {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "S3_ENDPOINT": s3_endpoint,
        "S3_BUCKET": settings.s3_bucket,
        "S3_ACCESS_KEY": settings.s3_access_key,
        "S3_SECRET_KEY": settings.s3_secret_key.get_secret_value(),
    }


async def _first_answer(server: Server) -> None:
    async with asyncio.timeout(SECONDS_MAX), httpx.AsyncClient(trust_env=False) as client:
        while True:
            assert server.process.returncode is None
            with suppress(httpx.TransportError):
                await client.get(f"{server.url}/graphql?query={{__typename}}")
                return
            await asyncio.sleep(0.1)


def _is_anybody_left(group: int) -> bool:
    try:
        os.killpg(group, signal.SIG_DFL)
    except ProcessLookupError:
        return False
    return True
