"""How other things lead to articles, and articles to other things: the joins behind the fields of the API."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    Text,
    Uuid,
    and_,
    case,
    exists,
    false,
    func,
    literal_column,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY

from cms.articles import tables
from cms.articles.desk import is_late, is_scheduled
from cms.articles.entities import (
    ADDRESSED_ARTICLE,
    ARTICLE,
    AUTHOR_OF_ARTICLE,
    BYLINE,
    RELATED,
    SLUG,
    TAG_LINK,
    TAG_OF_ARTICLE,
    TRANSITION,
)
from cms.articles.finding import found_by, search_extras
from cms.articles.kinds import AssetPlace
from cms.articles.uses import KEPT_ASSET
from cms.assets.entities import ASSET
from cms.authors.entities import AUTHOR
from cms.errors import BadInput
from cms.ids import key_of
from cms.perspective import PerspectiveKind
from cms.reading.entities import Columns, Entity, Scope
from cms.reading.sources import Arguments, Companion, First, Many, One, OrderKey, Orders, Pages
from cms.reading.values import bound, plain, unwrapped
from cms.site.entities import CHECK_LOCALES
from cms.taxonomy.entities import SECTION


def _column(name: str) -> Callable[[Columns], ColumnElement[Any]]:
    return lambda columns: columns[name]


def _by_title(columns: Columns) -> ColumnElement[Any]:
    return func.lower(func.unaccent(columns["title"]), type_=Text())


ARTICLE_ORDERS = Orders(
    {
        "PUBLISHED_AT": OrderKey(
            _column("published_at"), nullable=lambda scope: not scope.perspective.lists_live_alone
        ),
        "UPDATED_AT": OrderKey(_column("updated_at")),
        "CREATED_AT": OrderKey(_column("created_at")),
        "TITLE": OrderKey(_by_title),
        "WORD_COUNT": OrderKey(_column("word_count")),
        "READING_MINUTES": OrderKey(_column("reading_minutes")),
    },
    default=(("PUBLISHED_AT", True),),
)


def in_locale(child: Columns, arguments: Arguments) -> ColumnElement[bool]:
    """The condition of the argument `locale`; none when it is absent."""
    locale = arguments.get("locale")
    return true() if locale is None else child["locale"] == bound(locale, Text())


def linked(link: Entity, key: str) -> Callable[[Columns, Columns, Scope], ColumnElement[bool]]:
    """The condition that a link row joins the article `child` to the row `parent` by its column `key`."""

    def on(parent: Columns, child: Columns, scope: Scope) -> ColumnElement[bool]:
        rows = link.alias(scope)
        return exists(
            select(rows)
            .where(rows.c.owner_id == child["id"], rows.c[key] == parent["id"])
            .correlate_except(rows)
        )

    return on


def _articles(on: Callable[[Columns, Columns, Scope], ColumnElement[bool]]) -> Pages:
    def join(parent: Columns, child: Columns, arguments: Arguments, scope: Scope) -> ColumnElement[bool]:
        return and_(on(parent, child, scope), in_locale(child, arguments))

    return Pages(ARTICLE, join, ARTICLE_ORDERS, filters="ArticleFilter", check=CHECK_LOCALES)


def _of_section(parent: Columns, child: Columns, _: Scope) -> ColumnElement[bool]:
    return child["section_id"] == parent["id"]


def _all(_: Columns, __: Columns, ___: Scope) -> ColumnElement[bool]:
    return true()


def _scheduled(_: Columns, child: Columns, arguments: Arguments, scope: Scope) -> ColumnElement[bool]:
    """What is scheduled, for the desk alone."""
    if scope.perspective.kind is not PerspectiveKind.DRAFT:
        return false()
    return is_late(child) if plain(arguments.get("overdue")) else is_scheduled(child)


ARTICLES = _articles(_all)
ARTICLES_OF_AUTHOR = _articles(linked(BYLINE, "author_id"))
ARTICLES_OF_TAG = _articles(linked(TAG_LINK, "tag_id"))
ARTICLES_OF_SECTION = _articles(_of_section)
ARTICLES_USING_ASSET = _articles(linked(KEPT_ASSET, "asset_id"))


def _owned(parent: Columns, child: Columns) -> ColumnElement[bool]:
    return child["owner_id"] == parent["id"]


BYLINE_OF_ARTICLE = Many(BYLINE, _owned, ("position",), embedded="byline", owned=True)
AUTHOR_OF_ENTRY = One(AUTHOR, "author_id", ("author",))


TAGS_OF_ARTICLE = Many(TAG_OF_ARTICLE, _owned, ("link_position",), embedded="tags", owned=True)
AUTHORS_OF_ARTICLE = Many(AUTHOR_OF_ARTICLE, _owned, ("link_position",), owned=True)


def _sibling(parent: Columns, child: Columns) -> ColumnElement[bool]:
    return and_(child["translation_group_id"] == parent["translation_group_id"], child["id"] != parent["id"])


def _sibling_in(parent: Columns, child: Columns, arguments: Arguments, _: Scope) -> ColumnElement[bool]:
    return and_(_sibling(parent, child), child["locale"] == bound(arguments["locale"], Text()))


TRANSLATIONS = Many(ARTICLE, _sibling, ("locale",), owned=True)
TRANSLATION = First(ARTICLE, _sibling_in, check=CHECK_LOCALES, owned=True)


def _of_kinds(child: Columns, arguments: Arguments) -> ColumnElement[bool]:
    kinds = arguments.get("kinds")
    if kinds is None:
        return true()
    return child["kind"] == func.any(
        bound(kinds, ARRAY(String), lambda values: [unwrapped(value) for value in values])
    )


def _related(parent: Columns, child: Columns, arguments: Arguments, _: Scope) -> ColumnElement[bool]:
    return and_(child["owner_id"] == parent["id"], _of_kinds(child, arguments))


def _backlinks(parent: Columns, child: Columns, arguments: Arguments, scope: Scope) -> ColumnElement[bool]:
    leads_here = and_(child["article_id"] == parent["id"], _of_kinds(child, arguments))
    match scope.perspective.kind:
        case PerspectiveKind.PUBLISHED:
            return leads_here
        case PerspectiveKind.PREVIEW:
            # The draft that is previewed names others, and is in their lists only if it is live.
            return and_(leads_here, child["owner_id"].in_(select(tables.live_article.c.id)))
        case _:
            return and_(leads_here, _names_sibling(parent, child))


def _names_sibling(parent: Columns, child: Columns) -> ColumnElement[bool]:
    """Whether the link names the article or a translation of it: true of every link that leads here, and found by an index."""
    sibling = tables.article.alias("named_sibling")
    group = parent["translation_group_id"]
    return child["named_id"].in_(select(sibling.c.id).where(sibling.c.translation_group_id == group))


_IN_EDITORS_ORDER = Orders(
    {"POSITION": OrderKey(_column("position"))}, default=(("POSITION", False),), unique="article_id"
)
_BY_OWNER = Orders({"OWNER": OrderKey(_column("owner_id"))}, default=(("OWNER", True),), unique="position")
RELATED_OF_ARTICLE = Pages(RELATED, _related, _IN_EDITORS_ORDER, node=One(ARTICLE, "article_id"), owned=True)
BACKLINKS = Pages(RELATED, _backlinks, _BY_OWNER, node=One(ARTICLE, "owner_id"), owned=True)


def _of_article(parent: Columns, child: Columns, _: Arguments, __: Scope) -> ColumnElement[bool]:
    return child["article_id"] == parent["id"]


_NEWEST = Orders({"NEWEST": OrderKey(_column("created_at"))}, default=(("NEWEST", True),))
TRANSITIONS = Pages(TRANSITION, _of_article, _NEWEST, owned=True)
_BY_TIME = Orders(
    {"SCHEDULED_FOR": OrderKey(_column("scheduled_for"), nullable=lambda _: True)},
    default=(("SCHEDULED_FOR", False),),
)
SCHEDULED_ARTICLES = Pages(ARTICLE, _scheduled, _BY_TIME)


def _searched(_: Columns, child: Columns, arguments: Arguments, scope: Scope) -> ColumnElement[bool]:
    return found_by(child, arguments, scope)


_BY_SCORE = Orders({"SCORE": OrderKey(_column("score"))}, default=(("SCORE", True),))
SEARCH = Pages(ARTICLE, _searched, _BY_SCORE, extras=search_extras, check=CHECK_LOCALES)


def _chain(arguments: Arguments) -> list[Any]:
    return [
        value
        for value in (arguments.get("locale"), *(plain(arguments.get("fallback")) or []))
        if value is not None
    ]


def _article(_: Columns, child: Columns, arguments: Arguments, scope: Scope) -> ColumnElement[bool]:
    key, slug = arguments.get("id"), arguments.get("slug")
    if (key is None) == (slug is None):
        raise BadInput("Give exactly one of id and slug.")
    if slug is not None:
        return child["id"] == _by_slug(bound(slug, Text()), arguments, scope)
    given = bound(key, Uuid(), lambda text: key_of("article", text))
    return child["id"] == (_sibling_of(given, arguments, scope) if _chain(arguments) else given)


def _by_slug(slug: ColumnElement[Any], arguments: Arguments, scope: Scope) -> ColumnElement[Any]:
    """The visible article to which the slug leads or has led, in the first locale of the chain that has one."""
    rows = SLUG.alias(scope)
    return _first_in_chain(select(rows.c.article_id).where(rows.c.slug == slug), rows.c.locale, arguments)


def _sibling_of(key: ColumnElement[Any], arguments: Arguments, scope: Scope) -> ColumnElement[Any]:
    """The article itself or its translation: the visible one in the first locale of the chain that has one."""
    named, sibling = ADDRESSED_ARTICLE.alias(scope), ADDRESSED_ARTICLE.alias(scope)
    together = named.c.translation_group_id == sibling.c.translation_group_id
    return _first_in_chain(
        select(sibling.c.id).where(named.c.id == key, together), sibling.c.locale, arguments
    )


def _first_in_chain(rows: Any, locale: ColumnElement[Any], arguments: Arguments) -> ColumnElement[Any]:
    chain = [bound(value, Text()) for value in _chain(arguments)]
    if not chain:
        default = select(tables.site.c.default_locale).scalar_subquery()
        return rows.order_by(locale != default, locale).limit(literal_column("1")).scalar_subquery()
    if len(chain) == 1:
        return rows.where(locale == chain[0]).scalar_subquery()
    place = case(*((locale == value, index) for index, value in enumerate(chain)))
    return rows.where(place.is_not(None)).order_by(place).limit(literal_column("1")).scalar_subquery()


ARTICLE_BY_ID_OR_SLUG = First(ADDRESSED_ARTICLE, _article, check=CHECK_LOCALES)


def _redirect(_: Columns, child: Columns, arguments: Arguments, scope: Scope) -> ColumnElement[bool]:
    """The row of an old slug; without a locale, of the site's default one first."""
    slug, rows = bound(arguments["slug"], Text()), SLUG.alias(scope)
    moved = select(rows.c.locale).where(rows.c.slug == slug, rows.c.slug != rows.c.current_slug)
    return and_(
        child["slug"] == slug,
        child["slug"] != child["current_slug"],
        child["locale"] == _first_in_chain(moved, rows.c.locale, arguments),
    )


