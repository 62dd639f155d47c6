"""Ordinary execution: every source as a plain resolver. Slow and simple: what the planner cannot plan, and what it is compared with."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeAlias, cast
from uuid import UUID

from graphql import GraphQLResolveInfo, OperationType, get_argument_values
from graphql.execution.values import VariableValues
from sqlalchemy import ARRAY, ColumnElement, DateTime, Select, Uuid, bindparam, func, literal, select
from strawberry.dataloader import DataLoader

from cms.reading.entities import Columns, Entity, Rows, Scope, ScopeShape, encoded, outermost, shape_of
from cms.reading.filters import FilterCompiler
from cms.reading.pages import Page, PageAnswer, arrange, read_page
from cms.reading.payloads import Answered, PayloadReader, is_in_payload
from cms.reading.reader import Reader, Statement, compiled
from cms.reading.scalars import from_microseconds
from cms.reading.sources import Arguments, Column, Computed, Facts, First, Items, Many, One, Pages, SameRow
from cms.reading.tags import SITE_TAG, list_tags, node_tag
from cms.reading.values import Late

ResolveInfo: TypeAlias = GraphQLResolveInfo[Any]


class EntityRow(dict[str, Any]):
    """A row as read, with its entity; an edge's row also knows its cursor and how to reach its node."""

    entity: Entity
    pages: Pages | None = None
    cursor: str = ""


class Reads:
    """What ordinary resolvers share in one request: a reader, loaders that batch rows by id, and the cache tags of what was read."""

    def __init__(self, reader: Reader, facts: Facts, *, scope: Scope, draft_scope: Scope) -> None:
        self.reader, self.facts = reader, facts
        self.tags: set[str] = {SITE_TAG}
        self.scope, self.draft_scope = scope, draft_scope
        self.payloads: PayloadReader | None = None
        self._loaders: dict[tuple[object, bool], DataLoader[str, EntityRow | None]] = {}

    def scope_of(self, info: ResolveInfo) -> Scope:
        """The scope of the operation: what a mutation answers is read as draft."""
        return self.draft_scope if info.operation.operation is OperationType.MUTATION else self.scope

    async def planned(self, source: One | First, key: object, info: ResolveInfo) -> Answered | None:
        """The thing of a mutation's payload in its final shape; None for any other field, and where there is no plan."""
        if self.payloads is None or not is_in_payload(info):
            return None
        return await self.payloads.read(source, key, info)

    async def load(self, entity: Entity, scope: Scope, key: str) -> EntityRow | None:
        """The row with this id, or None if the scope does not see it; loads of one moment make one statement."""
        self.note(node_tag(entity, key))
        name = (entity.rows, scope is self.scope)
        if name not in self._loaders:
            self._loaders[name] = DataLoader(self._batch(entity, scope), cache=False)
        return await self._loaders[name].load(key)

    def _batch(self, entity: Entity, scope: Scope) -> Callable[[list[str]], Any]:
        async def load(keys: list[str]) -> list[EntityRow | None]:
            statement = _by_keys(entity, entity.rows, shape_of(scope))
            found = await self.known(entity, scope, statement, {"keys": [UUID(key) for key in keys]})
            by_id = {row["id"]: row for row in found}
            return [by_id.get(key) for key in keys]

        return load

    async def select(
        self,
        entity: Entity,
        scope: Scope,
        narrow: Callable[[Select[Any]], Select[Any]],
        extra: Columns | None = None,
    ) -> list[EntityRow]:
        """The rows of an entity that `narrow` leaves, as EntityRows; `extra` columns come beside the entity's own."""
        all_rows, more = outermost(entity, scope), extra or {}
        beside = [encoded(column).label(name) for name, column in more.items()]
        statement = narrow(all_rows.query.add_columns(*beside) if beside else all_rows.query)
        rows = await self.reader.rows(statement, scope.perspective.bound)
        return self._noted(entity, (*all_rows.names, *more), rows)

    async def known(
        self, entity: Entity, scope: Scope, statement: Statement, values: Mapping[str, Any]
    ) -> list[EntityRow]:
        """The rows of an entity that a statement finds which was made before, with these values."""
        rows = await self.reader.run(statement.sql, statement.values(values, scope.perspective.bound))
        return self._noted(entity, outermost(entity, scope).names, rows)

    def _noted(self, entity: Entity, names: Sequence[str], rows: Sequence[Any]) -> list[EntityRow]:
        found = [_entity_row(entity, names, values) for values in rows]
        if entity.tag_key is not None:
            for row in found:
                self.note(node_tag(entity, row[entity.tag_key]))
        return found

    def note(self, tag: str | None) -> None:
        """Take down the tag of what the answer shows."""
        if tag is not None:
            self.tags.add(tag)


