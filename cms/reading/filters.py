"""`where`: inputs declared once, compiled to SQL.

A field of a filter input says by its metadata what it tests (a column, an id, the rows on the other end of a link); the operator inputs
below are shared by all filters.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import strawberry
from sqlalchemy import ColumnElement, Text, and_, exists, false, func, not_, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from strawberry import UNSET

from cms.errors import BadInput
from cms.ids import key_of
from cms.reading.entities import Columns, Entity, Scope, refuse_hidden
from cms.reading.scalars import DateTime, Locale
from cms.reading.values import bound, plain, storable, unwrapped

CONDITION = "condition"
CONDITIONS_MAX = 100


@dataclass(frozen=True)
class ByColumn:
    """Apply the operators to a column; `convert` turns each operand into the column's kind of value."""

    column: str
    convert: Callable[[Any], Any] = unwrapped


@dataclass(frozen=True)
class ByOne:
    """The row that the column `key` names must match the nested filter."""

    entity: Entity
    key: str


@dataclass(frozen=True)
class ByMany:
    """Some, none or every one of the rows joined by `on(parent, child, scope)` must match the nested filter."""

    entity: Entity
    on: Callable[[Columns, Columns, Scope], ColumnElement[bool]]


@dataclass(frozen=True)
class Junction:
    """`and`, `or`, `not`."""

    name: str


Condition = ByColumn | ByOne | ByMany | Junction


def where_field(condition: Condition, description: str, *, name: str | None = None) -> Any:
    """A field of a filter input."""
    return strawberry.field(
        default=UNSET, name=name, description=description, metadata={CONDITION: condition}
    )


def by_id(noun: str, column: str, description: str) -> Any:
    """A field that tests an id: operands are public ids of the noun."""
    return where_field(ByColumn(column, lambda text: key_of(noun, text)), description)


def all_of() -> Any:
    """The field `and` of a filter input."""
    return where_field(Junction("and"), "All of these must hold.", name="and")


def any_of() -> Any:
    """The field `or` of a filter input."""
    return where_field(
        Junction("or"), "At least one of these must hold; an empty list holds for nothing.", name="or"
    )


def none_of() -> Any:
    """The field `not` of a filter input."""
    return where_field(Junction("not"), "This must not hold.", name="not")


def operator(description: str, *, name: str | None = None) -> Any:
    """A field of an operator input."""
    return strawberry.field(default=UNSET, description=description, name=name)


EQ = "Equal to this; `null` finds what has no value."
NE = "Different from this; what has no value is different too."
IN = "Equal to one of these."
NOT_IN = "Different from all of these."
IS_NULL = "`true`: has no value; `false`: has one."


@strawberry.input(description="Tests of a text. Several in one object must all hold.")
class StringFilter:
    eq: str | None = operator(EQ)
    ne: str | None = operator(NE)
    in_: list[str] | None = operator(IN, name="in")
    not_in: list[str] | None = operator(NOT_IN)
    gt: str | None = operator("After this, by code points.")
    gte: str | None = operator("This or after it, by code points.")
    lt: str | None = operator("Before this, by code points.")
    lte: str | None = operator("This or before it, by code points.")
    contains: str | None = operator("Has this somewhere in it, in upper or lower case.")
    starts_with: str | None = operator("Begins with this, in upper or lower case.")
    is_null: bool | None = operator(IS_NULL)


@strawberry.input(description="Tests of a whole number. Several in one object must all hold.")
class IntFilter:
    eq: int | None = operator(EQ)
    ne: int | None = operator(NE)
    in_: list[int] | None = operator(IN, name="in")
    not_in: list[int] | None = operator(NOT_IN)
    gt: int | None = operator("Greater than this.")
    gte: int | None = operator("This or greater.")
    lt: int | None = operator("Less than this.")
    lte: int | None = operator("This or less.")
    is_null: bool | None = operator(IS_NULL)


@strawberry.input(description="Tests of a point in time. Several in one object must all hold.")
class DateTimeFilter:
    eq: DateTime | None = operator(EQ)
    ne: DateTime | None = operator(NE)
    in_: list[DateTime] | None = operator(IN, name="in")
    not_in: list[DateTime] | None = operator(NOT_IN)
    gt: DateTime | None = operator("After this.")
    gte: DateTime | None = operator("At this time or after it.")
    lt: DateTime | None = operator("Before this.")
    lte: DateTime | None = operator("At this time or before it.")
    is_null: bool | None = operator(IS_NULL)


@strawberry.input(description="Tests of a yes or no.")
class BooleanFilter:
    eq: bool | None = operator(EQ)
    ne: bool | None = operator(NE)
    is_null: bool | None = operator(IS_NULL)


@strawberry.input(description="Tests of an id.")
class IdFilter:
    eq: strawberry.ID | None = operator(EQ)
    ne: strawberry.ID | None = operator(NE)
    in_: list[strawberry.ID] | None = operator(IN, name="in")
    not_in: list[strawberry.ID] | None = operator(NOT_IN)
    is_null: bool | None = operator(IS_NULL)


@strawberry.input(description="Tests of a locale.")
class LocaleFilter:
    eq: Locale | None = operator(EQ)
    ne: Locale | None = operator(NE)
    in_: list[Locale] | None = operator(IN, name="in")
    not_in: list[Locale] | None = operator(NOT_IN)


