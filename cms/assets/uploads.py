"""How a file becomes an asset: received, checked, and only then kept.

The order survives a crash at any point. First a row promises the object and is committed; then the object is stored; then the asset is
inserted. An object whose asset never came is found by its row, and `clean_abandoned_uploads` removes both. These verbs take the database
and not a session, because no transaction may stay open while bytes travel.
"""

from collections.abc import Awaitable, Callable
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, replace
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from anyio import to_thread
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from cms.assets.addresses import media_name
from cms.assets.announcing import promise
from cms.assets.description import AssetFields, described, words_left_to_file
from cms.assets.fetching import PUBLIC, Reach, fetch, filename_in, shown_url
from cms.assets.files import ReceivedFile, clean_filename, receive, waiting_room
from cms.assets.formats import PICTURE_FORMATS, PictureFormat, picture_format
from cms.assets.kinds import AssetState, UploadMethod
from cms.assets.models import Asset, Upload
from cms.assets.renditions import CACHE_CONTROL
from cms.assets.storage import ObjectMissing, OpenObject, Storage
from cms.assets.under_way import UNKNOWN, is_announced, put_together
from cms.assets.verification import Picture, bounds_of, inspect
from cms.changes import UNSET
from cms.config import Settings
from cms.database import Database, now
from cms.errors import Invalid, NotFound, Unavailable
from cms.permissions import Actor, Permission
from cms.texts import clean_url

_NOTHING_SAID = AssetFields()
# What a client sends that does not know the type of its file.
_UNKNOWN_TYPES = {None, "", "application/octet-stream"}


@dataclass(frozen=True)
class Depot:
    """Where assets are kept: their rows, their bytes, the limits for both, and which hosts they may be fetched from."""

    database: Database
    storage: Storage
    settings: Settings
    reach: Reach = PUBLIC


@dataclass(frozen=True)
class Incoming:
    """A file that comes through this process: what brings it to a place on the disk, and the input's field that problems with it name."""

    receive: Callable[[Path], Awaitable[ReceivedFile]]
    filename: str
    content_type: str | None
    path: str


@dataclass(frozen=True)
class Said:
    """What somebody says about a file: as it was sent, and as it is stored."""

    fields: AssetFields
    values: dict[str, Any]


async def complete_upload(
    depot: Depot, actor: Actor, upload_id: UUID, fields: AssetFields = _NOTHING_SAID
) -> Asset:
    """Make an asset of a file that has been sent. Again, or twice at once, gives the same asset; so do the same bytes, sent before.

    Raises NotFound for an upload that is not the actor's; Invalid, naming `uploadId`, if the file has not arrived, or if it is not a sound
    picture as announced: then it is gone from the bucket. Either way the right file may be sent until the upload expires.
    """
    actor.require(Permission.ASSET_UPLOAD)
    values = described(fields)
    found = await _find(depot, actor, upload_id)
    if isinstance(found, Asset):
        return found
    try:
        opened = await _open(depot, found)
    except Invalid:
        # Somebody else may have completed it meanwhile.
        if isinstance(again := await _find(depot, actor, upload_id), Asset):
            return again
        raise
    try:
        with waiting_room() as place:
            file = await _receive(depot, opened, found, place)
            picture = await _check(depot, file, found)
            asset = await _keep(depot, found, file, picture, Said(fields, values), reuse=True)
    except Invalid:
        # Its row stays: until the signed request expires, a file can be sent by it again, which the cleaner must find.
        await to_thread.run_sync(depot.storage.delete, found.object_key)
        raise
    # If the store does not answer just now, the cleaner comes by later.
    with suppress(Unavailable):
        await to_thread.run_sync(depot.storage.delete, found.object_key)
    return asset


async def upload_asset(
    depot: Depot,
    actor: Actor,
    source: BinaryIO,
    filename: str,
    fields: AssetFields = _NOTHING_SAID,
    *,
    content_type: str | None = None,
) -> Asset:
    """Make an asset of a small file that came through the API; the oldest one of the same bytes, if there is any. Raises Invalid, naming `file`, or Problems of the description."""
    bytes_max = min(depot.settings.upload_multipart_bytes_max, depot.settings.upload_bytes_max)
    incoming = _at_hand(source, filename, content_type, bytes_max)
    return await _take_in(depot, actor, incoming, fields, reuse=True)


