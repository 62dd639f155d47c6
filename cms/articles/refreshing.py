"""Keeps the live side what the desk gives, by statements over sets of articles.

One transaction writes the live side at a time. Whoever needs a lock on a row of the desk as well takes it first, so that no two
transactions wait for each other.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ClauseElement,
    ColumnElement,
    CompoundSelect,
    Select,
    Table,
    Uuid,
    bindparam,
    delete,
    func,
    literal,
    or_,
    select,
    tuple_,
    union,
    union_all,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.live import live_rows
from cms.prepared import Prepared, prepared

_LIVE_SIDE_LOCK = 0x6C697665  # One writer of the live side at a time: no row is made from what another one is about to change.
DIFFERENCES_TOLD_MAX = 100
_LOCK = Prepared(select(func.pg_advisory_xact_lock(literal(_LIVE_SIDE_LOCK, BigInteger()))))
_KEYS = "article_ids"


async def lock_live_side(session: AsyncSession) -> None:
    """Wait until no other transaction writes the live side, and keep it until this one ends."""
    await _LOCK.rows(session)


async def refresh_live(session: AsyncSession, article_ids: Sequence[UUID] | Select[Any]) -> None:
    """Write the live rows of the articles anew, and remove those of articles that are not published."""
    await lock_live_side(session)
    keys = (
        list((await session.scalars(article_ids)).all())
        if isinstance(article_ids, Select)
        else list(article_ids)
    )
    if not keys:
        return
    for statement in _rewriting():
        await statement.rows(session, {_KEYS: keys})


async def refresh_with_neighbours(session: AsyncSession, article_ids: Sequence[UUID]) -> None:
    """Refresh the articles, and the published ones that show whether these are published, under which title and slug."""
    await lock_live_side(session)
    neighbours = await live_neighbours(session, article_ids)
    # The articles themselves first: what relates to them refers to their rows.
    await refresh_live(session, article_ids)
    await refresh_live(session, neighbours)


async def live_neighbours(session: AsyncSession, article_ids: Sequence[UUID]) -> list[UUID]:
    """The published articles that relate to one of these or to a translation of it, link to it in their bodies, or were translated from it."""
    return [row.id for row in await _neighbours().rows(session, {_KEYS: list(article_ids)})]


def live_articles_with_author(author_id: UUID) -> Select[Any]:
    """The ids of the published articles that the author signs."""
    return _live_with(tables.version_byline, tables.version_byline.c.author_id == author_id)


def live_articles_with_tag(tag_id: UUID) -> Select[Any]:
    """The ids of the published articles with the tag."""
    return _live_with(tables.version_tag, tables.version_tag.c.tag_id == tag_id)


def live_articles_with_section(section_id: UUID) -> Select[Any]:
    """The ids of the published articles in the section."""
    version = tables.version
    source = tables.article.join(version, version.c.id == tables.article.c.live_version_id)
    return select(tables.article.c.id).select_from(source).where(version.c.section_id == section_id)


def live_articles_with_asset(asset_id: UUID) -> Select[Any]:
    """The ids of the published articles that show the asset, or the face of an author through it, or would once the rights of another expire."""
    replaced = select(tables.asset.c.id).where(tables.asset.c.substitute_id == asset_id)
    keys = union_all(select(literal(asset_id, Uuid())), replaced)
    shown = _live_with(tables.version_asset, tables.version_asset.c.asset_id.in_(keys))
    faces = select(tables.author.c.id).where(tables.author.c.avatar_id.in_(keys))
    signed = _live_with(tables.version_byline, tables.version_byline.c.author_id.in_(faces))
    article = tables.article
    return select(article.c.id).where(or_(article.c.id.in_(shown), article.c.id.in_(signed)))


async def rebuild_live(session: AsyncSession) -> None:
    """Write the whole live side anew."""
    await lock_live_side(session)
    await session.execute(delete(tables.live_article))
    await session.execute(delete(tables.live_tombstone))
    await refresh_live(session, select(tables.article.c.id).where(tables.article.c.published_at.is_not(None)))


async def compare_live(session: AsyncSession) -> list[str]:
    """The differences between the live rows and what the desk gives, one sentence each: none if all is well."""
    differences: list[str] = []
    for name, missing, strange in _comparing():
        wanting, excess = await _keys(session, missing), await _keys(session, strange)
        differences += [f"{name} {key}: is not what the desk gives" for key in sorted(wanting & excess)]
        differences += [f"{name} {key}: is missing" for key in sorted(wanting - excess)]
        differences += [f"{name} {key}: should not be there" for key in sorted(excess - wanting)]
    return differences


async def _keys(session: AsyncSession, difference: Prepared) -> set[str]:
    return {" ".join(str(part) for part in row) for row in await difference.rows(session)}


@cache
def _comparing() -> Sequence[tuple[str, Prepared, Prepared]]:
    """For each table the statements that find the keys of rows that it should have, and of those that it should not, built once."""
    found: list[tuple[str, Prepared, Prepared]] = []
    for table, query in live_rows().items():
        stored = select(*table.c)
        missing, strange = query.except_all(stored), stored.except_all(query)
        found.append((table.name, _keys_in(missing, table), _keys_in(strange, table)))
    return found


def _keys_in(difference: CompoundSelect[Any], table: Table) -> Prepared:
    rows = difference.subquery()
    keys = [rows.c[key.name] for key in table.primary_key.columns]
    return Prepared(select(*keys).limit(DIFFERENCES_TOLD_MAX))


@cache
def _rewriting() -> Sequence[Prepared]:
    """The statements that make each table's rows of some articles those that are wanted, built once: that takes longer than to run them."""
    those = bindparam(_KEYS, type_=ARRAY(Uuid()))
    statements: list[ClauseElement] = []
    for table, query in live_rows().items():
        wanted = query.where(tables.article.c.id == func.any(those))
        keys = list(table.primary_key.columns)
        rows = wanted.subquery()
        is_wanted = tuple_(*keys).in_(select(*[rows.c[key.name] for key in keys]))
        statements += [delete(table).where(keys[0] == func.any(those), ~is_wanted), _upsert(table, wanted)]
    return [Prepared(statement) for statement in statements]


