"""What these tests stand on: an empty database, a depot whose bucket is empty, and the route of pictures."""

from collections.abc import AsyncGenerator

import httpx
import pytest
import pytest_asyncio
from starlette.applications import Starlette

from cms.assets.renditions import Renditions
from cms.assets.uploads import Depot
from cms.delivery.media import media_route
from cms.reading.sources import Facts
from tests.assets.conftest import depot, storage
from tests.desk import database

__all__ = ["database", "depot", "storage"]


@pytest_asyncio.fixture
async def renditions(depot: Depot) -> AsyncGenerator[Renditions]:
    """What makes renditions, with processes of its own."""
    found = Renditions(depot.database, depot.storage, depot.settings)
    yield found
    await found.close()


@pytest_asyncio.fixture
async def client(renditions: Renditions) -> AsyncGenerator[httpx.AsyncClient]:
    """Somebody who loads pictures."""
    app = Starlette(routes=[media_route(renditions)])
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://kiosque") as opened:
        yield opened


@pytest.fixture
def facts(depot: Depot) -> Facts:
    """What addresses are made with: paths alone."""
    return Facts("", depot.database.signing_key)
