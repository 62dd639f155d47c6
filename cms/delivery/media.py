"""Pictures over HTTP, at signed addresses that change with what is there: whoever has one may keep the answer for good.

An address that Kiosque has not signed is refused before anything is looked up.
"""

import re
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import UUID

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cms.assets.addresses import ORIGINAL, SHA256_DIGITS, signed_path
from cms.assets.choosing import chosen_format, wants_avif
from cms.assets.promises import KEPT_SECONDS
from cms.assets.recipes import ImageFormat, Recipe, parse_recipe
from cms.assets.render_pool import CannotRender
from cms.assets.renditions import CACHE_CONTROL, Original, Renditions, StoredPicture, Wish, rendition_key
from cms.assets.storage import ObjectMissing
from cms.delivery.streams import answer
from cms.errors import Unavailable

log = structlog.get_logger(__name__)

_ADDRESS = re.compile(
    rf"(?P<id>[0-9a-f]{{32}})/(?P<digits>[0-9a-f]{{{SHA256_DIGITS}}})/(?P<signature>[0-9a-f]{{32}})/(?P<name>[a-z0-9.-]{{1,100}})"
)
_ORIGINAL = re.compile(rf"{ORIGINAL}(?P<expires>[0-9]{{1,12}})\.[a-z]{{3,4}}")
YEAR_SECONDS = 31_536_000
_FIND = """
SELECT extract(epoch FROM a.rights_expire_at - now())::float8 AS seconds_left, a.object_key, a.content_type, a.byte_size, a.sha256, a.filename, a.width, a.height, a.frames, a.has_alpha,
       r.object_key AS kept, r.content_type AS kept_type, r.byte_size AS kept_size, r.sha256 AS kept_sha256
FROM asset a LEFT JOIN rendition r ON r.asset_id = a.id AND r.object_key = ANY($2::text[])
WHERE a.id = $1 AND a.state = 'READY' AND left(a.sha256, 16) = $3
"""


class RightsExpired(Exception):
    """The picture may not be shown any more."""


@dataclass(frozen=True)
class Found:
    """An asset, what has been made of it, and for how many seconds it may still be shown; None for ever."""

    original: Original
    kept: dict[str, StoredPicture]
    seconds_left: float | None

    def cache_control(self, seconds_max: int) -> str:
        """For so long, or until the rights expire; a year is for good."""
        seconds = seconds_max if self.seconds_left is None else min(int(self.seconds_left), seconds_max)
        return CACHE_CONTROL if seconds == YEAR_SECONDS else f"public, max-age={seconds}"


@dataclass(frozen=True)
class Address:
    """An address that this newsroom has signed."""

    asset_id: UUID
    digits: str
    name: str


def media_route(renditions: Renditions) -> Route:
    """`GET` and `HEAD /media/…`: a rendition, or for a short time an original, for anybody who has the address."""

    async def media(request: Request) -> Response:
        address = _signed(renditions, request.path_params["path"])
        if address is None:
            return refusal(403, "The address is not one that was given out.")
        try:
            return await _answer(request, renditions, address)
        except ObjectMissing:
            return refusal(404, "Not found.")
        except RightsExpired:
            return refusal(410, "The rights to show this picture have expired.")
        except CannotRender as error:
            log.warning("a rendition cannot be made", asset=str(address.asset_id), reason=error.message)
            return refusal(422, error.message)
        except Unavailable as error:
            return refusal(503, error.message, {"Retry-After": "2"})

    return Route("/media/{path:path}", media, methods=["GET", "HEAD"], name="media")


def refusal(status: int, words: str, headers: dict[str, str] | None = None) -> Response:
    """An answer without a picture; the next one may be another, so nobody keeps it."""
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", **(headers or {})}
    return Response(words, status_code=status, media_type="text/plain", headers=headers)


def _signed(renditions: Renditions, path: str) -> Address | None:
    match = _ADDRESS.fullmatch(path)
    if match is None:
        return None
    signed = signed_path(match["id"], match["digits"], match["name"])
    if not renditions.database.signing_key.has_signed(signed, match["signature"]):
        return None
    return Address(UUID(match["id"]), match["digits"], match["name"])


async def _answer(request: Request, renditions: Renditions, address: Address) -> Response:
    if match := _ORIGINAL.fullmatch(address.name):
        return await _original(request, renditions, address, expires=int(match["expires"]))
    start, _, ending = address.name.partition(".")
    recipe = parse_recipe(start)
    if recipe is None or ending not in set(ImageFormat):
        return refusal(404, "Not found.")
    return await _rendition(request, renditions, address, recipe, ImageFormat(ending))


