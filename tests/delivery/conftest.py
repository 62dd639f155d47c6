"""What these tests stand on."""

from tests.assets.conftest import depot, storage
from tests.desk import database

__all__ = ["database", "depot", "storage"]
