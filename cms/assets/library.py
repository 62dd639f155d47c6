"""What can be done with the assets that are there: find, describe, delete."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from cms.assets.description import AssetFields, described, words_left_to_file
from cms.assets.kinds import AssetState, UploadMethod
from cms.assets.models import Asset, Upload
from cms.changes import Noun, announce_change, announce_leaving
from cms.database import now
from cms.errors import InUse, Invalid, NotFound
from cms.permissions import Actor, Permission
from cms.revisions import Expected, Kind, ids_of, revised

USES_TOLD_MAX = 10
# What comes with the bytes of an asset, and goes with them.
OF_FILE = (
    "filename", "object_key", "content_type", "byte_size", "sha256", "width", "height", "frames", "has_alpha",
    "attention_x", "attention_y", "thumb_hash", "dominant_color", "file_words", "content_credentials",
)  # fmt: skip


def _unsaid(_: object) -> None:
    """The name of a file says enough of it."""


ASSET = Kind(
    "asset",
    names={
        "focal_x": "focalPoint",
        "focal_y": "focalPoint",
        "rights_ended": "rightsExpireAt",
        **dict.fromkeys(OF_FILE, "file"),
    },
    words={"substitute_id": ids_of("asset"), **dict.fromkeys(OF_FILE[1:], _unsaid)},
)
# Others may point to the row at the same time, but nobody may delete it before this transaction ends.
_HELD = {"read": True, "key_share": True}


async def get_ready_asset(session: AsyncSession, asset_id: UUID, *path: str) -> Asset:
    """The asset, held against deletion until the transaction ends. Raises NotFound, naming the field, unless it is ready."""
    asset = await session.get(Asset, asset_id, with_for_update=_HELD)
    if asset is None or asset.state is not AssetState.READY:
        raise NotFound("There is no such picture, or it is not ready.", *path)
    return asset


async def update_asset(
    session: AsyncSession,
    actor: Actor,
    asset_id: UUID,
    fields: AssetFields,
    *,
    expected: Expected | None = None,
) -> Asset:
    """Change what is said about an asset; null goes back to what its file says. Raises NotFound, EditConflict or Problems."""
    actor.require(Permission.ASSET_UPDATE)
    asset = await locked_asset(session, asset_id, "id")
    values = described(fields)
    await _check_substitute(session, asset_id, values.get("substitute_id"))
    values |= words_left_to_file(fields, asset.file_words, unsaid=False)
    if fields.focal_point is None:
        values |= {"focal_x": asset.attention_x, "focal_y": asset.attention_y}
    expires = values.get("rights_expire_at", asset.rights_expire_at)
    values["rights_ended"] = expires is not None and expires <= now()
    if changes := revised(asset, values, expected, kind=ASSET, actor=actor):
        asset.sqlmodel_update({**changes, "updated_at": now()})
        await session.flush()
        await announce_change(session, Noun.ASSET, asset_id)
    return asset


async def delete_asset(session: AsyncSession, actor: Actor, asset_id: UUID) -> UUID:
    """Remove an asset. Raises NotFound, or InUse while a current version of an article or an author shows it, or it is a substitute.

    The bytes stay until the transaction has been committed and `clean_abandoned_uploads` comes by.
    """
    actor.require(Permission.ASSET_DELETE)
    asset = await locked_asset(session, asset_id, "id")
    await refuse_if_substitute(session, asset_id, "id")
    await announce_leaving(session, Noun.ASSET, asset_id)
    session.add(expired_upload_of(asset))
    # The upload from which it came would go with it, and with that the last trace of what may be left in the bucket.
    await session.execute(update(Upload).where(col(Upload.asset_id) == asset_id).values(asset_id=None))
    await session.delete(asset)
    await session.flush()
    return asset_id


async def locked_asset(session: AsyncSession, asset_id: UUID, *path: str) -> Asset:
    """The asset, held for a change of it until the transaction ends. Raises NotFound, naming the field."""
    asset = await session.get(Asset, asset_id, with_for_update=True)
    if asset is None:
        raise NotFound("There is no such asset.", *path)
    return asset


async def _check_substitute(session: AsyncSession, asset_id: UUID, substitute_id: UUID | None) -> None:
    if substitute_id == asset_id:
        raise Invalid("A picture does not stand in for itself; name another one, or none.", "substituteId")
    if substitute_id is not None:
        await get_ready_asset(session, substitute_id, "substituteId")


async def refuse_if_substitute(session: AsyncSession, asset_id: UUID, *path: str) -> None:
    """Raise InUse, naming the field, if the asset stands in for others."""
    query = select(col(Asset.id)).where(col(Asset.substitute_id) == asset_id).order_by(col(Asset.id))
    users = list((await session.scalars(query)).all())
    if users:
        told = f"It stands in for {len(users)} asset(s) whose rights expire; change them first."
        raise InUse(told, *path, used_by=[("asset", user) for user in users[:USES_TOLD_MAX]])


def expired_upload_of(asset: Asset) -> Upload:
    """What lets the cleaner find the bytes of an asset that it is about to lose."""
    # An object whose upload has expired is what the cleaner removes; so no crash can forget the bytes.
    return Upload(
        method=UploadMethod.PUT,
        object_key=asset.object_key,
        filename=asset.filename,
        content_type=asset.content_type,
        byte_size=asset.byte_size,
        sha256=asset.sha256,
        created_by=asset.created_by,
        expires_at=now() - timedelta(days=1),
    )
