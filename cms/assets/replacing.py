"""Another file for an asset that is there: its id stays, and with it every place that shows it.

The file comes as an asset of its own, by whichever way files come, so that it has been checked like any other. Then the one asset takes the
file of the other, which is gone. No bytes move, and one transaction does it all.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from cms.assets.description import FROM_FILE
from cms.assets.library import ASSET, OF_FILE, expired_upload_of, locked_asset, refuse_if_substitute
from cms.assets.models import Asset, Rendition, Upload
from cms.changes import Noun, announce_change, announce_leaving
from cms.database import now
from cms.errors import Invalid
from cms.permissions import Actor, Permission
from cms.revisions import Expected, revised


async def replace_asset(
    session: AsyncSession, actor: Actor, asset_id: UUID, source_id: UUID, *, expected: Expected | None = None
) -> Asset:
    """Give an asset the file of another one, which nobody shows and which is gone afterwards.

    What editors have said stays; what was left to the old file, or to what draws the eye, comes with the new one. The old bytes and all that was
    made of them go when the cleaner comes by. Raises NotFound, EditConflict, Invalid for one and the same asset, InUse where the other one is shown.
    """
    actor.require(Permission.ASSET_DELETE)
    if asset_id == source_id:
        raise Invalid(
            "An asset has its own file already; name the asset whose file it is to take.", "sourceId"
        )
    asset, source = await _both(session, asset_id, source_id)
    changes = revised(asset, _taken(asset, source), expected, kind=ASSET, actor=actor)
    await refuse_if_substitute(session, source_id, "sourceId")
    await announce_leaving(session, Noun.ASSET, source_id)
    session.add(expired_upload_of(asset))
    await session.execute(delete(Rendition).where(col(Rendition.asset_id) == asset_id))
    # Whoever completes the upload of the file once more is told the asset that has it now.
    await session.execute(update(Upload).where(col(Upload.asset_id) == source_id).values(asset_id=asset_id))
    await session.delete(source)
    await session.flush()
    asset.sqlmodel_update({**changes, "updated_at": now()})
    await session.flush()
    await announce_change(session, Noun.ASSET, asset_id)
    return asset


async def _both(session: AsyncSession, asset_id: UUID, source_id: UUID) -> tuple[Asset, Asset]:
    """Both assets, locked in the order of their ids: two who replace at once wait for each other only once."""
    paths = {asset_id: "id", source_id: "sourceId"}
    found = {key: await locked_asset(session, key, paths[key]) for key in sorted(paths)}
    return found[asset_id], found[source_id]


def _taken(asset: Asset, source: Asset) -> dict[str, Any]:
    values = {name: getattr(source, name) for name in OF_FILE}
    for name in FROM_FILE:
        if getattr(asset, name) == asset.file_words.get(name):
            values[name] = getattr(source, name)
    if (asset.focal_x, asset.focal_y) == (asset.attention_x, asset.attention_y):
        values |= {"focal_x": source.attention_x, "focal_y": source.attention_y}
    return values
