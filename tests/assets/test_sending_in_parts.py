"""Large files in parts: sent in any order, again if need be, put together at the end, and cleared away if nobody comes back."""

import asyncio
import hashlib
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import update
from sqlmodel import select

from cms.assets import strays
from cms.assets.announcing import PendingPart, PendingUpload, UploadFields
from cms.assets.cleaning import clean_abandoned_uploads
from cms.assets.kinds import UploadMethod
from cms.assets.models import Asset, Upload
from cms.assets.stored_parts import ListedPart, StoredPart, last_sent
from cms.assets.strays import clean_strays, disagreements
from cms.assets.under_way import abandon_upload, create_upload, resume_upload, spans_of
from cms.assets.uploads import Depot, complete_upload
from cms.database import now
from cms.errors import Invalid, NotFound, Problems
from cms.ids import new_id
from cms.permissions import SYSTEM, Actor, Role, actor_of_role
from tests.pictures import encoded

PART = 5_242_880


@lru_cache
def picture() -> bytes:
    """A picture of two parts."""
    content = encoded(".tif", width=1_400, height=1_400)
    assert PART < len(content) < 2 * PART
    return content


@pytest.fixture
def parted(depot: Depot) -> Depot:
    """A depot whose parts are as short as a store allows."""
    changes = {"upload_parts_bytes_min": 1_000, "upload_part_bytes": PART}
    return replace(depot, settings=depot.settings.model_copy(update=changes))


async def announce(depot: Depot, content: bytes, *, actor: Actor = SYSTEM, **changes: Any) -> PendingUpload:
    told: dict[str, Any] = {
        "filename": "bridge.tif",
        "content_type": "image/tiff",
        "byte_size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "method": UploadMethod.MULTIPART,
    }
    async with depot.database.transaction() as session:
        fields = UploadFields(**{**told, **changes})
        return await create_upload(session, depot.storage, depot.settings, actor, fields)


async def resume(depot: Depot, upload_id: UUID, *, actor: Actor = SYSTEM) -> PendingUpload:
    async with depot.database.transaction() as session:
        return await resume_upload(session, depot.storage, depot.settings, actor, upload_id)


async def send(parts: Sequence[PendingPart], content: bytes) -> list[int]:
    """Send parts by their requests, at once; the answers."""
    async with httpx.AsyncClient(trust_env=False) as client:

        async def put(part: PendingPart) -> int:
            piece = content[part.offset : part.offset + part.byte_size]
            return (await client.put(part.url, content=piece, headers=dict(part.headers))).status_code

        return list(await asyncio.gather(*map(put, parts)))


async def another_second() -> None:
    """Wait until a store that tells times in whole seconds tells another one."""
    await asyncio.sleep(1.05 - time.time() % 1)


async def is_told_apart(depot: Depot, upload: PendingUpload) -> bool:
    """Whether the store tells of each part which sending was the last."""
    [begun] = depot.storage.unfinished("uploads/")
    assert begun.key == f"uploads/{upload.id}"
    return all(part.is_certain for part in depot.storage.parts(begun.key, begun.parts_id))


async def left(depot: Depot) -> tuple[int, int, list[str], int]:
    """How many assets and announcements there are, the objects, and how many of them are being sent in parts."""
    async with depot.database.transaction() as session:
        assets = (await session.scalars(select(Asset.id))).all()
        uploads = (await session.scalars(select(Upload.id))).all()
    keys = depot.storage.keys("uploads/") + depot.storage.keys("assets/")
    return len(assets), len(uploads), keys, len(depot.storage.unfinished("uploads/"))


async def expire(depot: Depot, *, ago: timedelta) -> None:
    async with depot.database.transaction() as session:
        await session.execute(update(Upload).values(expires_at=now() - ago))


def test_only_the_last_part_is_shorter() -> None:
    spans = spans_of(2 * PART + 1, PART)
    assert [(span.number, span.offset, span.size) for span in spans] == [
        (1, 0, PART), (2, PART, PART), (3, 2 * PART, 1),
    ]  # fmt: skip
    assert [span.size for span in spans_of(2 * PART, PART)] == [PART, PART]


async def test_parts_sent_in_any_order_become_an_asset(parted: Depot) -> None:
    pending = await announce(parted, picture())
    assert [(part.number, part.is_sent) for part in pending.parts] == [(1, False), (2, False)]
    assert pending.url == pending.parts[0].url
    assert await send(pending.parts[::-1], picture()) == [200, 200]
    asset = await complete_upload(parted, SYSTEM, pending.id)
    assert (asset.byte_size, asset.sha256) == (len(picture()), hashlib.sha256(picture()).hexdigest())
    assert parted.storage.get(asset.object_key) == picture()
    assert (await complete_upload(parted, SYSTEM, pending.id)).id == asset.id
    assert await left(parted) == (1, 1, [asset.object_key], 0)


