"""A newsroom in a database of its own, read by all tests of this folder and written by none."""

from collections.abc import AsyncGenerator, Generator

import pytest
from pydantic import SecretStr

import cms.articles.listening  # pyright: ignore[reportUnusedImport]  (hears of changes below the articles)
from cms.articles import tables
from cms.config import Settings
from cms.database import Database
from cms.embedded.engines import EngineAddresses
from cms.secret_keys import load_signing_key
from tests import desk
from tests.engines import cloned_database
from tests.reading.asking import DRAFT_VIEW, EDITOR_VIEW, PUBLIC_VIEW, Questions, View, at_view, preview_view
from tests.reading.newsroom import Newsroom, make_newsroom

__all__ = ["cms"]


@pytest.fixture(scope="session")
def reading_url(engines: EngineAddresses, worker_name: str) -> Generator[str]:
    """A database of these tests' own."""
    with cloned_database(engines, f"kiosque_reading_{worker_name}") as url:
        yield url


@pytest.fixture(scope="session")
def reading_settings(settings: Settings, reading_url: str) -> Settings:
    """Settings for that database, with pictures at an address that says nothing of ports."""
    own = {"database_url": SecretStr(reading_url), "base_url": "https://api.example"}
    return settings.model_copy(update=own)


@pytest.fixture(scope="session")
async def reading_database(reading_url: str) -> AsyncGenerator[Database]:
    """That database, open."""
    found = Database(reading_url, pool_size=5)
    await found.open()
    await load_signing_key(found)
    yield found
    await found.close()


@pytest.fixture(scope="session")
async def newsroom(reading_database: Database) -> Newsroom:
    """What there is to read."""
    return await make_newsroom(reading_database)


@pytest.fixture(scope="session")
async def questions(reading_settings: Settings, reading_database: Database, newsroom: Newsroom) -> Questions:
    """Questions to the newsroom."""
    return Questions(reading_settings, reading_database)


@pytest.fixture(scope="session")
def views(newsroom: Newsroom) -> list[View]:
    """Everybody who reads: the public, editors in each perspective, and whoever has a preview link to one or another draft."""
    previewed = [*newsroom.drafts[:2], *newsroom.published[:1], *newsroom.unpublished[:2]]
    return [
        PUBLIC_VIEW,
        EDITOR_VIEW,
        DRAFT_VIEW,
        *(at_view(time) for time in newsroom.times),
        *(preview_view(key) for key in previewed),
    ]


@pytest.fixture
async def empty(open_database: Database) -> AsyncGenerator[Database]:
    """The worker's database with nothing in it but a site of four locales; emptied afterwards, too."""
    await desk.empty(open_database)
    async with open_database.transaction() as session:
        await session.execute(tables.site.update().values(locales=["en", "fr", "ja", "zh"]))
    yield open_database
    await desk.empty(open_database)


@pytest.fixture
def asked(settings: Settings, empty: Database) -> Questions:
    """Questions to the worker's database."""
    return Questions(settings, empty)
