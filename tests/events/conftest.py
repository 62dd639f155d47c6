"""A connection that reads events, beside those that write."""

from collections.abc import AsyncGenerator

import asyncpg
import pytest_asyncio

import cms.articles.listening  # pyright: ignore[reportUnusedImport]  (hears of changes below the articles)
from cms.config import Settings
from cms.database import plain_url
from tests.desk import database

__all__ = ["cms", "database"]


@pytest_asyncio.fixture
async def reader(settings: Settings) -> AsyncGenerator[asyncpg.Connection]:
    """A raw connection."""
    assert settings.database_url is not None
    connection = await asyncpg.connect(plain_url(settings.database_url.get_secret_value()))
    yield connection
    await connection.close()
