"""Pictures over HTTP. Their addresses change with their bytes, so whoever has one may keep it for good.

RFC 9110, sections 13 (conditions) and 14 (ranges); RFC 8246 (immutable).
"""

import re
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from uuid import UUID

from anyio import to_thread
from sqlalchemy import select
from sqlmodel import col
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from cms.assets.addresses import media_name
from cms.assets.kinds import AssetState
from cms.assets.models import Asset
from cms.assets.storage import ObjectMissing, OpenObject, Storage
from cms.database import Database

CHUNK_BYTES = 65_536
CACHE_CONTROL = "public, max-age=31536000, immutable"
_HEX_ID = re.compile(r"[0-9a-f]{32}")
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


@dataclass(frozen=True)
class StoredPicture:
    """What the route needs to know of an asset."""

    object_key: str
    content_type: str
    byte_size: int
    sha256: str

    @property
    def etag(self) -> str:
        """A strong validator: the same bytes, the same tag."""
        return f'"{self.sha256}"'


@dataclass(frozen=True)
class ByteRange:
    """The bytes from `first` to `last`, both counted in."""

    first: int
    last: int


class Unsatisfiable(Exception):
    """The range that was asked for lies outside the file."""


def media_route(database: Database, storage: Storage) -> Route:
    """`GET` and `HEAD /media/{id}/{name}`: the bytes of an asset, for anybody who knows the address."""

    async def media(request: Request) -> Response:
        picture = await find_picture(database, request.path_params["id"], request.path_params["name"])
        if picture is None:
            return not_found()
        return await answer(request, picture, storage)

    return Route("/media/{id}/{name}", media, methods=["GET", "HEAD"], name="media")


async def find_picture(database: Database, hex_id: str, name: str) -> StoredPicture | None:
    """The asset at the address; None if there is none, or if its bytes are others by now."""
    if _HEX_ID.fullmatch(hex_id) is None:
        return None
    columns = (col(Asset.object_key), col(Asset.content_type), col(Asset.byte_size), col(Asset.sha256))
    query = select(*columns).where(col(Asset.id) == UUID(hex_id), col(Asset.state) == AssetState.READY)
    async with database.sessions() as session:
        row = (await session.execute(query)).one_or_none()
    if row is None or name != media_name(row.sha256, row.content_type):
        return None
    return StoredPicture(*row)


async def answer(request: Request, picture: StoredPicture, storage: Storage) -> Response:
    """The response to a request for a picture that exists."""
    headers = _headers(picture)
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
    try:
        opened = await to_thread.run_sync(lambda: _open(storage, picture, wanted))
    except ObjectMissing:
        return not_found()
    return StreamingResponse(_chunks(opened), status_code=status, headers=headers)


def not_found() -> Response:
    """There is nothing at the address; there may be soon, so nobody keeps the answer."""
    return Response(
        "Not found.", status_code=404, media_type="text/plain", headers={"Cache-Control": "no-store"}
    )


def _headers(picture: StoredPicture) -> dict[str, str]:
    return {
        "ETag": picture.etag,
        "Cache-Control": CACHE_CONTROL,
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
    return picture.etag in tags or told.strip() == "*"


def _wanted_range(request: Request, picture: StoredPicture) -> ByteRange | None:
    """The one range that was asked for. None, for the whole file, where there is none, several, or one that cannot be understood."""
    if request.method != "GET":
        return None
    match = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    only_if = request.headers.get("If-Range")
    if match is None or match.groups() == ("", "") or (only_if is not None and only_if != picture.etag):
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
