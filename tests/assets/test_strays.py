"""The bucket and the database agree, whatever a killed process has left behind."""

from datetime import timedelta

import pytest
from anyio import to_thread
from sqlalchemy import select, update
from sqlmodel import col

from cms.assets import strays
from cms.assets.cleaning import clean_abandoned_uploads
from cms.assets.library import delete_asset
from cms.assets.models import Asset, Rendition
from cms.assets.strays import Disagreement, clean_strays, disagreements
from cms.assets.uploads import Depot, store_asset
from cms.database import now
from cms.diagnosis.agreement import examine_agreement
from cms.ids import new_id
from cms.permissions import SYSTEM
from tests.pictures import encoded

STRAY = f"renditions/{new_id()}/0123456789abcdef/w320.webp"
OLD_STRAY = f"assets/{new_id()}/0123456789abcdef.jpg"


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is too young to be looked at."""
    monkeypatch.setattr(strays, "GRACE", timedelta(seconds=-60))


async def keep_rendition(depot: Depot, asset: Asset, *, is_stored: bool = True) -> str:
    key = f"renditions/{asset.id}/{asset.sha256[:16]}/w320.webp"
    values = {"content_type": "image/webp", "byte_size": 1, "sha256": "0" * 64}
    async with depot.database.transaction() as session:
        session.add(Rendition(object_key=key, asset_id=asset.id, **values))  # pyright: ignore[reportArgumentType]
    if is_stored:
        depot.storage.put(key, b"1", content_type="image/webp")
    return key


async def found_in(depot: Depot) -> Disagreement:
    total = Disagreement()
    async for found in disagreements(depot.database, depot.storage):
        total.objects_without_row += found.objects_without_row
        total.assets_without_object += found.assets_without_object
        total.renditions_without_object += found.renditions_without_object
    return total


@pytest.mark.usefixtures("at_once")
async def test_what_belongs_together_is_left_alone(depot: Depot) -> None:
    asset = await store_asset(depot, SYSTEM, encoded(".jpg"), "a.jpg")
    key = await keep_rendition(depot, asset)
    assert not await found_in(depot)
    assert await clean_strays(depot.database, depot.storage) == 0
    assert [depot.storage.head(one) is not None for one in (asset.object_key, key)] == [True, True]


@pytest.mark.usefixtures("at_once")
async def test_objects_without_a_row_are_removed(depot: Depot) -> None:
    asset = await store_asset(depot, SYSTEM, encoded(".jpg"), "a.jpg")
    for key in (STRAY, OLD_STRAY, f"uploads/{new_id()}"):
        depot.storage.put(key, b"stray", content_type="image/webp")
    assert len((await found_in(depot)).objects_without_row) == 3
    assert await clean_strays(depot.database, depot.storage) == 3
    assert not await found_in(depot)
    assert depot.storage.head(asset.object_key) is not None


async def test_what_may_still_be_at_work_is_left_alone(depot: Depot) -> None:
    depot.storage.put(STRAY, b"just now", content_type="image/webp")
    assert await clean_strays(depot.database, depot.storage) == 0
    assert depot.storage.head(STRAY) is not None


@pytest.mark.usefixtures("at_once")
async def test_the_file_of_an_upload_that_is_under_way_is_no_stray(depot: Depot) -> None:
    asset = await store_asset(depot, SYSTEM, encoded(".jpg"), "a.jpg")
    async with depot.database.transaction() as session:
        await delete_asset(session, SYSTEM, asset.id)
    assert not await found_in(depot)
    assert await clean_abandoned_uploads(depot.database, depot.storage) == 1
    assert depot.storage.keys("assets/") == []


@pytest.mark.usefixtures("at_once")
async def test_rows_of_renditions_that_are_missing_are_removed(depot: Depot) -> None:
    asset = await store_asset(depot, SYSTEM, encoded(".jpg"), "a.jpg")
    key = await keep_rendition(depot, asset, is_stored=False)
    assert (await found_in(depot)).renditions_without_object == [key]
    assert await clean_strays(depot.database, depot.storage) == 1
    async with depot.database.transaction() as session:
        assert (await session.scalars(select(Rendition))).all() == []


async def test_a_deleted_asset_takes_its_renditions_along(depot: Depot) -> None:
    asset = await store_asset(depot, SYSTEM, encoded(".jpg"), "a.jpg")
    key = await keep_rendition(depot, asset)
    async with depot.database.transaction() as session:
        await delete_asset(session, SYSTEM, asset.id)
    await clean_abandoned_uploads(depot.database, depot.storage)
    assert depot.storage.head(key) is None


async def test_the_doctor_tells_what_is_lost(depot: Depot) -> None:
    assert depot.settings.database_url is not None
    url = depot.settings.database_url.get_secret_value()

    async def told() -> str:
        [finding] = await to_thread.run_sync(examine_agreement, depot.settings, url)
        return finding.found if not finding.cure else f"{finding.found} | {finding.cure}"

    asset = await store_asset(depot, SYSTEM, encoded(".jpg"), "a.jpg")
    assert await told() == "every object has its row, every row its object"
    async with depot.database.transaction() as session:
        await session.execute(update(Asset).values(created_at=now() - timedelta(days=1)))
        assert await session.scalar(select(col(Asset.id))) == asset.id
    depot.storage.delete(asset.object_key)
    assert await told() == (
        f"1 pictures have lost their file: {asset.object_key} | "
        "Restore these objects from a backup of the bucket, or delete the pictures with deleteAsset."
    )
