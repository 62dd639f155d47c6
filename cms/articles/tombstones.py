"""What is left of a withdrawn article: its slug, its headline, and the reason; nothing of what it said."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, cast, func, literal_column, null, select

from cms.articles import tables
from cms.articles.kinds import ArticleStatus
from cms.articles.notices import Standing, notices_of

# What an article says of itself that says nothing any more. What is not here is null.
_NOTHING: Mapping[str, str] = {
    "status": f"'{ArticleStatus.WITHDRAWN}'",
    **dict.fromkeys(("excerpt", "body_markdown", "body_html", "body_text", "search"), "''"),
    **dict.fromkeys(("body_blocks", "body_outline", "disclosures", "byline", "tags"), "'[]'"),
    "body_references": """'{"assets": {}, "articles": {}}'""",
    "word_count": "0",
    "reading_minutes": "1",
    "seo_no_index": "true",
}


def tombstone_rows(standing: Standing) -> Select[Any]:
    """The articles whose withdrawal stands, under the columns of the live side's tombstones; it left the version that was live last."""
    article, version, withdrawal = tables.article, tables.version, tables.withdrawal
    columns: dict[str, ColumnElement[Any]] = {
        "id": article.c.id,
        "locale": article.c.locale,
        "translation_group_id": article.c.translation_group_id,
        "version": version.c.number,
        "kind": version.c.kind,
        "slug": version.c.slug,
        "title": version.c.title,
        "notices": notices_of(article, standing),
        "published_at": article.c.published_at,
        "created_at": article.c.created_at,
        "updated_at": func.lower(withdrawal.c.during),
    }
    source = article.join(withdrawal, withdrawal.c.article_id == article.c.id).join(
        version, version.c.id == withdrawal.c.version_id
    )
    ordered = [columns[column.name].label(column.name) for column in tables.live_tombstone.c]
    return select(*ordered).select_from(source).where(standing(withdrawal.c.during))


def as_articles(tombstones: FromClause) -> Select[Any]:
    """Tombstones under the columns of articles: with nothing in what they do not hold."""
    held = tombstones.c
    columns = [
        (held[column.name] if column.name in held else _nothing(column)).label(column.name)
        for column in tables.live_article.c
    ]
    return select(*columns).select_from(tombstones)


def _nothing(column: ColumnElement[Any]) -> ColumnElement[Any]:
    value = literal_column(_NOTHING[column.name]) if column.name in _NOTHING else null()
    return cast(value, column.type)
