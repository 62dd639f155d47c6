"""The live side as it is at this very moment.

A live row holds what may be shown until `good_until`. From then on, until somebody writes it anew, its pictures are taken from the desk.
The database has a function for that: the same as an expression would make PostgreSQL prepare for it in every statement, which doubled the
time of a page with related articles. It is written in PL/pgSQL, into which the planner does not look.
"""

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, Uuid, case, cast, func, literal_column, select
from sqlalchemy.dialects.postgresql import JSONB

from cms.articles import tables
from cms.articles.pictures import OF_COVER, OF_SEO_IMAGE

WITH_PICTURES = (
    "cover_id", "cover", *OF_COVER, "seo_image_id", "seo_image", *OF_SEO_IMAGE, "byline", "body_references", "disclosures",
)  # fmt: skip


@cache
def current_rows() -> Select[Any]:
    """The published articles, under the columns of the live side."""
    columns = [
        _current(column) if column.name in WITH_PICTURES else column for column in tables.live_article.c
    ]
    return select(*columns)


def current_value(column: ColumnElement[Any], version_id: ColumnElement[Any]) -> ColumnElement[Any]:
    """What the column of a live row would hold if the version were put there now."""
    pictures = func.current_pictures(version_id, type_=JSONB)
    # A literal: a parameter for each would be sent with every statement.
    name = literal_column(f"'{column.key}'", Text)
    if isinstance(column.type, JSONB):
        return func.nullif(pictures.op("->")(name), literal_column("'null'::jsonb"), type_=JSONB)
    text = pictures.op("->>")(name)
    return cast(text, Uuid) if isinstance(column.type, Uuid) else cast(text, Text)


def _current(column: ColumnElement[Any]) -> ColumnElement[Any]:
    live = tables.live_article
    anew = current_value(column, live.c.version_id)
    return case((live.c.good_until <= func.now(), anew), else_=column).label(str(column.key))
