"""`cms migrate`: bring the database to the state that this version needs."""

import asyncio
from typing import Annotated

import typer

from cms.articles.refreshing import rebuild_live
from cms.commands.console import say
from cms.commands.options import DataDir, database_url_of, settings_of
from cms.database import Database
from cms.migrations import applied_revisions, downgrade, newest_revisions, upgrade

Down = Annotated[
    str | None,
    typer.Option(
        "--down",
        metavar="REV",
        help="Go back to this revision instead; `base` removes every table.",
        show_default=False,
    ),
]


def migrate(down: Down = None, data_dir: DataDir = None) -> None:
    """Run the migrations that the database has not had yet."""
    with settings_of(data_dir, needs=["postgres"]) as settings:
        if down is None:
            bring_up_to_date(database_url_of(settings))
            say(f"The database is at {', '.join(sorted(newest_revisions())) or 'its beginning'}.")
        else:
            downgrade(database_url_of(settings), down)
            say(f"The database is back at {down}.")


def bring_up_to_date(database_url: str) -> None:
    """Run the migrations. After any, the live side is written anew: a new version may keep more, or less, in its rows."""
    before = applied_revisions(database_url)
    upgrade(database_url)
    if before and before != newest_revisions():
        asyncio.run(_rebuild(database_url))


async def _rebuild(database_url: str) -> None:
    database = Database(database_url, pool_size=1)
    try:
        async with database.transaction() as session:
            await rebuild_live(session)
    finally:
        await database.close()
