"""Runs the reads of one request, and counts them."""

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
    named = found.construct_params()
    values = tuple(named[name] for name in names)
    late = tuple((index, value) for index, value in enumerate(values) if isinstance(value, Late))
    scoped = tuple(index for index, name in enumerate(names) if name == BOUND)
    return Statement(str(found), values, late, scoped)


class Reader:
    """The reads of one request."""

    def __init__(self, pool: ReadPool) -> None:
        self.pool = pool
        self.statements = 0

    async def rows(self, statement: ClauseElement) -> Sequence[Any]:
        """Compile and run one statement."""
        found = compiled(statement)
        return await self.run(found.sql, found.parameters)

    async def run(self, sql: str, parameters: Sequence[Any]) -> Sequence[Any]:
        """Run one statement. Raises BadInput for a value out of PostgreSQL's range, Unavailable when the database is away."""
        self.statements += 1
        return await self.pool.fetch(sql, *parameters)
