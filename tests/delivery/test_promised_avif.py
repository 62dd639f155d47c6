"""AVIF of pictures that take too long while a browser waits: promised once, made by a worker, given to whoever asks from then on."""

import asyncio
from collections.abc import AsyncGenerator

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text

from cms.assets.addresses import rendition_url
from cms.assets.library import delete_asset
from cms.assets.models import Asset
from cms.assets.promises import KEPT_SECONDS
from cms.assets.renditions import CACHE_CONTROL, Renditions
from cms.assets.storage import Storage
from cms.assets.uploads import Depot, store_asset
from cms.commands.worker import do_jobs
from cms.config import Settings
from cms.database import Database
from cms.permissions import SYSTEM
from cms.reading.sources import Facts
from tests.pictures import animated, encoded

BROWSER = {"Accept": "image/avif,image/webp,image/*,*/*;q=0.8"}
WAIT_SECONDS = 90
Seen = tuple[int, str, str]


@pytest_asyncio.fixture(autouse=True)
async def no_jobs(depot: Depot) -> AsyncGenerator[None]:
    """Nothing waits, before and after."""
    await forget_jobs(depot.database)
    yield
    await forget_jobs(depot.database)


async def forget_jobs(database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(text("DELETE FROM procrastinate_jobs"))


@pytest_asyncio.fixture
async def asset(depot: Depot) -> Asset:
    return await store_asset(depot, SYSTEM, encoded(".jpg", width=900, height=700), "noise.jpg")


def path_of(facts: Facts, asset: Asset, **asked: object) -> str:
    return rendition_url(facts, str(asset.id), asset.sha256, None, None, **asked)  # pyright: ignore[reportArgumentType]  (as the engine calls it)


async def seen(client: httpx.AsyncClient, path: str, headers: dict[str, str] = BROWSER) -> Seen:
    response = await client.get(path, headers=headers)
    assert response.headers.get("vary") == "Accept"
    return response.status_code, response.headers["content-type"], response.headers["cache-control"]


async def statuses(database: Database) -> list[str]:
    async with database.transaction() as session:
        return list((await session.scalars(text("SELECT status::text FROM procrastinate_jobs"))).all())


async def work(settings: Settings, database: Database) -> None:
    """Let a worker do what waits."""
    hurried = settings.model_copy(update={"job_poll_seconds": 0.1})
    working = asyncio.create_task(do_jobs(hurried, database))
    async with asyncio.timeout(WAIT_SECONDS):
        while not working.done() and {"todo", "doing"} & set(await statuses(database)):  # noqa: ASYNC110  (the worker tells nobody)
            await asyncio.sleep(0.1)
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)


async def test_who_takes_avif_gets_webp_for_a_minute_and_avif_once_a_worker_has_made_it(
    client: httpx.AsyncClient, renditions: Renditions, storage: Storage, facts: Facts, asset: Asset
) -> None:
    path = path_of(facts, asset)
    found = await asyncio.gather(*(seen(client, path) for _ in range(20)))
    assert set(found) == {(200, "image/webp", f"public, max-age={KEPT_SECONDS}")}
    assert await statuses(renditions.database) == ["todo"]
    await work(renditions.settings, renditions.database)
    assert await statuses(renditions.database) == []
    # The worker has made it, and not this server, which has made WebP.
    assert renditions.pool.jobs_done == 1
    assert await seen(client, path) == (200, "image/avif", CACHE_CONTROL)
    assert renditions.pool.jobs_done == 1
    stem = f"renditions/{asset.id}/{asset.sha256[:16]}/full"
    assert storage.keys(f"renditions/{asset.id}/") == [f"{stem}.avif", f"{stem}.webp"]


async def test_who_does_not_take_avif_keeps_the_answer_and_makes_no_work(
    client: httpx.AsyncClient, renditions: Renditions, facts: Facts, asset: Asset
) -> None:
    for accept, content_type in (("image/webp", "image/webp"), ("*/*", "image/jpeg")):
        found = await seen(client, path_of(facts, asset), {"Accept": accept})
        assert found == (200, content_type, CACHE_CONTROL)
    assert await statuses(renditions.database) == []


async def test_two_servers_promise_once(
    client: httpx.AsyncClient, renditions: Renditions, depot: Depot, facts: Facts, asset: Asset
) -> None:
    other = Renditions(depot.database, depot.storage, depot.settings)
    digits = asset.sha256[:16]
    promised = await asyncio.gather(
        *(
            one.promises.promise(f"renditions/{asset.id}/{digits}/full.avif", asset.id, digits, "full.avif")
            for one in (renditions, other)
            for _ in range(5)
        )
    )
    await other.close()
    assert promised == [True] * 10
    assert await statuses(renditions.database) == ["todo"]


async def test_the_smaller_one_is_given_where_both_are_there(
    client: httpx.AsyncClient, renditions: Renditions, facts: Facts, asset: Asset
) -> None:
    path = path_of(facts, asset)
    await seen(client, path)
    await work(renditions.settings, renditions.database)
    async with renditions.database.transaction() as session:
        await session.execute(
            text("UPDATE rendition SET byte_size = byte_size * 100 WHERE content_type = 'image/avif'")
        )
    assert await seen(client, path) == (200, "image/webp", CACHE_CONTROL)


async def test_what_a_worker_has_given_up_is_not_promised_again(
    client: httpx.AsyncClient, renditions: Renditions, depot: Depot, facts: Facts, asset: Asset
) -> None:
    path = path_of(facts, asset)
    await seen(client, path)
    async with renditions.database.transaction() as session:
        await session.execute(text("UPDATE procrastinate_jobs SET status = 'failed'"))
    renditions.promises = type(renditions.promises)(depot.database)
    assert await seen(client, path) == (200, "image/webp", CACHE_CONTROL)
    assert await statuses(renditions.database) == ["failed"]


@pytest.mark.parametrize("most", [0, 500_000])
async def test_what_is_too_large_for_a_job_too_stays_webp_for_good(
    client: httpx.AsyncClient, renditions: Renditions, facts: Facts, asset: Asset, most: int
) -> None:
    renditions.settings = renditions.settings.model_copy(update={"avif_job_pixels_max": most})
    assert await seen(client, path_of(facts, asset)) == (200, "image/webp", CACHE_CONTROL)
    assert await statuses(renditions.database) == []


async def test_what_moves_is_not_made_still(
    client: httpx.AsyncClient, renditions: Renditions, depot: Depot, facts: Facts
) -> None:
    moving = await store_asset(depot, SYSTEM, animated(width=900, height=700), "blink.gif")
    assert await seen(client, path_of(facts, moving)) == (200, "image/webp", CACHE_CONTROL)
    assert await statuses(renditions.database) == []


async def test_a_promise_for_a_picture_that_has_gone_is_forgotten(
    client: httpx.AsyncClient, renditions: Renditions, facts: Facts, asset: Asset
) -> None:
    await seen(client, path_of(facts, asset))
    async with renditions.database.transaction() as session:
        await delete_asset(session, SYSTEM, asset.id)
    await work(renditions.settings, renditions.database)
    assert await statuses(renditions.database) == []
