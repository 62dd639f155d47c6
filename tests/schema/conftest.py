"""What these tests stand on: the application with the demo newsroom, in a database and a bucket of its own."""

from collections.abc import AsyncGenerator

import httpx
import pytest_asyncio

from cms.app import create_app
from cms.assets.storage import Storage
from cms.assets.uploads import Depot
from cms.database import Database
from cms.demo.load import load_demo
from cms.embedded.engines import EngineAddresses
from tests.api.asking import Api
from tests.engines import cloned_database, make_bucket, settings_for


@pytest_asyncio.fixture(scope="session")
async def demo(engines: EngineAddresses, worker_name: str) -> AsyncGenerator[Api]:
    """The demo newsroom, to be asked."""
    with cloned_database(engines, f"kiosque_demo_{worker_name}") as url:
        settings = settings_for(engines, url, f"kiosque-demo-{worker_name}")
        make_bucket(settings)
        database, storage = Database(url, pool_size=2), Storage(settings)
        await load_demo(Depot(database, storage, settings))
        app = create_app(settings)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://kiosque.test") as client,
        ):
            yield Api(client, database)
        await database.close()
        storage.close()
