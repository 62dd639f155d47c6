"""Where the values of an object stand while a plan shapes rows: in a row of SQL, or inside a JSON object."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, FromClause, Select, func, literal_column, select

from cms.reading.entities import Columns, Embed, Entity, Scope, encoded
from cms.reading.planning.code import Term
from cms.reading.planning.errors import CannotPlan, NotCovered
from cms.reading.sources import Companion, One

LENGTH_ASSUMED = 10  # Of a list of which nobody says how long it is.
ARGUMENTS_MAX = 90  # PostgreSQL's functions take 100 arguments, json_build_array among them.
On = Callable[[Columns], ColumnElement[bool]]


class Selected:
    """The select list of one SELECT, and the rows that it is taken from: those of a place and of the places joined to it."""

    def __init__(self, rows: FromClause) -> None:
        self.terms: list[ColumnElement[Any]] = []
        self.source, self._own = rows, [rows]

    def add(self, term: ColumnElement[Any]) -> Term:
        """Another term; it is found by its position."""
        self.terms.append(term)
        position = len(self.terms) - 1
        return lambda row: f"{row}[{position}]"

    def join(self, rows: FromClause, condition: ColumnElement[bool]) -> None:
        """Take rows in beside the others, at most one for each, and nothing where there is none."""
        self.source = self.source.outerjoin(rows, condition)
        self._own.append(rows)

    def statement(self) -> Select[Any]:
        """The rows, with a select list that is never empty."""
        return select(*(self.terms or [literal_column("1")])).select_from(self.source)

    def as_json(self) -> ColumnElement[Any]:
        """A row as a JSON array. Raises CannotPlan for one that is too wide."""
        if len(self.terms) > ARGUMENTS_MAX:
            raise CannotPlan("more values in one object than a function of PostgreSQL takes")
        return func.json_build_array(*(self.terms or [literal_column("1")]))

    def json_rows(self) -> Select[Any]:
        """The rows as JSON arrays, for use inside another statement."""
        return select(self.as_json().label("row")).select_from(self.source).correlate_except(*self._own)


class SqlPlace:
    """A row of SQL: each value is a term of its select list. An answer has at most `times` such rows, as far as one can tell."""

    def __init__(
        self,
        rows: FromClause,
        columns: Columns,
        entity: Entity,
        *,
        times: int = 1,
        selected: Selected | None = None,
    ) -> None:
        self.rows, self.columns, self.entity, self.times = rows, columns, entity, times
        self.selected = Selected(rows) if selected is None else selected
        self._known: dict[str, Term] = {}

    def value(self, name: str) -> Term:
        """The value of a column."""
        if name not in self._known:
            self._known[name] = self.add(encoded(self.columns[name]))
        return self._known[name]

    def is_never_null(self, name: str) -> bool:
        """Whether every row that is there has a value in the column."""
        column = self.columns[name]
        return isinstance(column, Column) and column.nullable is False

    def add(self, term: ColumnElement[Any]) -> Term:
        """The value of any expression."""
        return self.selected.add(term)

    def joined(self, entity: Entity, scope: Scope, on: On) -> "SqlPlace":
        """The row of an entity beside this one: at most one, by its unique key. Its columns are null where there is none."""
        rows = entity.alias(scope)
        columns = entity.columns(rows)
        self.selected.join(rows, on(columns))
        return SqlPlace(rows, columns, entity, times=self.times, selected=self.selected)

    def embed_of(self, source: One) -> Embed | None:
        """What the row embeds of the row that the source leads to; None if nothing."""
        if not source.embedded:
            return None
        embed = self.entity.embedded.get(source.embedded[0])
        for step in source.embedded[1:]:
            embed = None if embed is None else embed.nested.get(step)
        return embed


@dataclass(frozen=True)
class CompanionRequest:
    """Rows that some items name by the key `key`; each item gets its row under `name`."""

    name: str
    key: str
    companion: Companion
    place: SqlPlace


class JsonPlace:
    """An object in JSON: an embedded row, which holds what its Embed says, or an item that a function has made (`embed` is None)."""

    def __init__(
        self,
        embed: Embed | None,
        companions: Mapping[str, Companion] | None = None,
        requests: list[CompanionRequest] | None = None,
        *,
        times: int = 1,
    ) -> None:
        self.embed, self.times = embed, times
        self.companions = companions or {}
        self.requests = [] if requests is None else requests

    def value(self, name: str) -> Term:
        """The value under a key. Raises NotCovered if the object does not hold it."""
        if self.embed is not None and name not in self.embed.columns:
            raise NotCovered(name)
        return lambda row: f"{row}[{name!r}]"

    def is_never_null(self, _: str) -> bool:
        """Nobody says so of what stands in JSON."""
        return False

    def request(self, key: str, scope: Scope) -> CompanionRequest:
        """Ask for the rows that items name by the key. Raises NotCovered if the source of the items knows of none."""
        if key not in self.companions:
            raise NotCovered(key)
        companion = self.companions[key]
        request = CompanionRequest(
            f"@{key} {len(self.requests)}",
            key,
            companion,
            place_of(companion.entity, scope, times=self.times),
        )
        self.requests.append(request)
        return request


Place = SqlPlace | JsonPlace


def place_of(entity: Entity, scope: Scope, *, times: int = 1) -> SqlPlace:
    """The rows of an entity under a fresh name."""
    rows = entity.alias(scope)
    return SqlPlace(rows, entity.columns(rows), entity, times=times)


def json_list(rows: Select[Any]) -> ColumnElement[Any]:
    """The `row`s of a statement as one JSON list, empty rather than null."""
    found = rows.subquery()
    return select(func.coalesce(func.json_agg(found.c.row), literal_column("'[]'::json"))).scalar_subquery()
