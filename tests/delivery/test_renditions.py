"""What renditions look like: upright, cut around the focal point, never larger than the picture, without a word of metadata."""

from typing import Any

import httpx
import pytest

from cms.assets.addresses import media_url, rendition_url
from cms.assets.description import AssetFields
from cms.assets.framing import FocalPoint
from cms.assets.models import Asset
from cms.assets.uploads import Depot, store_asset
from cms.permissions import SYSTEM
from cms.reading.sources import Facts
from tests.pictures import QUARTERS, Image, animated, colour_at, decoded, encoded, quartered, quarters_of

BROWSER = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"
SECRETS = (b"GPS", b"Cameratron", b"4711", b"Exif", b"exif")


async def loaded(
    client: httpx.AsyncClient, facts: Facts, asset: Asset, accept: str = "*/*", **asked: Any
) -> httpx.Response:
    place = (str(asset.id), asset.sha256, asset.focal_x, asset.focal_y)
    path = rendition_url(facts, *place, **asked)  # pyright: ignore[reportArgumentType]  (as the engine calls it)
    response = await client.get(path, headers={"Accept": accept})
    assert response.status_code == 200, response.text
    return response


def size_of(response: httpx.Response) -> tuple[int, int]:
    image = decoded(response.content)
    return image.width, image.height


async def test_every_orientation_comes_out_upright_and_without_metadata(
    client: httpx.AsyncClient, depot: Depot, facts: Facts
) -> None:
    for orientation in range(1, 9):
        content = quartered(orientation=orientation)
        assert all(secret in content for secret in (b"Cameratron", b"4711"))
        asset = await store_asset(depot, SYSTEM, content, "quarters.jpg")
        assert (asset.width, asset.height) == (160, 80)
        wishes: list[dict[str, Any]] = [{}, {"width": 80}, {"width": 80, "format": "avif"}, {"format": "jpg"}]
        for asked in wishes:
            response = await loaded(client, facts, asset, "image/webp", **asked)
            assert not [secret for secret in SECRETS if secret in response.content]
            image = decoded(response.content)
            assert (image.width, image.height) == (asked.get("width", 160), asked.get("width", 160) // 2)
            assert quarters_of(image) == QUARTERS, (orientation, asked)
            kept = set(image.get_fields())
            assert not [name for name in kept if name.startswith(("exif-", "xmp-", "iptc-"))]
            assert "orientation" not in kept or image.get("orientation") == 1


@pytest.mark.parametrize(
    ("asked", "size"),
    [
        ({}, (160, 80)),
        ({"width": 80}, (80, 40)),
        ({"height": 32}, (64, 32)),
        ({"width": 80, "height": 80}, (80, 80)),
        ({"width": 80, "height": 80, "fit": "contain"}, (80, 40)),
        ({"width": 40, "dpr": 2.0}, (80, 40)),
        # Never larger than the picture, in the shape that was asked for.
        ({"width": 1_000}, (160, 80)),
        ({"width": 800, "height": 800}, (80, 80)),
        ({"width": 320, "enlarge": True}, (320, 160)),
        ({"width": 320, "height": 320, "enlarge": True}, (320, 320)),
    ],
)
async def test_the_size_is_what_was_asked_for(
    client: httpx.AsyncClient, depot: Depot, facts: Facts, asked: dict[str, Any], size: tuple[int, int]
) -> None:
    asset = await store_asset(depot, SYSTEM, quartered(), "quarters.jpg")
    assert size_of(await loaded(client, facts, asset, **asked)) == size


async def test_a_crop_follows_the_focal_point(client: httpx.AsyncClient, depot: Depot, facts: Facts) -> None:
    seen: dict[float, tuple[int, ...]] = {}
    for x in (0.0, 1.0):
        fields = AssetFields(focal_point=FocalPoint(x, 0.5))
        asset = await store_asset(depot, SYSTEM, quartered(), "quarters.jpg", fields)
        image = decoded((await loaded(client, facts, asset, width=64, height=80)).content)
        seen[x] = tuple(quarters_of(image)[name] for name in ("top left", "top right"))  # pyright: ignore[reportArgumentType]
    left, right = QUARTERS["top left"], QUARTERS["top right"]
    assert seen == {0.0: (left, left), 1.0: (right, right)}


@pytest.mark.parametrize("orientation", range(1, 9))
async def test_a_part_is_that_of_the_upright_picture(
    client: httpx.AsyncClient, depot: Depot, facts: Facts, orientation: int
) -> None:
    large = quartered(width=1_600, height=800, orientation=orientation)
    asset = await store_asset(depot, SYSTEM, large, "quarters.jpg")
    # Its lower half, but for the last quarter from the left: two thirds of that are blue, and one third is yellow.
    part = (0, 5_000, 7_500, 5_000)
    wishes: list[tuple[dict[str, Any], tuple[int, int]]] = [
        ({}, (1_200, 400)),
        ({"width": 96}, (96, 32)),
        ({"width": 32, "height": 32}, (32, 32)),
    ]
    for asked, size in wishes:
        image = decoded((await loaded(client, facts, asset, crop=part, **asked)).content)
        assert (image.width, image.height) == size
        assert colour_at(image, 0.1, 0.5) == QUARTERS["bottom left"], (orientation, asked)
    whole = decoded((await loaded(client, facts, asset, crop=part, width=96)).content)
    assert [colour_at(whole, x, y) for x, y in ((0.1, 0.1), (0.9, 0.1))] == [
        QUARTERS["bottom left"],
        QUARTERS["bottom right"],
    ]
    smallest = (0, 0, 100, 100)
    image = decoded((await loaded(client, facts, asset, crop=smallest, width=4_096, enlarge=True)).content)
    assert (image.width, image.height) == (4_096, 2_048)
    assert colour_at(image, 0.5, 0.5) == QUARTERS["top left"]


async def test_a_part_of_what_moves_goes_on_moving(
    client: httpx.AsyncClient, depot: Depot, facts: Facts
) -> None:
    asset = await store_asset(depot, SYSTEM, animated(), "blink.gif")
    response = await loaded(client, facts, asset, "image/webp", crop=(0, 0, 5_000, 10_000))
    image = decoded(response.content, n=-1)
    assert (image.width, image.get("page-height"), image.get("n-pages")) == (20, 30, 3)


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (BROWSER, "image/avif"),
        ("image/webp,*/*", "image/webp"),
        ("image/avif;q=0, image/webp;q=0.5", "image/webp"),
        ("*/*", "image/jpeg"),
        ("", "image/jpeg"),
        ("image/webp;q=0.0", "image/jpeg"),
        ("image/webp," * 200, "image/jpeg"),
    ],
)
async def test_the_format_is_one_that_the_client_takes(
    client: httpx.AsyncClient, depot: Depot, facts: Facts, accept: str, content_type: str
) -> None:
    asset = await store_asset(depot, SYSTEM, encoded(".jpg"), "noise.jpg")
    response = await loaded(client, facts, asset, accept, width=32)
    assert (response.headers["content-type"], response.headers["vary"]) == (content_type, "Accept")


