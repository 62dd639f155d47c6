"""The live side as it is at this very moment.

A live row holds what may be shown until `good_until`. From then on, until somebody writes it anew, its pictures are taken from the desk by
the same expressions that it is written by. PostgreSQL evaluates these for such a row alone, and only if they are asked for.
"""

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select

from cms.articles import tables
from cms.articles.disclosing import with_derived
from cms.articles.live import content_columns, live_version

_WITH_PICTURES = (
    "cover_id", "cover", "cover_alt", "cover_caption", "cover_credit", "seo_image_id", "byline", "body_references", "disclosures",
)  # fmt: skip


@cache
def current_rows() -> Select[Any]:
    """The published articles, under the columns of the live side."""
    live = tables.live_article
    anew = {**content_columns(live_version, func.now()), "disclosures": with_derived(func.now())}
    columns = [
        _current(column, anew[column.name]) if column.name in _WITH_PICTURES else column for column in live.c
    ]
    return select(*columns)


def _current(column: ColumnElement[Any], anew: ColumnElement[Any]) -> ColumnElement[Any]:
    live, version = tables.live_article, tables.version
    query = select(anew).select_from(version).where(version.c.id == live.c.version_id)
    desk = query.correlate(live).scalar_subquery()
    return case((live.c.good_until <= func.now(), desk), else_=column).label(str(column.key))
