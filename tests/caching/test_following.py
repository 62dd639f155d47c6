"""A process follows what others commit: promptly, by asking again when nothing is announced, and never for longer than it knows to be true."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable

import pytest
from sqlalchemy import text

from cms.accounts.service import create_token
from cms.config import Settings
from cms.database import Database
from cms.ids import public_id
from cms.permissions import SYSTEM, Role
from cms.site.service import SiteFields, update_site
from tests.caching.conftest import Cached, started
from tests.reading.newsroom import Newsroom

SITE = "{ site { name } }"
RENAME = "mutation($name: String!, $read: Int!) { updateSite(input: {expectedVersion: $read, name: $name}) { site { name } errors { message } } }"
WAIT_SECONDS = 20.0
END_CONNECTIONS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'kiosque events' AND datname = current_database()"


async def rename(desk: Database, name: str) -> None:
    """Change the name of the site, past the applications."""
    async with desk.transaction() as session:
        await update_site(session, SYSTEM, SiteFields(name=name))


async def name_of(app: Cached) -> str:
    """The site's name as the application tells the public."""
    return (await app.ask(SITE)).json()["data"]["site"]["name"]


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait until it holds; however busy the machine is, not for ever."""
    async with asyncio.timeout(WAIT_SECONDS):
        while not await condition():  # noqa: ASYNC110  (what others do is not ours to announce)
            await asyncio.sleep(0.01)


@pytest.fixture
async def secret(desk: Database, room: Newsroom) -> str:
    """An administrator's token."""
    async with desk.transaction() as session:
        return (await create_token(session, SYSTEM, "admin", Role.ADMIN, None))[1]


@pytest.fixture
async def deaf(caching_settings: Settings, room: Newsroom) -> AsyncGenerator[Cached]:
    """An application that would look for events by itself only after an hour, and trusts what it has heard as long."""
    patient = {"events_poll_seconds": 3_600.0, "response_cache_stale_seconds_max": 3_600.0}
    async with started(caching_settings.model_copy(update=patient)) as found:
        yield found


async def test_a_change_is_announced_to_every_process(deaf: Cached, cached: Cached, desk: Database) -> None:
    for app in (deaf, cached):
        assert await name_of(app) == await name_of(app) != "Announced"
        assert len(app.cache) > 0
    await rename(desk, "Announced")

    async def is_heard() -> bool:
        return await name_of(deaf) == await name_of(cached) == "Announced"

    await until(is_heard)


async def test_whoever_changes_something_reads_it_in_the_next_moment(deaf: Cached, secret: str) -> None:
    for number in range(10):
        await name_of(deaf)
        read = (await deaf.ask("{ site { version } }")).json()["data"]["site"]["version"]
        change = {"name": f"Mine {number}", "read": read}
        answer = await deaf.ask(RENAME, change, authorization=f"Bearer {secret}")
        assert answer.json()["data"]["updateSite"]["errors"] == []
        assert await name_of(deaf) == f"Mine {number}"


async def test_what_nothing_announces_is_found_by_looking(
    caching_settings: Settings, room: Newsroom, desk: Database
) -> None:
    often = caching_settings.model_copy(update={"events_poll_seconds": 0.05})
    async with started(often) as app:
        await name_of(app)
        async with desk.transaction() as session:
            # As if written by a database that knows no NOTIFY.
            await session.execute(text("ALTER TABLE site DISABLE TRIGGER USER"))
            await session.execute(text("UPDATE site SET name = 'Unannounced'"))
            await session.execute(text("ALTER TABLE site ENABLE TRIGGER USER"))
            await session.execute(
                text(
                    "INSERT INTO event (noun, action, is_public, tags) VALUES ('site', 'UPDATED', true, '{site}')"
                )
            )

        async def is_found() -> bool:
            return await name_of(app) == "Unannounced"

        await until(is_found)