REDIRECT = First(SLUG, _redirect, check=CHECK_LOCALES)
ARTICLE_OF_REDIRECT = One(ADDRESSED_ARTICLE, "article_id")
ASSET_OF_BLOCK = One(ASSET, "asset_key", ("asset",))


def _linked_in_body(parent: Columns, child: Columns) -> ColumnElement[bool]:
    link = tables.version_link
    return child["id"].in_(select(link.c.article_id).where(link.c.version_id == parent["version_id"]))


def _shown_in_body(parent: Columns, child: Columns) -> ColumnElement[bool]:
    link, replaced = tables.version_asset, tables.asset.alias("replaced")
    in_body = (link.c.version_id == parent["version_id"], link.c.place == AssetPlace.BODY)
    named = select(link.c.asset_id).where(*in_body)
    substitutes = (
        select(replaced.c.substitute_id).join(link, link.c.asset_id == replaced.c.id).where(*in_body)
    )
    return child["id"].in_(union_all(named, substitutes))


NAMED_IN_BODY = (
    ("article_key", Companion(ARTICLE, _linked_in_body)),
    ("asset_key", Companion(ASSET, _shown_in_body)),
)
ARTICLE_OF_BLOCK = One(ARTICLE, "article_key")
COVER_ASSET = One(ASSET, "cover_id", ("cover", "asset"))
ARTICLE_OF_PAYLOAD = One(ARTICLE, "article_id")
SOURCE_OF_TRANSLATION = One(ARTICLE, "translated_from_id")
ARTICLE_OF_LINK = One(ARTICLE, "article_id")
SHARED_IMAGE = One(ASSET, "shared_image_id")
SECTION_OF_ARTICLE = One(SECTION, "section_id", ("section",))


def sibling(parent: Columns, child: Columns, _: Scope) -> ColumnElement[bool]:
    """Whether the articles are translations of each other."""
    return _sibling(parent, child)


def tagged(parent: Columns, child: Columns, scope: Scope) -> ColumnElement[bool]:
    """Whether the article `parent` has the tag `child`."""
    return linked(TAG_LINK, "tag_id")(child, parent, scope)


def signed(parent: Columns, child: Columns, scope: Scope) -> ColumnElement[bool]:
    """Whether the byline of the article `parent` names the author `child`."""
    return linked(BYLINE, "author_id")(child, parent, scope)


def pointed(parent: Columns, child: Columns, scope: Scope) -> ColumnElement[bool]:
    """Whether the article `parent` names the article `child` as related."""
    rows = RELATED.alias(scope)
    return exists(
        select(rows)
        .where(rows.c.owner_id == parent["id"], rows.c.article_id == child["id"])
        .correlate_except(rows)
    )
