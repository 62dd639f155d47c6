"""What these tests stand on: an empty database, and a depot whose bucket is empty."""

from collections.abc import Generator

import pytest

from cms.assets.storage import Storage
from cms.assets.uploads import Depot
from cms.config import Settings
from cms.database import Database
from tests.desk import database, heard

__all__ = ["database", "heard"]


@pytest.fixture
def storage(settings: Settings) -> Generator[Storage]:
    """The worker's bucket, without uploads and assets."""
    opened = Storage(settings)
    for prefix in ("uploads/", "assets/", "renditions/"):
        for key in opened.keys(prefix):
            opened.delete(key)
    for begun in opened.unfinished("uploads/"):
        opened.drop_parts(begun.key, begun.parts_id)
    yield opened
    opened.close()


@pytest.fixture
def depot(database: Database, storage: Storage, settings: Settings) -> Depot:
    """Rows, bytes and limits."""
    return Depot(database, storage, settings)
