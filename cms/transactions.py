"""Transactions that write: a session whose driver can be asked directly, by statements that were compiled once.

SQLAlchemy's way to the driver and back costs three times what the driver itself takes. A session that does nothing else never sets SQLAlchemy's own
machinery up; whoever needs that gets it, on the same connection and in the same transaction.
"""

import time
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, NamedTuple

import psycopg
from sqlalchemy import Connection, PoolProxiedConnection, event, exc
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession
from sqlalchemy.util import greenlet_spawn

from cms.wire import Question, Wire

TRUSTED_SECONDS_MAX = 1.0
"""A connection that was used so recently is taken to be alive; any other one is asked first."""

DIALECT = PGDialect_psycopg(paramstyle="numeric_dollar", dbapi=psycopg)
_LATE = frozenset({"sync_session", "_proxied", "bind", "binds"})


class Afterwards(NamedTuple):
    """A statement that is asked after a commit, and who takes its rows: as the pool for reads gives them, or None if that must read them."""

    question: Question
    take: Callable[[list[tuple[Any, ...]] | None], None]


class TransactionSession(AsyncSession):
    """A session in a transaction that whoever made it ends. What SQLAlchemy needs of a session is made when it is first needed."""

    def __init__(self, engine: AsyncEngine, lent: PoolProxiedConnection) -> None:
        # Not the parent's: that is called when somebody asks for what it sets.
        self._engine, self._lent = engine, lent
        self.driver: Wire = lent.driver_connection  # pyright: ignore[reportAttributeAccessIssue]  (the engine makes them)
        self.is_ordinary = False
        self.may_run_again = False
        """Whether everything is done once more, in another transaction, if this one meets another one."""
        self.memory: dict[object, Any] = {}
        """What earlier transactions have found. It may have changed since."""
        self.at_end: list[Callable[[], Question]] = []
        """What goes out with the commit."""
        self.after_end: list[Afterwards] = []
        """What is read right after the commit, where that goes out with something."""

    def __getattr__(self, name: str) -> Any:
        """What the parent sets."""
        if name not in _LATE or self.is_ordinary:
            raise AttributeError(name)
        self.is_ordinary = True
        connection = Connection(self._engine.sync_engine, connection=self._lent)
        super().__init__(AsyncConnection(self._engine, connection), expire_on_commit=False)
        return getattr(self, name)

    async def finish(self) -> None:
        """Commit, with what waits for that."""
        with told_as_sqlalchemy():
            if not self.is_ordinary and self.at_end:
                await self._finish_at_once()
                return
            if self.at_end:
                await (await driver_of(self)).ask([make() for make in self.at_end])
        if self.is_ordinary:
            await self.commit()
        with told_as_sqlalchemy():
            await self.driver.commit()

    async def _finish_at_once(self) -> None:
        then = [one.question for one in self.after_end]
        results = await self.driver.ask([make() for make in self.at_end], commits=True, then=then)
        for one, result in zip(self.after_end, results[len(self.at_end) :], strict=True):
            one.take(self.driver.rows_as_read(result))

    async def abandon(self) -> None:
        """Roll back; a connection on which that cannot be done is given up."""
        try:
            if self.is_ordinary:
                await self.close()
            # SQLAlchemy itself gives a connection up that was cancelled while it was on it.
            if self._lent.is_valid:
                await self.driver.rollback()
        except (psycopg.Error, exc.SQLAlchemyError):
            if self._lent.is_valid:
                self._lent.invalidate()


class Transactions:
    """Makes transactions on connections of an engine's pool. Its connections are asked whether they are alive only when that is in doubt."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._lost_at = 0.0
        self._memory: dict[object, Any] = {}
        event.listen(engine.sync_engine, "checkin", self._note_use)
        event.listen(engine.sync_engine, "checkout", self._ask)

    @asynccontextmanager
    async def begin(self, *, may_run_again: bool = False) -> AsyncGenerator[AsyncSession]:
        """A session in a transaction: committed at the end, rolled back by any exception, also by being cancelled.

        An error that means that the connection was lost before the commit says so (`connection_invalidated`): nothing has been written.
        """
        lent = await greenlet_spawn(self._engine.sync_engine.raw_connection)
        session = TransactionSession(self._engine, lent)
        session.may_run_again, session.memory = may_run_again, self._memory
        try:
            try:
                yield session
            except DBAPIError as error:
                self._note_loss(session, error)
                raise
            await session.finish()
        except BaseException:
            await session.abandon()
            raise
        finally:
            lent.close()

    def _note_loss(self, session: TransactionSession, error: DBAPIError) -> None:
        if session.driver.broken:
            error.connection_invalidated = True
            self._lost_at = time.monotonic()

    def _note_use(self, _: Any, record: Any) -> None:
        record.info["used_at"] = time.monotonic()

    def _ask(self, connection: Any, record: Any, _: Any) -> None:
        used_at = record.info.get("used_at")
        if used_at is None or used_at > max(time.monotonic() - TRUSTED_SECONDS_MAX, self._lost_at):
            return
        try:
            self._engine.dialect.do_ping(connection)
        except psycopg.Error as error:
            raise DisconnectionError from error


def may_run_again(session: AsyncSession) -> bool:
    """Whether whoever made the session does everything once more if a row is refused, so that it need not be known beforehand whether it is."""
    return isinstance(session, TransactionSession) and session.may_run_again


def memory_of(session: AsyncSession) -> dict[object, Any] | None:
    """What earlier transactions have found, which may have changed since; None for a session of another make."""
    return session.memory if isinstance(session, TransactionSession) else None


async def driver_of(session: AsyncSession) -> Wire:
    """The driver's connection of a session, in the session's transaction and with all that the session has written so far."""
    if isinstance(session, TransactionSession):
        if session.is_ordinary:
            await session.flush()
            # Here SQLAlchemy catches up with savepoints that have been begun.
            await session.connection()
        return session.driver
    await session.flush()
    raw = await (await session.connection()).get_raw_connection()
    found: Any = raw.driver_connection
    return found


@contextmanager
def told_as_sqlalchemy() -> Generator[None]:
    """Errors of the driver are raised as SQLAlchemy's, as whoever catches them expects."""
    try:
        yield
    except psycopg.Error as error:
        raise DBAPIError.instance(
            None, None, error, psycopg.Error, hide_parameters=True, dialect=DIALECT
        ) from error
