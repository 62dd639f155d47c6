"""What an article points to must be there, and stay there until the transaction ends."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ClauseElement,
    ColumnElement,
    Table,
    Uuid,
    bindparam,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.content import BodyContent
from cms.articles.inputs import BylineEntry, RelatedLink
from cms.changes import UNSET
from cms.checks import Checks
from cms.errors import Invalid, NotFound
from cms.ids import public_id
from cms.prepared import Prepared, prepared

Kept = Mapping[str, Set[UUID]]
NOTHING_KNOWN: Kept = MappingProxyType({})
# Whoever locks rows of several of these does so in this order.
_IN_ORDER = (tables.author, tables.tag, tables.article, tables.section, tables.asset)


@dataclass(frozen=True)
class Reference:
    """A key in an input, and the field that holds it."""

    table: Table
    key: UUID
    path: tuple[str, ...]


async def check_references(
    session: AsyncSession,
    cleaned: Mapping[str, Any],
    checks: Checks,
    *,
    article_id: UUID,
    known: Kept = NOTHING_KNOWN,
) -> None:
    """Gather NotFound for each key of the cleaned fields that names nothing, and Invalid for a link of the article to itself.

    What is `known`, by the names of tables, has been looked up already.
    """
    links: Sequence[RelatedLink] = cleaned.get("related", ())
    check_no_self_link(links, checks, "related", article_id=article_id)
    references, body = list(references_of(cleaned)), cleaned.get("body")
    keys = _keys_of(references)
    if body is not None:
        keys[tables.asset] = keys.get(tables.asset, set()) | body.asset_ids
        keys[tables.article] = keys.get(tables.article, set()) | body.article_ids
    unknown = {table: keys[table] for table in _IN_ORDER if table in keys and table.name not in known}
    found = {**known, **await kept_of(session, unknown)}
    _tell_missing(references, found, checks)
    if body is not None:
        _tell_missing_in_body(body, found, checks)


def references_of(cleaned: Mapping[str, Any]) -> Iterator[Reference]:
    """The keys in the cleaned fields, but for those in the body."""
    for index, entry in enumerate(cleaned.get("byline", ())):
        yield Reference(tables.author, entry.author_id, ("byline", str(index), "authorId"))
    for index, tag_id in enumerate(cleaned.get("tag_ids", ())):
        yield Reference(tables.tag, tag_id, ("tagIds", str(index)))
    for index, link in enumerate(cleaned.get("related", ())):
        yield Reference(tables.article, link.article_id, ("related", str(index), "articleId"))
    if cleaned.get("section_id"):
        yield Reference(tables.section, cleaned["section_id"], ("sectionId",))
    if cleaned.get("cover"):
        yield Reference(tables.asset, cleaned["cover"].asset_id, ("cover", "assetId"))
    if "seo" in cleaned and cleaned["seo"].image_id:
        yield Reference(tables.asset, cleaned["seo"].image_id, ("seo", "imageId"))


def check_no_self_link(links: Sequence[RelatedLink], checks: Checks, *path: str, article_id: UUID) -> None:
    """Gather Invalid for each link of an article to itself."""
    for index, link in enumerate(links):
        if link.article_id == article_id:
            checks.add(
                Invalid(
                    "An article is not related to itself; leave the link out.", *path, str(index), "articleId"
                )
            )


async def check_found(session: AsyncSession, references: Sequence[Reference], checks: Checks) -> None:
    """Gather NotFound for each reference that names nothing, in their order."""
    _tell_missing(references, await kept_of(session, _keys_of(references)), checks)


async def kept(session: AsyncSession, table: Table, keys: Set[UUID]) -> Set[UUID]:
    """Those of the keys that name a row, which then cannot be deleted or get another slug before the transaction ends."""
    return (await kept_of(session, {table: keys})).get(table.name, frozenset())


async def kept_of(session: AsyncSession, keys: Mapping[Table, Set[UUID]]) -> Kept:
    """Like `kept`, for keys of several tables by one statement; the answer is by the tables' names."""
    wanted = {table: keys[table] for table in keys if keys[table]}
    if not wanted:
        return {}
    statement, values = keeping(wanted)
    return found_in(await statement.rows(session, values), wanted)