async def test_a_lost_connection_is_opened_again_and_nothing_is_kept_over_it(
    deaf: Cached, desk: Database
) -> None:
    await name_of(deaf)
    assert len(deaf.cache) > 0
    async with desk.transaction() as session:
        await session.execute(text(END_CONNECTIONS))
        await update_site(session, SYSTEM, SiteFields(name="While nobody listened"))

    async def is_back() -> bool:
        assert await name_of(deaf) in {"While nobody listened", *before}
        return deaf.cache.is_on and await name_of(deaf) == "While nobody listened"

    before = {await name_of(deaf)}
    await until(is_back)
    await rename(desk, "Heard again")

    async def is_heard() -> bool:
        return await name_of(deaf) == "Heard again"

    await until(is_heard)


async def test_without_a_connection_every_answer_is_computed(
    caching_settings: Settings, room: Newsroom, desk: Database
) -> None:
    async with started(caching_settings) as app:
        await name_of(app)
        app.follower._url = "postgresql://nobody@127.0.0.1:9/nothing"  # pyright: ignore[reportPrivateUsage]  (the server moves away)
        async with desk.transaction() as session:
            await session.execute(text(END_CONNECTIONS))

        async def is_off() -> bool:
            return not app.cache.is_on

        await until(is_off)
        for name in ("One", "Two"):
            await rename(desk, name)
            assert await name_of(app) == name
        assert len(app.cache) == 0


async def test_a_server_that_hangs_is_not_believed_for_longer_than_said(
    caching_settings: Settings, room: Newsroom, desk: Database
) -> None:
    short = {"response_cache_stale_seconds_max": 0.5, "events_poll_seconds": 0.05}
    async with started(caching_settings.model_copy(update=short)) as app:
        await name_of(app)
        async with desk.transaction() as session:
            # Nobody can read events while this lock is held; a NOTIFY is on its way no more than an event.
            await session.execute(text("LOCK TABLE event IN ACCESS EXCLUSIVE MODE"))
            locked = time.monotonic()

            async def is_off() -> bool:
                return not app.cache.is_on

            await until(is_off)
            assert time.monotonic() - locked >= 0.3


async def test_drafts_and_errors_are_never_kept(cached: Cached, secret: str, room: Newsroom) -> None:
    await cached.follower.catch_up()
    cached.cache.lose()
    cached.cache.begin(time.monotonic())
    token = {"authorization": f"Bearer {secret}"}
    article = "query($id: ID!) { article(id: $id) { title status } }"
    for variables in ({"id": public_id("article", room.drafts[0])}, {"id": room.ids("article")[0]}):
        for headers in (
            token,
            {**token, "x-perspective": "draft"},
            {**token, "x-perspective": "at:2026-02-01T12:00:00Z"},
        ):
            answer = await cached.ask(article, variables, **headers)
            assert answer.headers["cache-control"] == "private, no-store"
    refused = await cached.ask("{ articles(first: 1000) { nodes { title } } }")
    assert (refused.headers["cache-control"], "errors" in refused.json()) == ("private, no-store", True)
    assert len(cached.cache) == 0
    assert (await cached.ask(article, {"id": public_id("article", room.drafts[0])})).json() == {
        "data": {"article": None}
    }
    assert len(cached.cache) == 1


async def test_staff_see_the_tags_of_what_is_published_and_of_nothing_else(
    cached: Cached, secret: str, room: Newsroom
) -> None:
    body = {"query": "{ site { name } }", "extensions": {"cacheTags": True}}
    token = {"authorization": f"Bearer {secret}"}
    told = (await cached.client.post("/graphql", json=body, headers=token)).json()["extensions"]
    assert told == {"statements": 1, "cacheTags": ["site"]}
    draft = {**token, "x-perspective": "draft"}
    assert (
        "cacheTags"
        not in (await cached.client.post("/graphql", json=body, headers=draft)).json()["extensions"]
    )
