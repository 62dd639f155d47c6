"""Whether the bucket holds what the database names, and nothing else."""

import asyncio
from functools import partial

from cms.assets.storage import Storage
from cms.assets.strays import disagreements
from cms.config import Settings
from cms.database import Database
from cms.diagnosis.checks import Check, Fault, Finding

NAMED_MAX = 3
CURE = "Check that the migrations have run, and that DATABASE_URL and S3_BUCKET belong together."


def examine_agreement(settings: Settings, database_url: str) -> list[Finding]:
    """One line about every object and every row."""
    return [Check("bucket and database agree", partial(_find, settings, database_url), CURE).find()]


def _find(settings: Settings, database_url: str) -> str:
    strays, lost, renditions = asyncio.run(_counted(settings, database_url))
    if lost:
        raise Fault(
            f"{len(lost)} pictures have lost their file: {', '.join(sorted(lost)[:NAMED_MAX])}",
            "Restore these objects from a backup of the bucket, or delete the pictures with deleteAsset.",
        )
    if strays or renditions:
        raise Fault(
            f"{strays} objects belong to nothing, {renditions} renditions are missing",
            "Let `cms worker` run: it clears that away when it starts, and once a day.",
        )
    return "every object has its row, every row its object"


async def _counted(settings: Settings, database_url: str) -> tuple[int, list[str], int]:
    database, storage = Database(database_url, pool_size=1), Storage(settings)
    strays, renditions, lost = 0, 0, list[str]()
    try:
        async for found in disagreements(database, storage):
            strays += len(found.objects_without_row) + len(found.parts_without_row)
            renditions += len(found.renditions_without_object)
            lost += found.assets_without_object
    finally:
        storage.close()
        await database.close()
    return strays, lost, renditions
