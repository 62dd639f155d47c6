"""Real engines for the tests: one pair a run, shared by all workers; a database and a bucket for each worker."""

import os
import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from pydantic import SecretStr

from cms.assets.storage import Storage
from cms.config import Settings
from cms.embedded.engines import EngineAddresses, engines
from cms.embedded.instance import holding, read_instance
from cms.embedded.ports import LOOPBACK
from cms.migrations import upgrade

ROOT_PREFIX = "kiosque-tests-"
TEMPLATE = "kiosque_template"


def run_directory(run: str) -> Path:
    """The directory of a test run: not pytest's own, which the engines' user cannot enter when root runs the tests."""
    return Path(tempfile.gettempdir()) / f"{ROOT_PREFIX}{os.getuid()}-{run}"


@contextmanager
def shared_engines(run: str) -> Generator[EngineAddresses]:
    """The engines of a test run. The worker that comes first starts them, and stops them once all have done."""
    sweep()
    directory = run_directory(run)
    with engines(directory, durable=False) as addresses:
        allow_emptying(directory)
        yield addresses
    remove(directory)


def allow_emptying(directory: Path) -> None:
    """Let Kiosque's role write past triggers, as `tests/desk.py` does between tests."""
    instance = read_instance(directory)
    assert instance is not None
    url = f"postgresql://postgres:{instance.postgres_superuser_password}@{LOOPBACK}:{instance.postgres_port}/postgres"
    with psycopg.connect(url) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(1)")
        connection.execute("GRANT SET ON PARAMETER session_replication_role TO kiosque")


def sweep() -> None:
    """Remove what runs that were killed have left behind."""
    for old in Path(tempfile.gettempdir()).glob(f"{ROOT_PREFIX}{os.getuid()}-*"):
        if (old / "instance.json").exists():
            remove(old)


def remove(directory: Path) -> None:
    """Remove the directory of a run, unless somebody uses it."""
    with holding(directory, wait_seconds=0) as held:
        if held:
            shutil.rmtree(directory, ignore_errors=True)


def make_template(addresses: EngineAddresses) -> None:
    """Make the migrated database from which others are cloned, once a run, whichever worker is first."""
    with connect(addresses) as connection:
        connection.execute("SELECT pg_advisory_lock(1)")
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE]).fetchone() is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(f"{TEMPLATE}_new")))
            upgrade(url_of(addresses, f"{TEMPLATE}_new"))
            connection.execute(f"ALTER DATABASE {TEMPLATE}_new RENAME TO {TEMPLATE}")


@contextmanager
def cloned_database(addresses: EngineAddresses, name: str) -> Generator[str]:
    """The URL of a fresh migrated database, dropped at the end."""
    make_template(addresses)
    identifier = sql.Identifier(name)
    with connect(addresses) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(identifier, sql.Identifier(TEMPLATE))
        )
    try:
        yield url_of(addresses, name)
    finally:
        with connect(addresses) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(identifier))


def connect(addresses: EngineAddresses) -> psycopg.Connection[tuple[object, ...]]:
    """A connection that may create databases."""
    return psycopg.connect(addresses.database_url, autocommit=True)


def url_of(addresses: EngineAddresses, name: str) -> str:
    """The URL of another database on the same server."""
    return addresses.database_url.rpartition("/")[0] + "/" + name


def settings_for(addresses: EngineAddresses, database_url: str, bucket: str) -> Settings:
    """Settings on the test engines: nothing of the operator's own environment has a say in them."""
    untouched = {
        name: field.get_default(call_default_factory=True) for name, field in Settings.model_fields.items()
    }
    open_settings = Settings.model_construct(None, **untouched)
    # Many tests write past the application, and read through it in the next moment: those of the cache turn it on.
    own = {"database_url": SecretStr(database_url), "s3_bucket": bucket, "response_cache_bytes_max": 0}
    return addresses.complete(open_settings).model_copy(update=own)


def make_bucket(settings: Settings) -> None:
    """Make the bucket of the settings, open to pages of any origin."""
    storage = Storage(settings)
    storage.ensure_bucket()
    storage.set_cors(settings.cors_origins)
    storage.close()
