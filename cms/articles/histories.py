"""What may be read of the versions of articles: all of each, by those who may read drafts, in every perspective; nothing by others."""

from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Table,
    Uuid,
    exists,
    false,
    func,
    literal_column,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by

from cms.articles import tables
from cms.articles.embedding import json_of
from cms.articles.entities import derived_columns
from cms.articles.live import content_columns
from cms.articles.pictures import OF_COVER, OF_SEO_IMAGE
from cms.assets.entities import ASSET_EMBED
from cms.assets.showing import moment_of
from cms.authors.entities import AUTHOR_EMBED
from cms.ids import key_of
from cms.reading.entities import Columns, Embed, Entity, Scope
from cms.reading.ordinary import Reads
from cms.reading.sources import Arguments, First, Many, OrderKey, Orders, Pages
from cms.reading.values import bound
from cms.taxonomy.entities import SECTION_EMBED, TAG_EMBED


def _kept_from_others(query: Any, scope: Scope) -> FromClause:
    """The rows for those who may read drafts; for others there are none, whatever they ask."""
    return query.where(true() if scope.reads_history else false()).subquery()


def _draft(article: FromClause) -> ColumnElement[Any]:
    return article.c.draft_version_id


def _version_rows(scope: Scope) -> FromClause:
    article, version = tables.article, tables.version
    names = ("id", "article_id", "number", "created_at", "actor_name", "message", "changed_fields")
    columns = {name: version.c[name] for name in names} | content_columns(_draft, moment_of(scope))
    columns |= {
        "version_id": version.c.id,
        "locale": article.c.locale,
        "was_published": exists().where(tables.publication.c.version_id == version.c.id),
    }
    del columns["search"]
    named = [column.label(name) for name, column in columns.items()]
    source = version.join(article, article.c.id == version.c.article_id)
    return _kept_from_others(select(*named).select_from(source), scope)


VERSION = Entity(
    "version",
    "ArticleVersion",
    _version_rows,
    embedded={
        "byline": Embed(frozenset({"role"}), {"author": AUTHOR_EMBED}),
        "tags": TAG_EMBED,
        "section": SECTION_EMBED,
        "cover": Embed(frozenset(), {"asset": ASSET_EMBED}),
        "seo_image": Embed(frozenset(), {"asset": ASSET_EMBED}),
    },
    derive=derived_columns,
    tag_key="article_id",
    tag_noun="article",
)


def _rows_of(link: Table, scope: Scope) -> FromClause:
    """The rows of a table of links, each with the version that owns it."""
    columns = [c.label("owner_id") if c.name == "version_id" else c for c in link.c]
    return _kept_from_others(select(*columns), scope)


def _byline_rows(scope: Scope) -> FromClause:
    return _rows_of(tables.version_byline, scope)


def _related_rows(scope: Scope) -> FromClause:
    return _rows_of(tables.version_related, scope)


def _loss_rows(scope: Scope) -> FromClause:
    return _rows_of(tables.version_loss, scope)


def _tag_rows(scope: Scope) -> FromClause:
    link, tag = tables.version_tag, tables.tag
    columns = (*tag.c, link.c.version_id.label("owner_id"), link.c.position.label("link_position"))
    return _kept_from_others(select(*columns).join(link, link.c.tag_id == tag.c.id), scope)


def _owned(parent: Columns, child: Columns) -> ColumnElement[bool]:
    return child["owner_id"] == parent["id"]


_BYLINE = Entity("byline entry of a version", "BylineEntry", _byline_rows, tag_key=None)
_RELATED = Entity("related link of a version", "RelatedLinkAsItWas", _related_rows, tag_key=None)
_LOSS = Entity("lost reference", "LostReference", _loss_rows, tag_key=None)
BYLINE_OF_VERSION = Many(_BYLINE, _owned, ("position",), embedded="byline", owned=True)
TAGS_OF_VERSION = Many(
    Entity("tag", "Tag", _tag_rows), _owned, ("link_position",), embedded="tags", owned=True
)
RELATED_OF_VERSION = Many(_RELATED, _owned, ("position",), owned=True)
LOST_OF_VERSION = Many(_LOSS, _owned, ("path", "lost_id"), owned=True)


