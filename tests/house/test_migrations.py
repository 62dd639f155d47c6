"""The migrations and the models say the same, and every migration goes down and up again."""

from collections.abc import Generator
from typing import Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from cms.database import driver_url, metadata, plain_url
from cms.embedded.engines import EngineAddresses
from cms.migrations import applied_revisions, downgrade, newest_revisions, script_location, upgrade
from cms.models import __all__ as _  # noqa: F401  (importing it makes every table known)
from tests.engines import cloned_database

# From the first to the last.
REVISIONS = [s.revision for s in reversed(list(ScriptDirectory(str(script_location())).walk_revisions()))]
OBJECTS = """
SELECT format('column %s.%s %s null=%s default=%s', table_name, column_name, data_type, is_nullable, column_default)
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version'
UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'
UNION ALL SELECT format('constraint %s on %s: %s', conname, conrelid::regclass, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid <> coalesce(to_regclass('alembic_version'), 0)
UNION ALL SELECT format('trigger %s: %s', tgname, pg_get_triggerdef(oid)) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT format('function %s: %s', p.oid::regprocedure, md5(p.prosrc)) FROM pg_proc p
    WHERE pronamespace = 'public'::regnamespace
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
UNION ALL SELECT 'text search configuration ' || cfgname FROM pg_ts_config WHERE cfgnamespace = 'public'::regnamespace
UNION ALL SELECT 'extension ' || extname FROM pg_extension
ORDER BY 1
"""


@pytest.fixture
def fresh_url(engines: EngineAddresses, worker_name: str) -> Generator[str]:
    """A migrated database that the test may take apart."""
    with cloned_database(engines, f"kiosque_house_{worker_name}") as url:
        yield url


def objects_of(url: str) -> list[str]:
    """Everything that migrations have made in a database, in words."""
    with psycopg.connect(plain_url(url)) as connection:
        return [row[0] for row in connection.execute(OBJECTS).fetchall()]


def is_ours(_item: object, name: str | None, *_more: object) -> bool:
    """Whether a table is of our own making: the job queue brings its own."""
    return not (name or "").startswith("procrastinate_")


def differences_of(url: str) -> list[Any]:
    """What a migration would have to change to make the tables what the models say."""
    engine = create_engine(driver_url(url))
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": is_ours}
        )
        found = compare_metadata(context, metadata)
    engine.dispose()
    return found


def test_the_tables_are_what_the_models_say(database_url: str) -> None:
    assert differences_of(database_url) == []


def test_a_missing_column_would_be_noticed(fresh_url: str) -> None:
    with psycopg.connect(plain_url(fresh_url)) as connection:
        connection.execute("ALTER TABLE site DROP COLUMN name")
    assert [(found[0], found[2], found[3].name) for found in differences_of(fresh_url)] == [
        ("add_column", "site", "name")
    ]


def test_the_way_down_leaves_nothing_behind(fresh_url: str, engines: EngineAddresses) -> None:
    downgrade(fresh_url, "base")
    with psycopg.connect(engines.database_url, autocommit=True) as connection:
        untouched = [row[0] for row in connection.execute(OBJECTS).fetchall()]
    assert objects_of(fresh_url) == untouched
    assert applied_revisions(fresh_url) == set()


@pytest.mark.parametrize("revision", ["base", *REVISIONS[:-1]])
def test_down_and_up_again_makes_the_same_database(fresh_url: str, revision: str) -> None:
    before = objects_of(fresh_url)
    downgrade(fresh_url, revision)
    assert applied_revisions(fresh_url) == (set() if revision == "base" else {revision})
    upgrade(fresh_url)
    assert objects_of(fresh_url) == before


def test_each_migration_goes_down_alone(fresh_url: str) -> None:
    for revision in [*reversed(REVISIONS[:-1]), "base"]:
        downgrade(fresh_url, revision)
    upgrade(fresh_url)
    assert applied_revisions(fresh_url) == newest_revisions() == {REVISIONS[-1]}


def test_running_them_again_changes_nothing(fresh_url: str) -> None:
    before = objects_of(fresh_url)
    upgrade(fresh_url)
    assert objects_of(fresh_url) == before
