"""A real server on a free port, for what only a socket shows: disconnects, slow bodies, WebSocket."""

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import ASGIApp


async def _first_answer(port: int) -> None:
    # The listening socket queues the connection until the server accepts it.
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"OPTIONS /graphql HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    await reader.read()
    writer.close()


@asynccontextmanager
async def served(app: ASGIApp) -> AsyncGenerator[int]:
    """Serve the application; gives the port."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app, log_level="critical", lifespan="off", ws="websockets-sansio", timeout_graceful_shutdown=2
    )
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve(sockets=[listener]))
    await _first_answer(listener.getsockname()[1])
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        await running
        listener.close()
