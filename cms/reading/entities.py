"""What can be read: each entity hands out the rows that a scope may see, under the same column names in every scope."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    FromClause,
    Select,
    Text,
    Uuid,
    bindparam,
    cast,
    false,
    func,
    literal_column,
    null,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.visitors import iterate
from sqlalchemy.types import TypeDecorator, TypeEngine

from cms.errors import Forbidden
from cms.permissions import Permission
from cms.perspective import Perspective

Columns = Mapping[str, ColumnElement[Any]]
Rows = Callable[["Scope"], FromClause]
BOUND = "scope_bound"
"""The name of the parameter that is the perspective's own (`Perspective.bound`)."""


@dataclass(frozen=True)
class Scope:
    """What decides which rows and columns are visible: the perspective, and what the actor may read beyond the public."""

    perspective: Perspective
    permissions: frozenset[Permission] = frozenset()

    @property
    def reads_all_assets(self) -> bool:
        """Whether it sees assets that nothing published shows."""
        return self.may(Permission.ASSET_READ)

    @property
    def reads_scheduled(self) -> bool:
        """Whether it sees what is scheduled, which says nothing but at a time."""
        return self.perspective.at is not None and self.may(Permission.ARTICLE_READ_SCHEDULED)

    @property
    def reads_history(self) -> bool:
        """Whether it sees the versions of articles."""
        return self.may(Permission.ARTICLE_READ_DRAFTS)

    def may(self, permission: Permission) -> bool:
        """Whether the actor has the permission."""
        return permission in self.permissions

    @property
    def key(self) -> tuple[object, ...]:
        """What of the scope shapes a plan, or rows: all but the time, or the article that is previewed."""
        return (self.perspective.kind, self.permissions)

    def at_time(self) -> ColumnElement[Any]:
        """The time of an `at:` perspective as a bind parameter, whose value every request brings: no statement that is kept holds one."""
        return bindparam(BOUND, type_=DateTime(timezone=True))

    def previewed(self) -> ColumnElement[Any]:
        """The key of the article that is previewed, likewise."""
        return bindparam(BOUND, type_=Uuid())


@dataclass(frozen=True)
class Embed:
    """What a JSON column holds of another entity's row (or rows): some of its columns, and further objects inside."""

    columns: frozenset[str]
    nested: Mapping[str, "Embed"] = field(default_factory=dict)


@dataclass(frozen=True)
class Entity:
    """A noun: the GraphQL type of its rows, the rows themselves, and the JSON columns that are the planner's short cut to other rows."""

    noun: str
    type_name: str
    rows: Rows = field(compare=False)
    embedded: Mapping[str, Embed] = field(default_factory=dict, compare=False)
    # What others hold of its rows when they hold them whole.
    embed: Embed | None = field(default=None, compare=False)
    # Columns that are computed from others: expressions beside the rows, so that a statement names only those it needs.
    derive: Callable[[Columns], Columns] | None = field(default=None, compare=False)
    # Its rows' cache tags (`cms/reading/tags.py`): the column with the key of the thing that a row shows, and that thing's noun if it is
    # not this one. None: its rows belong to the row that leads to them, and have no tags.
    tag_key: str | None = field(default="id", compare=False)
    tag_noun: str | None = field(default=None, compare=False)

    def alias(self, scope: Scope) -> FromClause:
        """The visible rows under a fresh name, for one use in one statement."""
        return _rows_in(self.rows, shape_of(scope)).alias()

    def columns(self, rows: FromClause) -> Columns:
        """The columns of an alias by name, with those that are computed."""
        own: Columns = dict(rows.c.items())
        return own if self.derive is None else {**own, **self.derive(own)}


@dataclass(frozen=True)
class Outermost:
    """The rows of an entity as those that a statement is about, all others in it being conditions."""

    rows: FromClause
    columns: Columns
    # All that stands in a row of its own, encoded, and under which names.
    query: Select[Any]
    names: tuple[str, ...]


def outermost(entity: Entity, scope: Scope) -> Outermost:
    """The entity's rows in a scope, for the outermost level of a statement: built once, so no statement may have them twice."""
    return _outermost(entity, entity.rows, shape_of(scope))


@dataclass(frozen=True)
class ScopeShape:
    """A scope, equal to others of the same shape."""

    key: tuple[object, ...]
    scope: Scope = field(compare=False)


def shape_of(scope: Scope) -> ScopeShape:
    """What of a scope shapes rows: a key for what is built once."""
    return ScopeShape(scope.key, scope)


# To build the rows of a wide entity costs as much as to compile a statement over them, and they never change.
@lru_cache(maxsize=256)
def _rows_in(rows: Rows, shape: ScopeShape) -> FromClause:
    return rows(shape.scope)


@lru_cache(maxsize=256)
def _outermost(entity: Entity, _: Rows, shape: ScopeShape) -> Outermost:
    rows = entity.alias(shape.scope)
    columns = entity.columns(rows)
    shown = {name: column for name, column in columns.items() if name not in entity.embedded}
    query = select(*(encoded(column).label(name) for name, column in shown.items()))
    return Outermost(rows, columns, query, tuple(shown))


class Hidden(TypeDecorator[Any]):
    """The type of a column that the scope may not read: it is null, and nothing may be found or sorted by it."""

    impl = Text
    cache_ok = True

    def __init__(self, name: str, permission: Permission) -> None:
        super().__init__()
        self.name, self.permission = name, permission


def readable(
    columns: Iterable[ColumnElement[Any]], rules: Mapping[str, Permission], scope: Scope
) -> list[ColumnElement[Any]]:
    """The columns, of which those that a rule keeps from the scope are null. A rule names the column and the permission that it needs."""
    refused = {name: permission for name, permission in rules.items() if not scope.may(permission)}
    return [
        _hidden(column, refused[name]) if (name := str(column.key)) in refused else column
        for column in columns
    ]


def _hidden(column: ColumnElement[Any], permission: Permission) -> ColumnElement[Any]:
    return cast(null(), Hidden(str(column.key), permission)).label(column.key)


def rows_for(permission: Permission, scope: Scope, query: Select[*tuple[Any, ...]]) -> FromClause:
    """The rows of the query for whoever has the permission, and none for anybody else."""
    return (query if scope.may(permission) else query.where(false())).subquery()


def refuse_hidden(expression: ColumnElement[Any]) -> None:
    """Raise Forbidden for an expression over a column that the scope may not read: what is hidden is found by no filter and no order."""
    for part in iterate(expression):
        kind = getattr(part, "type", None)
        if isinstance(kind, Hidden):
            raise Forbidden(
                f"“{kind.name}” cannot be filtered or sorted by: it needs the permission “{kind.permission}”.",
                permission=str(kind.permission),
            )


def encoded(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The column as both executions read it: times as microseconds since the epoch, UUIDs as text, the rest as it is."""
    kind: TypeEngine[Any] = column.type
    if isinstance(kind, DateTime):
        return cast(func.extract("epoch", column) * literal_column("1000000"), BigInteger)
    if isinstance(kind, Uuid):
        return cast(column, Text)
    if isinstance(kind, ARRAY):
        return func.to_jsonb(column)
    return column
