"""A newsroom that changes, read through two processes' worth of application that cache, and one that does not."""

from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from cms.app import create_app
from cms.config import Settings
from cms.database import Database
from cms.embedded.engines import EngineAddresses
from cms.endpoint.responses import ResponseCache
from cms.events.following import Follower
from tests.engines import cloned_database
from tests.reading.newsroom import Newsroom, make_newsroom


@dataclass
class Cached:
    """An application with a cache, as its readers and its operator see it."""

    app: FastAPI
    client: httpx.AsyncClient

    @property
    def cache(self) -> ResponseCache:
        """What it keeps."""
        return self.app.state.cache

    @property
    def follower(self) -> Follower:
        """What tells the cache of changes."""
        return self.app.state.follower

    async def ask(
        self, query: str, variables: dict[str, Any] | None = None, **headers: str
    ) -> httpx.Response:
        """The answer to a query by POST."""
        return await self.client.post(
            "/graphql", json={"query": query, "variables": variables or {}}, headers=headers
        )


@asynccontextmanager
async def started(settings: Settings) -> AsyncGenerator[Cached]:
    """The application, started, once its cache knows where it stands."""
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        if app.state.follower is not None:
            while not (app.state.follower.is_connected and await app.state.follower.catch_up()):
                await settled()
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://kiosque.test") as client:
            yield Cached(app, client)


async def settled() -> None:
    """Give the follower a moment."""
    import asyncio

    await asyncio.sleep(0.01)


@pytest.fixture(scope="module")
def caching_url(engines: EngineAddresses, worker_name: str) -> Generator[str]:
    """A database of these tests' own."""
    with cloned_database(engines, f"kiosque_caching_{worker_name}") as url:
        yield url


@pytest.fixture(scope="module")
def caching_settings(settings: Settings, caching_url: str) -> Settings:
    """Settings with a cache."""
    own = {"database_url": SecretStr(caching_url), "response_cache_bytes_max": 64_000_000}
    return settings.model_copy(update=own)


@pytest.fixture(scope="module")
async def desk(caching_url: str) -> AsyncGenerator[Database]:
    """The database, for those who write past the applications."""
    found = Database(caching_url, pool_size=4)
    await found.open()
    yield found
    await found.close()


@pytest.fixture(scope="module")
async def room(desk: Database) -> Newsroom:
    """What there is to read at first."""
    return await make_newsroom(desk)


@pytest.fixture(scope="module")
async def cached(caching_settings: Settings, room: Newsroom) -> AsyncGenerator[Cached]:
    """One application with a cache."""
    async with started(caching_settings) as found:
        yield found


@pytest.fixture(scope="module")
async def another(caching_settings: Settings, room: Newsroom) -> AsyncGenerator[Cached]:
    """Another one on the same database."""
    async with started(caching_settings) as found:
        yield found


@pytest.fixture(scope="module")
async def uncached(caching_settings: Settings, room: Newsroom) -> AsyncGenerator[Cached]:
    """One that computes every answer."""
    off = caching_settings.model_copy(update={"response_cache_bytes_max": 0})
    async with started(off) as found:
        yield found
