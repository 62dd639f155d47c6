"""Sessions on the worker's database; what a test writes is rolled back, or the tables are emptied after it."""

from collections.abc import AsyncGenerator

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import listening, tables
from cms.database import Database
from tests.desk import empty

__all__ = ["listening"]


@pytest.fixture(scope="session")
def database(open_database: Database) -> Database:
    """The worker's database."""
    return open_database


@pytest.fixture(scope="module", autouse=True)
async def emptied(database: Database) -> None:
    """What the tests of other folders have left is removed before the first test of a file."""
    await empty(database)


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
    await empty(database)
