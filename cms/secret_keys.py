"""Keys that are made once and kept in the database, so that every process has the same."""

from secrets import token_bytes

from sqlalchemy import LargeBinary, Text, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import ProgrammingError
from sqlmodel import Field, col

from cms.database import Database, Table
from cms.errors import Unavailable
from cms.signing import KEY_BYTES

MEDIA = "media"


class SecretKey(Table, table=True):
    """A key by its name. To change one, delete its row and start the processes anew."""

    name: str = Field(primary_key=True, sa_type=Text)
    value: bytes = Field(sa_type=LargeBinary)


async def load_signing_key(database: Database) -> None:
    """Give the database's signing key its value; the first process that asks makes it. Raises Unavailable before the migrations have run."""
    try:
        database.signing_key.set(await _get_or_make(database, MEDIA))
    except ProgrammingError as error:
        raise Unavailable("The database lacks tables: run `cms migrate`.") from error


async def _get_or_make(database: Database, name: str) -> bytes:
    kept = select(col(SecretKey.value)).where(col(SecretKey.name) == name)
    async with database.transaction() as session:
        if (found := await session.scalar(kept)) is not None:
            return found
        new = insert(SecretKey).values(name=name, value=token_bytes(KEY_BYTES))
        await session.execute(new.on_conflict_do_nothing())
        # Whoever came second has waited for the first, and finds its key.
        return (await session.scalars(kept)).one()