async def import_asset(
    depot: Depot, actor: Actor, url: str, fields: AssetFields = _NOTHING_SAID, *, filename: str | None = None
) -> Asset:
    """Make an asset of a file at a public address; the oldest one of the same bytes, if there is any.

    Where it was found stays its `source_url`, unless something else is said. Raises Invalid, naming `url`, if the file cannot be had or is
    not a sound picture; Problems of the description.
    """
    actor.require(Permission.ASSET_IMPORT)
    address = clean_url(url, "url")
    name = clean_filename(filename_in(address) if filename is None else filename, "filename")
    if fields.source_url in (None, UNSET):
        fields = replace(fields, source_url=shown_url(address))
    settings = depot.settings
    take = partial(
        fetch,
        address,
        reach=depot.reach,
        bytes_max=settings.upload_bytes_max,
        seconds_max=settings.import_seconds_max,
        ports=settings.import_ports,
    )
    return await _take_in(depot, actor, Incoming(take, name, None, "url"), fields, reuse=True)


async def store_asset(
    depot: Depot,
    actor: Actor,
    source: Path | bytes,
    filename: str,
    fields: AssetFields = _NOTHING_SAID,
    *,
    content_type: str | None = None,
    reuse: bool = False,
) -> Asset:
    """Make an asset of a file at hand, under the same checks. With `reuse`, the oldest asset of the same bytes is the answer, if any."""
    with BytesIO(source) if isinstance(source, bytes) else source.open("rb") as opened:
        incoming = _at_hand(opened, filename, content_type, depot.settings.upload_bytes_max)
        return await _take_in(depot, actor, incoming, fields, reuse=reuse)


async def _find(depot: Depot, actor: Actor, upload_id: UUID) -> Upload | Asset:
    async with depot.database.transaction() as session:
        upload = await session.get(Upload, upload_id)
        # An asset has the id of its upload, so it is found after the upload's row has gone, too; unless its bytes were there before.
        made = upload_id if upload is None or upload.asset_id is None else upload.asset_id
        asset = await session.get(Asset, made)
    found = asset or upload
    owner = upload or asset
    if (
        found is None
        or owner is None
        or not (upload is None or is_announced(upload))
        or not (owner.created_by == actor.id or actor.may(Permission.ASSET_UPDATE))
    ):
        raise NotFound(UNKNOWN, "uploadId")
    if isinstance(found, Upload) and found.expires_at <= now():
        raise Invalid("The upload has expired; announce the file again with createUpload.", "uploadId")
    return found


async def _open(depot: Depot, upload: Upload) -> OpenObject:
    await to_thread.run_sync(put_together, depot.storage, upload)
    try:
        return await to_thread.run_sync(depot.storage.open, upload.object_key)
    except ObjectMissing as missing:
        told = "The file has not arrived yet: send it first, then complete the upload."
        raise Invalid(told, "uploadId") from missing


async def _receive(depot: Depot, opened: OpenObject, upload: Upload, place: Path) -> ReceivedFile:
    with closing(opened):
        bytes_max = depot.settings.upload_bytes_max
        file = await to_thread.run_sync(partial(receive, opened.read, place, "uploadId", bytes_max=bytes_max))
    if file.byte_size != upload.byte_size:
        told = f"{upload.byte_size:,} bytes were announced, {file.byte_size:,} have arrived."
        raise Invalid(told, "uploadId")
    if upload.sha256 and file.sha256 != upload.sha256:
        told = "The bytes that have arrived do not have the announced SHA-256."
        raise Invalid(told, "uploadId")
    return file


async def _check(depot: Depot, file: ReceivedFile, upload: Upload) -> Picture:
    announced = PICTURE_FORMATS[upload.content_type]
    return await _looked_at(depot, file, "uploadId", announced)


def _at_hand(source: BinaryIO, filename: str, content_type: str | None, bytes_max: int) -> Incoming:
    async def take(place: Path) -> ReceivedFile:
        return await to_thread.run_sync(partial(receive, source.read, place, "file", bytes_max=bytes_max))

    return Incoming(take, filename, content_type, "file")


async def _looked_at(depot: Depot, file: ReceivedFile, path: str, announced: PictureFormat | None) -> Picture:
    return await inspect(
        file.path,
        path,
        bounds=bounds_of(depot.settings),
        announced=announced,
        trust_anchors=depot.settings.c2pa_trust_anchors,
    )


async def _take_in(
    depot: Depot, actor: Actor, incoming: Incoming, fields: AssetFields, *, reuse: bool
) -> Asset:
    actor.require(Permission.ASSET_UPLOAD)
    values, filename = described(fields), clean_filename(incoming.filename, incoming.path)
    announced = _announced(incoming.content_type)
    with waiting_room() as place:
        file = await incoming.receive(place)
        if reuse and (same := await _find_same(depot, file.sha256)) is not None:
            return same
        picture = await _looked_at(depot, file, incoming.path, announced)
        upload = await _promise(depot, actor, filename, file, picture)
        return await _keep(depot, upload, file, picture, Said(fields, values), reuse=reuse)


