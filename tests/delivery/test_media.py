"""Pictures over HTTP: the whole, a part, what has not changed, what is not there, and what nobody has given out."""

import time

import httpx
import pytest
import pytest_asyncio

from cms.assets.addresses import media_url, original_url, rendition_url
from cms.assets.models import Asset
from cms.assets.renditions import Renditions
from cms.assets.storage import Storage
from cms.assets.uploads import Depot, store_asset
from cms.ids import new_id
from cms.permissions import SYSTEM
from cms.reading.sources import Facts
from tests.pictures import encoded

PICTURE = encoded(".jpg", width=900, height=700)


@pytest_asyncio.fixture
async def asset(depot: Depot) -> Asset:
    return await store_asset(depot, SYSTEM, PICTURE, "bridge é.jpg")


def address(facts: Facts, asset: Asset, **asked: object) -> str:
    place = (str(asset.id), asset.sha256, asset.focal_x, asset.focal_y)
    return rendition_url(facts, *place, **({"width": 320, "format": "jpg"} | asked))  # pyright: ignore[reportArgumentType]  (as the engine calls it)


@pytest_asyncio.fixture
async def made(client: httpx.AsyncClient, facts: Facts, asset: Asset) -> httpx.Response:
    """A rendition that has been made."""
    response = await client.get(address(facts, asset))
    assert response.status_code == 200
    return response


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_a_picture_is_served_for_good(
    client: httpx.AsyncClient, facts: Facts, asset: Asset, made: httpx.Response, method: str
) -> None:
    response = await client.request(method, address(facts, asset))
    assert response.status_code == 200
    assert response.content == (made.content if method == "GET" else b"")
    expected = {
        "content-type": "image/jpeg",
        "content-length": str(len(made.content)),
        "etag": made.headers["etag"],
        "cache-control": "public, max-age=31536000, immutable",
        "accept-ranges": "bytes",
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'",
    }
    assert {name: response.headers[name] for name in expected} == expected
    assert "vary" not in response.headers


@pytest.mark.parametrize("bytes_kept_max", [64_000_000, 0])
@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=100-199", 100, 199),
        ("bytes=100-", 100, None),
        ("bytes=-100", -100, None),
        ("bytes=10-9999999", 10, None),
        ("bytes=-9999999", 0, None),
    ],
)
async def test_a_part_is_served(
    client: httpx.AsyncClient,
    renditions: Renditions,
    facts: Facts,
    asset: Asset,
    made: httpx.Response,
    wanted: str,
    first: int,
    last: int | None,
    bytes_kept_max: int,
) -> None:
    renditions.memory = type(renditions.memory)(bytes_kept_max)
    whole, size = made.content, len(made.content)
    expected = whole[first : None if last is None else last + 1]
    response = await client.get(address(facts, asset), headers={"Range": wanted})
    assert response.status_code == 206
    assert response.content == expected
    begin = whole.index(expected)
    assert response.headers["content-range"] == f"bytes {begin}-{begin + len(expected) - 1}/{size}"
    assert response.headers["content-length"] == str(len(expected))


@pytest.mark.parametrize("wanted", ["bytes=9999999-", "bytes=9999998-9999999", "bytes=-0"])
async def test_a_part_outside_the_file_is_refused(
    client: httpx.AsyncClient, facts: Facts, asset: Asset, made: httpx.Response, wanted: str
) -> None:
    response = await client.get(address(facts, asset), headers={"Range": wanted})
    assert (response.status_code, response.content) == (416, b"")
    assert response.headers["content-range"] == f"bytes */{len(made.content)}"
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "wanted",
    ["bytes=5-2", "bytes=-", "bytes=0-1,3-4", "lines=1-2", "bytes=a-b", "bytes=" + "9" * 5_000 + "-"],
)
async def test_a_range_that_means_nothing_here_is_ignored(
    client: httpx.AsyncClient, facts: Facts, asset: Asset, made: httpx.Response, wanted: str
) -> None:
    response = await client.get(address(facts, asset), headers={"Range": wanted})
    assert (response.status_code, response.content) == (200, made.content)


async def test_a_part_of_other_bytes_is_the_whole(
    client: httpx.AsyncClient, facts: Facts, asset: Asset, made: httpx.Response
) -> None:
    for tag, status in ((made.headers["etag"], 206), ('"other"', 200)):
        headers = {"Range": "bytes=0-9", "If-Range": tag}
        assert (await client.get(address(facts, asset), headers=headers)).status_code == status


