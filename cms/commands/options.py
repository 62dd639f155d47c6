"""Options that several commands share, and the settings that follow from them."""

from collections.abc import Collection, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from cms.commands.console import CommandError
from cms.config import Settings, settings_from_environment
from cms.embedded.engines import BOTH, engines, missing_engines
from cms.embedded.instance import read_instance

DEFAULT_DATA_DIR = Path("data")

DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        metavar="DIR",
        help="Directory of the instance: its database, objects and secrets. Default: ./data. "
        "Where DATABASE_URL and S3_ENDPOINT are set, those servers are used instead.",
        show_default=False,
    ),
]


@contextmanager
def settings_of(data_dir: Path | None, *, needs: Collection[str] = BOTH) -> Generator[Settings]:
    """Settings under which database and bucket answer during the block.

    What the environment names is used; the rest comes from the instance in the data directory. If that does not run, its
    engines run for this block. `needs` names the engines that the command cannot do without. Raises CommandError, EngineError.
    """
    settings = settings_from_environment()
    wanted = [name for name in missing_engines(settings) if name in needs]
    if not wanted:
        yield settings
        return
    directory = data_dir or DEFAULT_DATA_DIR
    if read_instance(directory) is None:
        hint = "Start one with `cms up`, name its place with --data-dir, or set DATABASE_URL and S3_ENDPOINT."
        raise CommandError(f"There is no instance in {directory.absolute()}.", hint)
    with engines(directory, wanted=wanted) as addresses:
        yield addresses.complete(settings)


def database_url_of(settings: Settings) -> str:
    """The URL of the database. Raises CommandError where none is set."""
    if settings.database_url is None:
        raise CommandError(
            "No database is named.", "Set DATABASE_URL, or use `cms up`, which brings its own."
        )
    return settings.database_url.get_secret_value()
