"""Pictures made of assets: found where they are there, made by whoever asks first where they are not.

However many ask at once, in this process or another, one decodes: in a process they wait for the same task, and between processes a lock of
the database lets one begin while the others wait and then find its row. The bytes are stored before the row is committed. So a process
that falls in between leaves at most an object without a row, which nobody sees, and which is overwritten or cleared away.
"""

import asyncio
from dataclasses import asdict, dataclass, fields
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from anyio import to_thread
from sqlalchemy import BigInteger, Select, Text, bindparam, delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningDelete
from sqlmodel import col

from cms.assets.formats import PICTURE_FORMATS
from cms.assets.memory import Memory
from cms.assets.models import Asset, Rendition
from cms.assets.originals import Originals
from cms.assets.promises import Promises
from cms.assets.recipes import ImageFormat, Recipe
from cms.assets.render_pool import RenderPool
from cms.assets.renderer import measured, part_of
from cms.assets.storage import ObjectMissing, Storage
from cms.config import Settings
from cms.database import Database
from cms.errors import Unavailable
from cms.insertion import insert_rows
from cms.prepared import prepared, rows_of

_RENDITION: Any = Rendition.__table__  # pyright: ignore[reportAttributeAccessIssue]  (SQLModel adds it)
CACHE_CONTROL = "public, max-age=31536000, immutable"
CONTENT_TYPES = {
    ImageFormat.AVIF: "image/avif",
    ImageFormat.WEBP: "image/webp",
    ImageFormat.JPEG: "image/jpeg",
    ImageFormat.PNG: "image/png",
    ImageFormat.GIF: "image/gif",
}
ANIMATED_TYPES = {"image/gif", "image/webp"}
ANIMATED_FORMATS = {ImageFormat.GIF, ImageFormat.WEBP}
# A larger one would need all its pixels in memory to become WebP.
WEBP_PIXELS_MAX = 16_000_000
WAITING_MAX = 400


class TooBusy(Unavailable):
    """More is waiting to be made than can be made in a reasonable time."""


@dataclass(frozen=True)
class Original:
    """What a rendition is made of."""

    id: UUID
    object_key: str
    content_type: str
    byte_size: int
    sha256: str
    filename: str
    width: int
    height: int
    frames: int
    has_alpha: bool

    @property
    def is_animated(self) -> bool:
        """Whether it moves."""
        return self.frames > 1 and self.content_type in ANIMATED_TYPES


@dataclass(frozen=True)
class StoredPicture:
    """A picture that is in the bucket, whole."""

    object_key: str
    content_type: str
    byte_size: int
    sha256: str


@dataclass(frozen=True)
class Wish:
    """One rendition of an original: what it is to be like, and where it is kept."""

    original: Original
    recipe: Recipe
    format: ImageFormat
    object_key: str


def original_of(asset: Asset) -> Original:
    """What renditions of the asset are made of."""
    return Original(*(getattr(asset, field.name) for field in fields(Original)))


def rendition_key(asset_id: UUID, digits: str, name: str) -> str:
    """Where the rendition of this name is kept in the bucket."""
    return f"renditions/{asset_id}/{digits}/{name}"


def output_size(original: Original, recipe: Recipe, format: ImageFormat) -> tuple[int, int]:
    """How large a rendition will be."""
    _, _, *part = part_of(recipe.crop, original.width, original.height)
    _, window = measured(_measures(recipe, format), *part)
    return window[2], window[3]


