"""A place for instances that a test starts and kills itself."""

import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from cms.embedded.binaries import postgres_programs, weed_program
from cms.embedded.instance import InstanceFile
from cms.embedded.postgres import Postgres
from cms.embedded.processes import engine_user
from cms.embedded.seaweedfs import SeaweedFS


@pytest.fixture
def place() -> Generator[Path]:
    """An empty directory that every user may pass through, unlike pytest's own."""
    directory = Path(tempfile.mkdtemp(prefix="kiosque-place-"))
    directory.chmod(0o711)
    yield directory
    shutil.rmtree(directory, ignore_errors=True)


def postgres_of(instance: InstanceFile) -> Postgres:
    """The PostgreSQL of an instance, in the quick way."""
    user = engine_user()
    return Postgres(instance, postgres_programs(user), user, durable=False)


def seaweedfs_of(instance: InstanceFile) -> SeaweedFS:
    """The SeaweedFS of an instance, in the quick way."""
    user = engine_user()
    return SeaweedFS(instance, weed_program(user), user, durable=False)
