"""Where a field comes from: the vocabulary in which the GraphQL types are declared (by the makers of `fields`)."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import import_module
from typing import Any

from sqlalchemy import ColumnElement

from cms.reading.entities import Columns, Entity, Scope
from cms.signing import SigningKey

SOURCE = "source"
# The permission without which a root field is an error.
NEEDS = "needs"
Row = Mapping[str, Any]
On = Callable[[Columns, Columns], ColumnElement[bool]]
Arguments = Mapping[str, Any]


@dataclass(frozen=True)
class Facts:
    """What a computed field may know besides its columns: nothing of the request but what is the same for all its rows."""

    base_url: str
    signing_key: SigningKey = field(default_factory=SigningKey)


@dataclass(frozen=True)
class Column:
    """The value of one column."""

    name: str


@dataclass(frozen=True)
class Computed:
    """`function(facts, *values of the needed columns, **arguments)`; the value goes through the field's scalar."""

    needs: tuple[str, ...]
    function: Callable[..., Any]


@dataclass(frozen=True)
class SameRow:
    """An object made of columns of the same row; null where the column `when` is null."""

    when: str | None = None


@dataclass(frozen=True)
class Companion:
    """The rows that items may name by a key: those that `on(parent, child)` joins to the row the items come from."""

    entity: Entity
    on: Callable[[Columns, Columns], ColumnElement[bool]]


@dataclass(frozen=True)
class Items:
    """Objects inside a JSON value that `function(facts, *values)` gives: one object, or a list of them.

    `companions` says, for each key by which items name rows of the database, which rows these can be.
    """

    needs: tuple[str, ...]
    function: Callable[..., Any]
    companions: tuple[tuple[str, Companion], ...] = ()


@dataclass(frozen=True)
class One:
    """The row of an entity that the column `key` names; `embedded` is the way through JSON to it, where the row may hold it already."""

    entity: Entity
    key: str
    embedded: tuple[str, ...] = ()


@dataclass(frozen=True)
class Many:
    """A bounded list of rows, joined by `on(parent, child)`, in the order of the child's columns `order`.

    An `owned` list is part of its parent: whatever changes it makes an event of the parent (`cms/reading/tags.py`).
    """

    entity: Entity
    on: On
    order: tuple[str, ...]
    embedded: str | None = None
    owned: bool = False


@dataclass(frozen=True)
class Check:
    """A rule for arguments that only the database knows.

    `holds(arguments)` is the condition in SQL, or None where the arguments ask for nothing; `refuse(context, arguments)` raises BadInput
    with what is allowed unless it holds.
    """

    holds: Callable[[Arguments], ColumnElement[bool] | None]
    refuse: Callable[[Any, Arguments], Awaitable[None]]


@dataclass(frozen=True)
class First:
    """The one row that `on(parent, child, arguments, scope)` finds, or null.

    `check` is for arguments that may name what does not exist. `owned` as in `Many`.
    """

    entity: Entity
    on: Callable[[Columns, Columns, Arguments, Scope], ColumnElement[bool]]
    check: Check | None = None
    owned: bool = False


@dataclass(frozen=True)
class OrderKey:
    """An expression to sort by, and in which scopes it may be null."""

    expression: Callable[[Columns], ColumnElement[Any]]
    nullable: Callable[[Scope], bool] = lambda _: False


@dataclass(frozen=True)
class Orders:
    """The keys that a connection can be sorted by; the default is a list of (key, is descending); `unique` breaks ties."""

    keys: Mapping[str, OrderKey]
    default: tuple[tuple[str, bool], ...]
    unique: str = "id"


@dataclass(frozen=True)
class Pages:
    """A connection over an entity.

    `on(parent, child, arguments, scope)` joins and filters. `node` says how an edge's row leads to its node (absent: the row is the node).
    `filters` is the GraphQL input of `where`. `extras(child, arguments)` adds columns that only this connection has (a search's score).
    `owned` as in `Many`.
    """

    entity: Entity
    on: Callable[[Columns, Columns, Arguments, Scope], ColumnElement[bool]]
    orders: Orders
    filters: str | None = None
    node: One | None = None
    extras: Callable[[Columns, Arguments], Columns] | None = None
    check: Check | None = None
    owned: bool = False


@dataclass(frozen=True)
class AnyOf:
    """A row of any of these entities, by a public id in the argument `id`; or rows in the order of `ids`."""

    entities: tuple[Entity, ...]


@dataclass(frozen=True)
class PagePart:
    """A field of a connection or an edge that the engine itself fills: edges, nodes, page_info, total_count, cursor, node."""

    name: str


Source = Column | Computed | SameRow | Items | One | Many | First | Pages | AnyOf | PagePart


@dataclass(frozen=True)
class Deferred:
    """A source that a slice above declares (`module:name`), for a field whose type lies below it."""

    where: str


def settled(source: Source | Deferred) -> Source:
    """The source itself."""
    if not isinstance(source, Deferred):
        return source
    return _named(source.where)


@lru_cache(maxsize=256)
def _named(where: str) -> Source:
    module, _, name = where.partition(":")
    return getattr(import_module(module), name)
