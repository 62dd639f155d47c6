"""Connections: from `first`, `after`, `last`, `before`, `where` and `orderBy` to the SQL of one page (GraphQL Cursor Connections)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, UnaryExpression, and_, false, or_, tuple_

from cms.errors import BadInput
from cms.reading.cursors import decode_cursor, encode_cursor, signature
from cms.reading.entities import Columns, Scope, refuse_hidden
from cms.reading.sources import Arguments, Orders, Pages
from cms.reading.values import bound, plain, unwrapped

PAGE_DEFAULT = 20
PAGE_MAX = 100
ORDER_KEYS_MAX = 5


@dataclass(frozen=True)
class SortKey:
    """One key of the order of a page, as it is read (turned round when the page is read backward)."""

    name: str
    expression: ColumnElement[Any]
    descending: bool
    nulls_first: bool
    nullable: bool

    def clause(self) -> UnaryExpression[Any]:
        """The term of ORDER BY. A key that is never null says nothing of nulls, so that an index fits."""
        term = self.expression.desc() if self.descending else self.expression.asc()
        if not self.nullable:
            return term
        return term.nulls_first() if self.nulls_first else term.nulls_last()

    def turned(self) -> "SortKey":
        """The same key read from the other end."""
        return SortKey(self.name, self.expression, not self.descending, not self.nulls_first, self.nullable)


@dataclass(frozen=True)
class Page:
    """What to read: so many rows past the cursor, in this order; `backward` pages are turned round afterwards."""

    size: int
    backward: bool
    tie: str
    keys: tuple[SortKey, ...]
    past: ColumnElement[bool] | None

    def order(self) -> list[UnaryExpression[Any]]:
        """ORDER BY."""
        return [key.clause() for key in self.keys]

    def cursor(self, values: Sequence[Any]) -> str:
        """The cursor of a row with these (encoded) sort keys."""
        return encode_cursor(self.tie, values)


@dataclass(frozen=True)
class PageAnswer:
    """The rows of a page in the order that the client asked for, and what lies around them."""

    rows: list[Any]
    has_next: bool
    has_previous: bool


def arrange(page: Page, rows: Sequence[Any]) -> PageAnswer:
    """Drop the row that was read only to see whether there is more, and turn a backward page round."""
    more = len(rows) > page.size
    kept = list(rows[: page.size])
    if page.backward:
        return PageAnswer(kept[::-1], has_next=page.past is not None, has_previous=more)
    return PageAnswer(kept, has_next=more, has_previous=page.past is not None)


def read_page(pages: Pages, arguments: Arguments, columns: Columns, scope: Scope) -> Page:
    """Understand the arguments of a connection. Raises BadInput naming the argument."""
    backward, size = _size(arguments)
    asked = _sort_keys(pages.orders, arguments.get("orderBy"), columns, scope)
    described = ",".join(
        f"{k.name}{'-' if k.descending else '+'}{'f' if k.nulls_first else 'l'}" for k in asked
    )
    tie = signature(pages.entity.noun, described)
    keys = tuple(key.turned() for key in asked) if backward else asked
    cursor = arguments.get("before" if backward else "after")
    past = None if cursor is None else _past(cursor, tie, keys)
    return Page(size, backward, tie, keys, past)


def _size(arguments: Arguments) -> tuple[bool, int]:
    first, last = (plain(arguments.get(name)) for name in ("first", "last"))
    if first is not None and last is not None:
        raise BadInput("Give first or last, not both.")
    backward = last is not None
    _check_direction(arguments, backward=backward)
    size = last if backward else first if first is not None else PAGE_DEFAULT
    if not 0 <= size <= PAGE_MAX:
        raise BadInput(f"{'last' if backward else 'first'} is {size}; allowed is 0 to {PAGE_MAX}.")
    return backward, size


def _check_direction(arguments: Arguments, *, backward: bool) -> None:
    stray = "after" if backward else "before"
    if arguments.get(stray) is not None:
        raise BadInput("before goes with last." if stray == "before" else "after goes with first.")


def _sort_keys(orders: Orders, asked: Any, columns: Columns, scope: Scope) -> tuple[SortKey, ...]:
    entries = plain(asked) or []
    if len(entries) > ORDER_KEYS_MAX:
        raise BadInput(f"orderBy has {len(entries)} keys; allowed are {ORDER_KEYS_MAX}.")
    keys = [_sort_key(orders, entry, columns, scope) for entry in entries]
    if not keys:
        keys = [
            _key(orders, name, columns, scope, descending=descending) for name, descending in orders.default
        ]
    if len({key.name for key in keys}) < len(keys):
        raise BadInput("orderBy names the same field twice.")
    unique = SortKey(
        orders.unique, columns[orders.unique], keys[0].descending, nulls_first=False, nullable=False
    )
    return (*keys, unique)


def _sort_key(orders: Orders, entry: Mapping[str, Any], columns: Columns, scope: Scope) -> SortKey:
    entry = plain(entry)
    name, direction, nulls = (unwrapped(plain(entry.get(part))) for part in ("field", "direction", "nulls"))
    return _key(orders, name, columns, scope, descending=direction == "DESC", nulls_first=nulls == "FIRST")


def _key(
    orders: Orders, name: str, columns: Columns, scope: Scope, *, descending: bool, nulls_first: bool = False
) -> SortKey:
    key = orders.keys[name]
    expression = key.expression(columns)
    refuse_hidden(expression)
    return SortKey(name, expression, descending, nulls_first, key.nullable(scope))


def _past(cursor: Any, tie: str, keys: Sequence[SortKey]) -> ColumnElement[bool]:
    kinds = [key.expression.type for key in keys]
    nulls = plain(cursor, lambda text: tuple(value is None for value in decode_cursor(tie, text, kinds)))
    parts = [_part(cursor, tie, kinds, index) for index in range(len(keys))]
    if not any(key.nullable for key in keys) and len({key.descending for key in keys}) == 1:
        row, limits = tuple_(*(key.expression for key in keys)), tuple_(*parts)
        return row < limits if keys[0].descending else row > limits
    return _past_each(keys, nulls, parts)


def _part(cursor: Any, tie: str, kinds: Sequence[Any], index: int) -> ColumnElement[Any]:
    return bound(cursor, kinds[index], lambda text: decode_cursor(tie, text, kinds)[index])


def _past_each(
    keys: Sequence[SortKey], nulls: Sequence[bool], parts: Sequence[ColumnElement[Any]]
) -> ColumnElement[bool]:
    """Past the first key, or level with it and past the rest: with nulls where the order puts them."""
    key, part, rest = keys[0], parts[0], false()
    if len(keys) > 1:
        rest = _past_each(keys[1:], nulls[1:], parts[1:])
    column = key.expression
    if nulls[0]:
        return (
            or_(column.is_not(None), and_(column.is_(None), rest))
            if key.nulls_first
            else and_(column.is_(None), rest)
        )
    beyond = column < part if key.descending else column > part
    if key.nullable and not key.nulls_first:
        beyond = or_(beyond, column.is_(None))
    return or_(beyond, and_(column == part, rest))
