"""Pictures over HTTP: the whole, a part, what has not changed, and what is not there."""

from collections.abc import AsyncGenerator

import httpx
import pytest
import pytest_asyncio
from starlette.applications import Starlette

from cms.assets.addresses import asset_url
from cms.assets.models import Asset
from cms.assets.uploads import Depot, store_asset
from cms.delivery.media import media_route
from cms.ids import new_id
from cms.permissions import SYSTEM
from tests.pictures import encoded

PICTURE = encoded(".jpg", width=900, height=700)
SIZE = len(PICTURE)


@pytest_asyncio.fixture
async def client(depot: Depot) -> AsyncGenerator[httpx.AsyncClient]:
    app = Starlette(routes=[media_route(depot.database, depot.storage)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://kiosque") as opened:
        yield opened


@pytest_asyncio.fixture
async def asset(depot: Depot) -> Asset:
    return await store_asset(depot, SYSTEM, PICTURE, "bridge.jpg")


def address(asset: Asset) -> str:
    return asset_url("", asset.id, asset.sha256, asset.content_type)


def test_the_address_names_the_asset_and_its_bytes() -> None:
    key = new_id()
    expected = f"https://cms.example/media/{key.hex}/0123456789abcdef.avif"
    assert asset_url("https://cms.example", key, "0123456789abcdef" * 4, "image/avif") == expected
    assert asset_url("https://cms.example", str(key), "0123456789abcdef" * 4, "image/avif") == expected


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_a_picture_is_served_for_good(client: httpx.AsyncClient, asset: Asset, method: str) -> None:
    response = await client.request(method, address(asset))
    assert response.status_code == 200
    assert response.content == (PICTURE if method == "GET" else b"")
    expected = {
        "content-type": "image/jpeg",
        "content-length": str(SIZE),
        "etag": f'"{asset.sha256}"',
        "cache-control": "public, max-age=31536000, immutable",
        "accept-ranges": "bytes",
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'",
    }
    assert {name: response.headers[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=100-199", 100, 199),
        ("bytes=100-", 100, SIZE - 1),
        ("bytes=-100", SIZE - 100, SIZE - 1),
        (f"bytes=10-{SIZE * 2}", 10, SIZE - 1),
        (f"bytes=-{SIZE * 2}", 0, SIZE - 1),
    ],
)
async def test_a_part_is_served(
    client: httpx.AsyncClient, asset: Asset, wanted: str, first: int, last: int
) -> None:
    response = await client.get(address(asset), headers={"Range": wanted})
    assert response.status_code == 206
    assert response.content == PICTURE[first : last + 1]
    assert response.headers["content-range"] == f"bytes {first}-{last}/{SIZE}"
    assert response.headers["content-length"] == str(last - first + 1)


@pytest.mark.parametrize("wanted", [f"bytes={SIZE}-", f"bytes={SIZE}-{SIZE + 1}", "bytes=-0"])
async def test_a_part_outside_the_file_is_refused(
    client: httpx.AsyncClient, asset: Asset, wanted: str
) -> None:
    response = await client.get(address(asset), headers={"Range": wanted})
    assert (response.status_code, response.content) == (416, b"")
    assert response.headers["content-range"] == f"bytes */{SIZE}"
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "wanted",
    ["bytes=5-2", "bytes=-", "bytes=0-1,3-4", "lines=1-2", "bytes=a-b", "bytes=" + "9" * 5_000 + "-"],
)
async def test_a_range_that_means_nothing_here_is_ignored(
    client: httpx.AsyncClient, asset: Asset, wanted: str
) -> None:
    response = await client.get(address(asset), headers={"Range": wanted})
    assert (response.status_code, len(response.content)) == (200, SIZE)


async def test_a_part_of_other_bytes_is_the_whole(client: httpx.AsyncClient, asset: Asset) -> None:
    for tag, status in ((f'"{asset.sha256}"', 206), ('"other"', 200)):
        response = await client.get(address(asset), headers={"Range": "bytes=0-9", "If-Range": tag})
        assert response.status_code == status


async def test_the_head_of_a_part_is_that_of_the_whole(client: httpx.AsyncClient, asset: Asset) -> None:
    response = await client.head(address(asset), headers={"Range": "bytes=0-9"})
    assert (response.status_code, response.headers["content-length"]) == (200, str(SIZE))


@pytest.mark.parametrize("form", ['"{}"', 'W/"{}"', '"other", "{}"', "*"])
async def test_what_has_not_changed_is_not_sent_again(
    client: httpx.AsyncClient, asset: Asset, form: str
) -> None:
    response = await client.get(address(asset), headers={"If-None-Match": form.format(asset.sha256)})
    assert (response.status_code, response.content) == (304, b"")
    assert response.headers["etag"] == f'"{asset.sha256}"'


async def test_other_bytes_are_sent(client: httpx.AsyncClient, asset: Asset) -> None:
    response = await client.get(address(asset), headers={"If-None-Match": '"other"'})
    assert (response.status_code, len(response.content)) == (200, SIZE)


async def test_what_is_not_there_is_not_found(client: httpx.AsyncClient, asset: Asset) -> None:
    name = address(asset).rpartition("/")[2]
    paths = (
        f"/media/{new_id().hex}/{name}",
        f"/media/{asset.id.hex}/{'0' * 16}.jpg",
        f"/media/{asset.id.hex}/{name}x",
        f"/media/{asset.id}/{name}",
        f"/media/x/{name}",
        f"/media/%00/{name}",
    )
    for path in paths:
        response = await client.get(path)
        assert (response.status_code, response.headers["cache-control"]) == (404, "no-store")


async def test_an_asset_whose_bytes_are_gone_is_not_found(
    client: httpx.AsyncClient, depot: Depot, asset: Asset
) -> None:
    depot.storage.delete(asset.object_key)
    assert (await client.get(address(asset))).status_code == 404


async def test_only_reading_is_allowed(client: httpx.AsyncClient, asset: Asset) -> None:
    assert (await client.post(address(asset))).status_code == 405
