"""How renditions are made: once, whoever asks; whole or not at all; and no more of them than may be kept."""

import asyncio
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import select
from sqlmodel import col
from starlette.applications import Starlette

from cms.assets.addresses import rendition_url
from cms.assets.library import delete_asset
from cms.assets.models import Asset, Rendition
from cms.assets.render_pool import CannotRender, RenderPool
from cms.assets.renditions import Renditions
from cms.assets.storage import Storage
from cms.assets.uploads import Depot, store_asset
from cms.config import PROJECT_ROOT, Settings
from cms.database import Database
from cms.delivery.media import media_route
from cms.permissions import SYSTEM
from cms.reading.sources import Facts
from tests.endpoint.serving import served
from tests.pictures import decoded, encoded


@pytest_asyncio.fixture
async def asset(depot: Depot) -> Asset:
    return await store_asset(depot, SYSTEM, encoded(".jpg", width=900, height=700), "noise.jpg")


def path_of(facts: Facts, asset: Asset, width: int = 320) -> str:
    return rendition_url(facts, str(asset.id), asset.sha256, None, None, width, format="webp")


async def rows_of(database: Database) -> list[str]:
    async with database.transaction() as session:
        return list((await session.scalars(select(col(Rendition.object_key)).order_by("object_key"))).all())


async def test_a_hundred_who_ask_at_once_make_one_picture(
    client: httpx.AsyncClient, renditions: Renditions, facts: Facts, asset: Asset
) -> None:
    responses = await asyncio.gather(*(client.get(path_of(facts, asset)) for _ in range(100)))
    assert {(response.status_code, response.content) for response in responses} == {
        (200, responses[0].content)
    }
    assert renditions.pool.jobs_done == 1
    assert len(await rows_of(renditions.database)) == 1


async def test_two_processes_that_are_asked_at_once_make_one_picture(
    client: httpx.AsyncClient, renditions: Renditions, depot: Depot, facts: Facts, asset: Asset
) -> None:
    # Two that know nothing of each other but the database and the bucket, as two processes do.
    other = Renditions(depot.database, depot.storage, depot.settings)
    transport = httpx.ASGITransport(Starlette(routes=[media_route(other)]))
    async with httpx.AsyncClient(transport=transport, base_url="http://other") as second:
        asked = [one.get(path_of(facts, asset)) for one in (client, second) for _ in range(10)]
        responses = await asyncio.gather(*asked)
    await other.close()
    assert {response.status_code for response in responses} == {200}
    assert renditions.pool.jobs_done + other.pool.jobs_done == 1


async def test_whoever_leaves_stops_nothing_for_others(
    client: httpx.AsyncClient, renditions: Renditions, facts: Facts, asset: Asset
) -> None:
    first, second = (asyncio.create_task(client.get(path_of(facts, asset))) for _ in range(2))
    # Both have asked by then: nothing is made in less.
    await asyncio.sleep(0.05)
    first.cancel()
    assert (await second).status_code == 200
    assert first.cancelled()
    assert renditions.pool.jobs_done == 1


async def test_whoever_hangs_up_stops_nothing_for_others(
    renditions: Renditions, facts: Facts, asset: Asset
) -> None:
    path = path_of(facts, asset)
    async with served(Starlette(routes=[media_route(renditions)])) as port:
        # These send their request over a socket and are gone before there is an answer: the connections are reset.
        for _ in range(5):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            await writer.drain()
            await asyncio.sleep(0.01)
            writer.transport.abort()
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as stays:
            response = await stays.get(path)
    assert (response.status_code, decoded(response.content).width) == (200, 320)
    assert renditions.pool.jobs_done == 1


async def test_a_picture_that_nobody_waits_for_any_more_is_kept_for_the_next(
    renditions: Renditions, facts: Facts, asset: Asset
) -> None:
    path = path_of(facts, asset)
    async with served(Starlette(routes=[media_route(renditions)])) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        await writer.drain()
        async with asyncio.timeout(30):
            while not renditions._making:  # noqa: ASYNC110  # pyright: ignore[reportPrivateUsage]  (until the server has begun)
                await asyncio.sleep(0.005)
        writer.transport.abort()
        async with asyncio.timeout(30):
            while not await rows_of(renditions.database):  # noqa: ASYNC110  (nobody is told)
                await asyncio.sleep(0.05)
    assert renditions.pool.jobs_done == 1


async def test_the_bucket_keeps_what_was_made(
    client: httpx.AsyncClient, renditions: Renditions, storage: Storage, facts: Facts, asset: Asset
) -> None:
    response = await client.get(path_of(facts, asset))
    key = f"renditions/{asset.id}/{asset.sha256[:16]}/w320.webp"
    assert await rows_of(renditions.database) == [key]
    assert storage.get(key) == response.content


