"""Runs the reads of one request, and counts them."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ClauseElement
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg

from cms.reading.entities import BOUND
from cms.reading.pool import ReadPool
from cms.reading.values import Late

DIALECT = PGDialect_asyncpg()


@dataclass(frozen=True)
class Statement:
    """A compiled statement: its text, its parameters in their order, and which of them every request has anew."""

    sql: str
    parameters: tuple[Any, ...]
    late: tuple[tuple[int, Late], ...]
    scoped: tuple[int, ...]

    def values(self, variables: Mapping[str, Any], bound: object) -> list[Any]:
        """The parameters for one request; `bound` is what its perspective binds."""
        found = list(self.parameters)
        for index, value in self.late:
            found[index] = value.resolve(variables)
        for index in self.scoped:
            found[index] = bound
        return found


def compiled(statement: ClauseElement) -> Statement:
    """The statement as asyncpg takes it."""
    found: Any = statement.compile(dialect=DIALECT)
    names: Sequence[str] = found.positiontup or ()
    named = found.construct_params({BOUND: None})
    values = tuple(named[name] for name in names)
    late = tuple((index, value) for index, value in enumerate(values) if isinstance(value, Late))
    scoped = tuple(index for index, name in enumerate(names) if name == BOUND)
    return Statement(str(found), values, late, scoped)


class Kept:
    """Statements that were compiled before, by all of them but the values of their parameters: to compile takes longer than to run."""

    def __init__(self, *, kept_max: int = 500) -> None:
        self.kept_max = kept_max
        self._kept: OrderedDict[Any, tuple[str, tuple[int, ...]]] = OrderedDict()

    @property
    def texts(self) -> set[str]:
        """The statements."""
        return {sql for sql, _ in self._kept.values()}

    def find(self, statement: ClauseElement, bound: object) -> tuple[str, Sequence[Any]]:
        """The statement's text, and its parameters in their order; `bound` is what the perspective binds."""
        shape: Any = statement._generate_cache_key()  # pyright: ignore[reportPrivateUsage]  (what SQLAlchemy's own cache goes by)
        if shape is None:
            found = compiled(statement)
            return found.sql, found.values({}, bound)
        known = self._kept.get(shape.key)
        if known is None:
            known = self._kept[shape.key] = _text_and_places(statement, shape.bindparams)
            if len(self._kept) > self.kept_max:
                self._kept.popitem(last=False)
        self._kept.move_to_end(shape.key)
        sql, places = known
        given = [bound if one.key == BOUND else one.effective_value for one in shape.bindparams]
        return sql, [given[place] for place in places]


def _text_and_places(statement: ClauseElement, parameters: Sequence[Any]) -> tuple[str, tuple[int, ...]]:
    """The statement's text, and for each of its parameters the place among all that stand in it."""
    found: Any = statement.compile(dialect=DIALECT)
    place_of = {parameter.key: place for place, parameter in enumerate(parameters)}
    return str(found), tuple(place_of[found.binds[name].key] for name in found.positiontup or ())


KEPT = Kept()


class Reader:
    """The reads of one request."""

    def __init__(self, pool: ReadPool) -> None:
        self.pool = pool
        self.statements = 0

    async def rows(self, statement: ClauseElement, bound: object = None) -> Sequence[Any]:
        """Compile one statement, unless one like it has come before, and run it; `bound` is what the perspective binds."""
        return await self.run(*KEPT.find(statement, bound))

    async def run(self, sql: str, parameters: Sequence[Any]) -> Sequence[Any]:
        """Run one statement. Raises BadInput for a value out of PostgreSQL's range, Unavailable when the database is away."""
        self.statements += 1
        return await self.pool.fetch(sql, *parameters)

    async def look_up(self, sql: str, parameters: Sequence[Any]) -> Sequence[Any]:
        """The same for a statement that answers one row at most and may be run together with others."""
        self.statements += 1
        return await self.pool.look_up(sql, *parameters)
