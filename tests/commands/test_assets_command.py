"""`cms assets describe` as an operator meets it: a process of its own."""

import asyncio
import subprocess
import sys

from sqlalchemy import select, update

from cms.assets.models import Asset
from cms.assets.storage import Storage
from cms.assets.uploads import Depot, store_asset
from cms.audit.models import AuditEntry
from cms.config import PROJECT_ROOT, Settings
from cms.database import Database
from cms.ids import public_id
from cms.permissions import SYSTEM
from tests.commands.test_worker import environment, storage
from tests.pictures import encoded, quartered

__all__ = ["environment", "storage"]


async def describe(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cms.cli", "assets", "describe"]
    return await asyncio.to_thread(
        subprocess.run, command, cwd=PROJECT_ROOT, env=environment, capture_output=True, text=True, timeout=90
    )


async def test_pictures_of_older_versions_are_described_and_the_log_says_so(
    database: Database, storage: Storage, settings: Settings, environment: dict[str, str]
) -> None:
    depot = Depot(database, storage, settings)
    good = await store_asset(depot, SYSTEM, quartered(), "quarters.jpg")
    lost = await store_asset(depot, SYSTEM, encoded(".png"), "noise.png")
    async with database.transaction() as session:
        await session.execute(update(Asset).values(thumb_hash=None, attention_x=None, attention_y=None))
    storage.delete(lost.object_key)
    ended = await describe(environment)
    assert ended.returncode == 1
    lines = ended.stdout.splitlines()
    assert lines[0] == f"{public_id('asset', lost.id)}  noise.png: Its bytes are not in the bucket."
    assert lines[1] == "Pictures described: 1."
    assert "Pictures that could not be looked at: 1." in ended.stderr
    async with database.transaction() as session:
        hashes = {asset.id: asset.thumb_hash for asset in await session.scalars(select(Asset))}
        entry = (await session.scalars(select(AuditEntry))).one()
    assert hashes == {good.id: good.thumb_hash, lost.id: None}
    assert (entry.action, entry.things) == ("cms assets describe", [public_id("asset", good.id)])
