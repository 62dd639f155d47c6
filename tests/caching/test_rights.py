"""No kept answer, and no cache that heeds its headers, shows a picture longer than its rights last."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from cms.assets.description import AssetFields
from cms.assets.library import update_asset
from cms.database import Database
from cms.ids import public_id
from cms.permissions import SYSTEM
from tests.caching.conftest import Cached, settled
from tests.caching.test_following import WAIT_SECONDS
from tests.factories import make_asset, make_author
from tests.reading.newsroom import Newsroom

FACE = "query($id: ID!) { author(id: $id) { name avatar { id } } }"
CONTROL = re.compile(r"public, max-age=(\d+), s-maxage=(\d+), stale-while-revalidate=(\d+)")


def longest_kept(control: str) -> int:
    """For how many seconds an answer may be given that says this."""
    found = CONTROL.fullmatch(control)
    assert found is not None
    own, shared, stale = map(int, found.groups())
    return max(own, shared) + stale


async def author_with_face(desk: Database) -> tuple[UUID, UUID]:
    async with desk.transaction() as session:
        face = await make_asset(session)
        return await make_author(session, avatar_id=face), face


async def limit(desk: Database, asset: UUID, until: datetime | None) -> None:
    async with desk.transaction() as session:
        await update_asset(session, SYSTEM, asset, AssetFields(rights_expire_at=until))


async def known(*apps: Cached) -> None:
    """Wait until the applications know what is committed."""
    for app in apps:
        while not await app.follower.catch_up():
            await settled()


async def test_what_is_kept_goes_at_the_moment(
    cached: Cached, another: Cached, uncached: Cached, desk: Database, room: Newsroom
) -> None:
    author, face = await author_with_face(desk)
    asked = {"id": public_id("author", author)}
    apps = (cached, another, uncached)
    until = datetime.now(UTC) + timedelta(seconds=2)
    await limit(desk, face, until)
    await known(*apps)
    shown, after = [0, 0, 0], [0, 0, 0]
    while min(after) < 3:
        for index, app in enumerate(apps):
            left = (until - datetime.now(UTC)).total_seconds()
            is_over = left <= 0
            answer = await app.ask(FACE, asked)
            is_shown = answer.json()["data"]["author"]["avatar"] is not None
            assert not (is_over and is_shown)
            if is_shown:
                assert longest_kept(answer.headers["cache-control"]) <= left
            shown[index] += is_shown
            after[index] += is_over
        await settled()
    await limit(desk, face, None)
    await known(*apps)
    for app in apps:
        assert (await app.ask(FACE, asked)).json()["data"]["author"]["avatar"] is not None


async def test_answers_are_kept_again_once_the_moment_has_passed(
    cached: Cached, desk: Database, room: Newsroom
) -> None:
    _, face = await author_with_face(desk)
    await limit(desk, face, datetime.now(UTC) + timedelta(seconds=0.3))
    await known(cached)
    async with asyncio.timeout(WAIT_SECONDS):
        while not (cached.cache.is_on and cached.cache.clock.seconds_left > 1_000):
            await settled()
    answer = await cached.ask("{ site { name } }")
    assert answer.headers["cache-control"] == "public, max-age=0, s-maxage=60, stale-while-revalidate=30"
    assert len(cached.cache) > 0
    await limit(desk, face, None)


@pytest.mark.parametrize("substitute", [False, True])
async def test_whoever_shows_an_author_hears_of_rights_that_come_back(
    cached: Cached, desk: Database, room: Newsroom, substitute: bool
) -> None:
    author, face = await author_with_face(desk)
    asked = {"id": public_id("author", author)}
    async with desk.transaction() as session:
        other = await make_asset(session) if substitute else None
        past = datetime(2020, 1, 1, tzinfo=UTC)
        fields = AssetFields(rights_expire_at=past, substitute_id=other)
        await update_asset(session, SYSTEM, face, fields)
    await known(cached)
    expected = None if other is None else {"id": public_id("asset", other)}
    assert (await cached.ask(FACE, asked)).json()["data"]["author"]["avatar"] == expected
    await limit(desk, face, None)
    await known(cached)
    back = (await cached.ask(FACE, asked)).json()["data"]["author"]["avatar"]
    assert back == {"id": public_id("asset", face)}