async def test_avif_is_made_unasked_only_while_it_is_quick(
    client: httpx.AsyncClient, depot: Depot, facts: Facts
) -> None:
    asset = await store_asset(depot, SYSTEM, encoded(".jpg", width=900, height=700), "noise.jpg")
    types = [
        (await loaded(client, facts, asset, BROWSER, **asked)).headers["content-type"]
        for asked in ({}, {"width": 320})
    ]
    assert types == ["image/webp", "image/avif"]


async def test_what_can_be_seen_through_stays_so(
    client: httpx.AsyncClient, depot: Depot, facts: Facts
) -> None:
    content = encoded(".png")
    glass = bytes(decoded(content).bandjoin(128).write_to_buffer(".png"))
    asset = await store_asset(depot, SYSTEM, glass, "glass.png")
    for accept, content_type in (("*/*", "image/png"), ("image/webp", "image/webp")):
        response = await loaded(client, facts, asset, accept, width=32)
        assert response.headers["content-type"] == content_type
        assert decoded(response.content).bands == 4
    assert decoded((await loaded(client, facts, asset, format="jpg")).content).bands == 3


@pytest.mark.parametrize("ending", [".gif", ".webp"])
async def test_what_moves_goes_on_moving(
    client: httpx.AsyncClient, depot: Depot, facts: Facts, ending: str
) -> None:
    asset = await store_asset(depot, SYSTEM, animated(ending), f"blink{ending}")
    for accept, content_type in (("*/*", "image/gif"), ("image/webp", "image/webp")):
        response = await loaded(client, facts, asset, accept, width=16, height=16)
        image = decoded(response.content, n=-1)
        assert response.headers["content-type"] == content_type
        assert (image.width, image.get("page-height"), image.get("n-pages")) == (16, 16, 3)
        assert image.get("delay") == [100, 100, 100]
    still = await loaded(client, facts, asset, format="jpg")
    assert size_of(still) == (40, 30)


def as_cmyk(image: Image) -> bytes:
    return bytes(image.icc_transform("cmyk", input_profile="srgb").write_to_buffer(".jpg", Q=95))


async def test_colours_of_print_become_colours_of_screens(
    client: httpx.AsyncClient, depot: Depot, facts: Facts
) -> None:
    asset = await store_asset(depot, SYSTEM, as_cmyk(decoded(quartered())), "print.jpg")
    image = decoded((await loaded(client, facts, asset, "image/webp", width=80)).content)
    assert (image.bands, image.interpretation) == (3, "srgb")
    # Print is paler than a screen, so only which colour is which is compared.
    assert quarters_of(image)["bottom right"] == QUARTERS["bottom right"]
    assert quarters_of(image)["top left"] == QUARTERS["top left"]


async def test_deep_colours_become_eight_bits(client: httpx.AsyncClient, depot: Depot, facts: Facts) -> None:
    deep = decoded(quartered()).colourspace("rgb16")
    for ending in (".png", ".tif"):
        asset = await store_asset(depot, SYSTEM, bytes(deep.write_to_buffer(ending)), f"deep{ending}")
        image = decoded((await loaded(client, facts, asset, format="png", width=80)).content)
        assert (image.format, quarters_of(image)) == ("uchar", QUARTERS)


async def test_a_colour_profile_stays_unless_it_is_huge(
    client: httpx.AsyncClient, depot: Depot, facts: Facts
) -> None:
    image = decoded(quartered()).icc_transform("p3", input_profile="srgb")
    asset = await store_asset(depot, SYSTEM, bytes(image.write_to_buffer(".jpg", Q=95)), "p3.jpg")
    found = decoded((await loaded(client, facts, asset, format="jpg", width=80)).content)
    assert found.get("icc-profile-data") == image.get("icc-profile-data")


async def test_a_picture_beyond_a_format_is_made_as_large_as_that_allows(
    client: httpx.AsyncClient, depot: Depot, facts: Facts
) -> None:
    wide = decoded(quartered()).resize(17_000 / 160, vscale=2.5, kernel="nearest")
    asset = await store_asset(depot, SYSTEM, bytes(wide.write_to_buffer(".png")), "wide.png")
    assert (asset.width, asset.height) == (17_000, 200)
    response = await client.get(media_url(facts, str(asset.id), asset.sha256, "full.webp"))
    assert size_of(response) == (16_383, 193)
