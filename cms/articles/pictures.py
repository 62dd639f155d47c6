"""The pictures of a version as they may be shown: those whose rights have expired give way to their substitutes, or to nothing."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, case, func, literal_column, or_, select, true, union
from sqlalchemy.dialects.postgresql import JSONB

from cms.articles import tables
from cms.articles.embedding import by_public_id, json_of, named, of_version
from cms.articles.kinds import AssetPlace
from cms.assets.showing import Moment, is_shown_for, shown_key

# What the article says of its cover, and how it frames it.
OF_COVER = ("cover_alt", "cover_caption", "cover_credit", "cover_focal_point", "cover_crop")
# How it frames the picture for previews.
OF_SEO_IMAGE = ("seo_image_focal_point", "seo_image_crop")


def placed_columns(moment: Moment) -> dict[str, ColumnElement[Any]]:
    """The cover and the picture for previews, and what the article says of each."""
    return _placed("cover", OF_COVER, moment) | _placed("seo_image", OF_SEO_IMAGE, moment)


def _placed(name: str, own: Sequence[str], moment: Moment) -> dict[str, ColumnElement[Any]]:
    """A picture in its place. Words and frames that were made for one picture do not go with another."""
    version, key_name = tables.version, f"{name}_id"
    used, shown = tables.asset.alias(f"{name}_used"), tables.asset.alias(f"{name}_asset")
    entry = func.jsonb_build_object(literal_column("'asset'"), json_of(shown), type_=JSONB)
    source = used.join(shown, is_shown_for(shown, used, moment))
    placed = of_version(select(entry).select_from(source).where(used.c.id == version.c[key_name]))
    key = shown_key(version.c[key_name], moment)
    is_itself = true() if moment is None else key == version.c[key_name]
    return {key_name: key, name: placed} | {one: case((is_itself, version.c[one])) for one in own}


def body_assets(moment: Moment) -> ColumnElement[Any]:
    """What is shown for each asset that the body names, by the public id of that; a substitute says so."""
    link, used, shown = (
        tables.version_asset,
        tables.asset.alias("body_used"),
        tables.asset.alias("body_asset"),
    )
    entry = json_of(shown)
    if moment is not None:
        stands_in = func.jsonb_build_object(*named({"stands_in": literal_column("true")}), type_=JSONB)
        entry = case((shown.c.id == used.c.id, entry), else_=entry.op("||")(stands_in))
    source = link.join(used, used.c.id == link.c.asset_id).join(shown, is_shown_for(shown, used, moment))
    query = select(by_public_id("asset", used.c.id, entry)).select_from(source)
    return of_version(query.where(link.c.version_id == tables.version.c.id, link.c.place == AssetPlace.BODY))


def good_until(moment: ColumnElement[Any]) -> ColumnElement[Any]:
    """When next the rights of a picture of the version expire, or those of a substitute or a portrait; null for never."""
    asset = tables.asset.alias("expiring")
    used = union(
        select(tables.version_asset.c.asset_id).where(_is_of_version(tables.version_asset)),
        select(tables.author.c.avatar_id)
        .join(tables.version_byline, tables.version_byline.c.author_id == tables.author.c.id)
        .where(_is_of_version(tables.version_byline)),
    ).subquery("used")
    substitute = tables.asset.alias("replaced")
    substitutes = select(substitute.c.substitute_id).where(substitute.c.id.in_(select(used)))
    concerned = or_(asset.c.id.in_(select(used)), asset.c.id.in_(substitutes))
    query = select(func.min(asset.c.rights_expire_at)).where(asset.c.rights_expire_at > moment, concerned)
    return of_version(query)


def _is_of_version(link: FromClause) -> ColumnElement[bool]:
    return link.c.version_id == tables.version.c.id
