"""Many articles from few: set-based copies on the desk, made live by the project's own refresh.

The verbs write some tens of articles a second, so a million would take half a day. What they wrote is copied instead: articles, live
versions, publications, slugs, links and covers, under new ids and with dates before those of the originals. Ids stay UUIDv7 in the order
of the dates, as if the copies had been written first. The live side of every copy is written by `refresh_live`: the statements that
publishing runs, which take nothing from the live side of the originals.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Select, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.live import live_rows
from cms.articles.refreshing import refresh_live
from cms.database import Database

Advance = Callable[[int], None]
SAMPLE = 300

# The first 48 bits of a UUIDv7 are milliseconds (RFC 9562, section 5.7): a copy's are so many earlier.
_COPIED = """
CREATE OR REPLACE FUNCTION bench.copied(original uuid, milliseconds bigint) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT AS $$
  SELECT (lpad(to_hex(('x' || left(replace(original::text, '-', ''), 12))::bit(48)::bigint - milliseconds), 12, '0')
    || substr(replace(original::text, '-', ''), 13))::uuid
$$
"""
_ORIGINALS = (
    "CREATE SCHEMA IF NOT EXISTS bench",
    "DROP TABLE IF EXISTS bench.original",
    "CREATE TABLE bench.original AS SELECT a.id, v.id AS version_id, v.cover_id"
    " FROM article a JOIN article_version v ON v.id = a.live_version_id",
    "ANALYZE bench.original",
    _COPIED,
)
_SPAN = """
SELECT max(milliseconds) - min(milliseconds) + 1 FROM (
  SELECT ('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint AS milliseconds
  FROM (SELECT id FROM article UNION ALL SELECT id FROM article_version UNION ALL SELECT id FROM publication UNION ALL SELECT id FROM asset)
)
"""


def _key(column: str) -> str:
    return f"bench.copied(t.{column}, :ms)"


def _earlier(column: str) -> str:
    return f"t.{column} - CAST(:ago AS interval)"


# For each table, which rows belong to an original `o`, and what a copy has of its own.
_COPIES: Sequence[tuple[str, str, Mapping[str, str]]] = (
    ("asset", "t.id = o.cover_id", {"id": _key("id"), "object_key": "t.object_key || :tail"}),
    (
        "article",
        "t.id = o.id",
        {
            **{name: _key(name) for name in ("id", "translation_group_id", "live_version_id")},
            "draft_version_id": _key("live_version_id"),
            **{name: _earlier(name) for name in ("published_at", "created_at", "updated_at")},
        },
    ),
    (
        "article_version",
        "t.id = o.version_id",
        {
            **{name: _key(name) for name in ("id", "article_id", "cover_id")},
            "created_at": _earlier("created_at"),
            "slug": "t.slug || :tail",
            "title": "t.title || :tail",
        },
    ),
    (
        "publication",
        "t.version_id = o.version_id",
        {
            **{name: _key(name) for name in ("id", "article_id", "version_id")},
            "during": f"tstzrange({_earlier('during')}, NULL)".replace("t.during", "lower(t.during)"),
        },
    ),
    (
        "article_slug",
        "t.article_id = o.id",
        {
            "article_id": _key("article_id"),
            "slug": "t.slug || :tail",
            "created_at": _earlier("created_at"),
        },
    ),
    ("version_byline", "t.version_id = o.version_id", {"version_id": _key("version_id")}),
    ("version_tag", "t.version_id = o.version_id", {"version_id": _key("version_id")}),
    (
        "version_related",
        "t.version_id = o.version_id",
        {"version_id": _key("version_id"), "article_id": _key("article_id")},
    ),
    (
        "version_asset",
        "t.version_id = o.version_id",
        {"version_id": _key("version_id"), "asset_id": _key("asset_id")},
    ),
)


async def multiply(database: Database, originals: int, articles: int, advance: Advance) -> None:
    """Copy what is there until there are so many articles, a multiple of what is there. `advance` hears of every batch."""
    async with database.transaction() as session:
        for statement in _ORIGINALS:
            await session.execute(text(statement))
        span = int(await session.scalar(text(_SPAN)) or 0)
        search_indexes = await _take_search_indexes(session)
    for copy in range(1, articles // originals):
        await _copy(database, copy, originals=originals, span=span, advance=advance)
    async with database.transaction() as session:
        # Built at once they take minutes; filled row by row, hours.
        await session.execute(text("SET LOCAL maintenance_work_mem = '1GB'"))
        for definition in search_indexes:
            await session.execute(text(definition))


async def differences_in_sample(database: Database, *, size: int = SAMPLE) -> int:
    """How many of some articles, taken at random, have live rows that are not what the desk gives."""
    async with database.transaction() as session:
        query = select(tables.live_article.c.id).order_by(func.random()).limit(size)
        keys: Sequence[UUID] = (await session.scalars(query)).all()
        different = 0
        for table, rows in live_rows().items():
            key = table.c.live_id if "live_id" in table.c else table.c.id
            wanted: Select[tuple[object, ...]] = rows.where(tables.article.c.id.in_(keys))
            stored = select(*table.c).where(key.in_(keys))
            for difference in (wanted.except_all(stored), stored.except_all(wanted)):
                count = await session.scalar(select(func.count()).select_from(difference.subquery()))
                different += int(count or 0)
        return different


async def _copy(database: Database, copy: int, *, originals: int, span: int, advance: Advance) -> None:
    values = {"ms": copy * span, "ago": timedelta(minutes=copy * originals), "tail": f"-{copy}"}
    async with database.transaction() as session:
        for table, condition, changes in _COPIES:
            await session.execute(text(_insert(table, condition, changes)), _used(values, changes))
        # All at once: a related link is live only after both its ends are.
        await refresh_live(session, await _keys(session, copy * span))
    advance(originals)


def _insert(table: str, condition: str, changes: Mapping[str, str]) -> str:
    pairs = ", ".join(f"'{column}', {expression}" for column, expression in changes.items())
    return (
        f"INSERT INTO {table} SELECT copy.* FROM bench.original o JOIN {table} t ON {condition},"  # noqa: S608  (names of our own)
        f" LATERAL jsonb_populate_record(t, jsonb_build_object({pairs})) AS copy"
    )


def _used(values: Mapping[str, object], changes: Mapping[str, str]) -> dict[str, object]:
    expressions = " ".join(changes.values())
    return {name: value for name, value in values.items() if f":{name}" in expressions}


async def _keys(session: AsyncSession, milliseconds: int) -> list[UUID]:
    query = text("SELECT bench.copied(id, :ms) FROM bench.original ORDER BY id")
    return list((await session.scalars(query, {"ms": milliseconds})).all())


async def _take_search_indexes(session: AsyncSession) -> list[str]:
    """Drop the indexes that find words in published articles; answers the statements that make them again."""
    query = text(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'live_article' AND indexdef LIKE '% USING gin %'"
    )
    found = (await session.execute(query)).all()
    for index in found:
        await session.execute(text(f"DROP INDEX {index.indexname}"))
    return [str(index.indexdef) for index in found]
