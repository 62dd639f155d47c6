"""The job that keeps a promise: makes one rendition, unless it has been made or its picture has gone."""

from uuid import UUID

import structlog
from procrastinate import JobContext, RetryStrategy

from cms.assets.models import Asset
from cms.assets.promises import TASK
from cms.assets.recipes import ImageFormat, parse_recipe
from cms.assets.renditions import Original, Renditions, Wish, original_of, rendition_key
from cms.assets.storage import ObjectMissing
from cms.database import now
from cms.jobs import JOBS

ATTEMPTS_MAX = 2
log = structlog.get_logger(__name__)


@JOBS.task(name=TASK, retry=RetryStrategy(max_attempts=ATTEMPTS_MAX, wait=5), pass_context=True)
async def make_rendition(context: JobContext, asset_id: str, digits: str, name: str) -> None:
    """Make the rendition of this name (`w1600.avif`). What cannot be made is tried once more, and then given up."""
    renditions: Renditions = context.additional_context["renditions"]
    start, _, ending = name.partition(".")
    recipe, original = parse_recipe(start), await _original(renditions, UUID(asset_id), digits)
    if recipe is None or original is None:
        return
    try:
        await renditions.make(
            Wish(original, recipe, ImageFormat(ending), rendition_key(original.id, digits, name))
        )
    except ObjectMissing:
        log.info("a rendition is not made: its picture has gone", asset=asset_id)


async def _original(renditions: Renditions, asset_id: UUID, digits: str) -> Original | None:
    async with renditions.database.transaction() as session:
        asset = await session.get(Asset, asset_id)
    if asset is None or not asset.sha256.startswith(digits):
        return None
    return (
        None if asset.rights_expire_at is not None and asset.rights_expire_at <= now() else original_of(asset)
    )
