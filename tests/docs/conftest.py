"""What these tests stand on: a server with the demo newsroom, on a socket, because the guides use curl."""

from collections.abc import AsyncGenerator

import pytest_asyncio

from cms.embedded.engines import EngineAddresses
from tests.docs.newsroom import Newsroom, demo_newsroom


@pytest_asyncio.fixture(scope="session")
async def newsroom(engines: EngineAddresses, worker_name: str) -> AsyncGenerator[Newsroom]:
    """The demo newsroom as `make run` serves it."""
    async with demo_newsroom(engines, worker_name) as found:
        yield found
