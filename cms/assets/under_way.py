"""Uploads under way: begun, resumed, given up. A large file goes in parts, each by a request of its own, and the store puts them together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import UUID

from anyio import to_thread
from sqlalchemy.ext.asyncio import AsyncSession

from cms.assets.announcing import PendingPart, PendingUpload, UploadFields, announced_file, sign
from cms.assets.cleaning import GRACE
from cms.assets.kinds import UploadMethod
from cms.assets.models import Upload
from cms.assets.storage import ObjectMissing, Storage
from cms.assets.stored_parts import StoredPart
from cms.config import Settings
from cms.database import now
from cms.errors import Invalid, NotFound
from cms.permissions import Actor, Permission

NAMED_MAX = 10
PARTS_MAX = 100
UNKNOWN = "There is no such upload."


@dataclass(frozen=True)
class Span:
    """Where a part stands in its file."""

    number: int
    offset: int
    size: int


def spans_of(byte_size: int, part_bytes: int) -> list[Span]:
    """The parts of a file, numbered from one; only the last is shorter."""
    return [
        Span(number, offset, min(part_bytes, byte_size - offset))
        for number, offset in enumerate(range(0, byte_size, part_bytes), start=1)
    ]


async def create_upload(
    session: AsyncSession, storage: Storage, settings: Settings, actor: Actor, fields: UploadFields
) -> PendingUpload:
    """Let a file into the bucket. It is no asset before `complete_upload`. Raises Problems for what cannot be taken."""
    upload = announced_file(settings, actor, fields)
    if upload.method is UploadMethod.MULTIPART:
        # The store is told before the database is: what a crash leaves in between, `clean_strays` finds.
        begin = partial(storage.begin_parts, upload.object_key, content_type=upload.content_type)
        upload.parts_id = await to_thread.run_sync(begin)
        upload.part_bytes = max(settings.upload_part_bytes, -(-upload.byte_size // PARTS_MAX))
    session.add(upload)
    await session.flush()
    return await to_thread.run_sync(pending, storage, settings, upload)


async def resume_upload(
    session: AsyncSession, storage: Storage, settings: Settings, actor: Actor, upload_id: UUID
) -> PendingUpload:
    """The requests of an upload, signed anew and good for as long as at first; of a file in parts, with what has arrived.

    Raises NotFound for an upload that is not the actor's, or that expired an hour ago; Invalid for one that is complete.
    """
    upload = await owned_upload(session, actor, upload_id, "uploadId")
    if upload.asset_id is not None:
        raise Invalid("The upload is complete: completeUpload answers its asset.", "uploadId")
    upload.expires_at = now() + timedelta(seconds=settings.upload_expires_seconds)
    there = await to_thread.run_sync(_sent_parts, storage, upload)
    await session.flush()
    return await to_thread.run_sync(pending, storage, settings, upload, there)


async def abandon_upload(session: AsyncSession, storage: Storage, actor: Actor, upload_id: UUID) -> UUID:
    """Give a file up, with what has arrived of it. Raises NotFound for an upload that is not the actor's; Invalid for one that is complete."""
    upload = await owned_upload(session, actor, upload_id, "id")
    if upload.asset_id is not None:
        raise Invalid("The upload is complete: deleteAsset removes its asset.", "id")
    if upload.parts_id is not None:
        await to_thread.run_sync(storage.drop_parts, upload.object_key, upload.parts_id)
    await to_thread.run_sync(storage.delete, upload.object_key)
    # A completion that is under way finds no row, and leaves nothing behind.
    await session.delete(upload)
    await session.flush()
    return upload_id


def put_together(storage: Storage, upload: Upload) -> None:
    """Make one object of a file's parts, unless that has been done. Raises Invalid, telling what is missing."""
    if upload.parts_id is None or upload.part_bytes is None:
        return
    try:
        there = storage.parts(upload.object_key, upload.parts_id)
        _check_whole(spans_of(upload.byte_size, upload.part_bytes), there)
        storage.join_parts(upload.object_key, upload.parts_id, there)
    except ObjectMissing:
        # Somebody was quicker, or a completion broke off behind this point: what there is decides.
        return


