"""A dry run: everything is written in one transaction that is taken back, and no byte goes to the bucket."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import BinaryIO

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from cms.assets.storage import Storage
from cms.assets.uploads import Depot
from cms.config import Settings
from cms.database import Database


@asynccontextmanager
async def rehearsing(depot: Depot) -> AsyncGenerator[Depot]:
    """A depot that behaves like the given one for the block, and leaves no trace."""
    storage = UnchangedStorage(depot.settings)
    try:
        async with depot.database.engine.connect() as connection, connection.begin() as outermost:
            yield replace(depot, database=RehearsalDatabase(depot.database, connection), storage=storage)
            await outermost.rollback()
    finally:
        storage.close()


class RehearsalDatabase(Database):
    """A database whose transactions are savepoints of one that is taken back. They come one after another."""

    def __init__(self, real: Database, connection: AsyncConnection) -> None:
        self.engine = real.engine
        self.sessions = real.sessions
        self.reads = real.reads
        self.signing_key = real.signing_key
        self._connection = connection
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def transaction(self, *, may_run_again: bool = False) -> AsyncGenerator[AsyncSession]:  # noqa: ARG002  (the parent's)
        """One session in one savepoint."""
        session = AsyncSession(
            self._connection, join_transaction_mode="create_savepoint", expire_on_commit=False
        )
        async with self._turn, session, session.begin():
            yield session


class UnchangedStorage(Storage):
    """A bucket that is read and never written."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)

    def put(
        self, key: str, body: bytes | BinaryIO, *, content_type: str, cache_control: str | None = None
    ) -> None:
        """Leave the bucket as it is."""

    def delete(self, key: str) -> None:
        """Leave the bucket as it is."""
