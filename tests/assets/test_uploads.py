"""From the announcement of a file to the asset: who may, what is checked, and that nothing is left behind."""

import asyncio
import hashlib
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import update
from sqlmodel import select

from cms.accounts.service import create_token
from cms.assets.announcing import PendingUpload, UploadFields
from cms.assets.cleaning import clean_abandoned_uploads
from cms.assets.credentials import can_read_credentials
from cms.assets.description import AssetFields
from cms.assets.framing import FocalPoint
from cms.assets.kinds import DigitalSourceType, UploadMethod
from cms.assets.models import Asset, Upload
from cms.assets.under_way import create_upload
from cms.assets.uploads import Depot, complete_upload, store_asset, upload_asset
from cms.database import now
from cms.errors import Forbidden, Invalid, NotFound, Problems, Unauthenticated
from cms.ids import new_id
from cms.permissions import SYSTEM, Actor, Permission, Role, actor_of_role
from tests.desk import actors_without
from tests.pictures import encoded, gif_of_size, png

PICTURE = encoded(".jpg")
DIGEST = hashlib.sha256(PICTURE).hexdigest()


async def announce(depot: Depot, actor: Actor = SYSTEM, **fields: Any) -> PendingUpload:
    said: dict[str, Any] = {
        "filename": "bridge.jpg",
        "content_type": "image/jpeg",
        "byte_size": len(PICTURE),
        "sha256": DIGEST,
    }
    async with depot.database.transaction() as session:
        wanted = UploadFields(**{**said, **fields})
        return await create_upload(session, depot.storage, depot.settings, actor, wanted)


async def send(pending: PendingUpload, content: bytes) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as client:
        if pending.method is UploadMethod.PUT:
            headers = {**pending.headers, "Content-Length": str(len(content))}
            return await client.put(pending.url, content=content, headers=headers)
        return await client.post(pending.url, data=dict(pending.fields), files={"file": ("a", content)})


