"""The demo newsroom as `make run` serves it, for what the guides say and show of it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from cms.app import create_app
from cms.assets.storage import Storage
from cms.assets.uploads import Depot
from cms.config import Settings
from cms.database import Database
from cms.demo.load import load_demo
from cms.embedded.engines import EngineAddresses
from tests.endpoint.serving import served
from tests.engines import cloned_database, make_bucket, settings_for


@dataclass(frozen=True)
class Newsroom:
    """A server with the demo newsroom, and its settings."""

    url: str
    settings: Settings

    @property
    def environment(self) -> dict[str, str]:
        """The settings as an operator would give them to a command."""
        assert self.settings.database_url is not None
        assert self.settings.s3_endpoint is not None
        return {
            "DATABASE_URL": self.settings.database_url.get_secret_value(),
            "S3_ENDPOINT": self.settings.s3_endpoint,
        }


@asynccontextmanager
async def demo_newsroom(engines: EngineAddresses, name: str) -> AsyncGenerator[Newsroom]:
    """The demo newsroom on a socket, with a database and a bucket of its own."""
    with cloned_database(engines, f"kiosque_docs_{name}") as url:
        settings = settings_for(engines, url, f"kiosque-docs-{name}")
        make_bucket(settings)
        database, storage = Database(url, pool_size=2), Storage(settings)
        await load_demo(Depot(database, storage, settings))
        await database.close()
        storage.close()
        app = create_app(settings)
        async with app.router.lifespan_context(app), served(app) as port:
            yield Newsroom(f"http://localhost:{port}", settings)
