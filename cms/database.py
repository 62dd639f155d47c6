"""The database: engine, sessions, and the kinds of column that every model shares."""

import re
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime, Uuid
from sqlalchemy import Enum as EnumType
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import declared_attr
from sqlmodel import SQLModel

from cms.ids import new_id
from cms.reading.pool import ReadPool
from cms.signing import SigningKey
from cms.transactions import Transactions
from cms.wire import Wire

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = SQLModel.metadata


class Table(SQLModel):
    """The base of every model: its table is named after the class, as in `article_version`."""

    @declared_attr.directive
    def __tablename__(cls) -> str:  # pyright: ignore[reportIncompatibleVariableOverride]
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", cls.__name__).lower()


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def id_column() -> Column[UUID]:
    """A primary key that Python fills with a UUIDv7."""
    return Column("id", Uuid(), primary_key=True, default=new_id)


def time_column(*, nullable: bool = False, index: bool = False) -> Column[datetime]:
    """A point in time; filled with now where it may not be null."""
    return Column(DateTime(timezone=True), nullable=nullable, index=index, default=None if nullable else now)


def enum_column(kind: type[Enum], name: str, *, nullable: bool = False) -> Column[Any]:
    """An enumeration kept as text under a check constraint of the given name."""
    values = EnumType(
        kind,
        native_enum=False,
        create_constraint=True,
        name=name,
        length=60,
        values_callable=_values,
    )
    return Column(values, nullable=nullable)


def _values(kind: type[Enum]) -> list[str]:
    return [member.value for member in kind]


def json_column(*, nullable: bool = False) -> Column[Any]:
    """A JSON document."""
    return Column(JSONB(none_as_null=True), nullable=nullable)


def driver_url(database_url: str) -> str:
    """The URL in the form that SQLAlchemy needs for psycopg 3."""
    return make_url(database_url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def plain_url(database_url: str) -> str:
    """The URL in the form that libpq reads."""
    return make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)


class Database:
    """Two pools on one database: sessions for writes, raw connections for planned reads."""

    def __init__(self, database_url: str, *, pool_size: int = 10) -> None:
        self.engine: AsyncEngine = create_async_engine(
            driver_url(database_url),
            pool_size=pool_size,
            max_overflow=0,
            # Whoever takes a connection ends their transaction, or gives the connection up.
            pool_reset_on_return=None,
            # Statements that come again are prepared by the wire itself.
            connect_args={"async_creator_fn": Wire.connect, "prepare_threshold": None},
        )
        self.transactions = Transactions(self.engine)
        self.sessions = async_sessionmaker(self.engine, expire_on_commit=False)
        self.reads = ReadPool(plain_url(database_url), size=pool_size)
        # Empty until `secret_keys.load_signing_key` has read it.
        self.signing_key = SigningKey()

    async def open(self) -> None:
        """Open the first connection for reads. Raises Unavailable if the database does not answer."""
        await self.reads.open()

    async def close(self) -> None:
        """Close both pools."""
        await self.reads.close()
        await self.engine.dispose()

    def transaction(self, *, may_run_again: bool = False) -> AbstractAsyncContextManager[AsyncSession]:
        """One session in one transaction: committed at the end, rolled back by any exception.

        `may_run_again` says that the caller does everything once more after an IntegrityError.
        """
        return self.transactions.begin(may_run_again=may_run_again)