class Renditions:
    """The renditions that this process hands out."""

    def __init__(self, database: Database, storage: Storage, settings: Settings) -> None:
        self.database, self.storage, self.settings = database, storage, settings
        self.pool = RenderPool(settings.rendition_processes, seconds_max=settings.rendition_seconds_max)
        self.memory = Memory(settings.rendition_memory_bytes)
        self.originals = Originals(storage, settings.original_disk_bytes)
        self.promises = Promises(database)
        self._making: dict[str, asyncio.Task[StoredPicture]] = {}
        # One more than can be made at once: while two are decoded, the next original is on its way. Each holds a connection.
        self._turns = asyncio.Semaphore(settings.rendition_processes + 1)

    async def make(self, wish: Wish) -> StoredPicture:
        """The rendition, made unless somebody has meanwhile; whoever leaves early stops nothing.

        Raises CannotRender, TooBusy, Unavailable; ObjectMissing if the original has gone.
        """
        task = self._making.get(wish.object_key)
        if task is None:
            if len(self._making) >= WAITING_MAX:
                raise TooBusy("Too many pictures are being made at once. Try again in a moment.")
            task = self._making[wish.object_key] = asyncio.create_task(self._make(wish))
            task.add_done_callback(lambda done: self._done(wish.object_key, done))
        return await asyncio.shield(task)

    async def bytes_of(self, picture: StoredPicture) -> bytes | None:
        """The bytes of a small rendition, kept in memory for the next who asks; None for a large one. Raises ObjectMissing."""
        name = f"{picture.object_key} {picture.sha256}"
        if (known := self.memory.get(name)) is not None or not self.memory.keeps(picture.byte_size):
            return known
        content = await to_thread.run_sync(self.storage.get, picture.object_key)
        if len(content) != picture.byte_size:
            raise ObjectMissing("There are other bytes than were stored.")
        self.memory.keep(name, content)
        return content

    async def forget(self, object_key: str) -> None:
        """Drop the row of a rendition whose bytes have gone, so that it is made anew."""
        async with self.database.transaction() as session:
            await session.execute(delete(Rendition).where(col(Rendition.object_key) == object_key))

    async def close(self) -> None:
        """Give up what is being made, and end the processes."""
        for task in list(self._making.values()):
            task.cancel()
        await asyncio.gather(*self._making.values(), return_exceptions=True)
        await self.pool.close()
        self.originals.close()

    def _done(self, object_key: str, task: asyncio.Task[StoredPicture]) -> None:
        del self._making[object_key]
        if not task.cancelled():
            # If everybody has left, nobody else looks at the error.
            task.exception()

    async def _make(self, wish: Wish) -> StoredPicture:
        try:
            async with self._turns, self.database.transaction() as session:
                made, surplus = await self._make_or_find(session, wish)
        except IntegrityError as error:
            await to_thread.run_sync(self.storage.delete, wish.object_key)
            raise ObjectMissing("The picture has been deleted meanwhile.") from error
        for object_key in surplus:
            await to_thread.run_sync(self.storage.delete, object_key)
        return made

    async def _make_or_find(self, session: AsyncSession, wish: Wish) -> tuple[StoredPicture, list[str]]:
        key = {"key": wish.object_key}
        # The second statement sees what others have committed by the time the first has waited for them.
        _, found = await rows_of(session, (_lock(), key), (_kept(), key))
        if found:
            return StoredPicture(*found[0]), []
        made = await self._render(wish)
        await insert_rows(session, {_RENDITION: {"asset_id": wish.original.id, **asdict(made)}})
        return made, await self._surplus(session, wish.original.id)

    async def _render(self, wish: Wish) -> StoredPicture:
        with self.originals.room() as room:
            source, target = room / "source", room / "target"
            await self.originals.bring(wish.original.object_key, wish.original.byte_size, source)
            await self.pool.render(_job(wish, source, target))
            content = await to_thread.run_sync(target.read_bytes)
        content_type = CONTENT_TYPES[wish.format]
        await to_thread.run_sync(
            lambda: self.storage.put(
                wish.object_key, content, content_type=content_type, cache_control=CACHE_CONTROL
            )
        )
        digest = sha256(content).hexdigest()
        self.memory.keep(f"{wish.object_key} {digest}", content)
        return StoredPicture(wish.object_key, content_type, len(content), digest)

    async def _surplus(self, session: AsyncSession, asset_id: UUID) -> list[str]:
        """Drop the rows of the oldest renditions beyond what may be kept; the keys of their objects."""
        asked = {"asset_id": asset_id, "most": self.settings.renditions_per_asset_max}
        return [row.object_key for row in await _oldest_dropped().rows(session, asked)]


@prepared
def _lock() -> Select[Any]:
    """One who makes the rendition of this key at a time."""
    return select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("key", type_=Text()), 0)))


@prepared
def _kept() -> Select[Any, Any, Any, Any]:
    rows = _RENDITION.c
    columns = (rows.object_key, rows.content_type, rows.byte_size, rows.sha256)
    return select(*columns).where(rows.object_key == bindparam("key"))


@prepared
def _oldest_dropped() -> ReturningDelete[Any]:
    rows = _RENDITION.c
    newest_first = select(rows.object_key).order_by(rows.created_at.desc(), rows.object_key)
    oldest = newest_first.where(rows.asset_id == bindparam("asset_id"))
    beyond = oldest.offset(bindparam("most", type_=BigInteger()))
    return delete(_RENDITION).where(rows.object_key.in_(beyond)).returning(rows.object_key)


def _measures(recipe: Recipe, format: ImageFormat) -> dict[str, object]:
    return {
        "crop": recipe.crop,
        "width": recipe.width,
        "height": recipe.height,
        "fit": recipe.fit.value,
        "x": recipe.x,
        "y": recipe.y,
        "enlarged": recipe.enlarged,
        "format": format.value,
    }


def _job(wish: Wish, source: Path, target: Path) -> dict[str, object]:
    return {
        **_measures(wish.recipe, wish.format),
        "source": str(source),
        "target": str(target),
        "loader": PICTURE_FORMATS[wish.original.content_type].loader,
        "quality": wish.recipe.quality,
        "animated": wish.original.is_animated and wish.format in ANIMATED_FORMATS,
    }