async def test_the_head_of_a_part_is_that_of_the_whole(
    client: httpx.AsyncClient, facts: Facts, asset: Asset, made: httpx.Response
) -> None:
    response = await client.head(address(facts, asset), headers={"Range": "bytes=0-9"})
    assert (response.status_code, response.headers["content-length"]) == (200, str(len(made.content)))


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
async def test_what_has_not_changed_is_not_sent_again(
    client: httpx.AsyncClient, facts: Facts, asset: Asset, made: httpx.Response, form: str
) -> None:
    headers = {"If-None-Match": form.format(made.headers["etag"])}
    response = await client.get(address(facts, asset), headers=headers)
    assert (response.status_code, response.content) == (304, b"")
    assert response.headers["etag"] == made.headers["etag"]


async def test_other_bytes_are_sent(
    client: httpx.AsyncClient, facts: Facts, asset: Asset, made: httpx.Response
) -> None:
    response = await client.get(address(facts, asset), headers={"If-None-Match": '"other"'})
    assert (response.status_code, response.content) == (200, made.content)


async def test_what_was_not_given_out_is_forbidden_and_nothing_is_made(
    client: httpx.AsyncClient, renditions: Renditions, facts: Facts, asset: Asset
) -> None:
    good = address(facts, asset)
    start, name = good.rpartition("/")[::2]
    asset_hex, digits, signature = start.split("/")[2:]
    forbidden = (
        f"{start}/w321.jpg",
        f"{start}/w320.webp",
        f"{start}/full",
        f"/media/{asset_hex}/{digits}/{'0' * 32}/{name}",
        f"/media/{asset_hex}/{digits}/{signature[:-1]}/{name}",
        f"/media/{asset_hex}/{digits}/{name}",
        f"/media/{asset_hex}/{digits}.jpg",
        f"/media/{new_id().hex}/{digits}/{signature}/{name}",
        f"/media/{asset_hex}/{'0' * 16}/{signature}/{name}",
        f"{good}x",
        f"{good}/",
        f"/media/{asset.id}/{digits}/{signature}/{name}",
        "/media/",
        "/media/%00/x",
        "/media/é/x",
        f"/media/../media/{'%2e' * 3}",
    )
    for path in forbidden:
        response = await client.get(path)
        assert (response.status_code, response.headers["cache-control"]) == (403, "no-store"), path
    assert renditions.pool.jobs_done == 0
    assert (await client.get(good)).status_code == 200


async def test_a_picture_that_has_gone_is_not_found(
    client: httpx.AsyncClient, facts: Facts, asset: Asset
) -> None:
    paths = [
        media_url(facts, str(key), sha256, "full")
        for key, sha256 in ((new_id(), asset.sha256), (asset.id, "0" * 64))
    ]
    paths += [
        media_url(facts, str(asset.id), asset.sha256, name) for name in ("w320.bmp", "what", "full-cover")
    ]
    for path in paths:
        response = await client.get(path)
        assert (response.status_code, response.headers["cache-control"]) == (404, "no-store"), path


async def test_an_asset_whose_bytes_are_gone_is_not_found(
    client: httpx.AsyncClient, storage: Storage, facts: Facts, asset: Asset
) -> None:
    storage.delete(asset.object_key)
    assert (await client.get(address(facts, asset))).status_code == 404


async def test_only_reading_is_allowed(client: httpx.AsyncClient, facts: Facts, asset: Asset) -> None:
    assert (await client.post(address(facts, asset))).status_code == 405


async def test_the_original_is_there_for_whoever_was_given_its_link(
    client: httpx.AsyncClient, facts: Facts, asset: Asset
) -> None:
    response = await client.get(original_url(facts, str(asset.id), asset.sha256, asset.content_type))
    assert (response.status_code, response.content) == (200, PICTURE)
    expected = {
        "content-type": "image/jpeg",
        "cache-control": "private, no-store",
        "content-disposition": "attachment; filename*=UTF-8''bridge%20%C3%A9.jpg",
    }
    assert {name: response.headers[name] for name in expected} == expected


async def test_the_link_to_an_original_expires(client: httpx.AsyncClient, facts: Facts, asset: Asset) -> None:
    past = media_url(facts, str(asset.id), asset.sha256, f"original-{int(time.time()) - 1}.jpg")
    future = media_url(facts, str(asset.id), asset.sha256, f"original-{int(time.time()) + 60}.jpg")
    assert [(await client.get(path)).status_code for path in (past, future)] == [403, 200]
    assert (await client.get(future.replace("original-", "original-9"))).status_code == 403
