"""Removes from the bucket what no asset stands for: uploads that were never completed, and the bytes of deleted assets."""

from collections.abc import Sequence
from datetime import timedelta

from anyio import to_thread
from sqlalchemy import delete, select
from sqlmodel import col

from cms.assets.models import Upload
from cms.assets.storage import Storage
from cms.database import Database, now

# Nothing that was begun before an upload expired is still at work so long afterwards.
GRACE = timedelta(hours=1)
ROWS_AT_A_TIME = 100


async def clean_abandoned_uploads(database: Database, storage: Storage) -> int:
    """Remove uploads that expired an hour ago and their objects; how many. Can be stopped at any point and run again, or twice at once.

    Raises Unavailable if the store does not answer; what was not removed is removed the next time.
    """
    count = 0
    while uploads := await _expired(database):
        for upload in uploads:
            await to_thread.run_sync(_remove_objects, storage, upload)
        await _forget(database, uploads)
        count += len(uploads)
    return count


async def _expired(database: Database) -> Sequence[Upload]:
    query = select(Upload).where(col(Upload.expires_at) < now() - GRACE).order_by(col(Upload.expires_at))
    async with database.transaction() as session:
        return (await session.scalars(query.limit(ROWS_AT_A_TIME))).all()


def _remove_objects(storage: Storage, upload: Upload) -> None:
    if upload.parts_id is not None:
        storage.drop_parts(upload.object_key, upload.parts_id)
    storage.delete(upload.object_key)
    if upload.object_key.startswith("assets/"):
        # It stands for the file of a deleted asset, and for all that was made of it.
        for key in storage.keys(f"renditions/{upload.object_key.split('/')[1]}/"):
            storage.delete(key)
    if upload.asset_id is None:
        # A completion that broke off has stored its object under the id that the asset would have had.
        for key in storage.keys(f"assets/{upload.id}/"):
            storage.delete(key)


async def _forget(database: Database, uploads: Sequence[Upload]) -> None:
    async with database.transaction() as session:
        await session.execute(delete(Upload).where(col(Upload.id).in_([upload.id for upload in uploads])))
