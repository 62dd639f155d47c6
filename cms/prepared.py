"""Statements that are compiled once and then run straight on the driver: Core says what, and nothing of SQLAlchemy is in the way of doing it."""

from collections import namedtuple
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import orjson
from psycopg.pq.abc import PGresult
from psycopg.types.json import Jsonb
from sqlalchemy import ARRAY, JSON, ClauseElement, Integer, String, TypeDecorator, Uuid
from sqlalchemy.ext.asyncio import AsyncSession

from cms.transactions import DIALECT, driver_of, told_as_sqlalchemy
from cms.wire import Question, Wire

Process = Callable[[Any], Any]


class Prepared:
    """A statement that is built once. Its bind parameters have names; a list goes in as one array, so that the text is always the same."""

    def __init__(self, statement: ClauseElement) -> None:
        compiled: Any = statement.compile(dialect=DIALECT)
        self.sql = str(compiled).encode()
        self._fixed: Mapping[str, Any] = compiled.params
        self._parameters = [(name, _processor(compiled, name)) for name in compiled.positiontup or ()]
        self._row, self._processes = _row_of(compiled)

    async def rows(self, session: AsyncSession, values: Mapping[str, Any] | None = None, /) -> list[Any]:
        """Run it in the session's transaction: its rows, with their columns as attributes. Raises SQLAlchemy's errors."""
        (found,) = await rows_of(session, (self, values))
        return found

    def question(self, values: Mapping[str, Any] | None) -> Question:
        """What is asked with these values."""
        return Question(self.sql, self._bound(values or {}))

    def answer(self, driver: Wire, result: PGresult) -> list[Any]:
        """The rows of a result of it."""
        return driver.rows_of(result, self._made if self._processes else self._row._make)

    def _bound(self, values: Mapping[str, Any]) -> list[Any]:
        found: list[Any] = []
        for name, process in self._parameters:
            value = values[name] if name in values else self._fixed[name]
            found.append(value if process is None else process(value))
        return found

    def _made(self, row: tuple[Any, ...]) -> Any:
        values = list(row)
        for index, process in self._processes:
            values[index] = process(values[index])
        return self._row(*values)


async def rows_of(
    session: AsyncSession, *asked: tuple[Prepared, Mapping[str, Any] | None]
) -> list[list[Any]]:
    """The rows of each of several statements, which go out together. Raises SQLAlchemy's errors."""
    driver = await driver_of(session)
    with told_as_sqlalchemy():
        results = await driver.ask([statement.question(values) for statement, values in asked])
        return [
            statement.answer(driver, result) for (statement, _), result in zip(asked, results, strict=True)
        ]


def prepared(make: Callable[..., ClauseElement]) -> Callable[..., Prepared]:
    """Decorates what builds a statement: it is built and compiled once for the same arguments."""
    return cache(lambda *arguments: Prepared(make(*arguments)))


def _processor(compiled: Any, name: str) -> Process | None:
    kind, process = compiled.binds[name].type, compiled._bind_processors.get(name)
    if isinstance(kind, JSON):
        return _json
    if isinstance(kind, ARRAY) and isinstance(_plain(kind.item_type), String | Uuid | Integer):
        return _array if process is None else lambda items: _array(process(items))
    return process


def _plain(kind: Any) -> Any:
    return kind.impl_instance if isinstance(kind, TypeDecorator) else kind


def _array(items: Any) -> str | None:
    """An array as PostgreSQL reads it. psycopg would look at each item to find out what it is, for several times as long."""
    if items is None:
        return None
    return "{" + ",".join("NULL" if item is None else _quoted(str(item)) for item in items) + "}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _json(value: Any) -> Any:
    return None if value is None else Jsonb(value, orjson.dumps)


def _row_of(compiled: Any) -> tuple[Any, list[tuple[int, Process]]]:
    columns = compiled._result_columns
    names = [column.keyname for column in columns]
    # The fields are known only now, and rows of this kind are made as fast as tuples.
    row: Any = namedtuple("Row", names, rename=True)  # pyright: ignore[reportUntypedNamedTuple]
    found = (
        (index, column.type._cached_result_processor(DIALECT, None)) for index, column in enumerate(columns)
    )
    return row, [(index, process) for index, process in found if process is not None]
