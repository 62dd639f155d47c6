"""What every test may stand on: real engines, a migrated database of its own worker, settings for it."""

import os
from collections.abc import AsyncGenerator, Generator

import orjson
import pytest

from cms.config import Settings
from cms.database import Database
from cms.embedded.engines import EngineAddresses
from cms.reading import json_texts
from cms.secret_keys import load_signing_key
from tests.engines import cloned_database, make_bucket, settings_for, shared_engines


@pytest.fixture(scope="session")
def run_name(request: pytest.FixtureRequest) -> str:
    """A name for this run of the tests, the same in all its workers."""
    worker = getattr(request.config, "workerinput", None)
    return f"alone-{os.getpid()}" if worker is None else str(worker["testrunuid"])


@pytest.fixture(scope="session")
def worker_name(request: pytest.FixtureRequest) -> str:
    """`gw0`, `gw1`, … or `main` for a run without workers."""
    worker = getattr(request.config, "workerinput", None)
    return "main" if worker is None else str(worker["workerid"])


@pytest.fixture(scope="session")
def engines(run_name: str) -> Generator[EngineAddresses]:
    """The PostgreSQL and SeaweedFS of this run."""
    with shared_engines(run_name) as addresses:
        yield addresses


@pytest.fixture(scope="session")
def database_url(engines: EngineAddresses, worker_name: str) -> Generator[str]:
    """The worker's own database, migrated."""
    with cloned_database(engines, f"kiosque_{worker_name}") as url:
        yield url


@pytest.fixture(scope="session")
async def open_database(database_url: str) -> AsyncGenerator[Database]:
    """The worker's database, open for all tests: connections keep what they know."""
    found = Database(database_url, pool_size=5)
    await found.open()
    await load_signing_key(found)
    yield found
    await found.close()


@pytest.fixture(scope="session")
def settings(engines: EngineAddresses, database_url: str, worker_name: str) -> Settings:
    """Settings for the worker's database and bucket."""
    found = settings_for(engines, database_url, f"kiosque-{worker_name}")
    make_bucket(found)
    return found


@pytest.fixture(scope="module", autouse=True)
def kept_values_are_untouched() -> Generator[None]:
    """What is kept of the JSON of rows is shared by all requests: nothing may have changed it."""
    yield
    for text, value in json_texts.kept.items():
        assert orjson.loads(text) == value, "a value that a row holds was changed"
