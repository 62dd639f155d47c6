"""What tests of imports stand on. Where there are no real exports there is nothing to collect of them."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from cms.config import Settings
from cms.database import Database
from tests.desk import database
from tests.importing.samples import SAMPLES
from tests.importing.storing import Newsroom

__all__ = ["database"]
collect_ignore = [] if SAMPLES.is_dir() else ["test_samples.py", "test_importing_samples.py"]


@pytest.fixture
async def newsroom(database: Database, settings: Settings, tmp_path: Path) -> AsyncGenerator[Newsroom]:
    """An empty newsroom."""
    found = Newsroom(database, settings, tmp_path)
    yield found
    found.storage.close()
