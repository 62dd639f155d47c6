"""What tests of the slices below articles share: an empty database, actors, an article in the rough, and an ear for announcements."""

from collections.abc import Generator, Sequence
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles.kinds import ArticleKind, AssetPlace
from cms.articles.models import Article, ArticleVersion, VersionAsset
from cms.changes import Noun, when_changed, when_leaving, when_merging
from cms.database import Database
from cms.ids import new_id
from cms.models import metadata
from cms.permissions import PUBLIC, Actor, Permission, Role, actor_of_role

_TABLES = [name for name in metadata.tables if name not in {"site", "secret_key"}]
# Nobody writes any more, and what was being written is there.
_LOCK = f"LOCK TABLE {', '.join(_TABLES)} IN EXCLUSIVE MODE"
_FILLED = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in _TABLES)  # noqa: S608  (names of our own)
# Without triggers: foreign keys ask for an order, and the audit log refuses to be emptied.
_WITHOUT_TRIGGERS = "SET LOCAL session_replication_role = replica"
_WITH_TRIGGERS = "SET LOCAL session_replication_role = origin"
_SITE_AS_AT_FIRST = """
UPDATE site SET name = 'My newsroom', url = NULL, article_path = '/{locale}/{slug}', locales = ARRAY['en'],
    default_locale = 'en', disclosure_texts = '[]', version = 1, field_versions = '{}', alt_required = false
"""


@pytest_asyncio.fixture
async def database(open_database: Database) -> Database:
    """The worker's database, emptied."""
    await empty(open_database)
    return open_database


async def empty(database: Database) -> None:
    """Leave nothing in the database but the site as it was at first.

    Most tables are empty at any time, and the rest hold little: to truncate them all takes ten times as long, and what the server and its
    connections know of the tables is lost with it.
    """
    async with database.transaction() as session:
        await session.execute(text(_LOCK))
        filled = (await session.scalars(text(_FILLED))).all()
        await session.execute(text(_WITHOUT_TRIGGERS))
        for name in filled:
            await session.execute(text(f"DELETE FROM {name}"))  # noqa: S608  (a name of our own)
        await session.execute(text(_WITH_TRIGGERS))
        await session.execute(text(_SITE_AS_AT_FIRST))


def actors_without(permission: Permission) -> list[Actor]:
    """The public, and an actor of each role that lacks the permission."""
    staff = [actor_of_role(role, actor_id=None, name=role.lower()) for role in Role]
    return [PUBLIC, *(actor for actor in staff if not actor.may(permission))]


async def insert_article(
    session: AsyncSession, *, locale: str = "en", asset_id: UUID | None = None, is_live: bool = False
) -> UUID:
    """An article of one version, straight into the tables."""
    article_id, version_id = new_id(), new_id()
    session.add(
        Article(
            id=article_id,
            locale=locale,
            translation_group_id=new_id(),
            draft_version_id=version_id,
            live_version_id=version_id if is_live else None,
            status="PUBLISHED" if is_live else "DRAFT",  # pyright: ignore[reportArgumentType]  (kept as text)
        )
    )
    await session.flush()
    await insert_version(session, article_id, 1, version_id=version_id, asset_id=asset_id)
    return article_id


async def insert_version(
    session: AsyncSession, article_id: UUID, number: int, *, version_id: UUID, asset_id: UUID | None = None
) -> None:
    """A version of an article, straight into the tables; whoever calls points the article to it."""
    texts = dict.fromkeys(("excerpt", "body_markdown", "body_html", "body_text"), "")
    session.add(
        ArticleVersion(
            **texts,
            id=version_id,
            article_id=article_id,
            number=number,
            actor_name="tests",
            kind=ArticleKind.NEWS,
            slug=f"s-{version_id.hex}",
            title="A title",
            body_blocks=[],
            body_outline=[],
            word_count=0,
            reading_minutes=1,
            search="",
        )
    )
    await session.flush()
    if asset_id is not None:
        session.add(VersionAsset(version_id=version_id, place=AssetPlace.BODY, asset_id=asset_id))
        await session.flush()


Announcement = tuple[str, Noun, UUID]
_heard: list[Announcement] = []


@pytest.fixture
def heard() -> Generator[list[Announcement]]:
    """What has been announced since the test began."""
    _heard.clear()
    yield _heard
    _heard.clear()


def _listen(noun: Noun) -> None:
    @when_changed(noun)
    async def changed(session: AsyncSession, key: UUID) -> None:
        _heard.append(("changed", noun, key))

    @when_leaving(noun)
    async def leaving(session: AsyncSession, key: UUID) -> None:
        _heard.append(("leaving", noun, key))

    @when_merging(noun)
    async def merging(session: AsyncSession, merged: Sequence[UUID], into: UUID) -> None:
        _heard.extend(("merging", noun, key) for key in [*merged, into])


for _noun in Noun:
    _listen(_noun)
