"""Old versions go where the operator has said so: never a draft, never what was published."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.editing import update_article
from cms.articles.inputs import ArticleChanges
from cms.articles.publishing import publish_article
from cms.articles.refreshing import compare_live
from cms.articles.thinning import thin_versions
from cms.assets.storage import Storage
from cms.commands.worker import keep_house
from cms.config import Settings
from cms.database import Database, now
from cms.permissions import SYSTEM
from tests.factories import make_article


async def save(session: AsyncSession, article_id: UUID, *numbers: int) -> None:
    """Save these versions, each under a title of its own."""
    for number in numbers:
        changes = ArticleChanges(title=f"Version {number}")
        await update_article(session, SYSTEM, article_id, expected_version=number - 1, changes=changes)


async def numbers_of(database: Database, article_id: UUID) -> list[int]:
    version = tables.version
    query = select(version.c.number).where(version.c.article_id == article_id).order_by(version.c.number)
    async with database.transaction() as session:
        return list((await session.scalars(query)).all())


@pytest.fixture
async def eight(committed: Database) -> UUID:
    """An article of eight versions; the third was published once, the fifth is live. All but the last three are ten days old."""
    async with committed.transaction() as session:
        article_id = await make_article(session)
        await save(session, article_id, 2, 3)
        await publish_article(session, SYSTEM, article_id, expected_version=3)
        await save(session, article_id, 4, 5)
        await publish_article(session, SYSTEM, article_id, expected_version=5)
        await save(session, article_id, 6, 7, 8)
        await session.execute(text("ALTER TABLE article_version DISABLE TRIGGER is_final"))
        old = tables.version.update().where(tables.version.c.number <= 5)
        await session.execute(old.values(created_at=now() - timedelta(days=10)))
        await session.execute(text("ALTER TABLE article_version ENABLE TRIGGER is_final"))
    return article_id


@pytest.mark.parametrize(
    ("count", "days", "kept"),
    [
        (None, None, [1, 2, 3, 4, 5, 6, 7, 8]),
        (1, None, [3, 5, 8]),
        (3, None, [3, 5, 6, 7, 8]),
        (100, None, [1, 2, 3, 4, 5, 6, 7, 8]),
        (None, 5, [3, 5, 6, 7, 8]),
        (None, 11, [1, 2, 3, 4, 5, 6, 7, 8]),
        (None, 0, [3, 5, 8]),
        (1, 5, [3, 5, 6, 7, 8]),
        (5, 0, [3, 4, 5, 6, 7, 8]),
    ],
)
async def test_what_is_past_the_bounds_goes(
    committed: Database, eight: UUID, count: int | None, days: float | None, kept: list[int]
) -> None:
    assert await thin_versions(committed, count=count, days=days) == 8 - len(kept)
    assert await numbers_of(committed, eight) == kept
    assert await thin_versions(committed, count=count, days=days) == 0
    async with committed.transaction() as session:
        assert await compare_live(session) == []


async def test_the_housekeeping_does_it(committed: Database, eight: UUID, settings: Settings) -> None:
    storage, kept = Storage(settings), settings.model_copy(update={"versions_kept": 2})
    await keep_house(committed, storage, kept)
    storage.close()
    assert await numbers_of(committed, eight) == [3, 5, 7, 8]