async def announced_and_sent(
    depot: Depot, content: bytes = PICTURE, *, actor: Actor = SYSTEM, **fields: Any
) -> PendingUpload:
    said: dict[str, Any] = {"byte_size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    pending = await announce(depot, actor, **{**said, **fields})
    assert (await send(pending, content)).status_code in {200, 204}
    return pending


async def rows(depot: Depot) -> tuple[list[UUID], list[UUID]]:
    """The ids of the assets and of the uploads."""
    async with depot.database.transaction() as session:
        assets = (await session.scalars(select(Asset.id).order_by("id"))).all()
        return list(assets), list((await session.scalars(select(Upload.id).order_by("id"))).all())


def objects(depot: Depot) -> list[str]:
    return depot.storage.keys("uploads/") + depot.storage.keys("assets/")


async def editor(depot: Depot, role: Role) -> Actor:
    async with depot.database.transaction() as session:
        token, _ = await create_token(session, SYSTEM, role.lower(), role)
    return actor_of_role(role, actor_id=token.id, name=token.name)


async def expire(depot: Depot, upload_id: UUID, *, ago: timedelta) -> None:
    async with depot.database.transaction() as session:
        await session.execute(update(Upload).where(Upload.id == upload_id).values(expires_at=now() - ago))  # pyright: ignore[reportArgumentType]  (a column, seen as its value)


@pytest.mark.parametrize("actor", actors_without(Permission.ASSET_UPLOAD), ids=lambda actor: actor.name)
async def test_who_may_not_upload_leaves_nothing(depot: Depot, actor: Actor) -> None:
    refusal = pytest.raises((Forbidden, Unauthenticated))
    with refusal:
        await announce(depot, actor)
    with refusal:
        await upload_asset(depot, actor, BytesIO(PICTURE), "a.jpg")
    with refusal:
        await store_asset(depot, actor, PICTURE, "a.jpg")
    pending = await announced_and_sent(depot)
    with refusal:
        await complete_upload(depot, actor, pending.id)
    assert await rows(depot) == ([], [pending.id])


@pytest.mark.parametrize("method", [UploadMethod.POST, UploadMethod.PUT])
async def test_a_sent_file_becomes_an_asset(depot: Depot, method: UploadMethod) -> None:
    contributor = await editor(depot, Role.CONTRIBUTOR)
    pending = await announced_and_sent(depot, actor=contributor, method=method)
    fields = AssetFields(
        alt=" The  bridge ",
        caption="At\r\ndawn",
        credit="Ada",
        creator="Ada Lovelace",
        copyright="© Ada",
        digital_source_type=DigitalSourceType.DIGITAL_CAPTURE,
        focal_point=FocalPoint(0.25, 1),
    )
    asset = await complete_upload(depot, contributor, pending.id, fields)
    looks = {"thumb_hash", "dominant_color", "attention_x", "attention_y"}
    kept = asset.model_dump(
        exclude={
            "id",
            "created_at",
            "updated_at",
            "license",
            "source_url",
            "version",
            "field_versions",
            *looks,
        }
    )
    assert kept == {
        "is_decorative": False,
        "rights_ended": False,
        "rights_expire_at": None,
        "substitute_id": None,
        "usage_restrictions": None,
        "state": "READY",
        "object_key": f"assets/{asset.id}/{DIGEST[:16]}.jpg",
        "filename": "bridge.jpg",
        "content_type": "image/jpeg",
        "byte_size": len(PICTURE),
        "sha256": DIGEST,
        "width": 60,
        "height": 40,
        "frames": 1,
        "has_alpha": False,
        "source": None,
        "file_words": {},
        "content_credentials": {"present": False} if can_read_credentials() else None,
        "alt": "The bridge",
        "caption": "At\ndawn",
        "credit": "Ada",
        "creator": "Ada Lovelace",
        "copyright": "© Ada",
        "digital_source_type": DigitalSourceType.DIGITAL_CAPTURE,
        "focal_x": 0.25,
        "focal_y": 1,
        "created_by": contributor.id,
    }
    assert objects(depot) == [asset.object_key]
    assert depot.storage.get(asset.object_key) == PICTURE


@pytest.mark.parametrize("method", [UploadMethod.POST, UploadMethod.PUT])
@pytest.mark.parametrize(
    "content", [PICTURE + b"x", PICTURE[:-1], PICTURE[:-1] + b"x"], ids=["longer", "shorter", "other"]
)
async def test_the_bucket_takes_only_the_announced_bytes(
    depot: Depot, method: UploadMethod, content: bytes
) -> None:
    pending = await announce(depot, method=method)
    assert (await send(pending, content)).status_code in {400, 403}
    assert objects(depot) == []


@pytest.mark.parametrize(
    ("fields", "paths"),
    [
        ({"filename": " /.. "}, [["filename"]]),
        ({"content_type": "image/svg+xml"}, [["contentType"]]),
        ({"byte_size": 0}, [["byteSize"]]),
        ({"byte_size": 200_000_001}, [["byteSize"]]),
        ({"sha256": "0" * 63}, [["sha256"]]),
        ({"sha256": "g" * 64}, [["sha256"]]),
        ({"sha256": ""}, [["sha256"]]),
        ({"method": UploadMethod.PUT, "sha256": None}, [["sha256"]]),
        ({"method": UploadMethod.MULTIPART}, [["method"]]),
        (
            {"filename": "", "content_type": "x", "byte_size": -1},
            [["filename"], ["contentType"], ["byteSize"]],
        ),
    ],
)
async def test_what_cannot_be_taken_is_named(
    depot: Depot, fields: dict[str, Any], paths: list[list[str]]
) -> None:
    with pytest.raises(Problems) as refused:
        await announce(depot, **fields)
    assert [problem.path for problem in refused.value.problems] == paths
    assert await rows(depot) == ([], [])


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\photos\\bridge.jpg", "bridge.jpg"),
        ("../../etc/passwd", "passwd"),
        ("a\x00b\u202egpj.exe", "abgpj.exe"),
        ("  the \t bridge.jpg", "the bridge.jpg"),
        ("half\ud800.jpg", "half.jpg"),
        ("x" * 300 + ".jpeg", "x" * 250 + ".jpeg"),
    ],
)
async def test_a_file_name_loses_what_is_no_part_of_it(depot: Depot, given: str, kept: str) -> None:
    pending = await announced_and_sent(depot, filename=given)
    assert (await complete_upload(depot, SYSTEM, pending.id)).filename == kept


