"""Reading the body of a request, bounded in bytes and in time."""

import asyncio
from collections.abc import AsyncGenerator

from starlette.types import Receive

from cms.endpoint.errors import ClientGone, RequestError

_CLOSE = {"Connection": "close"}


async def read_body(
    receive: Receive, *, declared_length: str | None, bytes_max: int, seconds_max: float
) -> bytes:
    """The whole body. Raises RequestError: 413 as soon as it is too long, 408 when it takes too long to arrive.

    Raises ClientGone when the client leaves half-way.
    """
    _check_declared_length(declared_length, bytes_max)
    try:
        async with asyncio.timeout(seconds_max):
            return await _joined(receive, bytes_max)
    except TimeoutError:
        raise _too_slow(seconds_max) from None


async def stream_body(
    receive: Receive, *, declared_length: str | None, bytes_max: int, seconds_max: float
) -> AsyncGenerator[bytes, None]:
    """The body piece by piece. Raises what `read_body` raises."""
    _check_declared_length(declared_length, bytes_max)
    deadline = asyncio.get_running_loop().time() + seconds_max
    received = 0
    more = True
    while more:
        try:
            async with asyncio.timeout_at(deadline):
                chunk, more = await _next_chunk(receive)
        except TimeoutError:
            raise _too_slow(seconds_max) from None
        received += len(chunk)
        _check_length(received, bytes_max)
        yield chunk


async def _joined(receive: Receive, bytes_max: int) -> bytes:
    chunk, more = await _next_chunk(receive)
    _check_length(len(chunk), bytes_max)
    if not more:
        return chunk
    body = bytearray(chunk)
    while more:
        chunk, more = await _next_chunk(receive)
        body += chunk
        _check_length(len(body), bytes_max)
    return bytes(body)


async def _next_chunk(receive: Receive) -> tuple[bytes, bool]:
    message = await receive()
    if message["type"] == "http.disconnect":
        raise ClientGone
    return message.get("body", b""), message.get("more_body", False)


def _too_slow(seconds_max: float) -> RequestError:
    what = f"The body of the request was not complete after {seconds_max:g} seconds."
    return RequestError(408, "REQUEST_TIMEOUT", what, headers=_CLOSE, limit=seconds_max)


def _check_declared_length(declared: str | None, bytes_max: int) -> None:
    # A length of more digits than any limit has is not worth converting.
    if declared is not None and declared.isascii() and declared.isdigit():
        _check_length(int(declared[:20]), bytes_max)


def _check_length(found: int, bytes_max: int) -> None:
    if found > bytes_max:
        raise RequestError(
            413,
            "REQUEST_TOO_LARGE",
            f"The body of the request is larger than {bytes_max:,} bytes, the limit.",
            headers=_CLOSE,
            found=found,
            limit=bytes_max,
        )
