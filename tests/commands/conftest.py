"""What these tests stand on."""

from tests.desk import database

__all__ = ["database"]