async def test_what_is_missing_is_told_and_can_be_sent_after_an_interruption(parted: Depot) -> None:
    pending = await announce(parted, picture())
    assert await send(pending.parts[1:], picture()) == [200]
    with pytest.raises(
        Invalid, match=r"^1 of 2 parts have not arrived yet: 1\. Send them, then complete"
    ) as refused:
        await complete_upload(parted, SYSTEM, pending.id)
    assert refused.value.path == ["uploadId"]
    await expire(parted, ago=timedelta(minutes=30))
    resumed = await resume(parted, pending.id)
    assert resumed.id == pending.id
    assert resumed.expires_at > now()
    assert [(part.number, part.is_sent) for part in resumed.parts] == [(1, False), (2, True)]
    assert await send([part for part in resumed.parts if not part.is_sent], picture()) == [200]
    assert (await complete_upload(parted, SYSTEM, pending.id)).byte_size == len(picture())


async def test_a_part_that_is_sent_again_counts_as_it_was_sent_last(parted: Depot) -> None:
    pending = await announce(parted, picture())
    assert await send(pending.parts, bytes(len(picture()))) == [200, 200]
    await another_second()
    assert await send(pending.parts, picture()) == [200, 200]
    assert await send(pending.parts[:1], picture()) == [200]
    asset = await complete_upload(parted, SYSTEM, pending.id)
    assert parted.storage.get(asset.object_key) == picture()


async def test_where_the_store_cannot_tell_which_came_last_the_part_is_asked_for_again(parted: Depot) -> None:
    pending = await announce(parted, picture())
    assert await send(pending.parts[1:], picture()) == [200]
    for _ in range(10):  # The second may end between the two.
        assert await send(pending.parts[:1], bytes(len(picture()))) == [200]
        assert await send(pending.parts[:1], picture()) == [200]
        if not await is_told_apart(parted, pending):
            break
    with pytest.raises(
        Invalid, match=r"^Different bytes .* for 1 of 2 parts: 1\. .* send them once more"
    ) as refused:
        await complete_upload(parted, SYSTEM, pending.id)
    assert refused.value.path == ["uploadId"]
    resumed = await resume(parted, pending.id)
    assert [(part.number, part.is_sent) for part in resumed.parts] == [(1, False), (2, True)]
    await another_second()
    assert await send(resumed.parts[:1], picture()) == [200]
    asset = await complete_upload(parted, SYSTEM, pending.id)
    assert parted.storage.get(asset.object_key) == picture()


def test_a_part_that_was_sent_twice_is_known_by_its_time() -> None:
    first, second = (datetime(2026, 1, 1, 12, 0, seconds, tzinfo=UTC) for seconds in (1, 2))

    def listed(number: int, etag: str, stored_at: datetime) -> ListedPart:
        return {"PartNumber": number, "Size": 5, "ETag": etag, "LastModified": stored_at}

    parts = last_sent(
        [
            listed(2, "c", second), listed(1, "b", second), listed(1, "a", first), listed(3, "d", first),
            listed(3, "d", first), listed(2, "e", second), listed(2, "f", first),
        ]
    )  # fmt: skip
    assert parts == [
        StoredPart(1, 5, "b"),
        StoredPart(2, 5, "c", is_certain=False),
        StoredPart(3, 5, "d"),
    ]


async def test_the_store_takes_no_part_of_another_length(parted: Depot) -> None:
    pending = await announce(parted, picture())
    async with httpx.AsyncClient(trust_env=False) as client:
        last = pending.parts[1]
        for piece in (picture()[PART:] + b"x", picture()[PART:-1]):
            assert (await client.put(last.url, content=piece)).status_code in {400, 403}
    with pytest.raises(Invalid, match="2 of 2 parts have not arrived"):
        await complete_upload(parted, SYSTEM, pending.id)


async def test_other_bytes_than_announced_are_thrown_away_and_can_be_sent_again(parted: Depot) -> None:
    pending = await announce(parted, picture())
    await send(pending.parts, picture()[:-1] + b"x")
    with pytest.raises(Invalid, match="SHA-256"):
        await complete_upload(parted, SYSTEM, pending.id)
    assert await left(parted) == (0, 1, [], 0)
    # The store has forgotten these parts: the same upload begins anew.
    resumed = await resume(parted, pending.id)
    assert [part.is_sent for part in resumed.parts] == [False, False]
    assert await send(resumed.parts, picture()) == [200, 200]
    assert (await complete_upload(parted, SYSTEM, pending.id)).byte_size == len(picture())


