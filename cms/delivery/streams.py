"""Stored pictures as answers over HTTP: whole, in part, or not at all where the client has them already.

RFC 9110, sections 13 (conditions) and 14 (ranges); RFC 8246 (immutable).
"""

import re
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from cms.assets.renditions import StoredPicture
from cms.assets.storage import OpenObject, Storage

CHUNK_BYTES = 65_536
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


@dataclass(frozen=True)
class ByteRange:
    """The bytes from `first` to `last`, both counted in."""

    first: int
    last: int


class Unsatisfiable(Exception):
    """The range that was asked for lies outside the file."""


async def answer(
    request: Request,
    picture: StoredPicture,
    storage: Storage,
    headers: Mapping[str, str],
    *,
    content: bytes | None = None,
) -> Response:
    """The response to a request for a picture that exists, out of its `content` if that is at hand. Raises ObjectMissing."""
    headers = {**_headers(picture), **headers}
    if _has_it_already(request, picture):
        return Response(status_code=304, headers=headers)
    try:
        wanted = _wanted_range(request, picture)
    except Unsatisfiable:
        unsatisfied = {"Content-Range": f"bytes */{picture.byte_size}", "Cache-Control": "no-store"}
        return Response(status_code=416, headers=headers | unsatisfied)
    part = wanted or ByteRange(0, picture.byte_size - 1)
    headers |= {"Content-Type": picture.content_type, "Content-Length": str(part.last - part.first + 1)}
    if wanted is not None:
        headers["Content-Range"] = f"bytes {part.first}-{part.last}/{picture.byte_size}"
    status = 200 if wanted is None else 206
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers)
    if content is not None:
        return Response(content[part.first : part.last + 1], status_code=status, headers=headers)
    opened = await to_thread.run_sync(lambda: _open(storage, picture, wanted))
    return StreamingResponse(_chunks(opened), status_code=status, headers=headers)


def etag_of(picture: StoredPicture) -> str:
    """A strong validator: the same bytes, the same tag."""
    return f'"{picture.sha256}"'


def _headers(picture: StoredPicture) -> dict[str, str]:
    return {
        "ETag": etag_of(picture),
        "Accept-Ranges": "bytes",
        # Whatever a file may hold besides its picture, a browser shows it as a picture or not at all.
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'",
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }


def _has_it_already(request: Request, picture: StoredPicture) -> bool:
    told = request.headers.get("If-None-Match", "")
    tags = {tag.strip().removeprefix("W/") for tag in told.split(",")}
    return etag_of(picture) in tags or told.strip() == "*"


def _wanted_range(request: Request, picture: StoredPicture) -> ByteRange | None:
    """The one range that was asked for. None, for the whole file, where there is none, several, or one that cannot be understood."""
    if request.method != "GET":
        return None
    match = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    only_if = request.headers.get("If-Range")
    if match is None or match.groups() == ("", "") or (only_if is not None and only_if != etag_of(picture)):
        return None
    return _satisfied(match[1], match[2], picture.byte_size)


def _satisfied(first: str, last: str, size: int) -> ByteRange | None:
    if first and last and int(last) < int(first):
        return None
    # Without a first byte, it is the last so many bytes that are wanted.
    begin = int(first) if first else max(size - int(last), 0)
    end = min(int(last), size - 1) if first and last else size - 1
    if begin > end:
        raise Unsatisfiable
    return ByteRange(begin, end)


def _open(storage: Storage, picture: StoredPicture, wanted: ByteRange | None) -> OpenObject:
    if wanted is None:
        return storage.open(picture.object_key)
    return storage.open(picture.object_key, first=wanted.first, last=wanted.last)


async def _chunks(opened: OpenObject) -> AsyncGenerator[bytes]:
    try:
        while chunk := await to_thread.run_sync(opened.read, CHUNK_BYTES):
            yield chunk
    finally:
        # Also when the reader has left in the middle: the connection to the store is given back at once.
        opened.close()