def keeping(wanted: Mapping[Table, Set[UUID]]) -> tuple[Prepared, Mapping[str, Any]]:
    """The statement that keeps the rows of these keys, and its values."""
    return _keeping(tuple(wanted)), {table.name: list(keys) for table, keys in wanted.items()}


def found_in(rows: Sequence[Any], wanted: Mapping[Table, Set[UUID]]) -> Kept:
    """Which of the keys the rows of that statement have."""
    found: dict[str, set[UUID]] = {table.name: set() for table in wanted}
    for row in rows:
        found[row.name].add(row.id)
    return found


def first_in_order(
    byline: Sequence[BylineEntry] | Any, tag_ids: Sequence[UUID] | Any
) -> dict[Table, Set[UUID]]:
    """The keys that may be looked up before all others: authors and tags, where some were sent."""
    authors = {entry.author_id for entry in byline} if byline and byline is not UNSET else set[UUID]()
    tags = set[UUID](tag_ids) if tag_ids and tag_ids is not UNSET else set[UUID]()
    return {table: keys for table, keys in ((tables.author, authors), (tables.tag, tags)) if keys}


def _keys_of(references: Sequence[Reference]) -> dict[Table, set[UUID]]:
    keys: dict[Table, set[UUID]] = {}
    for reference in references:
        keys.setdefault(reference.table, set()).add(reference.key)
    return keys


def _tell_missing(references: Sequence[Reference], found: Kept, checks: Checks) -> None:
    for reference in references:
        if reference.key not in found[reference.table.name]:
            public = public_id(reference.table.name, reference.key)
            checks.add(NotFound(f"There is no {reference.table.name} “{public}”.", *reference.path))


def _tell_missing_in_body(body: BodyContent, found: Kept, checks: Checks) -> None:
    for table, keys in ((tables.asset, body.asset_ids), (tables.article, body.article_ids)):
        for key in sorted(keys - found.get(table.name, frozenset())):
            written = f"{table.name}:{public_id(table.name, key)}"
            checks.add(Invalid(f"The body refers to “{written}”, but there is no such {table.name}.", "body"))


async def keep_embedded(session: AsyncSession, version_id: UUID) -> None:
    """Let nobody delete or readdress the authors, tags and assets of a version before the transaction ends."""
    await _keeping_embedded().rows(session, {"version_id": version_id})


@prepared
def _keeping(wanted: tuple[Table, ...]) -> ClauseElement:
    keys = {table: bindparam(table.name, type_=ARRAY(Uuid())) for table in wanted}
    return _kept_rows({table: table.c.id == func.any(some) for table, some in keys.items()})


@prepared
def _keeping_embedded() -> ClauseElement:
    byline, tag, asset = tables.version_byline.c, tables.version_tag.c, tables.version_asset.c
    of_version = bindparam("version_id", type_=Uuid())
    return _kept_rows(
        {
            tables.author: tables.author.c.id.in_(
                select(byline.author_id).where(byline.version_id == of_version)
            ),
            tables.tag: tables.tag.c.id.in_(select(tag.tag_id).where(tag.version_id == of_version)),
            tables.asset: tables.asset.c.id.in_(select(asset.asset_id).where(asset.version_id == of_version)),
        }
    )


def _kept_rows(conditions: Mapping[Table, ColumnElement[bool]]) -> ClauseElement:
    """Each table in its turn, and in it the rows in order of their ids, so that two transactions never wait for each other in a circle."""
    parts: list[Any] = []
    for table, condition in conditions.items():
        rows = (
            select(table.c.id)
            .where(condition)
            .order_by(table.c.id)
            .with_for_update(read=True, key_share=True, of=table)
            .cte(f"kept_{table.name}")
        )
        parts.append(select(literal_column(f"'{table.name}'").label("name"), rows.c.id))
    return union_all(*parts)