async def test_completing_twice_at_once_gives_one_asset(parted: Depot) -> None:
    pending = await announce(parted, picture())
    await send(pending.parts, picture())
    assets = await asyncio.gather(*(complete_upload(parted, SYSTEM, pending.id) for _ in range(3)))
    assert len({asset.id for asset in assets}) == 1
    assert await left(parted) == (1, 1, [assets[0].object_key], 0)


async def test_a_completion_that_broke_off_behind_the_joining_can_be_repeated(parted: Depot) -> None:
    pending = await announce(parted, picture())
    await send(pending.parts, picture())
    [begun] = parted.storage.unfinished("uploads/")
    parted.storage.join_parts(begun.key, begun.parts_id, parted.storage.parts(begun.key, begun.parts_id))
    with pytest.raises(Invalid, match="complete the upload"):
        await resume(parted, pending.id)
    assert (await complete_upload(parted, SYSTEM, pending.id)).byte_size == len(picture())


async def test_a_small_file_is_not_sent_in_parts(depot: Depot) -> None:
    with pytest.raises(Problems) as refused:
        await announce(depot, bytes(15_999_999))
    assert [problem.path for problem in refused.value.problems] == [["method"]]
    assert refused.value.problems[0].message == (
        "Files of 16,000,000 bytes or more are sent in parts. Send this one by POST or PUT."
    )
    assert await left(depot) == (0, 0, [], 0)


async def test_a_very_large_file_has_a_hundred_parts(depot: Depot) -> None:
    large = replace(depot, settings=depot.settings.model_copy(update={"upload_bytes_max": 10**11}))
    pending = await announce(large, b"", byte_size=10**10 + 1)
    assert (len(pending.parts), pending.parts[0].byte_size) == (100, 10**8 + 1)
    assert sum(part.byte_size for part in pending.parts) == 10**10 + 1
    await expire(depot, ago=timedelta(hours=2))
    assert await clean_abandoned_uploads(depot.database, depot.storage) == 1


async def test_parts_that_nobody_completes_are_cleared_away(parted: Depot) -> None:
    pending = await announce(parted, picture())
    await send(pending.parts[:1], picture())
    await expire(parted, ago=timedelta(minutes=59))
    assert await clean_abandoned_uploads(parted.database, parted.storage) == 0
    await expire(parted, ago=timedelta(minutes=61))
    with pytest.raises(NotFound):
        await resume(parted, pending.id)
    assert await clean_abandoned_uploads(parted.database, parted.storage) == 1
    assert await left(parted) == (0, 0, [], 0)
    assert await send(pending.parts[:1], picture()) == [404]


async def test_an_upload_that_is_given_up_leaves_nothing(parted: Depot) -> None:
    pending = await announce(parted, picture())
    await send(pending.parts[:1], picture())
    async with parted.database.transaction() as session:
        assert await abandon_upload(session, parted.storage, SYSTEM, pending.id) == pending.id
    assert await left(parted) == (0, 0, [], 0)
    with pytest.raises(NotFound):
        await complete_upload(parted, SYSTEM, pending.id)


async def test_what_is_complete_is_neither_resumed_nor_given_up(parted: Depot) -> None:
    pending = await announce(parted, picture())
    await send(pending.parts, picture())
    await complete_upload(parted, SYSTEM, pending.id)
    with pytest.raises(Invalid, match="completeUpload answers its asset"):
        await resume(parted, pending.id)
    with pytest.raises(Invalid, match="deleteAsset removes its asset"):
        async with parted.database.transaction() as session:
            await abandon_upload(session, parted.storage, SYSTEM, pending.id)


async def test_parts_of_somebody_else_are_not_found(parted: Depot) -> None:
    stranger = actor_of_role(Role.CONTRIBUTOR, actor_id=new_id(), name="stranger")
    pending = await announce(parted, picture())
    with pytest.raises(NotFound):
        await resume(parted, pending.id, actor=stranger)
    with pytest.raises(NotFound):
        async with parted.database.transaction() as session:
            await abandon_upload(session, parted.storage, stranger, pending.id)
    assert (await left(parted))[1:] == (1, [], 1)


async def test_parts_that_no_row_knows_are_found_and_dropped(
    parted: Depot, monkeypatch: pytest.MonkeyPatch
) -> None:
    pending = await announce(parted, picture())
    stray = f"uploads/{new_id()}"
    parted.storage.begin_parts(stray, content_type="image/tiff")
    assert await clean_strays(parted.database, parted.storage) == 0
    monkeypatch.setattr(strays, "GRACE", timedelta(seconds=-60))
    found = [one async for one in disagreements(parted.database, parted.storage)]
    assert [one.key for each in found for one in each.parts_without_row] == [stray]
    assert await clean_strays(parted.database, parted.storage) == 1
    assert [one.key for one in parted.storage.unfinished("uploads/")] == [f"uploads/{pending.id}"]