def pattern(text: str, *, starts: bool) -> str:
    """A LIKE pattern that takes the text literally."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"{escaped}%" if starts else f"%{escaped}%"


def conditions_of(input_type: Any) -> Mapping[str, tuple[Condition, Any]]:
    """The conditions of a filter input by GraphQL name, each with the GraphQL input of its value."""
    fields = input_type.fields
    return {
        name: (field.extensions["strawberry-definition"].metadata[CONDITION], _named(field.type))
        for name, field in fields.items()
    }


def row_filter(input_type: Any, quantifier: str) -> Any:
    """The filter that `some`, `none` or `every` row of a `ByMany` is held against."""
    return _named(input_type.fields[quantifier].type)


def _named(kind: Any) -> Any:
    while hasattr(kind, "of_type"):
        kind = kind.of_type
    return kind


class FilterCompiler:
    """Turns one `where` into one condition; counts, so that no filter is without bounds."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.conditions = 0

    def compile(self, input_type: Any, where: Mapping[str, Any], columns: Columns) -> ColumnElement[bool]:
        """The condition that `where` (a coerced value of the input) puts on the columns. Raises BadInput when it is too large."""
        self.conditions += 1 + len(where)
        if self.conditions > CONDITIONS_MAX:
            raise BadInput(f"The filter has more than {CONDITIONS_MAX} conditions.")
        conditions = conditions_of(input_type)
        return and_(
            true(),
            *(
                self._field(*conditions[name], value, columns)
                for name, value in where.items()
                if value is not None
            ),
        )

    def _field(self, condition: Condition, kind: Any, value: Any, columns: Columns) -> ColumnElement[bool]:
        match condition:
            case ByColumn(column, convert):
                refuse_hidden(columns[column])
                tests = (test(columns[column], name, operand, convert) for name, operand in value.items())
                return and_(true(), *tests)
            case ByOne(entity, key):
                child, child_columns = self._child(entity)
                return exists(
                    select(child)
                    .where(child_columns["id"] == columns[key], self.compile(kind, value, child_columns))
                    .correlate_except(child)
                )
            case ByMany():
                return and_(
                    true(),
                    *(
                        self._many(condition, kind, name, nested, columns)
                        for name, nested in value.items()
                        if nested is not None
                    ),
                )
            case Junction(name):
                return self._junction(name, kind, value, columns)

    def _junction(self, name: str, kind: Any, value: Any, columns: Columns) -> ColumnElement[bool]:
        if name == "not":
            return not_(func.coalesce(self.compile(kind, value, columns), false()))
        parts = [self.compile(kind, part, columns) for part in plain(value)]
        return and_(true(), *parts) if name == "and" else or_(false(), *parts)

    def _many(
        self, condition: ByMany, kind: Any, name: str, nested: Mapping[str, Any], columns: Columns
    ) -> ColumnElement[bool]:
        child, child_columns = self._child(condition.entity)
        matches = self.compile(row_filter(kind, name), nested, child_columns)
        joined = condition.on(columns, child_columns, self.scope)
        if name == "every":
            return not_(
                exists(
                    select(child).where(joined, not_(func.coalesce(matches, false()))).correlate_except(child)
                )
            )
        found = exists(select(child).where(joined, matches).correlate_except(child))
        return found if name == "some" else not_(found)

    def _child(self, entity: Entity) -> tuple[Any, Columns]:
        child = entity.alias(self.scope)
        return child, entity.columns(child)


def test(
    column: ColumnElement[Any], name: str, operand: Any, convert: Callable[[Any], Any]
) -> ColumnElement[bool]:
    """One operator of the contract on one column."""
    if name == "isNull":
        return true() if operand is None else column.is_(None) if plain(operand) else column.is_not(None)
    if operand is None:
        return _null_test(column, name)
    if name in {"in", "notIn"}:
        return _list_test(column, name, operand, convert)
    if name in {"contains", "startsWith"}:
        like = bound(operand, Text(), lambda text: pattern(storable(text), starts=name == "startsWith"))
        # Both sides in PostgreSQL's lower case, which is not Python's for every script.
        return func.lower(column).like(func.lower(like), escape="\\")
    return _comparison(column, name, bound(operand, column.type, convert))


def _null_test(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    if name == "eq":
        return column.is_(None)
    if name == "ne":
        return column.is_not(None)
    raise BadInput(f"The operator “{name}” needs a value; only eq and ne take null.")


def _list_test(
    column: ColumnElement[Any], name: str, operand: Any, convert: Callable[[Any], Any]
) -> ColumnElement[bool]:
    values = bound(operand, ARRAY(column.type), lambda items: _converted(items, convert))
    found = func.coalesce(column == func.any(values), false())
    return found if name == "in" else not_(found)


def _converted(items: Sequence[Any], convert: Callable[[Any], Any]) -> list[Any]:
    return [convert(item) for item in items]


def _comparison(column: ColumnElement[Any], name: str, value: ColumnElement[Any]) -> ColumnElement[bool]:
    match name:
        case "eq":
            return column == value
        case "ne":
            return column.is_distinct_from(value)
        case "gt":
            return column > value
        case "gte":
            return column >= value
        case "lt":
            return column < value
        case _:
            return column <= value