async def test_without_a_sha256_the_size_and_the_picture_are_checked(depot: Depot) -> None:
    pending = await announced_and_sent(depot, sha256=None)
    assert (await complete_upload(depot, SYSTEM, pending.id)).sha256 == DIGEST


async def test_a_file_that_has_not_arrived_may_still_come(depot: Depot) -> None:
    pending = await announce(depot)
    with pytest.raises(Invalid, match="not arrived") as refused:
        await complete_upload(depot, SYSTEM, pending.id)
    assert refused.value.path == ["uploadId"]
    await send(pending, PICTURE)
    assert (await complete_upload(depot, SYSTEM, pending.id)).sha256 == DIGEST


@pytest.mark.parametrize(
    ("content", "content_type", "reason"),
    [
        (png(), "image/jpeg", "announced as JPEG, but it is PNG"),
        (b"<svg/>", "image/png", "SVG is a program"),
        (PICTURE[:-300], "image/jpeg", "damaged|cannot be read"),
        (gif_of_size(65_535, 65_535), "image/gif", "pixels|cannot be read"),
        (png(404, 4), "image/png", "404 × 4 pixels, .*IMAGE_RATIO_MAX"),
        (
            encoded(".webp", width=8, height=8, frames=1_001),
            "image/webp",
            "1,001 frames; .*IMAGE_FRAMES_MAX",
        ),
    ],
)
async def test_a_file_that_is_no_sound_picture_is_removed(
    depot: Depot, content: bytes, content_type: str, reason: str
) -> None:
    pending = await announced_and_sent(depot, content, content_type=content_type)
    with pytest.raises(Invalid, match=reason) as refused:
        await complete_upload(depot, SYSTEM, pending.id)
    assert refused.value.path == ["uploadId"]
    assert objects(depot) == []
    assert (await rows(depot))[0] == []


async def test_bytes_that_reached_the_bucket_otherwise_are_checked(depot: Depot) -> None:
    for content, reason in (
        (encoded(".jpg", width=61), "bytes were announced"),
        (PICTURE[:-1] + b"x", "SHA-256"),
    ):
        pending = await announce(depot)
        depot.storage.put(f"uploads/{pending.id}", content, content_type="image/jpeg")
        with pytest.raises(Invalid, match=reason):
            await complete_upload(depot, SYSTEM, pending.id)
    assert objects(depot) == []


async def test_a_bad_description_leaves_the_file_where_it_is(depot: Depot) -> None:
    pending = await announced_and_sent(depot)
    fields = AssetFields(alt="x" * 1_001, source_url="x", focal_point=FocalPoint(2, 0))
    with pytest.raises(Problems) as refused:
        await complete_upload(depot, SYSTEM, pending.id, fields)
    assert [problem.path for problem in refused.value.problems] == [["alt"], ["sourceUrl"], ["focalPoint"]]
    assert objects(depot) == [f"uploads/{pending.id}"]


async def test_completing_again_or_at_once_gives_the_same_asset(depot: Depot) -> None:
    pending = await announced_and_sent(depot)
    at_once = await asyncio.gather(*(complete_upload(depot, SYSTEM, pending.id) for _ in range(3)))
    again = await complete_upload(depot, SYSTEM, pending.id)
    assert {asset.id for asset in [*at_once, again]} == {again.id}
    assert await rows(depot) == ([again.id], [pending.id])
    assert objects(depot) == [again.object_key]


async def test_completing_again_after_the_cleaner_gives_the_same_asset(depot: Depot) -> None:
    pending = await announced_and_sent(depot)
    asset = await complete_upload(depot, SYSTEM, pending.id)
    await expire(depot, pending.id, ago=timedelta(hours=2))
    assert await clean_abandoned_uploads(depot.database, depot.storage) == 1
    assert (await complete_upload(depot, SYSTEM, pending.id)).id == asset.id
    assert objects(depot) == [asset.object_key]


async def test_an_upload_of_somebody_else_is_not_found(depot: Depot) -> None:
    one, two = await editor(depot, Role.CONTRIBUTOR), await editor(depot, Role.CONTRIBUTOR)
    pending = await announced_and_sent(depot, actor=one)
    for attempt in (complete_upload(depot, two, pending.id), complete_upload(depot, SYSTEM, new_id())):
        with pytest.raises(NotFound) as refused:
            await attempt
        assert refused.value.path == ["uploadId"]
    assert objects(depot) == [f"uploads/{pending.id}"]


