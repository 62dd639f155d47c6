"""Rows of several tables in one statement, and changes of one row, by statements that are compiled once for their columns."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    Column,
    ColumnElement,
    Enum,
    Select,
    String,
    Table,
    Text,
    Update,
    bindparam,
    cast,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import TypeDecorator, TypeEngine

from cms.prepared import prepared
from cms.transactions import TransactionSession
from cms.wire import Question

Row = Mapping[str, Any]
Rows = Mapping[Table, Row | Sequence[Row]]


@dataclass(frozen=True)
class Sql:
    """A value that the database works out: an expression that is built once, and its bind parameters by name."""

    expression: ColumnElement[Any]
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Part:
    """What of an insertion into one table decides on the statement: the columns, those of them that are expressions, and one row or many."""

    table: Table
    names: tuple[str, ...]
    expressions: tuple[tuple[str, ColumnElement[Any]], ...]
    is_many: bool


@dataclass(frozen=True)
class AtEnd:
    """Rows that are inserted with the commit."""

    parts: tuple[Part, ...]
    values: Mapping[str, Any]

    @property
    def tables(self) -> set[Table]:
        """The tables into which they go."""
        return {part.table for part in self.parts}

    def __call__(self) -> Question:
        """What is asked."""
        return _insertion(self.parts).question(self.values)


async def insert_rows(session: AsyncSession, rows: Rows) -> None:
    """Insert rows into several tables by one statement: a mapping is one row, a sequence any number of them with the same columns.

    Columns that are left out get their defaults, as by SQLAlchemy's own insert. References among the rows are checked at the end.
    """
    parts, values = _parts(rows)
    if parts:
        await _insertion(parts).rows(session, values)


async def insert_rows_at_end(session: AsyncSession, rows: Rows) -> None:
    """Like `insert_rows`, but with the commit, and by one statement with others of that kind: for rows that nobody asks for before it."""
    parts, values = _parts(rows)
    if not parts:
        return
    if not isinstance(session, TransactionSession):
        await _insertion(parts).rows(session, values)
        return
    last = session.at_end[-1] if session.at_end else None
    if isinstance(last, AtEnd) and last.tables.isdisjoint(part.table for part in parts):
        parts, values = (*last.parts, *parts), {**last.values, **values}
        session.at_end.pop()
    session.at_end.append(AtEnd(parts, values))


async def insert_rows_if_new(session: AsyncSession, table: Table, row: Row, rows: Rows) -> bool:
    """Insert a row unless there is one with its key, and the other rows with it; answer whether that was done.

    Waits for a transaction that is about to write the same key.
    """
    (first, *others), values = _parts({table: row, **rows})
    return bool(await _conditional_insertion(first, tuple(others)).rows(session, values))


async def change_row(session: AsyncSession, table: Table, key: UUID, values: Row) -> None:
    """Give a row, by its id, other values in some columns."""
    named = {_parameter(table, name): value for name, value in values.items()}
    await _change(table, tuple(values)).rows(session, {"key": key, **named})


@prepared
def _change(table: Table, names: tuple[str, ...]) -> Update:
    changes = {name: bindparam(_parameter(table, name)) for name in names}
    return update(table).where(table.c.id == bindparam("key")).values(changes)


def _parts(rows: Rows) -> tuple[tuple[Part, ...], dict[str, Any]]:
    parts: list[Part] = []
    values: dict[str, Any] = {}
    for table, given in rows.items():
        if isinstance(given, Mapping):
            parts.append(_one(table, _filled(table, given), values))
        elif given:
            parts.append(_many(table, [_filled(table, row) for row in given], values))
    return tuple(parts), values


def _one(table: Table, row: Row, values: dict[str, Any]) -> Part:
    expressions = {name: value for name, value in row.items() if isinstance(value, Sql)}
    for value in expressions.values():
        values.update(value.values)
    parameters = _parameters(table)
    values.update((parameters[name], value) for name, value in row.items() if name not in expressions)
    found = tuple((name, value.expression) for name, value in expressions.items())
    return Part(table, tuple(row), found, is_many=False)


def _many(table: Table, rows: Sequence[Row], values: dict[str, Any]) -> Part:
    names = tuple(rows[0])
    values.update((_parameter(table, name), [row[name] for row in rows]) for name in names)
    return Part(table, names, (), is_many=True)


def _filled(table: Table, row: Row) -> dict[str, Any]:
    """The row with the defaults of the columns that it leaves out."""
    found = {name: make() for name, make in _defaults(table) if name not in row}
    found.update(row)
    return found


@cache
def _defaults(table: Table) -> list[tuple[str, Callable[[], Any]]]:
    return [(column.name, _default(column)) for column in table.c if column.default is not None]


def _default(column: Column[Any]) -> Callable[[], Any]:
    found: Any = column.default
    return partial(found.arg, None) if found.is_callable else lambda: found.arg


def _parameter(table: Table, name: str) -> str:
    return f"{table.name}_{name}"


@cache
def _parameters(table: Table) -> dict[str, str]:
    return {column.name: _parameter(table, column.name) for column in table.c}


@prepared
def _insertion(parts: tuple[Part, ...]) -> Select[Any]:
    return select(literal_column("1")).add_cte(*(_new(part) for part in parts))


@prepared
def _conditional_insertion(first: Part, parts: tuple[Part, ...]) -> Select[Any]:
    new = insert(first.table).values(_values_of(first)).on_conflict_do_nothing()
    reserved = new.returning(literal_column("1").label("one")).cte("reserved")
    is_new = select(reserved.c.one).exists()
    return select(reserved.c.one).add_cte(*(_new(part, is_new) for part in parts))


def _new(part: Part, condition: ColumnElement[bool] | None = None) -> CTE:
    rows = _many_rows(part) if part.is_many else select(*_values_of(part).values())
    if condition is not None:
        rows = rows.where(condition)
    return insert(part.table).from_select(list(part.names), rows).cte(f"new_{part.table.name}")


def _values_of(part: Part) -> dict[str, ColumnElement[Any]]:
    expressions, columns = dict(part.expressions), part.table.c
    return {
        name: expressions[name] if name in expressions else _bound(part.table, name, columns[name].type)
        for name in part.names
    }


def _many_rows(part: Part) -> Select[Any]:
    arrays = [_bound(part.table, name, ARRAY(part.table.c[name].type)) for name in part.names]
    rows = func.unnest(*arrays).table_valued(*part.names, name=f"given_{part.table.name}").render_derived()
    return select(*[rows.c[name] for name in part.names])


def _bound(table: Table, name: str, kind: TypeEngine[Any]) -> ColumnElement[Any]:
    # A parameter in a select list has no column beside it that would say what it is.
    return cast(bindparam(_parameter(table, name), type_=_without_length(kind)), _without_length(kind))


def _without_length(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """A cast to a text of some length would cut it short, where the column refuses it."""
    if isinstance(kind, ARRAY):
        return ARRAY(_without_length(kind.item_type))
    inner = kind.impl_instance if isinstance(kind, TypeDecorator) else kind
    if isinstance(inner, Enum):
        return _MemberText(inner)
    return Text() if isinstance(inner, String) else kind


class _MemberText(TypeDecorator[Any]):
    """A member of an enumeration as the text that its column keeps."""

    impl = Text
    cache_ok = False

    def __init__(self, kind: Enum) -> None:
        super().__init__()
        self._texts = {
            member: text for text, member in zip(kind.enums, kind.enum_class or kind.enums, strict=True)
        }

    def process_bind_param(self, value: Any, dialect: Any) -> Any:  # noqa: ARG002  (SQLAlchemy's signature)
        """The text of a member, or of its value."""
        return None if value is None else self._texts.get(value, value)
