"""Disclosures that nobody has to write: what a version shows says them by itself."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal_column, select
from sqlalchemy.dialects.postgresql import JSONB

from cms.articles import tables
from cms.articles.kinds import AssetPlace, DisclosureKind
from cms.assets.kinds import AI_SOURCE_TYPES, DigitalSourceType
from cms.assets.showing import Moment, is_shown_for

_NONE = literal_column("'[]'::jsonb", JSONB())
_WHOLLY = frozenset({DigitalSourceType.TRAINED_ALGORITHMIC_MEDIA})
# How the pictures of a version came to be, and what a reader is told of that.
_TOLD: Mapping[DisclosureKind, frozenset[DigitalSourceType]] = {
    DisclosureKind.MADE_BY_AI: _WHOLLY,
    DisclosureKind.AI_ASSISTED: AI_SOURCE_TYPES - _WHOLLY,
}


def with_derived(moment: Moment = None) -> ColumnElement[Any]:
    """The disclosures of a version: those that were written, and after them, of each kind that was not, what its cover and the pictures of
    its body say by themselves."""
    told: ColumnElement[Any] = tables.version.c.disclosures
    for kind, source_types in _TOLD.items():
        told = told.op("||", return_type=JSONB())(_derived(kind, sorted(source_types), moment))
    return told


def _derived(
    kind: DisclosureKind, source_types: Sequence[DigitalSourceType], moment: Moment
) -> ColumnElement[Any]:
    version, link = tables.version, tables.version_asset
    used, asset = tables.asset.alias("used"), tables.asset.alias("telling")
    those = [literal_column(f"'{source_type}'") for source_type in source_types]
    places = [literal_column(f"'{place}'") for place in (AssetPlace.COVER, AssetPlace.BODY)]
    shows = (
        select(link.c.asset_id)
        .join(used, used.c.id == link.c.asset_id)
        .join(asset, is_shown_for(asset, used, moment))
        .where(
            link.c.version_id == version.c.id,
            link.c.place.in_(places),
            asset.c.digital_source_type.in_(those),
        )
        .correlate(version)
        .exists()
    )
    is_written = version.c.disclosures.bool_op("@>")(literal_column(f"""'[{{"kind": "{kind}"}}]'::jsonb"""))
    entry = literal_column(f"""'[{{"kind": "{kind}", "text": null, "is_derived": true}}]'::jsonb""")
    return func.coalesce(case((shows & ~is_written, entry)), _NONE, type_=JSONB)
