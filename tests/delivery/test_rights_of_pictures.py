"""The addresses of a picture whose rights have expired stop answering, though they are signed."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest_asyncio
from sqlalchemy import select
from sqlmodel import col

from cms.assets.addresses import original_url, rendition_url
from cms.assets.description import AssetFields
from cms.assets.library import update_asset
from cms.assets.models import Asset, Rendition
from cms.assets.rights import end_rights
from cms.assets.uploads import Depot, store_asset
from cms.permissions import SYSTEM
from cms.reading.sources import Facts
from tests.pictures import encoded


@pytest_asyncio.fixture
async def asset(depot: Depot) -> Asset:
    return await store_asset(depot, SYSTEM, encoded(".jpg", width=90, height=70), "noise.jpg")


def path_of(facts: Facts, asset: Asset) -> str:
    return rendition_url(facts, str(asset.id), asset.sha256, None, None, 32, format="webp")


async def limit(depot: Depot, asset: Asset, until: datetime | None) -> None:
    async with depot.database.transaction() as session:
        await update_asset(session, SYSTEM, asset.id, AssetFields(rights_expire_at=until))


async def test_what_was_served_is_gone_and_comes_back_if_the_rights_do(
    client: httpx.AsyncClient, depot: Depot, facts: Facts, asset: Asset
) -> None:
    path = path_of(facts, asset)
    first = await client.get(path)
    assert first.status_code == 200
    await limit(depot, asset, datetime(2020, 1, 1, tzinfo=UTC))
    gone = await client.get(path)
    assert (gone.status_code, gone.headers["cache-control"]) == (410, "no-store")
    assert (await client.get(path, headers={"If-None-Match": first.headers["etag"]})).status_code == 410
    original = original_url(facts, str(asset.id), asset.sha256, asset.content_type)
    assert (await client.get(original)).status_code == 200
    await limit(depot, asset, None)
    assert (await client.get(path)).content == first.content


async def test_caches_keep_it_for_no_longer_than_its_rights_last(
    client: httpx.AsyncClient, depot: Depot, facts: Facts, asset: Asset
) -> None:
    await limit(depot, asset, datetime.now(UTC) + timedelta(days=2))
    control = (await client.get(path_of(facts, asset))).headers["cache-control"]
    name, _, seconds = control.rpartition("=")
    assert name == "public, max-age"
    assert 172_800 - 600 < int(seconds) <= 172_800
    await limit(depot, asset, datetime.now(UTC) + timedelta(days=800))
    control = (await client.get(path_of(facts, asset))).headers["cache-control"]
    assert control == "public, max-age=31536000, immutable"


async def test_what_was_made_of_it_is_removed(
    client: httpx.AsyncClient, depot: Depot, facts: Facts, asset: Asset
) -> None:
    await client.get(path_of(facts, asset))
    assert len(list(depot.storage.keys(f"renditions/{asset.id}/"))) == 1
    async with depot.database.transaction() as session:
        row = await session.get(Asset, asset.id)
        assert row is not None
        row.rights_expire_at = datetime.now(UTC) - timedelta(seconds=1)
    assert await end_rights(depot.database, depot.storage) == 1
    assert await end_rights(depot.database, depot.storage) == 0
    assert list(depot.storage.keys(f"renditions/{asset.id}/")) == []
    async with depot.database.transaction() as session:
        assert (await session.scalars(select(col(Rendition.object_key)))).all() == []
    assert depot.storage.get(asset.object_key)
