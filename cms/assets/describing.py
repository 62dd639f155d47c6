"""Looks again at assets of which it is not known what they look like: they came before anybody asked, or with rows that were copied.

Each is written in a transaction of its own, and what is written is no longer looked for. So it can be stopped at any point and run again.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from anyio import to_thread
from sqlalchemy import ColumnElement, func, or_, select
from sqlmodel import col

from cms.assets.files import waiting_room
from cms.assets.kinds import AssetState
from cms.assets.library import ASSET
from cms.assets.models import Asset
from cms.assets.storage import ObjectMissing
from cms.assets.uploads import Depot
from cms.assets.verification import Picture, bounds_of, inspect
from cms.changes import Noun, announce_change
from cms.database import now
from cms.errors import Invalid
from cms.permissions import Actor, Permission
from cms.revisions import revised

AT_ONCE = 2
ROWS_AT_A_TIME = 100


@dataclass(frozen=True)
class Described:
    """What became of one asset: why it could not be looked at, or None."""

    id: UUID
    filename: str
    problem: str | None = None


async def count_undescribed(depot: Depot) -> int:
    """How many assets there are to look at."""
    async with depot.database.transaction() as session:
        return await session.scalar(select(func.count()).select_from(Asset).where(_is_undescribed())) or 0


async def describe_assets(depot: Depot, actor: Actor) -> AsyncGenerator[Described]:
    """Give each asset that lacks it a ThumbHash, a dominant colour, the point that draws the eye, and what its file says of itself.

    What editors have said stays: only an asset without a focal point gets that point for one. What is written raises the asset's version. One whose bytes are gone or not sound stays as
    it is. Raises Unavailable if the store does not answer.
    """
    actor.require(Permission.ASSET_UPDATE)
    after: UUID | None = None
    while rows := await _some(depot, after):
        for start in range(0, len(rows), AT_ONCE):
            for done in await asyncio.gather(
                *(_describe(depot, actor, row) for row in rows[start : start + AT_ONCE])
            ):
                yield done
        after = rows[-1].id


def _is_undescribed() -> ColumnElement[bool]:
    # Without a dominant colour there may still be a look: of a picture that can be seen through.
    unseen = or_(col(Asset.thumb_hash).is_(None), col(Asset.attention_x).is_(None))
    return unseen & (col(Asset.state) == AssetState.READY)


async def _some(depot: Depot, after: UUID | None) -> Sequence[Asset]:
    query = select(Asset).where(_is_undescribed()).order_by(col(Asset.id)).limit(ROWS_AT_A_TIME)
    if after is not None:
        query = query.where(col(Asset.id) > after)
    async with depot.database.transaction() as session:
        return (await session.scalars(query)).all()


async def _describe(depot: Depot, actor: Actor, asset: Asset) -> Described:
    try:
        with waiting_room() as place:
            await to_thread.run_sync(depot.storage.fetch, asset.object_key, place)
            picture = await inspect(place, "id", bounds=bounds_of(depot.settings))
    except ObjectMissing:
        return Described(asset.id, asset.filename, "Its bytes are not in the bucket.")
    except Invalid as problem:
        return Described(asset.id, asset.filename, problem.message)
    await _write(depot, actor, asset, picture)
    return Described(asset.id, asset.filename)


async def _write(depot: Depot, actor: Actor, seen: Asset, picture: Picture) -> None:
    async with depot.database.transaction() as session:
        asset = await session.get(Asset, seen.id, with_for_update=True)
        # Meanwhile it may have been deleted, or have other bytes; then this is not what it looks like.
        if asset is None or asset.object_key != seen.object_key or picture.look is None:
            return
        found = asdict(picture.look)
        if asset.focal_x is None:
            found |= {"focal_x": picture.look.attention_x, "focal_y": picture.look.attention_y}
        if not asset.file_words:
            found["file_words"] = dict(picture.words)
        # A change like any other: whoever has read the asset before is told so by its version.
        if changes := revised(asset, found, None, kind=ASSET, actor=actor):
            asset.sqlmodel_update({**changes, "updated_at": now()})
            await session.flush()
            await announce_change(session, Noun.ASSET, asset.id)
