"""What an empty instance gets: the demo newsroom, and a token for its administrator."""

from sqlalchemy import func
from sqlmodel import select

from cms.accounts.models import ApiToken
from cms.assets.storage import Storage
from cms.commands.options import database_url_of
from cms.commands.token import make_token
from cms.config import Settings
from cms.database import Database
from cms.permissions import Role


async def fill_empty_instance(settings: Settings, *, demo: bool) -> str | None:
    """Fill an instance that has no token yet; the secret of its first one, which is told only here. None for any other."""
    database = Database(database_url_of(settings), pool_size=1)
    try:
        if not await is_empty(database):
            return None
        if demo:
            await load_newsroom(database, settings)
        # The token comes last: an instance whose first start was cut short is filled at the next.
        return await make_token(database_url_of(settings), Role.ADMIN, name="first start")
    finally:
        await database.close()


async def is_empty(database: Database) -> bool:
    """Whether nobody has ever had a token here."""
    async with database.transaction() as session:
        return (await session.scalar(select(func.count()).select_from(ApiToken))) == 0


async def load_newsroom(database: Database, settings: Settings) -> None:
    """Load the demo content."""
    from cms.assets.uploads import Depot  # noqa: PLC0415
    from cms.demo.load import load_demo  # noqa: PLC0415  (it is needed once in the life of an instance)

    storage = Storage(settings)
    await load_demo(Depot(database, storage, settings))
    storage.close()
