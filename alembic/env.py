"""Run the migrations: on the URL that the caller gives, else on DATABASE_URL."""

from alembic import context
from sqlalchemy import Connection, create_engine, text

from cms.config import settings_from_environment
from cms.database import driver_url
from cms.models import metadata

LOCK_KEY = 0x6B696F73  # one migration at a time, whoever starts it


def database_url() -> str:
    given = context.config.attributes.get("database_url")
    url = settings_from_environment().database_url
    if given is None and url is None:
        raise SystemExit("No database: set DATABASE_URL.")
    return given or url.get_secret_value()


def include_object(_: object, name: str | None, kind: str, reflected: bool, compare_to: object) -> bool:
    """Leave alone what other programs keep in the same database."""
    return not (
        kind == "table"
        and reflected
        and compare_to is None
        and (name or "").startswith(("procrastinate_", "spatial_ref_sys"))
    )


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection, target_metadata=metadata, compare_type=True, include_object=include_object
    )
    with context.begin_transaction():
        connection.execute(text("SET LOCAL lock_timeout = '10s'"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK_KEY})
        context.run_migrations()


if (given := context.config.attributes.get("connection")) is not None:
    migrate(given)
else:
    engine = create_engine(driver_url(database_url()))
    with engine.connect() as connection:
        migrate(connection)
    engine.dispose()
