"""The content of the benchmark of pictures: one photograph, stored as several assets, and the addresses of what is made of it."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from cms.assets.addresses import rendition_url
from cms.assets.models import Asset
from cms.assets.storage import Storage
from cms.assets.uploads import Depot, store_asset
from cms.config import Settings
from cms.database import Database
from cms.embedded.engines import EngineAddresses
from cms.migrations import upgrade
from cms.permissions import SYSTEM
from cms.reading.sources import Facts
from cms.secret_keys import load_signing_key
from cms.signing import SigningKey

SIZE = (1_200, 800)
_SOURCE_SECONDS = 86_400


@dataclass(frozen=True)
class Content:
    """The assets, and where a server that has no key may fetch the photograph."""

    assets: list[Asset]
    key: SigningKey = field(repr=False)
    source: str = field(repr=False)

    def fresh(self, number: int, count: int) -> list[str]:
        """Paths of so many renditions of one asset that are all alike and all another: the box has the picture's own shape, so nothing is cut off around the focal point, which only makes the address another."""
        return [self._path(self.assets[number], 1 + spot) for spot in range(count)]

    def kept(self) -> str:
        """The path of a rendition that is asked for over and over."""
        return self._path(self.assets[0], 0)

    def _path(self, asset: Asset, spot: int) -> str:
        place = (str(asset.id), asset.sha256, (spot % 1_000) / 1_000, (spot // 1_000) / 1_000)
        return rendition_url(Facts("", self.key), *place, *SIZE, format="webp")


def prepare_store(addresses: EngineAddresses) -> Settings:
    """Migrate the database, and make the bucket."""
    settings = addresses.complete(Settings(_env_file=None))  # pyright: ignore[reportCallIssue]  (the environment fills the fields)
    upgrade(addresses.database_url)
    storage = Storage(settings)
    try:
        storage.ensure_bucket()
    finally:
        storage.close()
    return settings


def prepare(addresses: EngineAddresses, file: Path, count: int) -> Content:
    """The same, and store the photograph so many times, each time as another asset."""
    settings = prepare_store(addresses)
    storage = Storage(settings)
    try:
        return asyncio.run(_stored(addresses.database_url, storage, settings, file, count))
    finally:
        storage.close()


async def _stored(url: str, storage: Storage, settings: Settings, file: Path, count: int) -> Content:
    database = Database(url, pool_size=2)
    await load_signing_key(database)
    depot = Depot(database, storage, settings)
    assets = [await store_asset(depot, SYSTEM, file, file.name) for _ in range(count)]
    source = storage.presign_get(assets[0].object_key, expires_seconds=_SOURCE_SECONDS).url
    await database.close()
    return Content(assets, database.signing_key, source)
