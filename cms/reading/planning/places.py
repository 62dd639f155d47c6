"""Where the values of an object stand while a plan shapes rows: in a row of SQL, or inside a JSON object."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, func, literal_column, select

from cms.reading.entities import Columns, Embed, Entity, Scope, encoded
from cms.reading.planning.errors import CannotPlan, NotCovered
from cms.reading.sources import Companion, One

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

    def json_rows(self) -> Select[Any]:
        """The rows of this place as JSON arrays, for use inside another statement."""
        return select(self.as_json().label("row")).select_from(self.rows).correlate_except(self.rows)

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
    ) -> None:
        self.embed = embed
        self.companions = companions or {}
        self.requests = [] if requests is None else requests

    def value(self, name: str) -> Getter:
        """The value under a key. Raises NotCovered if the object does not hold it."""
        if self.embed is not None and name not in self.embed.columns:
            raise NotCovered(name)
        return itemgetter(name)

    def request(self, key: str, scope: Scope) -> CompanionRequest:
        """Ask for the rows that items name by the key. Raises NotCovered if the source of the items knows of none."""
        if key not in self.companions:
            raise NotCovered(key)
        companion = self.companions[key]
        request = CompanionRequest(
            f"@{key} {len(self.requests)}", key, companion, place_of(companion.entity, scope)
        )
        self.requests.append(request)
        return request


Place = SqlPlace | JsonPlace


def place_of(entity: Entity, scope: Scope) -> SqlPlace:
    """The rows of an entity under a fresh name."""
    rows = entity.alias(scope)
    return SqlPlace(rows, entity.columns(rows), entity)


def json_list(rows: Select[Any]) -> ColumnElement[Any]:
    """The `row`s of a statement as one JSON list, empty rather than null."""
    found = rows.subquery()
    return select(func.coalesce(func.json_agg(found.c.row), literal_column("'[]'::json"))).scalar_subquery()
