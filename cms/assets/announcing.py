"""The announcement of a file: what will come, by which way, and the signed requests that let it into the bucket."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cms.assets.files import clean_filename
from cms.assets.formats import picture_format
from cms.assets.kinds import UploadMethod
from cms.assets.models import Upload
from cms.assets.storage import SignedRequest, Storage
from cms.checks import Checks
from cms.config import Settings
from cms.database import now
from cms.errors import Invalid
from cms.fields import Rules, cleaned
from cms.ids import new_id
from cms.permissions import Actor, Permission

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True)
class UploadFields:
    """What will be sent. With its SHA-256 (hexadecimal) the bucket takes no other bytes; PUT needs it."""

    filename: str
    content_type: str
    byte_size: int
    sha256: str | None = None
    method: UploadMethod = UploadMethod.POST


@dataclass(frozen=True)
class PendingPart:
    """The request that sends one part of a file, and whether that has arrived."""

    number: int
    offset: int
    byte_size: int
    url: str
    headers: Mapping[str, str]
    is_sent: bool


@dataclass(frozen=True)
class PendingUpload:
    """The request that sends the file. `headers` go with it as they are; `fields` are a form's parts before its part `file`.

    A large file has a request for each of its `parts` instead.
    """

    id: UUID
    method: UploadMethod
    url: str
    headers: Mapping[str, str]
    fields: Mapping[str, str]
    expires_at: datetime
    parts: Sequence[PendingPart] = ()


def announced_file(settings: Settings, actor: Actor, fields: UploadFields) -> Upload:
    """The row that stands for a file which somebody will send. Raises Problems for what cannot be taken."""
    actor.require(Permission.ASSET_UPLOAD)
    return promise(actor, settings, **_checked(settings, fields))


def promise(actor: Actor, settings: Settings, **values: Any) -> Upload:
    """The row that stands for an object which is about to be stored."""
    upload_id = new_id()
    expires_at = now() + timedelta(seconds=settings.upload_expires_seconds)
    key = f"uploads/{upload_id}"
    return Upload(id=upload_id, object_key=key, created_by=actor.id, expires_at=expires_at, **values)


def _checked(settings: Settings, fields: UploadFields) -> dict[str, Any]:
    checks = Checks()
    rules: Rules = {
        "filename": lambda value: clean_filename(value, "filename"),
        "content_type": lambda value: picture_format(value, "contentType").content_type,
        "byte_size": lambda value: _byte_size(value, settings.upload_bytes_max),
        "sha256": _sha256,
        "method": lambda value: _method(value, fields.byte_size, settings.upload_parts_bytes_min),
    }
    values = cleaned(fields, rules, checks)
    if fields.method is UploadMethod.PUT and fields.sha256 is None:
        checks.add(
            Invalid(
                "PUT needs the file's SHA-256, because it is what the bucket checks; or use POST.", "sha256"
            )
        )
    checks.finish()
    return values


def _byte_size(value: int, bytes_max: int) -> int:
    if value < 1:
        raise Invalid("The file is empty.", "byteSize")
    if value > bytes_max:
        raise Invalid(f"The file has {value:,} bytes; {bytes_max:,} are the most.", "byteSize")
    return value


def _sha256(value: str | None) -> str:
    """In lower case; empty where it was not told."""
    lowered = (value or "").strip().lower()
    if value is not None and _SHA256.fullmatch(lowered) is None:
        raise Invalid("A SHA-256 has 64 hexadecimal digits.", "sha256")
    return lowered


def _method(value: UploadMethod, byte_size: int, parts_bytes_min: int) -> UploadMethod:
    if value is UploadMethod.MULTIPART and byte_size < parts_bytes_min:
        told = f"Files of {parts_bytes_min:,} bytes or more are sent in parts. Send this one by POST or PUT."
        raise Invalid(told, "method")
    return value


def sign(storage: Storage, upload: Upload, *, expires_seconds: int) -> SignedRequest:
    """The request that sends a file in one piece."""
    digest = bytes.fromhex(upload.sha256)
    if upload.method is UploadMethod.PUT:
        return storage.presign_put(
            upload.object_key,
            content_type=upload.content_type,
            size=upload.byte_size,
            sha256=digest,
            expires_seconds=expires_seconds,
        )
    return storage.presign_post(
        upload.object_key,
        content_type=upload.content_type,
        size_min=upload.byte_size,
        size_max=upload.byte_size,
        sha256=digest or None,
        expires_seconds=expires_seconds,
    )