async def test_an_expired_upload_is_refused_and_then_cleaned(depot: Depot) -> None:
    kept, late = await announced_and_sent(depot), await announced_and_sent(depot)
    await expire(depot, late.id, ago=timedelta(seconds=1))
    with pytest.raises(Invalid, match="expired"):
        await complete_upload(depot, SYSTEM, late.id)
    assert await clean_abandoned_uploads(depot.database, depot.storage) == 0
    await expire(depot, late.id, ago=timedelta(hours=2))
    assert await clean_abandoned_uploads(depot.database, depot.storage) == 1
    assert await rows(depot) == ([], [kept.id])
    assert objects(depot) == [f"uploads/{kept.id}"]


async def test_what_a_broken_off_completion_stored_is_cleaned(depot: Depot) -> None:
    pending = await announced_and_sent(depot)
    depot.storage.put(f"assets/{pending.id}/{DIGEST[:16]}.jpg", PICTURE, content_type="image/jpeg")
    await expire(depot, pending.id, ago=timedelta(hours=2))
    await clean_abandoned_uploads(depot.database, depot.storage)
    assert (await rows(depot), objects(depot)) == (([], []), [])


async def test_a_small_file_comes_through_the_api(depot: Depot) -> None:
    asset = await upload_asset(
        depot, SYSTEM, BytesIO(PICTURE), "bridge.jpg", AssetFields(alt="Bridge"), content_type="image/jpeg"
    )
    assert (asset.alt, asset.width, asset.sha256) == ("Bridge", 60, DIGEST)
    assert await rows(depot) == ([asset.id], [])
    assert objects(depot) == [asset.object_key]


async def test_a_file_that_is_too_large_for_the_api_is_refused(depot: Depot) -> None:
    small = Depot(
        depot.database,
        depot.storage,
        depot.settings.model_copy(update={"upload_multipart_bytes_max": len(PICTURE) - 1}),
    )
    with pytest.raises(Invalid, match="more than") as refused:
        await upload_asset(small, SYSTEM, BytesIO(PICTURE), "bridge.jpg")
    assert refused.value.path == ["file"]
    assert (await rows(depot), objects(depot)) == (([], []), [])


async def test_the_same_bytes_are_used_again_when_asked(depot: Depot, tmp_path: Path) -> None:
    file = tmp_path / "bridge.jpg"
    file.write_bytes(PICTURE)
    first = await store_asset(depot, SYSTEM, file, "bridge.jpg", reuse=True)
    same = await store_asset(depot, SYSTEM, PICTURE, "other.jpg", reuse=True)
    another = await store_asset(depot, SYSTEM, PICTURE, "other.jpg")
    assert (same.id, same.filename) == (first.id, "bridge.jpg")
    assert await rows(depot) == ([first.id, another.id], [])
    assert sorted(objects(depot)) == sorted([first.object_key, another.object_key])


async def test_the_same_bytes_at_once_make_one_asset_when_asked(depot: Depot) -> None:
    stored = await asyncio.gather(
        *(store_asset(depot, SYSTEM, PICTURE, "a.jpg", reuse=True) for _ in range(3))
    )
    assert await rows(depot) == ([stored[0].id], [])
    assert {asset.id for asset in stored} == {stored[0].id}
    assert objects(depot) == [stored[0].object_key]


async def test_the_same_file_sent_again_is_the_same_asset(depot: Depot) -> None:
    first = await complete_upload(depot, SYSTEM, (await announced_and_sent(depot)).id, AssetFields(alt="One"))
    contributor = await editor(depot, Role.CONTRIBUTOR)
    pending = await announced_and_sent(depot, actor=contributor)
    found = [await complete_upload(depot, contributor, pending.id, AssetFields(alt="Two")) for _ in range(2)]
    through_api = await upload_asset(depot, contributor, BytesIO(PICTURE), "again.jpg")
    assert [(asset.id, asset.alt) for asset in (*found, through_api)] == [(first.id, "One")] * 3
    assert objects(depot) == [first.object_key]