def _announced(content_type: str | None) -> PictureFormat | None:
    return None if content_type in _UNKNOWN_TYPES else picture_format(content_type or "", "file")


async def _promise(depot: Depot, actor: Actor, filename: str, file: ReceivedFile, picture: Picture) -> Upload:
    upload = promise(
        actor,
        depot.settings,
        method=UploadMethod.PUT,
        filename=filename,
        content_type=picture.format.content_type,
        byte_size=file.byte_size,
        sha256=file.sha256,
    )
    # Nobody else sends it: the row stands for the very object that the asset will have.
    upload.object_key = _object_key(upload, file, picture)
    async with depot.database.transaction() as session:
        session.add(upload)
    return upload


async def _keep(
    depot: Depot,
    upload: Upload,
    file: ReceivedFile,
    picture: Picture,
    said: Said,
    *,
    reuse: bool,
) -> Asset:
    # What is stored are the bytes that were checked: those under the upload's key may have been sent once more meanwhile.
    asset = _asset(upload, file, picture, said)
    await to_thread.run_sync(_store, depot.storage, asset, file.path)
    try:
        async with depot.database.transaction() as session:
            kept = await _insert(session, asset, reuse=reuse)
    except NotFound:
        await to_thread.run_sync(depot.storage.delete, asset.object_key)
        raise
    if kept.object_key != asset.object_key:
        await to_thread.run_sync(depot.storage.delete, asset.object_key)
    return kept


def _asset(upload: Upload, file: ReceivedFile, picture: Picture, said: Said) -> Asset:
    words = words_left_to_file(said.fields, picture.words, unsaid=True)
    return Asset(
        **{**_seen(picture), **said.values, **words},
        file_words=dict(picture.words),
        id=upload.id,
        state=AssetState.READY,
        object_key=_object_key(upload, file, picture),
        filename=upload.filename,
        content_type=picture.format.content_type,
        byte_size=file.byte_size,
        sha256=file.sha256,
        width=picture.width,
        height=picture.height,
        frames=picture.frames,
        has_alpha=picture.has_alpha,
    )


def _object_key(upload: Upload, file: ReceivedFile, picture: Picture) -> str:
    return f"assets/{upload.id}/{media_name(file.sha256, picture.format.content_type)}"


def _seen(picture: Picture) -> dict[str, Any]:
    credentials = None if picture.credentials is None else dict(picture.credentials)
    if (look := picture.look) is None:
        return {"content_credentials": credentials}
    # Where the editor says nothing of a focal point, or null.
    focus = {"focal_x": look.attention_x, "focal_y": look.attention_y}
    return {**asdict(look), **focus, "content_credentials": credentials}


def _store(storage: Storage, asset: Asset, file: Path) -> None:
    with file.open("rb") as opened:
        storage.put(asset.object_key, opened, content_type=asset.content_type, cache_control=CACHE_CONTROL)


async def _insert(session: AsyncSession, asset: Asset, *, reuse: bool) -> Asset:
    upload = await session.get(Upload, asset.id, with_for_update=True)
    if upload is None:
        raise NotFound("The upload has been given up meanwhile; announce the file again.", "uploadId")
    kept = await session.get(Asset, asset.id) or (
        await _same_for_good(session, asset.sha256) if reuse else None
    )
    if kept is None:
        asset.created_by = upload.created_by
        session.add(asset)
        await session.flush()
        kept = asset
    if is_announced(upload):
        upload.asset_id = kept.id
    else:
        await session.delete(upload)
    return kept


async def _find_same(depot: Depot, sha256: str) -> Asset | None:
    async with depot.database.transaction() as session:
        return await _same(session, sha256)


async def _same_for_good(session: AsyncSession, sha256: str) -> Asset | None:
    # Whoever stores the same bytes at the same time waits here, and then finds this one's asset.
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"asset {sha256}"))))
    return await _same(session, sha256)


async def _same(session: AsyncSession, sha256: str) -> Asset | None:
    is_same = (col(Asset.sha256) == sha256, col(Asset.state) == AssetState.READY)
    query = select(Asset).where(*is_same).order_by(col(Asset.created_at), col(Asset.id)).limit(1)
    return (await session.scalars(query)).one_or_none()
