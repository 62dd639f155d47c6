"""The live side as the desk gives it: for each live table, the one query that says what its rows must be."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    FromClause,
    Select,
    Table,
    case,
    func,
    literal_column,
    null,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.sql.expression import cast

from cms.articles import tables
from cms.articles.kinds import ArticleStatus, AssetPlace
from cms.articles.notices import Standing, notices_of, stands_now
from cms.articles.tombstones import tombstone_rows

# Columns of an asset that are nobody's business on the live side.
_KEPT_BACK = frozenset({"object_key", "created_by"})
# The columns that a live row takes from its version under the same name.
_VERSION_COLUMNS = (
    "kind", "slug", "title", "subtitle", "excerpt", "body_markdown", "body_html", "body_text", "body_blocks", "body_outline",
    "word_count", "reading_minutes", "section_id", "cover_id", "cover_alt", "cover_caption", "cover_credit", "seo_title",
    "seo_description", "seo_canonical_url", "seo_no_index", "seo_image_id", "disclosures", "search",
)  # fmt: skip


Shown = Callable[[FromClause], ColumnElement[Any]]


def live_rows() -> Mapping[Table, Select[Any]]:
    """For each live table, in the order of their references, the rows that it must hold; the columns are the table's, in its order."""
    return {
        tables.live_article: shown_rows(_live_version, stands_now, updated_at=_live_since()),
        tables.live_tombstone: tombstone_rows(stands_now),
        tables.live_byline: _links(tables.live_byline, tables.version_byline),
        tables.live_tag: _links(tables.live_tag, tables.version_tag),
        tables.live_related: _live_related(),
        tables.live_asset: _links(tables.live_asset, tables.version_asset),
    }


def json_of(table: FromClause, columns: tuple[str, ...] | None = None) -> ColumnElement[Any]:
    """A row as a JSON object; UUIDs are text, times are microseconds since the epoch."""
    pairs: list[Any] = []
    for column in table.c:
        if column.name not in _KEPT_BACK and (columns is None or column.name in columns):
            pairs += [literal_column(f"'{column.name}'"), _json_value(column)]
    return func.jsonb_build_object(*pairs, type_=JSONB)


def _json_value(column: ColumnElement[Any]) -> ColumnElement[Any]:
    if isinstance(column.type, DateTime):
        return cast(func.extract("epoch", column) * 1_000_000, BigInteger)
    return column


def shown_rows(
    shown: Shown, standing: Standing, *, updated_at: ColumnElement[Any] | None = None
) -> Select[Any]:
    """Articles as the public reads them: `article_rows`, but each is published, whatever becomes of its draft."""
    published = cast(literal_column(f"'{ArticleStatus.PUBLISHED}'"), tables.live_article.c.status.type)
    return article_rows(shown, standing, status=published, updated_at=updated_at)


def article_rows(
    shown: Shown,
    standing: Standing = stands_now,
    *,
    status: ColumnElement[Any] | None = None,
    updated_at: ColumnElement[Any] | None = None,
) -> Select[Any]:
    """Articles under the columns of the live side, each in the version whose id `shown(article)` gives; those without one are left out."""
    article, version = tables.article, tables.version
    columns: dict[str, ColumnElement[Any]] = {name: version.c[name] for name in _VERSION_COLUMNS}
    columns |= {
        "id": article.c.id,
        "version_id": version.c.id,
        "locale": article.c.locale,
        "translation_group_id": article.c.translation_group_id,
        "status": article.c.status if status is None else status,
        "version": version.c.number,
        "published_at": article.c.published_at,
        "created_at": article.c.created_at,
        "updated_at": article.c.updated_at if updated_at is None else updated_at,
        "byline": _byline(),
        "tags": _tags(),
        "section": _section(),
        "cover": _cover(),
        "notices": notices_of(article, standing),
        "body_references": func.jsonb_build_object(
            literal_column("'assets'"),
            _body_assets(),
            literal_column("'articles'"),
            _body_articles(shown),
            type_=JSONB,
        ),
    }
    ordered = [columns[column.name].label(column.name) for column in tables.live_article.c]
    return select(*ordered).select_from(article.join(version, version.c.id == shown(article)))


def _live_version(article: FromClause) -> ColumnElement[Any]:
    return article.c.live_version_id


