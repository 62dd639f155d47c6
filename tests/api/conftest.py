"""What these tests stand on: the whole application on an emptied database, and somebody to ask it."""

from collections.abc import AsyncGenerator

import httpx
import pytest_asyncio
from fastapi import FastAPI

from cms.app import create_app
from cms.articles import tables
from cms.config import Settings
from cms.database import Database
from tests.api.asking import Api
from tests.api.newsroom import PICTURE, PICTURES
from tests.assets.conftest import depot, storage
from tests.desk import database, empty
from tests.websites import LOOPBACK, found, website

__all__ = ["database", "depot", "storage"]


@pytest_asyncio.fixture(scope="session")
async def app(settings: Settings) -> AsyncGenerator[FastAPI]:
    """The application, started. It fetches pictures from a website of this machine."""
    async with website(**{"grey.png": found(PICTURE)}) as site:
        PICTURES.url = site.url
        own = settings.model_copy(update={"import_ports": [site.port]})
        app = create_app(own, reach=LOOPBACK)
        async with app.router.lifespan_context(app):
            yield app


@pytest_asyncio.fixture(scope="module", autouse=True)
async def nothing_left(open_database: Database) -> AsyncGenerator[None]:
    """Leave the worker's database to the next module as empty as it was: these tests commit."""
    yield
    await empty(open_database)


@pytest_asyncio.fixture
async def api(app: FastAPI, database: Database) -> AsyncGenerator[Api]:
    """The application on an empty database, whose site has the locales en and fr."""
    async with database.transaction() as session:
        await session.execute(tables.site.update().values(locales=["en", "fr"], default_locale="en"))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://kiosque.test") as client:
        yield Api(client, database)
