"""The live side as the desk gives it: for each live table, the one query that says what its rows must be."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    DateTime,
    FromClause,
    Select,
    Table,
    and_,
    case,
    false,
    func,
    literal_column,
    null,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.expression import cast

from cms.articles import tables
from cms.articles.disclosing import with_derived
from cms.articles.embedding import by_public_id, in_order, json_of, named, of_version
from cms.articles.kinds import ArticleStatus
from cms.articles.notices import Standing, notices_of, stands_now
from cms.articles.pictures import body_assets, good_until, placed_columns
from cms.articles.relations import related_rows
from cms.articles.tombstones import tombstone_rows
from cms.assets.showing import Moment, is_shown_for

# The columns that a live row takes from its version under the same name.
_VERSION_COLUMNS = (
    "kind", "slug", "title", "subtitle", "excerpt", "body_markdown", "body_html", "body_text", "body_blocks", "body_outline",
    "word_count", "reading_minutes", "section_id", "seo_title", "seo_description", "seo_canonical_url", "seo_no_index",
    "disclosures", "search",
)  # fmt: skip


Shown = Callable[[FromClause], ColumnElement[Any]]


def live_rows() -> Mapping[Table, Select[Any]]:
    """For each live table, in the order of their references, the rows that it must hold; the columns are the table's, in its order."""
    return {
        tables.live_article: shown_rows(live_version, stands_now, func.now(), updated_at=_live_since()),
        tables.live_tombstone: tombstone_rows(stands_now),
        tables.live_byline: _links(tables.live_byline, tables.version_byline),
        tables.live_tag: _links(tables.live_tag, tables.version_tag),
        tables.live_related: _live_related(),
        tables.live_asset: _links(tables.live_asset, tables.version_asset),
    }


def shown_rows(
    shown: Shown, standing: Standing, moment: Moment, *, updated_at: ColumnElement[Any] | None = None
) -> Select[Any]:
    """Articles as the public reads them: `article_rows`, but each is published, whatever becomes of its draft."""
    published = cast(literal_column(f"'{ArticleStatus.PUBLISHED}'"), tables.live_article.c.status.type)
    return article_rows(shown, standing, moment, status=published, updated_at=updated_at)


def article_rows(
    shown: Shown,
    standing: Standing = stands_now,
    moment: Moment = None,
    *,
    status: ColumnElement[Any] | None = None,
    updated_at: ColumnElement[Any] | None = None,
) -> Select[Any]:
    """Articles under the columns of the live side, each in the version whose id `shown(article)` gives; those without one are left out.

    Pictures whose rights have expired at the `moment` give way to their substitutes.
    """
    article, version = tables.article, tables.version
    columns = content_columns(shown, moment)
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
        "notices": notices_of(article, standing),
        "disclosures": with_derived(moment),
        "good_until": cast(null(), DateTime(timezone=True)) if moment is None else good_until(moment),
        "translated_from_id": _of_source(shown, lambda source, _: source.c.id),
        "is_outdated": func.coalesce(_of_source(shown, _has_moved_on), false(), type_=Boolean()),
    }
    ordered = [columns[column.name].label(column.name) for column in tables.live_article.c]
    return select(*ordered).select_from(article.join(version, version.c.id == shown(article)))


def content_columns(shown: Shown, moment: Moment = None) -> dict[str, ColumnElement[Any]]:
    """What an article says in a version, under the columns of the live side; `shown` tells which versions its body may link to."""
    version = tables.version
    columns: dict[str, ColumnElement[Any]] = {name: version.c[name] for name in _VERSION_COLUMNS}
    return columns | {
        **placed_columns(moment),
        "byline": _byline(moment),
        "tags": _tags(),
        "section": _section(),
        "body_references": func.jsonb_build_object(
            literal_column("'assets'"),
            body_assets(moment),
            literal_column("'articles'"),
            _body_articles(shown),
            type_=JSONB,
        ),
    }


def _of_source(
    shown: Shown, value: Callable[[FromClause, FromClause], ColumnElement[Any]]
) -> ColumnElement[Any]:
    """Something of the article that a translation was made from, and of its version, where that is shown; else null."""
    source, version = tables.article.alias("source"), tables.version.alias("source_version")
    query = select(value(source, version)).select_from(source.join(version, version.c.id == shown(source)))
    return (
        query.where(source.c.id == tables.article.c.translated_from_id)
        .correlate(tables.article)
        .scalar_subquery()
    )


def _has_moved_on(_: FromClause, version: FromClause) -> ColumnElement[bool]:
    """Whether the source has other words by now than when it was translated. A draft may be translated before it is live."""
    article = tables.article
    return and_(
        version.c.number > article.c.translated_from_version,
        version.c.text_digest != article.c.translated_from_digest,
    )


def live_version(article: FromClause) -> ColumnElement[Any]:
    return article.c.live_version_id


def _live_since() -> ColumnElement[Any]:
    during = tables.publication.c.during
    query = select(func.lower(during)).where(
        tables.publication.c.article_id == tables.article.c.id, func.upper_inf(during)
    )
    return query.correlate(tables.article).scalar_subquery()


def _byline(moment: Moment) -> ColumnElement[Any]:
    link, author = tables.version_byline, tables.author
    used, avatar = tables.asset.alias("portrait"), tables.asset.alias("avatar")
    person = func.jsonb_build_object(
        *named({name: author.c[name] for name in ("id", "slug", "name", "title")}),
        literal_column("'avatar'"),
        case((avatar.c.id.is_not(None), json_of(avatar)), else_=null()),
    )
    entry = func.jsonb_build_object(*named({"role": link.c.role}), literal_column("'author'"), person)
    source = link.join(author, author.c.id == link.c.author_id)
    source = source.outerjoin(used, used.c.id == author.c.avatar_id)
    return in_order(entry, link, source.outerjoin(avatar, is_shown_for(avatar, used, moment)))


def _tags() -> ColumnElement[Any]:
    link, tag = tables.version_tag, tables.tag
    entry = func.jsonb_build_object(*named({name: tag.c[name] for name in ("id", "slug", "name")}))
    return in_order(entry, link, link.join(tag, tag.c.id == link.c.tag_id))


def _section() -> ColumnElement[Any]:
    section = tables.section
    entry = json_of(section, ("id", "slug", "name", "description", "parent_id", "position"))
    return of_version(select(entry).where(section.c.id == tables.version.c.section_id))


def _body_articles(shown_version: Shown) -> ColumnElement[Any]:
    link, target, shown = (
        tables.version_link,
        tables.article.alias("target"),
        tables.version.alias("target_version"),
    )
    entry = func.jsonb_build_object(
        *named({"slug": shown.c.slug, "locale": target.c.locale, "title": shown.c.title})
    )
    source = link.join(target, target.c.id == link.c.article_id).join(
        shown, shown.c.id == shown_version(target)
    )
    query = select(by_public_id("article", target.c.id, entry)).select_from(source)
    return of_version(query.where(link.c.version_id == tables.version.c.id))


def _links(live: Table, link: Table) -> Select[Any]:
    """The links of the live versions."""
    article = tables.article
    columns = [
        article.c.id.label("live_id") if column.name == "live_id" else link.c[column.name]
        for column in live.c
    ]
    return select(*columns).select_from(article.join(link, link.c.version_id == article.c.live_version_id))


def _live_related() -> Select[Any]:
    rows = related_rows(live_version)
    named = {**rows.selected_columns, "live_id": rows.selected_columns["owner_id"]}
    columns = [named[column.name].label(column.name) for column in tables.live_related.c]
    return rows.with_only_columns(*columns)
