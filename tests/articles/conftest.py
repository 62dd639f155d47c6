"""Sessions on the worker's database; what a test writes is rolled back, or the tables are emptied after it."""

from collections.abc import AsyncGenerator

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import listening, tables
from cms.database import Database

__all__ = ["listening"]
EMPTIED = ("article", "author", "tag", "section", "asset", "api_token")


@pytest.fixture(scope="session")
async def database(database_url: str) -> AsyncGenerator[Database]:
    """The worker's database."""
    found = Database(database_url, pool_size=5)
    yield found
    await found.close()


@pytest.fixture(scope="module", autouse=True)
async def emptied(database: Database) -> None:
    """What the tests of other folders have left is removed before the first test of a file."""
    await _empty(database)


async def _empty(database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(text(f"TRUNCATE {', '.join(EMPTIED)} CASCADE"))
        await session.execute(tables.site.update().values(locales=["en"], default_locale="en"))


@pytest.fixture
async def session(database: Database) -> AsyncGenerator[AsyncSession]:
    """A session whose transaction is rolled back after the test. The site has the locales en and fr."""
    async with database.sessions() as session:
        transaction = await session.begin()
        await session.execute(tables.site.update().values(locales=["en", "fr"], default_locale="en"))
        yield session
        await transaction.rollback()


@pytest.fixture
async def committed(database: Database) -> AsyncGenerator[Database]:
    """The database for tests whose transactions commit; its content is removed afterwards."""
    async with database.transaction() as session:
        await session.execute(tables.site.update().values(locales=["en", "fr"], default_locale="en"))
    yield database
    await _empty(database)