async def test_what_the_bucket_has_lost_is_made_again(
    client: httpx.AsyncClient, renditions: Renditions, storage: Storage, facts: Facts, asset: Asset
) -> None:
    first = await client.get(path_of(facts, asset))
    [key] = await rows_of(renditions.database)
    storage.delete(key)
    renditions.memory = type(renditions.memory)(0)
    second = await client.get(path_of(facts, asset))
    assert (second.status_code, second.content) == (200, first.content)
    assert renditions.pool.jobs_done == 2
    assert storage.get(key) == first.content


async def test_beyond_what_may_be_kept_the_oldest_gives_way(
    client: httpx.AsyncClient, renditions: Renditions, storage: Storage, facts: Facts, asset: Asset
) -> None:
    renditions.settings = renditions.settings.model_copy(update={"renditions_per_asset_max": 2})
    for width in (32, 48, 64):
        assert (await client.get(path_of(facts, asset, width))).status_code == 200
    stem = f"renditions/{asset.id}/{asset.sha256[:16]}"
    assert await rows_of(renditions.database) == [f"{stem}/w48.webp", f"{stem}/w64.webp"]
    assert storage.keys(f"renditions/{asset.id}/") == [f"{stem}/w48.webp", f"{stem}/w64.webp"]
    assert (await client.get(path_of(facts, asset, 32))).status_code == 200


async def test_a_picture_that_is_deleted_meanwhile_leaves_nothing(
    client: httpx.AsyncClient, renditions: Renditions, storage: Storage, facts: Facts, asset: Asset
) -> None:
    render = renditions.pool.render

    async def render_late(job: object) -> object:
        async with renditions.database.transaction() as session:
            await delete_asset(session, SYSTEM, asset.id)
        return await render(job)  # pyright: ignore[reportArgumentType]

    renditions.pool.render = render_late  # pyright: ignore[reportAttributeAccessIssue]  (to be late is what is tested)
    assert (await client.get(path_of(facts, asset))).status_code == 404
    assert await rows_of(renditions.database) == []
    assert storage.keys(f"renditions/{asset.id}/") == []


async def test_a_picture_that_cannot_be_decoded_is_told_and_the_next_one_is_made(
    client: httpx.AsyncClient, renditions: Renditions, depot: Depot, facts: Facts, asset: Asset
) -> None:
    broken = await store_asset(depot, SYSTEM, encoded(".png"), "good.png")
    depot.storage.put(broken.object_key, encoded(".png")[:500], content_type="image/png")
    response = await client.get(path_of(facts, broken, 32))
    assert (response.status_code, response.headers["cache-control"]) == (422, "no-store")
    assert (await client.get(path_of(facts, asset))).status_code == 200
    assert len(await rows_of(renditions.database)) == 1


def job_of(folder: Path) -> dict[str, object]:
    """A job of the pool."""
    folder.mkdir(exist_ok=True)
    source = folder / "source"
    source.write_bytes(encoded(".jpg", width=900, height=700))
    return {
        "source": str(source), "target": str(folder / "target"), "loader": "jpegload", "width": 32, "height": None, "fit": "cover",
        "crop": None, "x": 0.5, "y": 0.5, "enlarged": False, "format": "webp", "quality": None, "animated": False,
    }  # fmt: skip


async def test_a_process_that_takes_too_long_is_replaced(tmp_path: Path) -> None:
    pool = RenderPool(1, seconds_max=0.000_1)
    with pytest.raises(CannotRender):
        await pool.render(job_of(tmp_path))
    pool.seconds_max = 30
    assert await pool.render(job_of(tmp_path / "again")) == {"width": 32, "height": 25}
    await pool.close()


@pytest.mark.parametrize("number", [signal.SIGXCPU, signal.SIGSEGV, signal.SIGABRT])
async def test_a_process_that_falls_over_a_picture_is_replaced_and_the_picture_is_not_tried_again(
    tmp_path: Path, number: int
) -> None:
    pool = RenderPool(1, seconds_max=30)
    await pool.render(job_of(tmp_path))
    [worker] = pool._idle  # pyright: ignore[reportPrivateUsage]  (to be ended as its bounds or a fault would)
    worker.process.send_signal(number)
    with pytest.raises(CannotRender):
        await pool.render(job_of(tmp_path / "second"))
    assert await pool.render(job_of(tmp_path / "third")) == {"width": 32, "height": 25}
    await pool.close()


def renderers() -> set[int]:
    """The processes of this one that make renditions."""
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    return {int(pid) for pid in children if "renderer.py" in command_of(pid)}


