"""What may be read of articles: the same columns from the live side, from the drafts, or as things were at a time."""

from dataclasses import replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Table,
    Uuid,
    and_,
    case,
    false,
    func,
    literal_column,
    null,
    select,
    true,
    union_all,
)

from cms.articles import tables
from cms.articles.alternatives import shows_without_alt
from cms.articles.current import current_rows
from cms.articles.desk import desk_columns, desk_values
from cms.articles.kinds import BylineRole
from cms.articles.live import article_rows, shown_rows
from cms.articles.notices import stands_or_waits
from cms.articles.previews.rows import (
    addressed_in_preview,
    in_preview,
    links_in_preview,
    previewed_version,
    related_in_preview,
)
from cms.articles.relations import related_rows
from cms.articles.times import has_step_until, version_at
from cms.articles.tombstones import as_articles, tombstone_rows
from cms.assets.entities import ASSET_EMBED
from cms.assets.showing import moment_of
from cms.authors.entities import AUTHOR, AUTHOR_EMBED
from cms.perspective import PerspectiveKind
from cms.reading.entities import Columns, Embed, Entity, Scope
from cms.taxonomy.entities import SECTION_EMBED, TAG_EMBED


def shown_version(article: FromClause, scope: Scope) -> ColumnElement[Any]:
    """The id of the version of the article that the scope reads; null where it reads none."""
    match scope.perspective.kind:
        case PerspectiveKind.PUBLISHED:
            return article.c.live_version_id
        case PerspectiveKind.DRAFT:
            return article.c.draft_version_id
        case PerspectiveKind.AT:
            return version_at(article, scope)
        case PerspectiveKind.PREVIEW:
            return previewed_version(article, scope)


def _article_rows(scope: Scope) -> FromClause:
    match scope.perspective.kind:
        case PerspectiveKind.PUBLISHED:
            return current_rows().subquery()
        case PerspectiveKind.DRAFT:
            drafts = article_rows(lambda article: shown_version(article, scope), stands_or_waits)
            return drafts.add_columns(*desk_columns(tables.article)).subquery()
        case PerspectiveKind.AT:
            return _rows_at(scope).subquery()
        case PerspectiveKind.PREVIEW:
            return in_preview(scope)


def _rows_at(scope: Scope) -> Select[Any]:
    return shown_rows(
        lambda article: shown_version(article, scope),
        lambda during: during.contains(scope.at_time()),
        moment_of(scope),
    )


def _addressed_rows(scope: Scope) -> FromClause:
    """The articles, and what is left of the withdrawn ones: what answers under an id or a slug, and is in no list."""
    match scope.perspective.kind:
        case PerspectiveKind.PUBLISHED:
            shown, left = current_rows(), as_articles(tables.live_tombstone)
        case PerspectiveKind.DRAFT:
            return _article_rows(scope)
        case PerspectiveKind.AT:
            shown = _rows_at(scope)
            stones = tombstone_rows(lambda during: during.contains(scope.at_time())).where(
                ~has_step_until(tables.article, scope)
            )
            left = as_articles(stones.subquery())
        case PerspectiveKind.PREVIEW:
            return addressed_in_preview(scope)
    return union_all(shown, left).subquery()


_OF_SITE: Columns = {
    f"site_{name}": select(tables.site.c[name]).scalar_subquery()
    for name in ("url", "article_path", "disclosure_texts")
}


def derived_columns(article: Columns) -> Columns:
    """What is the site's, or comes from what is embedded."""
    cover = article["cover"]
    cover_asset = cover[literal_column("'asset'")]
    texts = {
        f"cover_asset_{name}": cover_asset[literal_column(f"'{name}'")].astext
        for name in ("alt", "caption", "credit")
    }
    return {
        **texts,
        "cover_asset": cover_asset,
        "lacks_alt": shows_without_alt(article["version_id"]),
        **_shared_image(article),
        **_OF_SITE,
    }


def _shared_image(article: Columns) -> Columns:
    """The picture for previews and its frame: its own, or else those of the cover."""
    has_own = article["seo_image_id"].is_not(None)
    asset = {name: article[name][literal_column("'asset'")] for name in ("seo_image", "cover")}
    framed = {
        f"shared_{name}": case((has_own, article[f"seo_image_{name}"]), else_=article[f"cover_{name}"])
        for name in ("focal_point", "crop")
    }
    return {
        "shared_image_id": func.coalesce(article["seo_image_id"], article["cover_id"], type_=Uuid()),
        "shared_asset": case((has_own, asset["seo_image"]), else_=asset["cover"]),
        "shared_alt": case((has_own, null()), else_=article["cover_alt"]),
        **framed,
    }