@prepared
def _neighbours() -> ClauseElement:
    those = bindparam(_KEYS, type_=ARRAY(Uuid()))
    article, related, link = tables.article, tables.version_related, tables.version_link
    one, sibling = article.alias("one"), article.alias("sibling")
    is_sibling = one.c.translation_group_id == sibling.c.translation_group_id
    siblings = select(sibling.c.id).join(one, is_sibling).where(one.c.id == func.any(those))
    is_translated = (article.c.translated_from_id == func.any(those)) & article.c.live_version_id.is_not(None)
    return union(
        _live_with(related, related.c.article_id.in_(siblings)),
        _live_with(link, link.c.article_id == func.any(those)),
        select(article.c.id).where(is_translated),
    )


def _upsert(table: Table, wanted: Select[Any]) -> ClauseElement:
    # A row that stays the same is neither written nor locked.
    new = insert(table).from_select([column.name for column in table.c], wanted)
    others = [column.name for column in table.c if not column.primary_key]
    if not others:
        return new.on_conflict_do_nothing()
    is_other = tuple_(*[table.c[name] for name in others]).op("IS DISTINCT FROM")(
        tuple_(*[new.excluded[name] for name in others])
    )
    changes = {name: new.excluded[name] for name in others}
    return new.on_conflict_do_update(
        index_elements=list(table.primary_key.columns), set_=changes, where=is_other
    )


def _live_with(link: Table, condition: ColumnElement[bool]) -> Select[Any]:
    source = tables.article.join(link, link.c.version_id == tables.article.c.live_version_id)
    return select(tables.article.c.id).select_from(source).where(condition).distinct()