def command_of(pid: str) -> str:
    """The command line of a process; nothing of one that has just ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


async def test_a_process_that_is_killed_at_its_work_is_replaced_and_nobody_notices(
    client: httpx.AsyncClient, renditions: Renditions, facts: Facts, asset: Asset
) -> None:
    others = renderers()
    assert (await client.get(path_of(facts, asset, 64))).status_code == 200
    [pid] = renderers() - others
    # It has the job, and does not come to its end.
    os.kill(pid, signal.SIGSTOP)
    asked = asyncio.create_task(client.get(path_of(facts, asset)))
    # Until it has been given the job.
    while renditions.pool._idle:  # noqa: ASYNC110  # pyright: ignore[reportPrivateUsage]  (nobody tells of it)
        await asyncio.sleep(0.01)
    os.kill(pid, signal.SIGKILL)
    response = await asked
    assert response.status_code == 200
    assert decoded(response.content).width == 320
    assert pid not in renderers()


async def test_if_every_process_is_killed_the_client_is_told_to_come_again_and_nothing_is_kept(
    client: httpx.AsyncClient, renditions: Renditions, storage: Storage, facts: Facts, asset: Asset
) -> None:
    others, killed = renderers(), set[int]()
    asked = asyncio.create_task(client.get(path_of(facts, asset)))
    while not asked.done():
        for pid in renderers() - killed - others:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                killed.add(pid)
        # At once: on a busy machine a process could be done before it is looked for again.
        await asyncio.sleep(0)
    response = await asked
    assert (response.status_code, response.headers.get("retry-after")) == (503, "2"), response.text
    assert response.headers["cache-control"] == "no-store"
    assert len(killed) == 2
    assert await rows_of(renditions.database) == []
    assert storage.keys(f"renditions/{asset.id}/") == []
    assert (await client.get(path_of(facts, asset))).status_code == 200


async def test_more_than_can_be_made_is_told_to_come_later(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, facts: Facts, asset: Asset
) -> None:
    monkeypatch.setattr("cms.assets.renditions.WAITING_MAX", 0)
    response = await client.get(path_of(facts, asset))
    assert (response.status_code, response.headers.get("retry-after")) == (503, "2"), response.text


MAKE_AND_FALL = """
import asyncio, os, signal, sys
from uuid import UUID
from cms.assets.models import Asset
from cms.assets.recipes import ImageFormat, Recipe
from cms.assets.renditions import Original, Renditions, Wish
from cms.assets.storage import Storage
from cms.config import settings_from_environment
from cms.database import Database
from cms.delivery.media import media_route

def fall(*_, **__): os.kill(os.getpid(), signal.SIGKILL)

async def main(point, asset_id, key):
    settings = settings_from_environment()
    database, storage = Database(settings.database_url.get_secret_value()), Storage(settings)
    renditions = Renditions(database, storage, settings)
    async with database.transaction() as session:
        asset = await session.get(Asset, UUID(asset_id))
    names = ("id", "object_key", "content_type", "byte_size", "sha256", "filename", "width", "height", "frames", "has_alpha")
    original = Original(*(getattr(asset, name) for name in names))
    if point == "before it is stored":
        storage.put = fall
    if point == "after it is stored":
        renditions._surplus = fall
    if point == "while it is made":
        renditions.pool.render = fall
    await renditions.make(Wish(original, Recipe(width=320), ImageFormat.WEBP, key))

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.parametrize("point", ["while it is made", "before it is stored", "after it is stored"])
async def test_a_server_that_is_killed_leaves_nothing_half_made_to_be_seen(
    client: httpx.AsyncClient,
    renditions: Renditions,
    settings: Settings,
    facts: Facts,
    asset: Asset,
    point: str,
) -> None:
    key = f"renditions/{asset.id}/{asset.sha256[:16]}/w320.webp"
    assert settings.database_url is not None and settings.s3_secret_key is not None
    environment = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "S3_ENDPOINT": settings.s3_endpoint or "",
        "S3_BUCKET": settings.s3_bucket,
        "S3_ACCESS_KEY": settings.s3_access_key or "",
        "S3_SECRET_KEY": settings.s3_secret_key.get_secret_value(),
    }
    command = [sys.executable, "-c", MAKE_AND_FALL, point, str(asset.id), key]
    ended = await asyncio.to_thread(
        subprocess.run, command, cwd=PROJECT_ROOT, env=environment, check=False, timeout=60
    )
    assert ended.returncode == -signal.SIGKILL
    assert await rows_of(renditions.database) == []
    response = await client.get(path_of(facts, asset))
    assert response.status_code == 200
    assert await rows_of(renditions.database) == [key]
    assert renditions.storage.get(key) == response.content
