"""Websites on this machine, from which files are fetched."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from cms.assets.fetching import Reach

LOOPBACK = Reach(allows=lambda address: address.is_loopback)
"""What tests may fetch from, in the place of the public internet."""


class Website:
    """A web server of a few answers that counts what it is asked."""

    def __init__(self, answers: dict[str, bytes]) -> None:
        self.answers = answers
        self.asked: list[str] = []
        self.connections = 0
        self.seconds = 0.0
        """How long it thinks before it answers."""
        self.url = ""

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.url.rpartition(":")[2])

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Give the answer for the path that is asked for, and hang up."""
        self.connections += 1
        try:
            path = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode()
            self.asked.append(path)
            await asyncio.sleep(self.seconds)
            writer.write(
                self.answers.get(
                    path.partition("?")[0], b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
                )
            )
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()


def found(body: bytes, *headers: str) -> bytes:
    """An answer that holds a file."""
    lines = ["HTTP/1.1 200 OK", "Connection: close", f"Content-Length: {len(body)}", *headers]
    return "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n" + body


def leading_to(url: str) -> bytes:
    """An answer that leads to another address."""
    return f"HTTP/1.1 302 Found\r\nLocation: {url}\r\nContent-Length: 0\r\n\r\n".encode()


@asynccontextmanager
async def website(**answers: bytes) -> AsyncGenerator[Website]:
    """A website whose pages are named after the answers."""
    site = Website({f"/{name}": answer for name, answer in answers.items()})
    server = await asyncio.start_server(site.answer, "127.0.0.1", 0)
    site.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield site
