"""Whether the bucket and the database agree: objects that no row names, and rows whose object is missing.

Bytes are stored before their row is committed, and removed after it: so what a killed process leaves is an object without a row, and
those are looked for here. Whatever is younger than an hour may still be at work, and is left alone.
"""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from anyio import to_thread
from sqlalchemy import Select, cast, delete, func, literal, select, union
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Text
from sqlmodel import col

from cms.assets.cleaning import GRACE
from cms.assets.models import Asset, Rendition, Upload
from cms.assets.storage import ListedObject, Storage, UnfinishedObject
from cms.database import Database, now

UPLOADS = "uploads/"
PREFIXES = ("assets/", "renditions/", UPLOADS)
# After every key that there can be: keys are ASCII.
END = "\x7f"


@dataclass
class Disagreement:
    """What does not fit together, by key."""

    objects_without_row: list[str] = field(default_factory=list[str])
    assets_without_object: list[str] = field(default_factory=list[str])
    renditions_without_object: list[str] = field(default_factory=list[str])
    parts_without_row: list[UnfinishedObject] = field(default_factory=list[UnfinishedObject])

    def __bool__(self) -> bool:
        return bool(
            self.objects_without_row
            or self.assets_without_object
            or self.renditions_without_object
            or self.parts_without_row
        )


async def disagreements(database: Database, storage: Storage) -> AsyncGenerator[Disagreement]:
    """What does not fit together, for a thousand objects at a time. Raises Unavailable if the store does not answer."""
    for prefix in PREFIXES:
        after, more = prefix, True
        while more:
            begin = after
            listed = await to_thread.run_sync(lambda: storage.objects(prefix, after=begin))  # noqa: B023  (called at once)
            more = len(listed) == 1_000
            after = listed[-1].key if more else prefix + END
            if found := await _compared(database, listed, begin, after, old=now() - GRACE):
                yield found
    if parts := await _unknown_parts(database, storage, old=now() - GRACE):
        yield Disagreement(parts_without_row=parts)


async def clean_strays(database: Database, storage: Storage) -> int:
    """Remove objects that no row names, whole or in parts, and rows of renditions that are missing; how many.

    Can be stopped at any point and run again.
    """
    count = 0
    async for found in disagreements(database, storage):
        for one in found.parts_without_row:
            await to_thread.run_sync(storage.drop_parts, one.key, one.parts_id)
        for key in found.objects_without_row:
            await to_thread.run_sync(storage.delete, key)
        async with database.transaction() as session:
            lost = col(Rendition.object_key).in_(found.renditions_without_object)
            await session.execute(delete(Rendition).where(lost))
        count += len(found.objects_without_row) + len(found.renditions_without_object)
        count += len(found.parts_without_row)
    return count


async def _unknown_parts(database: Database, storage: Storage, *, old: datetime) -> list[UnfinishedObject]:
    """What is being sent in parts, long since, and no row stands for."""
    listed = [one for one in await to_thread.run_sync(storage.unfinished, UPLOADS) if one.begun_at < old]
    given = literal([one.parts_id for one in listed], ARRAY(Text))
    parts_id = col(Upload.parts_id)
    async with database.transaction() as session:
        known = set(await session.scalars(select(parts_id).where(parts_id == func.any(given))))
    return [one for one in listed if one.parts_id not in known]


async def _compared(
    database: Database, listed: Sequence[ListedObject], after: str, until: str, *, old: datetime
) -> Disagreement:
    keys, old_keys = [one.key for one in listed], [one.key for one in listed if one.stored_at < old]
    async with database.transaction() as session:
        named = await _named(session, old_keys)
        assets, renditions = [
            list(await session.scalars(_lost(model, keys, after, until, old))) for model in (Asset, Rendition)
        ]
    return Disagreement([key for key in old_keys if key not in named], assets, renditions)


async def _named(session: AsyncSession, keys: Sequence[str]) -> set[str]:
    """Those of the keys that a row names, or that belong to a file which may still become an asset."""
    given = literal(list(keys), ARRAY(Text))
    columns = (col(Asset.object_key), col(Rendition.object_key), col(Upload.object_key))
    named = set(await session.scalars(union(*(select(one).where(one == func.any(given)) for one in columns))))
    owners = {key: key.split("/")[1] for key in keys}
    ids = literal(list(owners.values()), ARRAY(Text))
    upload_id = cast(col(Upload.id), Text)
    under_way = set(await session.scalars(select(upload_id).where(upload_id == func.any(ids))))
    return named | {key for key, owner in owners.items() if owner in under_way}


def _lost(
    model: type[Asset | Rendition], keys: Sequence[str], after: str, until: str, old: datetime
) -> Select[str]:
    """The keys that rows name between two others, and that the bucket does not have."""
    key = col(model.object_key)
    in_order = key.collate("C")
    return select(key).where(
        in_order > after,
        in_order <= until,
        key != func.all(literal(list(keys), ARRAY(Text))),
        col(model.created_at) < old,
    )
