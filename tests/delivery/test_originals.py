"""Originals that stay on the disk for a while: fetched once for many sizes, bounded, never seen by anybody else, and gone with their process."""

import asyncio
import signal
import stat
import subprocess
import sys
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import update
from sqlmodel import col

from cms.assets import folders, originals
from cms.assets.addresses import rendition_url
from cms.assets.files import waiting_room
from cms.assets.library import delete_asset
from cms.assets.models import Asset
from cms.assets.originals import Originals
from cms.assets.renditions import Renditions
from cms.assets.storage import ObjectMissing, Storage
from cms.assets.uploads import Depot, store_asset
from cms.config import PROJECT_ROOT
from cms.database import now
from cms.permissions import SYSTEM
from cms.reading.sources import Facts
from tests.pictures import encoded

# Makes a folder, says where, and waits to be killed.
HOLDER = "import sys; from cms.assets.folders import Folder; own = Folder(); print(own.path, flush=True); sys.stdin.read()"


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Path]:
    """A temporary folder of this test's own."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    yield tmp_path
    left = list(tmp_path.glob(f"{folders.PREFIX}*"))
    assert left == []


@pytest_asyncio.fixture
async def asset(depot: Depot) -> Asset:
    return await store_asset(depot, SYSTEM, encoded(".jpg", width=900, height=700), "noise.jpg")


def path_of(facts: Facts, asset: Asset, width: int) -> str:
    return rendition_url(facts, str(asset.id), asset.sha256, None, None, width, format="webp")


def kept_files(place: Path) -> list[Path]:
    return list(place.glob(f"{folders.PREFIX}*/original-*"))


def clear(place: Path, what: str) -> None:
    """Remove what lies there, as a program that tidies up the temporary folder does."""
    for path in place.glob(what):
        path.rmdir() if path.is_dir() else path.unlink()


def stored(storage: Storage, count: int, size: int) -> list[str]:
    """Objects of this size in the bucket, each with a letter of its own."""
    keys = [f"assets/{number}" for number in range(count)]
    for number, key in enumerate(keys):
        storage.put(key, bytes([65 + number]) * size, content_type="image/jpeg")
    return keys


async def brought(found: Originals, key: str, size: int) -> bytes:
    with found.room() as room:
        await found.bring(key, size, room / "source")
        return (room / "source").read_bytes()


async def test_an_original_is_fetched_once_for_many_sizes(
    client: httpx.AsyncClient, renditions: Renditions, facts: Facts, asset: Asset, place: Path
) -> None:
    widths = (160, 320, 480, 640)
    answers = await asyncio.gather(*(client.get(path_of(facts, asset, width)) for width in widths))
    assert [answer.status_code for answer in answers] == [200] * 4
    assert (renditions.pool.jobs_done, renditions.originals.fetched) == (4, 1)
    (file,) = kept_files(place)
    assert file.read_bytes() == encoded(".jpg", width=900, height=700)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert sorted(path.name for path in file.parent.iterdir()) == ["lock", file.name]
    await renditions.close()
    assert kept_files(place) == []


async def test_a_deleted_picture_is_not_made_of_what_lies_here(
    client: httpx.AsyncClient, renditions: Renditions, depot: Depot, facts: Facts, asset: Asset, place: Path
) -> None:
    assert (await client.get(path_of(facts, asset, 160))).status_code == 200
    async with depot.database.transaction() as session:
        await delete_asset(session, SYSTEM, asset.id)
    assert len(kept_files(place)) == 1
    assert (await client.get(path_of(facts, asset, 320))).status_code == 404
    assert renditions.pool.jobs_done == 1


async def test_a_picture_whose_rights_have_expired_is_not_made_of_what_lies_here(
    client: httpx.AsyncClient, renditions: Renditions, depot: Depot, facts: Facts, asset: Asset, place: Path
) -> None:
    assert (await client.get(path_of(facts, asset, 160))).status_code == 200
    async with depot.database.transaction() as session:
        over = update(Asset).where(col(Asset.id) == asset.id).values(rights_expire_at=now())
        await session.execute(over)
    assert len(kept_files(place)) == 1
    assert (await client.get(path_of(facts, asset, 320))).status_code == 410
    assert renditions.pool.jobs_done == 1


async def test_there_are_never_more_bytes_than_may_be_and_the_last_asked_for_stay(
    storage: Storage, place: Path
) -> None:
    found = Originals(storage, 4_000)
    keys = stored(storage, 6, 1_000)
    for index in (0, 1, 2, 3, 0, 4, 5, 0):
        assert await brought(found, keys[index], 1_000) == bytes([65 + index]) * 1_000
        assert sum(path.stat().st_size for path in kept_files(place)) <= 4_000
    assert found.fetched == 6
    await brought(found, keys[1], 1_000)
    assert found.fetched == 7
    found.close()


async def test_what_is_large_is_fetched_each_time_and_0_keeps_nothing(storage: Storage, place: Path) -> None:
    (key,) = stored(storage, 1, 1_001)
    for most in (4_000, 0):
        found = Originals(storage, most)
        for _ in range(2):
            assert await brought(found, key, 1_001) == b"A" * 1_001
        assert (found.fetched, kept_files(place)) == (2, [])
        found.close()


async def test_other_bytes_than_the_database_knows_are_not_kept(storage: Storage, place: Path) -> None:
    found = Originals(storage, 4_000)
    (key,) = stored(storage, 1, 999)
    await brought(found, key, 1_000)
    assert kept_files(place) == []
    found.close()


async def test_what_is_missing_is_missed_by_all_who_wait(storage: Storage) -> None:
    found = Originals(storage, 4_000)
    asked = [brought(found, "assets/none", 10) for _ in range(3)]
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [ObjectMissing] * 3
    found.close()


async def test_nothing_stays_longer_than_it_may(
    storage: Storage, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(originals, "KEPT_SECONDS", 0.05)
    found = Originals(storage, 4_000)
    (key,) = stored(storage, 1, 1_000)
    await brought(found, key, 1_000)
    async with asyncio.timeout(10):
        while kept_files(place):  # noqa: ASYNC110  (nobody is told)
            await asyncio.sleep(0.02)
    await brought(found, key, 1_000)
    assert found.fetched == 2
    found.close()


async def test_what_somebody_has_cleared_away_is_fetched_again(storage: Storage, place: Path) -> None:
    found = Originals(storage, 4_000)
    (key,) = stored(storage, 1, 1_000)
    await brought(found, key, 1_000)
    clear(place, "*/original-*")
    assert await brought(found, key, 1_000) == b"A" * 1_000
    clear(place, "*/*")
    clear(place, "*")
    assert await brought(found, key, 1_000) == b"A" * 1_000
    assert found.fetched == 3
    found.close()


def test_what_is_looked_at_lies_in_such_a_folder_and_goes(place: Path) -> None:
    with waiting_room() as one, waiting_room() as other:
        one.write_bytes(b"x")
        assert {path.parent.parent for path in (one, other)} == {place}
        assert all(path.parent.name.startswith(folders.PREFIX) for path in (one, other))
        assert stat.S_IMODE(one.parent.stat().st_mode) == 0o700
    assert list(place.iterdir()) == []


def test_folders_made_and_swept_at_once_do_not_meet(place: Path) -> None:
    def work(number: int) -> bytes:
        with waiting_room() as room:
            room.write_bytes(b"%d" % number)
            folders.sweep()
            return room.read_bytes()

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(work, range(200))) == [b"%d" % number for number in range(200)]
    assert list(place.iterdir()) == []


def test_what_a_killed_process_has_left_goes_when_the_next_one_begins(place: Path) -> None:
    holders = [
        subprocess.Popen(
            [sys.executable, "-c", HOLDER],
            cwd=PROJECT_ROOT,
            env={"TMPDIR": str(place)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for _ in range(2)
    ]
    made = [Path(one.stdout.readline().decode().strip()) for one in holders if one.stdout]
    (made[0] / "original-1").write_bytes(b"x")
    holders[0].send_signal(signal.SIGKILL)
    holders[0].wait()
    assert (made[0] / "original-1").exists()
    folders.Folder().remove()
    # That of the process that lives stays.
    assert [folder.exists() for folder in made] == [False, True]
    holders[1].kill()
    holders[1].wait()
    folders.sweep()
    assert not made[1].exists()
    for one in holders:
        for pipe in (one.stdin, one.stdout):
            assert pipe is not None
            pipe.close()
