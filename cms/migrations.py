"""The migrations, run from Python: by `cms up`, `cms migrate` and the tests."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from cms.config import PROJECT_ROOT
from cms.database import driver_url


def script_location() -> Path:
    """Where the migrations are: beside the package in a checkout, inside it when installed."""
    packaged = Path(__file__).with_name("_migrations")
    return packaged if packaged.exists() else PROJECT_ROOT / "alembic"


def configuration(database_url: str) -> Config:
    """Alembic's configuration for a database. The URL travels outside the options, where a `%` would be read as a reference."""
    config = Config()
    config.set_main_option("script_location", str(script_location()).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["database_url"] = database_url
    return config


def upgrade(database_url: str) -> None:
    """Bring a database to the newest state that this version knows."""
    command.upgrade(configuration(database_url), "heads")


def downgrade(database_url: str, revision: str) -> None:
    """Take a database back to a revision; `base` empties it. Raises CommandError for a revision that does not exist."""
    command.downgrade(configuration(database_url), revision)


def newest_revisions() -> set[str]:
    """The revisions that this version of Kiosque leads to."""
    return set(ScriptDirectory(str(script_location())).get_heads())


def applied_revisions(database_url: str) -> set[str]:
    """The revisions that a database is at; empty for one that was never migrated."""
    engine = create_engine(driver_url(database_url))
    try:
        with engine.connect() as connection:
            return set(MigrationContext.configure(connection).get_current_heads())
    finally:
        engine.dispose()


def known_revisions() -> set[str]:
    """All revisions that this version of Kiosque knows."""
    return {script.revision for script in ScriptDirectory(str(script_location())).walk_revisions()}
