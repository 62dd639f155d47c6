"""Runs reads on a raw connection, and counts them."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from psycopg import AsyncConnection, errors
from psycopg.types.json import set_json_loads
from sqlalchemy import ClauseElement
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from cms.database import Database
from cms.errors import BadInput, Unavailable
from cms.reading.values import Late

set_json_loads(orjson.loads)
DIALECT = PGDialect_psycopg()


class Reader:
    """The reads of one request."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.statements = 0

    async def rows(
        self, statement: ClauseElement, variables: Mapping[str, Any] | None = None
    ) -> Sequence[tuple[Any, ...]]:
        """Compile and run one statement."""
        compiled = statement.compile(dialect=DIALECT)
        parameters = {
            name: late(value, variables or {}) for name, value in compiled.construct_params().items()
        }
        return await self.run(str(compiled), parameters)

    async def run(self, sql: str, parameters: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
        """Run one statement. Raises BadInput for a value out of PostgreSQL's range, Unavailable when the database is away."""
        self.statements += 1
        try:
            async with self.database.reads.connection() as connection:
                return await _fetch(connection, sql, parameters)
        except errors.DataError as error:
            raise BadInput(f"A value cannot be read: {error.diag.message_primary or error}.") from error
        except (errors.OperationalError, errors.InterfaceError) as error:
            raise Unavailable("The database does not answer. Try again in a moment.") from error


async def _fetch(
    connection: AsyncConnection[Any], sql: str, parameters: Mapping[str, Any]
) -> Sequence[tuple[Any, ...]]:
    cursor = await connection.execute(sql, parameters, prepare=True)
    return await cursor.fetchall()


def late(value: Any, variables: Mapping[str, Any]) -> Any:
    """A parameter's value for these variables."""
    return value.resolve(variables) if isinstance(value, Late) else value
