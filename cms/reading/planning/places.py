"""Where the values of an object stand while a plan shapes rows: in a row of SQL, or inside a JSON object."""

from collections.abc import Callable
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, FromClause, func, literal_column

from cms.reading.entities import Columns, Embed, Entity, encoded
from cms.reading.planning.errors import CannotPlan, NotCovered

Getter = Callable[[Any], Any]
ARGUMENTS_MAX = 90  # PostgreSQL's functions take 100 arguments, json_build_array among them.


class SqlPlace:
    """A row of SQL: each value is a term of its select list, found by position."""

    def __init__(self, rows: FromClause, columns: Columns, entity: Entity) -> None:
        self.rows, self.columns, self.entity = rows, columns, entity
        self.terms: list[ColumnElement[Any]] = []
        self._index: dict[str, int] = {}

    def value(self, name: str) -> Getter:
        """The value of a column."""
        if name not in self._index:
            self._index[name] = len(self.terms)
            self.terms.append(encoded(self.columns[name]))
        return itemgetter(self._index[name])

    def add(self, term: ColumnElement[Any]) -> Getter:
        """The value of any expression."""
        self.terms.append(term)
        return itemgetter(len(self.terms) - 1)

    def selected(self) -> list[ColumnElement[Any]]:
        """The select list, never empty."""
        return self.terms or [literal_column("1")]

    def as_json(self) -> ColumnElement[Any]:
        """The row as a JSON array. Raises CannotPlan for one that is too wide."""
        if len(self.terms) > ARGUMENTS_MAX:
            raise CannotPlan("more values in one object than a function of PostgreSQL takes")
        return func.json_build_array(*self.selected())


class JsonPlace:
    """An object in JSON: an embedded row, which holds what its Embed says, or an item that a function has made (`embed` is None)."""

    def __init__(self, embed: Embed | None) -> None:
        self.embed = embed

    def value(self, name: str) -> Getter:
        """The value under a key. Raises NotCovered if the object does not hold it."""
        if self.embed is not None and name not in self.embed.columns:
            raise NotCovered(name)
        return itemgetter(name)


Place = SqlPlace | JsonPlace