async def _original(request: Request, renditions: Renditions, address: Address, *, expires: int) -> Response:
    if expires < time.time():
        return refusal(403, "The link has expired.")
    original = (await _find(renditions, address, [])).original
    picture = StoredPicture(original.object_key, original.content_type, original.byte_size, original.sha256)
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(original.filename, safe='')}",
    }
    return await answer(request, picture, renditions.storage, headers)


async def _rendition(
    request: Request, renditions: Renditions, address: Address, recipe: Recipe, asked: ImageFormat
) -> Response:
    stem = rendition_key(address.asset_id, address.digits, address.name.partition(".")[0])
    formats = [asked] if asked else [one for one in ImageFormat if one]
    there = await _find(renditions, address, [f"{stem}.{one}" for one in formats])
    if there.seconds_left is not None and there.seconds_left <= 0:
        raise RightsExpired
    original = there.original
    found = asked or chosen_format(
        request.headers.get("Accept", ""),
        original,
        recipe,
        avif_pixels_max=renditions.settings.avif_pixels_max,
    )
    seconds_max = YEAR_SECONDS
    if not asked and found is not ImageFormat.AVIF and _wants_avif(request, renditions, original, recipe):
        better = await _avif(renditions, address, there.kept, found)
        found = better or found
        if better is None:
            # There will be something better: the answer is kept until then, and asked for again.
            seconds_max = KEPT_SECONDS
    headers = {"Cache-Control": there.cache_control(seconds_max)} | ({} if asked else {"Vary": "Accept"})
    wish = Wish(original, recipe, found, f"{stem}.{found}")
    picture = there.kept.get(wish.object_key) or await renditions.make(wish)
    try:
        return await _sent(request, renditions, picture, headers)
    except ObjectMissing:
        # The bucket has lost it, or it has just given way to others: it can be made again.
        await renditions.forget(wish.object_key)
        return await _sent(request, renditions, await renditions.make(wish), headers)


def _wants_avif(request: Request, renditions: Renditions, original: Original, recipe: Recipe) -> bool:
    most = renditions.settings.avif_job_pixels_max
    return wants_avif(request.headers.get("Accept", ""), original, recipe, avif_pixels_max=most)


async def _avif(
    renditions: Renditions, address: Address, kept: dict[str, StoredPicture], otherwise: ImageFormat
) -> ImageFormat | None:
    """AVIF if it is there and smaller, else the other format for good; None while a worker is to make it."""
    start = address.name.partition(".")[0]
    keys = {
        one: rendition_key(address.asset_id, address.digits, f"{start}.{one}")
        for one in (ImageFormat.AVIF, otherwise)
    }
    avif, other = (kept.get(key) for key in keys.values())
    if avif is not None:
        return ImageFormat.AVIF if other is None or avif.byte_size < other.byte_size else otherwise
    name = f"{start}.{ImageFormat.AVIF}"
    is_coming = await renditions.promises.promise(
        keys[ImageFormat.AVIF], address.asset_id, address.digits, name
    )
    return None if is_coming else otherwise


async def _sent(
    request: Request, renditions: Renditions, picture: StoredPicture, headers: dict[str, str]
) -> Response:
    content = await renditions.bytes_of(picture) if request.method == "GET" else None
    return await answer(request, picture, renditions.storage, headers, content=content)


async def _find(renditions: Renditions, address: Address, keys: list[str]) -> Found:
    """The asset at the address, and what has been made of it under these keys. Raises ObjectMissing if it has gone or is another by now."""
    rows = await renditions.database.reads.fetch(_FIND, address.asset_id, keys, address.digits)
    if not rows:
        raise ObjectMissing("There is no such picture.")
    kept = {row["kept"]: _kept(row) for row in rows if row["kept"] is not None}
    columns = (
        "object_key", "content_type", "byte_size", "sha256", "filename", "width", "height", "frames", "has_alpha",
    )  # fmt: skip
    original = Original(address.asset_id, *(rows[0][name] for name in columns))
    return Found(original, kept, rows[0]["seconds_left"])


def _kept(row: Any) -> StoredPicture:
    # A row of asyncpg, which has no type of its own.
    return StoredPicture(row["kept"], row["kept_type"], row["kept_size"], row["kept_sha256"])
