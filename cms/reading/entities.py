"""What can be read: each entity hands out the rows that a scope may see, under the same column names in every scope."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    FromClause,
    Text,
    Uuid,
    bindparam,
    cast,
    func,
    literal_column,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine

from cms.perspective import Perspective

Columns = Mapping[str, ColumnElement[Any]]


@dataclass(frozen=True)
class Scope:
    """What decides which rows and columns are visible: the perspective, and what the actor may read beyond the public."""

    perspective: Perspective
    reads_all_assets: bool = False
    reads_emails: bool = False
    reads_scheduled: bool = False
    reads_history: bool = False

    @property
    def key(self) -> tuple[object, ...]:
        """What of the scope shapes a plan: all but the time."""
        reads = (self.reads_all_assets, self.reads_emails, self.reads_scheduled, self.reads_history)
        return (self.perspective.kind, *reads)

    def at_time(self) -> ColumnElement[Any]:
        """The time of an `at:` perspective as a bind parameter, which a cached plan fills anew."""
        return bindparam("scope_at", self.perspective.at, DateTime(timezone=True))


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
    rows: Callable[[Scope], FromClause] = field(compare=False)
    embedded: Mapping[str, Embed] = field(default_factory=dict, compare=False)
    # What others hold of its rows when they hold them whole.
    embed: Embed | None = field(default=None, compare=False)
    # Columns that are computed from others: expressions beside the rows, so that a statement names only those it needs.
    derive: Callable[[Columns], Columns] | None = field(default=None, compare=False)
    # Its rows' cache tags (`cms/reading/tags.py`): the column with the key of the thing that a row shows, and that thing's noun if it is
    # not this one. None: its rows belong to the row that leads to them, and have no tags.
    tag_key: str | None = field(default="id", compare=False)
    tag_noun: str | None = field(default=None, compare=False)

    def shared(self, scope: Scope) -> FromClause:
        """The visible rows under a name that all who ask have in common: for their columns' types."""
        return _rows_in(self.rows, scope)

    def alias(self, scope: Scope) -> FromClause:
        """The visible rows under a fresh name, for one use in one statement."""
        return self.shared(scope).alias()

    def columns(self, rows: FromClause) -> Columns:
        """The columns of an alias by name, with those that are computed."""
        own: Columns = dict(rows.c.items())
        return own if self.derive is None else {**own, **self.derive(own)}


@lru_cache(maxsize=256)
def _rows_in(rows: Callable[[Scope], FromClause], scope: Scope) -> FromClause:
    # To build the rows of a wide entity costs as much as to compile a statement over them, and they never change.
    return rows(scope)


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
