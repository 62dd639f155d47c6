"""What pictures say to readers who cannot see them: what lacks it, and that it is not published where the site wants it."""

import re
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.content import Content
from cms.articles.kinds import AssetPlace
from cms.assets.entities import lacks_alt
from cms.checks import Checks
from cms.errors import Invalid
from cms.ids import key_of, public_id

# The HTML of a body is canonical: an image begins like this, and has an `alt`; one that is marked as decorative says so right behind it.
_WITHOUT_WORDS = re.compile(
    r'<img src="asset:(asset_[0-9a-f]{32})(?:#[^"]*)?" alt=""(?! role="presentation")'
)
# Every statement over articles may ask for this: names of their own cost more than all the rest of it, and an EXISTS needs none.
_LINK, _PICTURE = tables.version_asset.alias("placed"), tables.asset.alias("picture")
_PATHS = {AssetPlace.COVER: ("cover", "alt"), AssetPlace.BODY: ("body",)}


def left_to_assets(content: Content) -> set[tuple[AssetPlace, UUID]]:
    """Where the article leaves it to the asset what is said of a picture. Pictures for social networks need no words."""
    html = "" if content.body is None else content.body.html
    left = {(AssetPlace.BODY, key_of("asset", found)) for found in _WITHOUT_WORDS.findall(html)}
    if content.cover is not None and content.cover.alt is None:
        left.add((AssetPlace.COVER, content.cover.asset_id))
    return left


def shows_without_alt(version_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a picture of the version lacks an alternative text."""
    link, asset = _LINK, _PICTURE
    return exists(
        select(link.c.asset_id)
        .join(asset, asset.c.id == link.c.asset_id)
        .where(link.c.version_id == version_id, link.c.lacks_own_alt, lacks_alt(asset))
        .correlate_except(link, asset)
    )


async def check_alternatives(session: AsyncSession, version_id: UUID) -> None:
    """Raise Problems that name every picture of the version without an alternative text, where the site requires one."""
    link, asset, site = tables.version_asset, tables.asset, tables.site
    query = (
        select(link.c.place, asset.c.id, asset.c.filename)
        .join(asset, asset.c.id == link.c.asset_id)
        .join(site, site.c.alt_required)
        .where(link.c.version_id == version_id, link.c.lacks_own_alt, lacks_alt(asset))
        .order_by(link.c.place.desc(), asset.c.filename, asset.c.id)
    )
    checks = Checks()
    for place, key, filename in (await session.execute(query)).all():
        where = "cover" if place == AssetPlace.COVER else "body"
        told = (
            f"The picture “{filename}” ({public_id('asset', key)}) of the {where} has no alternative text, which this site requires: "
            "give it one, or mark it as decorative."
        )
        checks.add(Invalid(told, *_PATHS[AssetPlace(place)]))
    checks.finish()
