"""What these tests stand on."""

from tests.desk import database, heard

__all__ = ["database", "heard"]
