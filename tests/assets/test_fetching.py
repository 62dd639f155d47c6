"""Pictures from an address: fetched from the public internet, and from nowhere in the house, whatever the address looks like."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path

import pytest
from sqlmodel import select

from cms.assets.description import AssetFields
from cms.assets.fetching import PUBLIC, UNREACHED, Reach, fetch, filename_in, is_public, resolved, shown_url
from cms.assets.files import ReceivedFile
from cms.assets.models import Asset, Upload
from cms.assets.uploads import Depot, import_asset
from cms.errors import Forbidden, Invalid, Problem, Problems, Unauthenticated
from cms.permissions import SYSTEM, Actor, Permission
from tests.desk import actors_without
from tests.pictures import encoded, gif_of_size, png
from tests.websites import LOOPBACK, Website, found, leading_to, website

PICTURE = encoded(".jpg")


async def get(
    tmp_path: Path, url: str, port: int, reach: Reach = LOOPBACK, *, seconds: float = 20
) -> ReceivedFile:
    return await fetch(
        url, tmp_path / "file", reach=reach, bytes_max=1_000_000, seconds_max=seconds, ports=[port]
    )  # fmt: skip


async def reason(tmp_path: Path, url: str, port: int, reach: Reach = LOOPBACK, *, seconds: float = 20) -> str:
    with pytest.raises(Invalid) as refused:
        await get(tmp_path, url, port, reach, seconds=seconds)
    assert refused.value.path == ["url"]
    (tmp_path / "file").unlink(missing_ok=True)
    return refused.value.message


def depot_for(depot: Depot, site: Website) -> Depot:
    settings = depot.settings.model_copy(update={"import_ports": [site.port]})
    return replace(depot, settings=settings, reach=LOOPBACK)


@pytest.mark.parametrize("text", ["93.184.216.34", "1.1.1.1", "2606:4700::1111", "64:ff9b::101:101"])
def test_these_addresses_are_public(text: str) -> None:
    assert is_public(ip_address(text))


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1", "127.8.9.10", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.0.8",  # noqa: S104  (judged, not listened on)
        "198.18.0.1", "203.0.113.5", "224.0.0.1", "255.255.255.255", "240.0.0.1", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1",
        "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::7f00:1", "2002:7f00:1::", "2001:db8::1", "2001:0:7f00:1::", "100::1",
    ],
)  # fmt: skip
def test_these_addresses_are_not(text: str) -> None:
    assert not is_public(ip_address(text))


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "LOCALHOST.", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "2130706433", "0x7f000001", "0177.0.0.1",
        "0x7f.1", "127.1", "0", "0.0.0.0", "169.254.169.254", "10.0.0.1", "[fe80::1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "nowhere.invalid",  # noqa: S104  (as above)
        "①②⑦.⓪.⓪.①",
    ],
)  # fmt: skip
async def test_a_host_of_the_house_is_not_even_connected_to(tmp_path: Path, host: str) -> None:
    async with website(secret=found(PICTURE)) as site:
        told = await reason(tmp_path, f"http://{host}:{site.port}/secret", site.port, PUBLIC)
    assert told == UNREACHED
    assert (site.connections, site.asked) == (0, [])


async def test_a_closed_door_and_an_open_one_in_the_house_look_the_same(tmp_path: Path) -> None:
    async with website(secret=found(PICTURE)) as site:
        urls = [f"http://127.0.0.1:{port}/secret" for port in (site.port, 1)]
        told = {
            str(await reason(tmp_path, url, port, PUBLIC))
            for url, port in zip(urls, (site.port, 1), strict=True)
        }
    assert told == {UNREACHED}


async def test_a_redirect_into_the_house_is_not_followed(tmp_path: Path) -> None:
    async with website(secret=found(PICTURE)) as inside:
        hop = f"http://127.0.0.2:{inside.port}/secret"
        # For once, one address of this machine is the public internet, and the others are the house.
        reach = Reach(allows=lambda address: str(address) == "127.0.0.1")
        async with website(away=leading_to(hop)) as outside:
            with pytest.raises(Invalid, match=UNREACHED):
                await fetch(
                    f"{outside.url}/away", tmp_path / "file", reach=reach, bytes_max=1_000, seconds_max=20,
                    ports=[outside.port, inside.port],
                )  # fmt: skip
    assert (outside.asked, inside.connections) == (["/away"], 0)


async def test_a_name_that_leads_into_the_house_a_moment_later_is_not_asked(tmp_path: Path) -> None:
    async def once_public(host: str, port: int) -> Sequence[str]:
        return ["93.184.216.34"]

    async with website(secret=found(PICTURE)) as site:
        url = f"http://localhost:{site.port}/secret"
        assert await reason(tmp_path, url, site.port, Reach(resolve=once_public)) == UNREACHED
    assert site.asked == []


async def test_one_address_in_the_house_spoils_a_name(tmp_path: Path) -> None:
    async def two(host: str, port: int) -> Sequence[str]:
        return ["93.184.216.34", "10.0.0.1"]

    assert await reason(tmp_path, "http://example.org:81/x", 81, Reach(resolve=two)) == UNREACHED


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://ada:secret@127.0.0.1:{port}/a", "An address with a user's name or password in it is not asked."),
        ("http://127.0.0.1:22/a", "Files are not fetched from port 22, but from {port}."),
        ("http://127.0.0.1/a", "Files are not fetched from port 80, but from {port}."),
        ("https://127.0.0.1/a", "Files are not fetched from port 443, but from {port}."),
        ("ftp://127.0.0.1:{port}/a", "The address must begin with http: or https:, and lead nowhere else."),
        ("file:///etc/passwd", "The address must begin with http: or https:, and lead nowhere else."),
    ],
)  # fmt: skip
async def test_some_addresses_are_refused_as_they_stand_and_behind_a_redirect(
    tmp_path: Path, url: str, told: str
) -> None:
    async with website() as site:
        filled = url.format(port=site.port)
        site.answers["/away"] = leading_to(filled)
        reasons = [
            await reason(tmp_path, one, site.port) for one in (filled, f"{site.url}/away")
        ]  # fmt: skip
    assert reasons == [told.format(port=site.port)] * 2
    assert site.asked == ["/away"]


async def test_what_goes_wrong_outside_is_told(tmp_path: Path) -> None:
    async with website(big=found(bytes(1_000_001)), packed=found(b"x", "Content-Encoding: gzip")) as site:
        site.answers["/round"] = leading_to(f"{site.url}/round")
        site.answers["/endless"] = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + bytes(1_000_001)
        site.answers["/short"] = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"
        site.answers["/odd"] = b"220 mail.example.org ESMTP\r\n"
        told = {
            name: await reason(tmp_path, f"{site.url}/{name}", site.port)
            for name in ("none", "big", "endless", "packed", "round", "short", "odd")
        }
    most = "The file has more than 1,000,000 bytes, which are the most here."
    broken = "The host broke off, or answered what is no HTTP."
    assert told == {
        "none": "The host answered 404, and no file.",
        "big": most,
        "endless": most,
        "packed": "The host sends the file compressed, although it was asked not to.",
        "round": "The address leads on more than 5 times.",
        "short": broken,
        "odd": broken,
    }
    assert site.asked.count("/round") == 6


async def test_a_host_that_dawdles_is_left(tmp_path: Path) -> None:
    async def dawdle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        try:
            while not reader.at_eof():
                writer.write(b"x")
                await asyncio.sleep(0.02)
        finally:
            writer.close()

    server = await asyncio.start_server(dawdle, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        told = await reason(tmp_path, f"http://127.0.0.1:{port}/", port, seconds=1.5)
    assert told == "Fetching the file took more than 1.5 seconds, which are the most."


async def test_a_picture_is_fetched_through_redirects_and_becomes_an_asset(depot: Depot) -> None:
    async with website(**{"a%20bridge.jpg": found(PICTURE, "Content-Type: text/html")}) as site:
        site.answers["/away"] = leading_to("/a%20bridge.jpg")
        depot = depot_for(depot, site)
        asset = await import_asset(
            depot, SYSTEM, f"{site.url}/away?key=secret#top", AssetFields(alt="A bridge")
        )
        same = await import_asset(depot, SYSTEM, f"{site.url}/a%20bridge.jpg")
    assert (asset.alt, asset.width, asset.filename, asset.source_url) == (
        "A bridge",
        60,
        "away",
        f"{site.url}/away",
    )
    assert same.id == asset.id
    assert depot.storage.get(asset.object_key) == PICTURE
    async with depot.database.transaction() as session:
        assert (await session.scalars(select(Upload.id))).all() == []


@pytest.mark.parametrize(
    ("content", "told"), [(b"<svg/>", "SVG is a program"), (gif_of_size(65_535, 65_535), "pixels|cannot be read"), (png(404, 4), "IMAGE_RATIO_MAX"), (b"", "empty")]
)  # fmt: skip
async def test_what_is_no_sound_picture_is_refused_and_leaves_nothing(
    depot: Depot, content: bytes, told: str
) -> None:
    async with website(a=found(content)) as site:
        with pytest.raises(Invalid, match=told) as refused:
            await import_asset(depot_for(depot, site), SYSTEM, f"{site.url}/a")
    assert refused.value.path == ["url"]
    async with depot.database.transaction() as session:
        assert (await session.scalars(select(Asset.id))).all() == []
    assert depot.storage.keys("") == []


@pytest.mark.parametrize("actor", actors_without(Permission.ASSET_IMPORT), ids=lambda actor: actor.name)
async def test_who_may_not_import_asks_nobody(depot: Depot, actor: Actor) -> None:
    async with website(a=found(png())) as site:
        with pytest.raises((Forbidden, Unauthenticated)):
            await import_asset(depot_for(depot, site), actor, f"{site.url}/a")
    assert site.connections == 0


async def test_what_is_said_is_checked_before_anybody_is_asked(depot: Depot) -> None:
    async with website(a=found(png())) as site:
        depot = depot_for(depot, site)
        for url, fields, path in (
            ("nothing", AssetFields(), ["url"]),
            (f"{site.url}/a", AssetFields(alt="x" * 1_001), ["alt"]),
        ):
            with pytest.raises((Problem, Problems)) as refused:
                await import_asset(depot, SYSTEM, url, fields)
            problems = refused.value.problems if isinstance(refused.value, Problems) else [refused.value]
            assert [problem.path for problem in problems] == [path]
    assert site.connections == 0


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://example.org/a/bridge.jpg?w=1", "bridge.jpg"),
        ("https://example.org/%C3%A9t%C3%A9.png", "été.png"),
        ("https://example.org", "picture"),
        ("https://example.org/a/..", "picture"),
    ],
)
def test_the_end_of_an_address_names_the_file(url: str, name: str) -> None:
    assert filename_in(url) == name


def test_an_address_is_shown_without_its_query() -> None:
    assert shown_url("https://example.org/a?key=1#b") == "https://example.org/a"


async def test_numbers_are_resolved_in_any_notation() -> None:
    assert set(await resolved("2130706433", 80)) == {"127.0.0.1"}
