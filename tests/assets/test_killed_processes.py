"""kill -9 of whoever takes files in, or makes pictures of them, at each of its requests to the bucket: nothing half-made is ever seen or left."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import timedelta
from hashlib import sha256
from itertools import count

import httpx
import pytest
from anyio import to_thread
from sqlalchemy import update
from sqlmodel import select

from cms.assets import strays
from cms.assets.announcing import PendingUpload, UploadFields
from cms.assets.cleaning import clean_abandoned_uploads
from cms.assets.kinds import AssetState, UploadMethod
from cms.assets.models import Asset, Rendition, Upload
from cms.assets.renditions import Original
from cms.assets.strays import clean_strays, disagreements
from cms.assets.under_way import create_upload
from cms.assets.uploads import Depot, complete_upload, store_asset
from cms.database import now
from cms.diagnosis.agreement import examine_agreement
from cms.permissions import SYSTEM
from tests.assets.stopping import gate, killed_at
from tests.assets.test_sending_in_parts import PART, picture
from tests.pictures import encoded

PICTURE = encoded(".jpg")
BOTH = pytest.mark.parametrize("is_done", [False, True], ids=["before", "after"])


async def points(depot: Depot, work: str, argument: object, *, is_done: bool) -> AsyncGenerator[int]:
    """Kill the work at its first request, then at its second, and so on; the last time it comes to its end."""
    assert depot.settings.s3_endpoint is not None
    for number in count(1):
        async with gate(depot.settings.s3_endpoint, number, is_done=is_done) as found:
            is_killed = await killed_at(work, depot.settings, found, argument)
        yield number
        if not is_killed:
            return


async def check_what_is_seen(depot: Depot) -> int:
    """Whatever has a row is whole; how many rows there are."""
    async with depot.database.transaction() as session:
        assets = (await session.scalars(select(Asset))).all()
        renditions = (await session.scalars(select(Rendition))).all()
    for one in (*assets, *renditions):
        assert sha256(depot.storage.get(one.object_key)).hexdigest() == one.sha256
    assert {asset.state for asset in assets} <= {AssetState.READY}
    return len(assets) + len(renditions)


async def clean(depot: Depot, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the worker does, an hour later; then the bucket and the database agree."""
    async with depot.database.transaction() as session:
        await session.execute(update(Upload).values(expires_at=now() - timedelta(hours=2)))
    with monkeypatch.context() as later:
        later.setattr(strays, "GRACE", timedelta(seconds=-60))
        await clean_abandoned_uploads(depot.database, depot.storage)
        await clean_strays(depot.database, depot.storage)
        assert [one async for one in disagreements(depot.database, depot.storage)] == []
        assert depot.settings.database_url is not None
        url = depot.settings.database_url.get_secret_value()
        [finding] = await to_thread.run_sync(examine_agreement, depot.settings, url)
    assert finding.found == "every object has its row, every row its object"
    async with depot.database.transaction() as session:
        assert (await session.scalars(select(Upload.id))).all() == []
    assert depot.storage.keys("uploads/") == []
    assert depot.storage.unfinished("uploads/") == []


async def announce(depot: Depot, content: bytes, kind: str, method: UploadMethod) -> PendingUpload:
    fields = UploadFields(
        filename="a", content_type=kind, byte_size=len(content), sha256=sha256(content).hexdigest(), method=method
    )  # fmt: skip
    small = {"upload_parts_bytes_min": 1, "upload_part_bytes": PART}
    settings = depot.settings.model_copy(update=small)
    async with depot.database.transaction() as session:
        return await create_upload(session, depot.storage, settings, SYSTEM, fields)


async def in_one_piece(depot: Depot) -> PendingUpload:
    pending = await announce(depot, PICTURE, "image/jpeg", UploadMethod.PUT)
    depot.storage.put(f"uploads/{pending.id}", PICTURE, content_type="image/jpeg")
    return pending


async def in_parts(depot: Depot) -> PendingUpload:
    pending = await announce(depot, picture(), "image/tiff", UploadMethod.MULTIPART)
    async with httpx.AsyncClient(trust_env=False) as client:
        for part in pending.parts:
            piece = picture()[part.offset : part.offset + part.byte_size]
            assert (await client.put(part.url, content=piece)).status_code == 200
    return pending


@BOTH
@pytest.mark.parametrize(("send", "requests"), [(in_one_piece, 3), (in_parts, 5)])
async def test_a_completion_that_is_killed_again_and_again_ends_with_one_asset(
    depot: Depot,
    monkeypatch: pytest.MonkeyPatch,
    send: Callable[[Depot], Awaitable[PendingUpload]],
    requests: int,
    is_done: bool,
) -> None:
    pending, numbers = await send(depot), list[int]()
    async for number in points(depot, "complete", pending.id, is_done=is_done):
        numbers.append(number)
        assert await check_what_is_seen(depot) in (0, 1)
    # What is joined or kept already needs no more requests: the later attempts come further with fewer.
    assert 1 < len(numbers) <= requests + 1
    asset = await complete_upload(depot, SYSTEM, pending.id)
    assert asset.id == pending.id
    assert await check_what_is_seen(depot) == 1
    await clean(depot, monkeypatch)
    assert await check_what_is_seen(depot) == 1


@BOTH
async def test_a_file_through_the_api_that_is_killed_leaves_nothing_or_an_asset(
    depot: Depot, monkeypatch: pytest.MonkeyPatch, is_done: bool
) -> None:
    seen: list[int] = []
    async for _ in points(depot, "send", PICTURE, is_done=is_done):
        seen.append(await check_what_is_seen(depot))
    assert seen == [0, 1]
    await clean(depot, monkeypatch)
    assert await check_what_is_seen(depot) == 1
    assert len(depot.storage.keys("assets/")) == 1


@BOTH
async def test_a_rendition_that_is_killed_is_made_anew(
    depot: Depot, monkeypatch: pytest.MonkeyPatch, is_done: bool
) -> None:
    asset = await store_asset(depot, SYSTEM, PICTURE, "a.jpg")
    names = Original.__dataclass_fields__
    original = Original(**{name: getattr(asset, name) for name in names})
    seen: list[int] = []
    async for _ in points(depot, "render", original, is_done=is_done):
        seen.append(await check_what_is_seen(depot))
    assert seen == [1, 1, 2]
    await clean(depot, monkeypatch)
    assert await check_what_is_seen(depot) == 2


async def test_what_is_killed_for_good_is_cleared_away(depot: Depot, monkeypatch: pytest.MonkeyPatch) -> None:
    assert depot.settings.s3_endpoint is not None
    for number in (1, 2):
        for is_done in (False, True):
            pending = await in_one_piece(depot)
            async with gate(depot.settings.s3_endpoint, number, is_done=is_done) as found:
                assert await killed_at("complete", depot.settings, found, pending.id)
    assert await check_what_is_seen(depot) == 0
    await clean(depot, monkeypatch)
    assert depot.storage.keys("") == []