def _derived(article: Columns) -> Columns:
    return {**derived_columns(article), **desk_values(article)}


ARTICLE = Entity(
    "article",
    "Article",
    _article_rows,
    embedded={
        "byline": Embed(frozenset({"role"}), {"author": AUTHOR_EMBED}),
        "tags": TAG_EMBED,
        "section": SECTION_EMBED,
        "cover": Embed(frozenset(), {"asset": ASSET_EMBED}),
        "seo_image": Embed(frozenset(), {"asset": ASSET_EMBED}),
    },
    derive=_derived,
)


ADDRESSED_ARTICLE = replace(ARTICLE, rows=_addressed_rows)


def _link_rows(live: Table, link: Table, scope: Scope) -> FromClause:
    """The rows of a link table with the article they belong to: from the live side, or from the versions that the scope reads."""
    names = [column.name for column in live.c if column.name != "live_id"]
    if scope.perspective.is_published:
        return select(live.c.live_id.label("owner_id"), *(live.c[name] for name in names)).subquery()
    if scope.perspective.kind is PerspectiveKind.PREVIEW:
        return links_in_preview(live, link, names, scope)
    article = tables.article
    joined = article.join(link, link.c.version_id == shown_version(article, scope))
    return (
        select(article.c.id.label("owner_id"), *(link.c[name] for name in names))
        .select_from(joined)
        .subquery()
    )


def _byline_rows(scope: Scope) -> FromClause:
    return _link_rows(tables.live_byline, tables.version_byline, scope)


def _tag_link_rows(scope: Scope) -> FromClause:
    return _link_rows(tables.live_tag, tables.version_tag, scope)


def _asset_link_rows(scope: Scope) -> FromClause:
    return _link_rows(tables.live_asset, tables.version_asset, scope)


def _related_rows(scope: Scope) -> FromClause:
    """The links of which the scope sees both ends."""
    if scope.perspective.is_published:
        return _link_rows(tables.live_related, tables.version_related, scope)
    if scope.perspective.kind is PerspectiveKind.PREVIEW:
        return related_in_preview(scope)
    return related_rows(lambda article: shown_version(article, scope)).subquery()


def _slug_rows(scope: Scope) -> FromClause:
    """The slugs that lead to an article which the scope sees; those that were never live only where its draft is read."""
    slug, rows = tables.article_slug, _addressed_rows(scope)
    may_know = slug.c.was_live | _reads_draft_of(slug.c.article_id, scope)
    joined = slug.join(rows, and_(rows.c.id == slug.c.article_id, may_know))
    return (
        select(slug.c.locale, slug.c.slug, slug.c.article_id, rows.c.slug.label("current_slug"))
        .select_from(joined)
        .subquery()
    )


def _reads_draft_of(key: ColumnElement[Any], scope: Scope) -> ColumnElement[bool]:
    match scope.perspective.kind:
        case PerspectiveKind.DRAFT:
            return true()
        case PerspectiveKind.PREVIEW:
            return key == scope.previewed()
        case _:
            return false()


def _tag_of_article_rows(scope: Scope) -> FromClause:
    links, tag = _tag_link_rows(scope), tables.tag
    return (
        select(*tag.c, links.c.owner_id, links.c.position.label("link_position"))
        .join(links, links.c.tag_id == tag.c.id)
        .subquery()
    )


def _author_of_article_rows(scope: Scope) -> FromClause:
    links, author = _byline_rows(scope), AUTHOR.rows(scope)
    joined = (links.c.author_id == author.c.id) & (links.c.role == BylineRole.AUTHOR.value)
    return (
        select(*author.c, links.c.owner_id, links.c.position.label("link_position"))
        .join(links, joined)
        .subquery()
    )


def _transition_rows(scope: Scope) -> FromClause:
    """The steps of articles, for the desk alone."""
    if scope.perspective.kind is PerspectiveKind.DRAFT:
        return tables.transition
    return select(tables.transition).where(false()).subquery()


TRANSITION = Entity("transition", "ArticleTransition", _transition_rows, tag_key=None)
BYLINE = Entity("byline entry", "BylineEntry", _byline_rows, tag_key=None)
TAG_LINK = Entity("tag link", "", _tag_link_rows, tag_key=None)
ASSET_LINK = Entity("asset use", "", _asset_link_rows, tag_key=None)
TAG_OF_ARTICLE = Entity("tag", "Tag", _tag_of_article_rows)
AUTHOR_OF_ARTICLE = Entity("author", "Author", _author_of_article_rows)
RELATED = Entity("related link", "RelatedEdge", _related_rows, tag_key=None)
SLUG = Entity("slug", "Redirect", _slug_rows, tag_key="article_id", tag_noun="article")