def _of_article(parent: Columns, child: Columns, _: Arguments, __: Scope) -> ColumnElement[bool]:
    return child["article_id"] == parent["id"]


_NEWEST_FIRST = Orders({"NUMBER": OrderKey(lambda columns: columns["number"])}, default=(("NUMBER", True),))
VERSIONS_OF_ARTICLE = Pages(VERSION, _of_article, _NEWEST_FIRST, owned=True)


def _named(columns: Columns, arguments: Arguments) -> ColumnElement[bool]:
    key = bound(arguments["articleId"], Uuid(), lambda text: key_of("article", text))
    return columns["article_id"] == key


def _numbered(_: Columns, child: Columns, arguments: Arguments, __: Scope) -> ColumnElement[bool]:
    return _named(child, arguments) & (child["number"] == bound(arguments["number"], Integer()))


VERSION_BY_NUMBER = First(VERSION, _numbered)


def _comparison_rows(scope: Scope) -> FromClause:
    """Two versions of an article, each as one document."""
    older, newer = tables.version.alias("older"), tables.version.alias("newer")
    columns = (
        newer.c.id.label("id"),
        older.c.article_id.label("article_id"),
        older.c.number.label("from_number"),
        newer.c.number.label("to_number"),
        _document(older).label("before"),
        _document(newer).label("after"),
    )
    source = older.join(newer, newer.c.article_id == older.c.article_id)
    return _kept_from_others(select(*columns).select_from(source), scope)


def _document(one: FromClause) -> ColumnElement[Any]:
    """Everything that a version says, as one JSON object."""
    version = tables.version
    columns = content_columns(_draft)
    names = (
        "kind", "slug", "title", "subtitle", "body_blocks", "section", "byline", "tags", "cover_id", *OF_COVER, "seo_title", "seo_description", "seo_canonical_url", "seo_no_index", "seo_image_id", *OF_SEO_IMAGE, "disclosures",
    )  # fmt: skip
    values = {name: columns[name] for name in names}
    values |= {"excerpt": version.c.written_excerpt, "related": _related(version)}
    parts = [part for name, value in values.items() for part in (literal_column(f"'{name}'"), value)]
    query = select(func.jsonb_build_object(*parts, type_=JSONB)).where(version.c.id == one.c.id)
    return query.correlate(one).scalar_subquery()


def _related(version: FromClause) -> ColumnElement[Any]:
    link = tables.version_related
    entry = json_of(link, ("article_id", "kind", "note"))
    ordered = func.jsonb_agg(aggregate_order_by(entry, link.c.position))
    query = select(func.coalesce(ordered, literal_column("'[]'::jsonb"), type_=JSONB))
    return query.where(link.c.version_id == version.c.id).correlate(version).scalar_subquery()


COMPARISON = Entity(
    "comparison", "VersionComparison", _comparison_rows, tag_key="article_id", tag_noun="article"
)


def _compared(_: Columns, child: Columns, arguments: Arguments, __: Scope) -> ColumnElement[bool]:
    older, newer = (bound(arguments[name], Integer()) for name in ("from", "to"))
    return _named(child, arguments) & (child["from_number"] == older) & (child["to_number"] == newer)


COMPARE_VERSIONS = First(COMPARISON, _compared)


async def fields_changed_since(reads: Reads, article_id: UUID, number: int) -> list[str]:
    """The fields that some version of the article after that one has changed, as far as the actor may read drafts."""
    rows = VERSION.alias(reads.draft_scope)
    later = select(rows.c.changed_fields).where(rows.c.article_id == article_id, rows.c.number > number)
    return sorted({name for (names,) in await reads.reader.rows(later) for name in names})
