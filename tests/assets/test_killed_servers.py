"""kill -9 of a whole server at any request to the bucket that an upload or a rendition makes: the next server finds nothing half-made."""

import asyncio
from collections.abc import Callable, Coroutine
from itertools import count
from typing import Any

import httpx
import pytest

from cms.accounts.service import create_token
from cms.assets.addresses import rendition_url
from cms.assets.uploads import Depot, store_asset
from cms.permissions import SYSTEM, Role
from cms.reading.sources import Facts
from tests.assets.servers import SECONDS_MAX, Server, serving
from tests.assets.stopping import gate
from tests.assets.test_killed_processes import PICTURE, check_what_is_seen, clean

UPLOAD = "mutation($input: UploadAssetInput!) { uploadAsset(input: $input) { asset { sha256 } errors { message } } }"
BOTH = pytest.mark.parametrize("is_done", [False, True], ids=["before", "after"])
Ask = Callable[[Server], Coroutine[Any, Any, httpx.Response]]


async def killed_once(depot: Depot, ask: Ask, number: int, *, is_done: bool) -> bool:
    """Kill a server at its request of this number that the asking makes it send; whether it came so far."""
    assert depot.settings.s3_endpoint is not None
    async with (
        gate(depot.settings.s3_endpoint, 1_000_000, is_done=is_done) as found,
        serving(depot.settings, s3_endpoint=found.url) as server,
    ):
        found.number = found.count + number
        asking = asyncio.create_task(ask(server))
        reached = asyncio.create_task(found.reached.wait())
        await asyncio.wait({asking, reached}, timeout=SECONDS_MAX, return_when=asyncio.FIRST_COMPLETED)
        reached.cancel()
        if not found.reached.is_set():
            assert (await asking).status_code == 200
            return False
        await server.kill()
        with pytest.raises(httpx.TransportError):
            await asking
        return True


async def killed_at_each(depot: Depot, ask: Ask, *, is_done: bool) -> int:
    """Kill servers at their first request, then at the second, and so on, until one comes to its end; how many were killed."""
    for number in count(1):
        is_killed = await killed_once(depot, ask, number, is_done=is_done)
        await check_what_is_seen(depot)
        if not is_killed:
            return number - 1
    raise AssertionError


@BOTH
async def test_a_rendition_is_made_by_the_next_server(
    depot: Depot, monkeypatch: pytest.MonkeyPatch, is_done: bool
) -> None:
    asset = await store_asset(depot, SYSTEM, PICTURE, "a.jpg")

    async def ask(server: Server) -> httpx.Response:
        facts = Facts(server.url, depot.database.signing_key)
        address = rendition_url(facts, str(asset.id), asset.sha256, None, None, 32)
        async with httpx.AsyncClient(trust_env=False, timeout=SECONDS_MAX) as client:
            return await client.get(address)

    # One to fetch the original, one to store what was made of it.
    assert await killed_at_each(depot, ask, is_done=is_done) == 2
    await clean(depot, monkeypatch)
    assert await check_what_is_seen(depot) == 2


@BOTH
async def test_a_file_sent_again_to_the_next_server_is_one_asset(
    depot: Depot, monkeypatch: pytest.MonkeyPatch, is_done: bool
) -> None:
    async with depot.database.transaction() as session:
        _, secret = await create_token(session, SYSTEM, "an editor", Role.EDITOR)

    async def ask(server: Server) -> httpx.Response:
        form = {
            "operations": f'{{"query": "{UPLOAD}", "variables": {{"input": {{"file": null}}}}}}',
            "map": '{"0": ["variables.input.file"]}',
        }
        headers = {"Authorization": f"Bearer {secret}", "GraphQL-Require-Preflight": "1"}
        files = {"0": ("a.jpg", PICTURE, "image/jpeg")}
        async with httpx.AsyncClient(trust_env=False, timeout=SECONDS_MAX) as client:
            return await client.post(f"{server.url}/graphql", data=form, files=files, headers=headers)

    assert await killed_at_each(depot, ask, is_done=is_done) == 1
    await clean(depot, monkeypatch)
    assert await check_what_is_seen(depot) == 1
    assert len(depot.storage.keys("assets/")) == 1
