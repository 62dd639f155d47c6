"""The driver's connection, asked without its cursors: several statements go out together, and are waited for once.

A cursor of psycopg takes as much processor time again as the statement itself. What is asked here has been compiled before, stays prepared on
the connection, and says itself of what types its parameters are: they go out as text.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import psycopg
from psycopg.abc import Buffer, PQGen
from psycopg.adapt import AdaptersMap, Loader, PyFormat, Transformer
from psycopg.errors import FeatureNotSupported, InvalidSqlStatementName, OperationalError, error_from_result
from psycopg.generators import execute, fetch_many, send
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

from cms.reading.json_texts import value_of

_BEGIN, _COMMIT, _FORGET = b"BEGIN", b"COMMIT", b"DEALLOCATE ALL"
# How many statements stay prepared on a connection. There are as many as there are sets of columns that somebody writes.
STATEMENTS_KEPT_MAX = 300
# A statement that the server has forgotten, or whose tables have changed under it, is prepared anew the next time.
_STALE = (FeatureNotSupported, InvalidSqlStatementName)


# bool, int8, int2, int4, text, json, float8, varchar, jsonb: of these, what comes as text is read into the very values that the pool for reads gives.
_READ_ALIKE = frozenset({16, 20, 21, 23, 25, 114, 701, 1043, 3802})


class _JsonLoader(Loader):
    """JSON as the pool for reads reads it."""

    def load(self, data: Buffer) -> Any:
        """The value."""
        return value_of(bytes(data).decode())


class _Reading:
    """By what results are read as the pool for reads reads them."""

    def __init__(self) -> None:
        self.adapters, self.connection = _ADAPTERS, None


_ADAPTERS = AdaptersMap(psycopg.adapters)
for _name in ("json", "jsonb"):
    _ADAPTERS.register_loader(_name, _JsonLoader)


class Question(NamedTuple):
    """A statement, and the values of its parameters."""

    sql: bytes
    values: Sequence[Any]


class Sent(NamedTuple):
    """What a reply will be about: a statement that runs, or one that is prepared under a name."""

    sql: bytes
    name: bytes | None = None


class Wire(psycopg.AsyncConnection[Any]):
    """A connection of psycopg, with a short way for statements that come again and again."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._names: dict[bytes, bytes] = {}
        self._names_given = 0
        self._transformer, self._reading = Transformer(self), Transformer(_Reading())

    async def ask(
        self, questions: Sequence[Question], *, commits: bool = False, then: Sequence[Question] = ()
    ) -> list[PGresult]:
        """A result for each statement, in the transaction that is open or else in a new one, which may end with them.

        What is asked `then` goes out with the rest, and runs once that is committed: its results come last, be they errors.
        Raises the driver's errors: nothing of what follows the statement that failed has been done, and nothing is committed.
        """
        asked, later = self._with_texts(questions), self._with_texts(then)
        async with self.lock:
            return await self.wait(self._exchange(asked, later, commits=commits))

    def rows_of(self, result: PGresult, make_row: Any) -> list[Any]:
        """The rows of a result; `make_row` makes one of a tuple of values."""
        self._transformer.set_pgresult(result)
        return self._transformer.load_rows(0, result.ntuples, make_row)

    def rows_as_read(self, result: PGresult) -> list[tuple[Any, ...]] | None:
        """The rows of a result as the pool for reads gives them; None for an error, and where a column is of a type that is not known here."""
        kinds = {result.ftype(column) for column in range(result.nfields)}
        if result.status != ExecStatus.TUPLES_OK or not kinds <= _READ_ALIKE:
            return None
        self._reading.set_pgresult(result)
        return self._reading.load_rows(0, result.ntuples, tuple)

    def _with_texts(self, questions: Sequence[Question]) -> list[Question]:
        return [Question(sql, self._as_texts(values)) for sql, values in questions]

    def _as_texts(self, values: Sequence[Any]) -> Sequence[Buffer | None]:
        return self._transformer.dump_sequence(values, [PyFormat.TEXT] * len(values))

    def _exchange(
        self, asked: Sequence[Question], later: Sequence[Question], *, commits: bool
    ) -> PQGen[list[PGresult]]:
        is_open = self.pgconn.transaction_status != TransactionStatus.IDLE
        if is_open and not commits and len(asked) == 1 and asked[0].sql in self._names:
            (question,) = asked
            self.pgconn.send_query_prepared(self._names[question.sql], question.values)
            replies = yield from execute(self.pgconn)
            return self._checked([Sent(question.sql)], replies)
        return (yield from self._piped(asked, later, begins=not is_open, commits=commits))

    def _piped(
        self, asked: Sequence[Question], later: Sequence[Question], *, begins: bool, commits: bool
    ) -> PQGen[list[PGresult]]:
        self.pgconn.enter_pipeline_mode()
        try:
            before = self._beginning() if begins else []
            sent = list(before)
            for question in asked:
                sent += self._send_prepared(question)
            if commits:
                sent.append(self._send(_COMMIT))
            sent_then = [one for question in later for one in self._send_prepared(question)]
            self.pgconn.pipeline_sync()
            yield from send(self.pgconn)
            replies = yield from self._replies()
        finally:
            self._leave_pipeline()
        results = self._checked(sent, replies[: len(sent)])
        return results[len(before) : len(results) - commits] + self._noted(sent_then, replies[len(sent) :])

    def _beginning(self) -> list[Sent]:
        sent = [self._send(_BEGIN)]
        if len(self._names) >= STATEMENTS_KEPT_MAX:
            self._names.clear()
            sent.append(self._send(_FORGET))
        return sent

    def _send(self, command: bytes) -> Sent:
        self.pgconn.send_query_params(command, None)
        return Sent(command)

    def _send_prepared(self, question: Question) -> list[Sent]:
        sql, values = question
        name, sent = self._names.get(sql), [Sent(sql)]
        if name is None:
            self._names_given += 1
            name = b"kiosque_%d" % self._names_given
            self.pgconn.send_prepare(name, sql)
            sent.insert(0, Sent(sql, name))
        self.pgconn.send_query_prepared(name, values)
        return sent

    def _replies(self) -> PQGen[list[PGresult]]:
        """All that has been sent is answered, each by one result, before the answer to the mark behind it."""
        found: list[PGresult] = []
        while True:
            some = yield from fetch_many(self.pgconn)
            if not some:
                raise OperationalError("The connection was lost while its answers were awaited.")
            if some[0].status == ExecStatus.PIPELINE_SYNC:
                return found
            found.append(some[-1])

    def _leave_pipeline(self) -> None:
        try:
            self.pgconn.exit_pipeline_mode()
        except psycopg.Error:
            # Answers are still to come, and nobody would know to what: the connection has no other use.
            self.pgconn.finish()

    def _checked(self, sent: Sequence[Sent], replies: Sequence[PGresult]) -> list[PGresult]:
        """The results of what has run. Raises the error of what has failed first."""
        found: list[PGresult] = []
        for (sql, name), reply in zip(sent, replies, strict=True):
            if reply.status == ExecStatus.FATAL_ERROR:
                error = error_from_result(reply, encoding=self.info.encoding)
                if isinstance(error, _STALE):
                    self._names.pop(sql, None)
                raise error
            if name is None:
                found.append(reply)
            else:
                self._names[sql] = name
        return found

    def _noted(self, sent: Sequence[Sent], replies: Sequence[PGresult]) -> list[PGresult]:
        """The results of what has run, be they errors: a statement that has failed is prepared anew the next time."""
        found: list[PGresult] = []
        for (sql, name), reply in zip(sent, replies, strict=True):
            if name is None:
                found.append(reply)
            if reply.status in (ExecStatus.FATAL_ERROR, ExecStatus.PIPELINE_ABORTED):
                self._names.pop(sql, None)
            elif name is not None:
                self._names[sql] = name
        return found