def pending(
    storage: Storage, settings: Settings, upload: Upload, there: Mapping[int, int] | None = None
) -> PendingUpload:
    """The requests that send a file. `there` has the sizes of the parts that have arrived, by number."""
    parts = _part_requests(storage, settings, upload, there or {})
    if parts:
        return PendingUpload(upload.id, upload.method, parts[0].url, {}, {}, upload.expires_at, parts)
    request = sign(storage, upload, expires_seconds=settings.upload_expires_seconds)
    return PendingUpload(
        upload.id, upload.method, request.url, request.headers, request.fields, upload.expires_at
    )


async def owned_upload(session: AsyncSession, actor: Actor, upload_id: UUID, *path: str) -> Upload:
    """The announcement of a file, locked. Raises NotFound, naming the field, unless it is the actor's, or the actor edits every asset."""
    actor.require(Permission.ASSET_UPLOAD)
    upload = await session.get(Upload, upload_id, with_for_update=True)
    if upload is None or not is_announced(upload) or _is_given_up(upload):
        raise NotFound(UNKNOWN, *path)
    if upload.created_by != actor.id and not actor.may(Permission.ASSET_UPDATE):
        raise NotFound(UNKNOWN, *path)
    return upload


def is_announced(upload: Upload) -> bool:
    """Whether somebody is to send the file; other rows stand for what the server itself stores, or removes."""
    return upload.object_key.startswith("uploads/")


def _is_given_up(upload: Upload) -> bool:
    """Whether the cleaner may be removing it at this moment."""
    return upload.expires_at < now() - GRACE


def _sent_parts(storage: Storage, upload: Upload) -> dict[int, int]:
    """The sizes of the parts that have arrived. Where the store has forgotten the upload, it begins anew."""
    if upload.method is not UploadMethod.MULTIPART or upload.parts_id is None:
        return {}
    try:
        there = storage.parts(upload.object_key, upload.parts_id)
        return {part.number: part.size for part in there if part.is_certain}
    except ObjectMissing:
        if storage.head(upload.object_key) is not None:
            raise Invalid(
                "All parts have arrived and are put together: complete the upload.", "uploadId"
            ) from None
        upload.parts_id = storage.begin_parts(upload.object_key, content_type=upload.content_type)
        return {}


def _part_requests(
    storage: Storage, settings: Settings, upload: Upload, there: Mapping[int, int]
) -> list[PendingPart]:
    if upload.parts_id is None or upload.part_bytes is None:
        return []
    seconds = settings.upload_expires_seconds
    found: list[PendingPart] = []
    for span in spans_of(upload.byte_size, upload.part_bytes):
        request = storage.presign_part(
            upload.object_key, upload.parts_id, span.number, size=span.size, expires_seconds=seconds
        )
        is_sent = there.get(span.number) == span.size
        found.append(PendingPart(span.number, span.offset, span.size, request.url, request.headers, is_sent))
    return found


def _check_whole(spans: Sequence[Span], there: Sequence[StoredPart]) -> None:
    sizes = {part.number: part.size for part in there}
    if missing := [span.number for span in spans if sizes.get(span.number) != span.size]:
        told = f"{len(missing)} of {len(spans)} parts have not arrived yet: {_named(missing)}. Send them, then complete the upload."
        raise Invalid(told, "uploadId")
    if doubtful := [part.number for part in there if not part.is_certain]:
        raise Invalid(
            f"Different bytes have arrived within the same second for {len(doubtful)} of {len(spans)} parts: {_named(doubtful)}. "
            "Which came last cannot be told: send them once more, then complete the upload.",
            "uploadId",
        )


def _named(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers[:NAMED_MAX])) + (", …" if len(numbers) > NAMED_MAX else "")
