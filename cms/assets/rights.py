"""The end of the rights of assets, as far as something is to be written then.

What the public sees goes by the clock of each statement (`showing.py`), and does not wait for this. Here what embeds the asset is written
anew, so that it is read as fast as before; caches hear of it by the events of that; and what was made of the asset is removed.
"""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

import structlog
from anyio import to_thread
from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from cms.assets.models import Asset, Rendition
from cms.assets.storage import Storage
from cms.changes import Noun, announce_change
from cms.database import Database

ASSETS_AT_A_TIME = 50
log = structlog.get_logger(__name__)


async def end_rights(database: Database, storage: Storage) -> int:
    """Do what is to be done for all assets whose rights have expired; how many. Can be stopped at any point and run again, or twice at once.

    Raises Unavailable if the store does not answer: what was made of the assets then lies there, shown to nobody, until the next sweep.
    """
    count = 0
    while True:
        async with database.transaction() as session:
            ended = await _due(session)
            for asset_id in ended:
                await announce_change(session, Noun.ASSET, asset_id)
            made = await _forget_renditions(session, ended)
        for object_key in made:
            await to_thread.run_sync(partial(storage.delete, object_key))
        if ended:
            log.info("the rights of pictures have expired", assets=[str(key) for key in ended])
        count += len(ended)
        if len(ended) < ASSETS_AT_A_TIME:
            return count


async def _due(session: AsyncSession) -> Sequence[UUID]:
    has_expired = (col(Asset.rights_expire_at) <= func.now(), ~col(Asset.rights_ended))
    query = select(col(Asset.id)).where(*has_expired).order_by(col(Asset.rights_expire_at), col(Asset.id))
    locked = query.limit(ASSETS_AT_A_TIME).with_for_update(skip_locked=True)
    due = list((await session.scalars(locked)).all())
    await session.execute(update(Asset).where(col(Asset.id).in_(due)).values(rights_ended=True))
    return due


async def _forget_renditions(session: AsyncSession, assets: Sequence[UUID]) -> Sequence[str]:
    made = delete(Rendition).where(col(Rendition.asset_id).in_(assets)).returning(col(Rendition.object_key))
    return list((await session.scalars(made)).all())