def _live_since() -> ColumnElement[Any]:
    during = tables.publication.c.during
    query = select(func.lower(during)).where(
        tables.publication.c.article_id == tables.article.c.id, func.upper_inf(during)
    )
    return query.correlate(tables.article).scalar_subquery()


def _byline() -> ColumnElement[Any]:
    link, author, avatar = tables.version_byline, tables.author, tables.asset.alias("avatar")
    person = func.jsonb_build_object(
        *_named({name: author.c[name] for name in ("id", "slug", "name", "title")}),
        literal_column("'avatar'"),
        case((avatar.c.id.is_not(None), json_of(avatar)), else_=null()),
    )
    entry = func.jsonb_build_object(*_named({"role": link.c.role}), literal_column("'author'"), person)
    source = link.join(author, author.c.id == link.c.author_id).outerjoin(
        avatar, avatar.c.id == author.c.avatar_id
    )
    return _list(entry, link, source)


def _tags() -> ColumnElement[Any]:
    link, tag = tables.version_tag, tables.tag
    entry = func.jsonb_build_object(*_named({name: tag.c[name] for name in ("id", "slug", "name")}))
    return _list(entry, link, link.join(tag, tag.c.id == link.c.tag_id))


def _section() -> ColumnElement[Any]:
    section = tables.section
    entry = json_of(section, ("id", "slug", "name", "description", "parent_id", "position"))
    return _one(select(entry).where(section.c.id == tables.version.c.section_id))


def _cover() -> ColumnElement[Any]:
    asset = tables.asset.alias("cover_asset")
    entry = func.jsonb_build_object(literal_column("'asset'"), json_of(asset), type_=JSONB)
    return _one(select(entry).where(asset.c.id == tables.version.c.cover_id))


def _body_assets() -> ColumnElement[Any]:
    link, asset = tables.version_asset, tables.asset.alias("body_asset")
    query = select(_object(_public_id("asset", asset.c.id), json_of(asset))).select_from(
        link.join(asset, asset.c.id == link.c.asset_id)
    )
    return _one(query.where(link.c.version_id == tables.version.c.id, link.c.place == AssetPlace.BODY))


def _body_articles(shown_version: Shown) -> ColumnElement[Any]:
    link, target, shown = (
        tables.version_link,
        tables.article.alias("target"),
        tables.version.alias("target_version"),
    )
    entry = func.jsonb_build_object(
        *_named({"slug": shown.c.slug, "locale": target.c.locale, "title": shown.c.title})
    )
    source = link.join(target, target.c.id == link.c.article_id).join(
        shown, shown.c.id == shown_version(target)
    )
    query = select(_object(_public_id("article", target.c.id), entry)).select_from(source)
    return _one(query.where(link.c.version_id == tables.version.c.id))


def _links(live: Table, link: Table) -> Select[Any]:
    """The links of the live versions."""
    article = tables.article
    columns = [
        article.c.id.label("live_id") if column.name == "live_id" else link.c[column.name]
        for column in live.c
    ]
    return select(*columns).select_from(article.join(link, link.c.version_id == article.c.live_version_id))


def _live_related() -> Select[Any]:
    other = tables.article.alias("other")
    links = _links(tables.live_related, tables.version_related)
    return links.where(
        select(other.c.id)
        .where(other.c.id == tables.version_related.c.article_id, other.c.live_version_id.is_not(None))
        .exists()
    )


def _named(values: Mapping[str, ColumnElement[Any]]) -> list[Any]:
    return [part for name, value in values.items() for part in (literal_column(f"'{name}'"), value)]


def _public_id(noun: str, key: ColumnElement[Any]) -> ColumnElement[Any]:
    return literal_column(f"'{noun}_'").op("||")(
        func.replace(func.text(key), literal_column("'-'"), literal_column("''"))
    )


def _object(keys: ColumnElement[Any], values: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.coalesce(func.jsonb_object_agg(keys, values), literal_column("'{}'::jsonb"), type_=JSONB)


def _list(entry: ColumnElement[Any], link: Table, source: FromClause) -> ColumnElement[Any]:
    entries = func.jsonb_agg(aggregate_order_by(entry, link.c.position))
    query = select(func.coalesce(entries, literal_column("'[]'::jsonb"), type_=JSONB)).select_from(source)
    return _one(query.where(link.c.version_id == tables.version.c.id))


def _one(query: Select[Any]) -> ColumnElement[Any]:
    return query.correlate(tables.version).scalar_subquery()
