"""`cms migrate`: bring the database to the state that this version needs."""

from typing import Annotated

import typer

from cms.commands.console import say
from cms.commands.options import DataDir, database_url_of, settings_of
from cms.migrations import downgrade, newest_revisions, upgrade

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
            upgrade(database_url_of(settings))
            say(f"The database is at {', '.join(sorted(newest_revisions())) or 'its beginning'}.")
        else:
            downgrade(database_url_of(settings), down)
            say(f"The database is back at {down}.")