def _entity_row(entity: Entity, names: Sequence[str], values: Sequence[Any]) -> EntityRow:
    row = EntityRow(zip(names, values, strict=True))
    row.entity = entity
    return row


class BoundColumns(Mapping[str, ColumnElement[Any]]):
    """The columns of a row that has been read already: each as its value."""

    def __init__(self, row: EntityRow | None, scope: Scope) -> None:
        self._row = row
        self._columns: Columns = {} if row is None else outermost(row.entity, scope).columns

    def __getitem__(self, name: str) -> ColumnElement[Any]:
        column = self._columns[name]
        value = self._row[name] if self._row is not None else None
        return literal(_decoded(value, column), column.type)

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)


class LateColumns(Mapping[str, ColumnElement[Any]]):
    """The columns of whatever row of an entity will have been read: each as a parameter that takes its value."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns

    def __getitem__(self, name: str) -> ColumnElement[Any]:
        column = self._columns[name]
        value = Late((name,), lambda value: _decoded(value, column))
        return bindparam(None, value, column.type, unique=True)

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)


@lru_cache(maxsize=256)
def _by_keys(entity: Entity, _: Rows, shape: ScopeShape) -> Statement:
    """The rows with any of the `keys`."""
    all_rows = outermost(entity, shape.scope)
    keys = bindparam(None, Late(("keys",), lambda keys: keys), ARRAY(Uuid()), unique=True)
    return compiled(all_rows.query.where(all_rows.rows.c.id == func.any(keys)))


@lru_cache(maxsize=512)
def _hanging_on(
    source: Many, parent: Entity | None, _: tuple[Rows, Rows | None], shape: ScopeShape
) -> Statement:
    """The rows that hang on a row of the parent, in their order."""
    all_rows = outermost(source.entity, shape.scope)
    given = {} if parent is None else outermost(parent, shape.scope).columns
    joined = source.on(LateColumns(given), all_rows.columns)
    order = [all_rows.columns[name] for name in source.order]
    return compiled(all_rows.query.where(joined).order_by(*order))


def _decoded(value: Any, column: ColumnElement[Any]) -> UUID | datetime | Any:
    if isinstance(column.type, Uuid) and value is not None:
        return UUID(value)
    return from_microseconds(value) if isinstance(column.type, DateTime) and value is not None else value


def arguments_of(info: ResolveInfo) -> Arguments:
    """The arguments of the field as graphql-core coerces them: GraphQL names, no input objects."""
    return get_argument_values(
        info.parent_type.fields[info.field_name],
        info.field_nodes[0],
        VariableValues({}, cast("dict[str, Any]", info.variable_values)),
    )


def read_column(source: Column, root: Any) -> Any:
    """The value of a column."""
    return root[source.name]


def read_computed(source: Computed, root: Any, reads: Reads, arguments: Mapping[str, Any]) -> Any:
    """The value that the function makes of the columns."""
    return source.function(reads.facts, *(root[name] for name in source.needs), **arguments)


def read_items(source: Items, root: Any, reads: Reads) -> Any:
    """The objects that the function takes out of a JSON value."""
    return source.function(reads.facts, *(root[name] for name in source.needs))


def read_same_row(source: SameRow, root: Any) -> Any:
    """The row itself, for an object that is made of its columns."""
    return None if source.when is not None and root[source.when] is None else root


async def read_one(source: One, root: Any, reads: Reads, scope: Scope) -> Any:
    """The row that a key of this row names."""
    if source.key not in root:
        return embedded_row(source.entity, _inside(root, source.embedded))
    key = root[source.key]
    return None if key is None else await reads.load(source.entity, scope, key)


def _inside(root: Any, way: Sequence[str]) -> Any:
    for step in way:
        root = None if root is None else root.get(step)
    return root


def embedded_row(entity: Entity, values: Mapping[str, Any] | None) -> EntityRow | None:
    """An object out of a JSON value as a row of its entity."""
    if values is None:
        return None
    row = EntityRow(values)
    row.entity = entity
    return row


async def read_many(source: Many, root: Any, reads: Reads, scope: Scope) -> list[EntityRow]:
    """The bounded list of rows that hang on this row."""
    reads.tags |= list_tags(source)
    parent = None if root is None else root.entity
    rows = (source.entity.rows, None if parent is None else parent.rows)
    statement = _hanging_on(source, parent, rows, shape_of(scope))
    return await reads.known(source.entity, scope, statement, root or {})


async def read_first(
    source: First, root: Any, reads: Reads, scope: Scope, arguments: Arguments, context: Any
) -> EntityRow | None:
    """The one row that the arguments name."""
    if source.check is not None:
        await source.check.refuse(context, arguments)
    columns = outermost(source.entity, scope).columns
    joined = source.on(BoundColumns(root, scope), columns, arguments, scope)
    found = await reads.select(source.entity, scope, lambda s: s.where(joined).limit(1))
    if not found:
        reads.tags |= list_tags(source)
        return None
    return found[0]


class PageValue:
    """A page that has been read; it counts only when asked."""

    def __init__(
        self, pages: Pages, page: Page, answer: PageAnswer, count: Select[Any], reads: Reads, scope: Scope
    ) -> None:
        self.pages, self.page, self.rows = pages, page, answer.rows
        self.has_next, self.has_previous = answer.has_next, answer.has_previous
        self._count, self._reads, self._scope = count, reads, scope

    async def total(self) -> int:
        """How many rows the connection has on all its pages."""
        return (await self._reads.reader.rows(self._count, self._scope.perspective.bound))[0][0]

    async def node(self, row: EntityRow) -> EntityRow | None:
        """The node of an edge."""
        return (
            row if self.pages.node is None else await read_one(self.pages.node, row, self._reads, self._scope)
        )


async def read_pages(source: Pages, root: Any, info: ResolveInfo, reads: Reads, context: Any) -> PageValue:
    """One page of a connection."""
    arguments, scope = arguments_of(info), reads.scope_of(info)
    reads.tags |= list_tags(source, arguments, info.schema)
    if source.check is not None:
        await source.check.refuse(context, arguments)
    all_rows = outermost(source.entity, scope)
    columns = all_rows.columns
    extras = source.extras(columns, arguments) if source.extras else {}
    condition = source.on(BoundColumns(root, scope), columns, arguments, scope)
    if source.filters and arguments.get("where") is not None:
        condition &= FilterCompiler(scope).compile(
            info.schema.get_type(source.filters), arguments["where"], columns
        )
    page = read_page(source, arguments, {**columns, **extras}, scope)
    found = await _rows_of_page(source, page, scope, condition, extras, reads)
    count = select(func.count()).select_from(all_rows.rows).where(condition)
    return PageValue(source, page, arrange(page, found), count, reads, scope)


async def _rows_of_page(
    source: Pages,
    page: Page,
    scope: Scope,
    condition: ColumnElement[bool],
    extras: Columns,
    reads: Reads,
) -> list[EntityRow]:
    sort_values = {f"sort {index}": key.expression for index, key in enumerate(page.keys)}
    where = condition if page.past is None else condition & page.past
    found = await reads.select(
        source.entity,
        scope,
        lambda s: s.where(where).order_by(*page.order()).limit(page.size + 1),
        {**extras, **sort_values},
    )
    for row in found:
        row.cursor = page.cursor([row[name] for name in sort_values])
    return found
