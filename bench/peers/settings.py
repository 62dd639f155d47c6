"""What the launcher of the benchmark tells the servers that it measures Kiosque against."""

import os
from dataclasses import dataclass

POOL_SIZE = 10


@dataclass(frozen=True)
class PeerSettings:
    """Where the content is, and by which driver to read it."""

    database_url: str
    driver: str


def settings_from_environment() -> PeerSettings:
    """Read the environment of this process."""
    return PeerSettings(os.environ["PEER_DATABASE_URL"], os.environ.get("PEER_DRIVER", "asyncpg"))
