"""What keeps an asset from being deleted: articles, authors whose portrait it is, and assets that it stands in for."""

from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    FromClause,
    Select,
    Text,
    Uuid,
    cast,
    exists,
    false,
    func,
    literal_column,
    null,
    select,
    union_all,
)

from cms.articles import tables
from cms.articles.entities import ARTICLE, ASSET_LINK
from cms.articles.kinds import AssetUsePlace, ScheduledState
from cms.assets.entities import ASSET
from cms.authors.entities import AUTHOR
from cms.permissions import Permission
from cms.perspective import PerspectiveKind
from cms.reading.entities import Columns, Entity, Scope, rows_for
from cms.reading.sources import Arguments, One, OrderKey, Orders, Pages


def shown_at_the_desk() -> FromClause:
    """The pictures of the versions whose pictures must stay: the draft of an article, its published version, and one that is going to be."""
    link, version, article = tables.version_asset, tables.version, tables.article
    in_draft = link.c.version_id == article.c.draft_version_id
    is_live = func.coalesce(link.c.version_id == article.c.live_version_id, false(), type_=Boolean())
    scheduled = _is_scheduled(link.c.version_id)
    columns = (
        *(link.c.asset_id, link.c.place, version.c.article_id),
        *(in_draft.label("in_draft"), is_live.label("is_live"), scheduled.label("is_scheduled")),
    )
    source = link.join(version, version.c.id == link.c.version_id)
    source = source.join(article, article.c.id == version.c.article_id)
    return select(*columns).select_from(source).where(in_draft | is_live | scheduled).subquery("shown")


def _is_scheduled(version_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether the version is published at a time to come."""
    step = tables.scheduled_step
    pending = (step.c.version_id == version_id, step.c.state == ScheduledState.PENDING)
    return exists(select(step.c.id).where(*pending).correlate_except(step))


def _users() -> FromClause:
    """Every use of every asset, under one set of columns."""
    shown, author, asset = shown_at_the_desk(), tables.author, tables.asset
    flags = [func.bool_or(shown.c[name]).label(name) for name in ("in_draft", "is_live", "is_scheduled")]
    by_articles = _use(
        shown.c.asset_id, cast(shown.c.place, Text), article_id=shown.c.article_id
    ).add_columns(*flags)
    by_articles = by_articles.group_by(shown.c.asset_id, shown.c.place, shown.c.article_id)
    no_flags = [false().label(name) for name in ("in_draft", "is_live", "is_scheduled")]
    avatars = _use(author.c.avatar_id, _named(AssetUsePlace.AVATAR), author_id=author.c.id)
    substitutes = _use(asset.c.substitute_id, _named(AssetUsePlace.SUBSTITUTE), expiring_id=asset.c.id)
    return union_all(
        by_articles,
        avatars.add_columns(*no_flags).where(author.c.avatar_id.is_not(None)),
        substitutes.add_columns(*no_flags).where(asset.c.substitute_id.is_not(None)),
    ).subquery("uses")


def _named(place: AssetUsePlace) -> ColumnElement[str]:
    return literal_column(f"'{place}'", Text())


def _use(asset_id: ColumnElement[Any], place: ColumnElement[str], **user: ColumnElement[Any]) -> Select[Any]:
    (key,) = user.values()
    ids = [
        user.get(name, cast(null(), Uuid())).label(name)
        for name in ("article_id", "author_id", "expiring_id")
    ]
    return select(asset_id.label("asset_id"), place.label("place"), key.label("user_id"), *ids)


def _use_rows(scope: Scope) -> FromClause:
    uses = _users()
    key = uses.c.place.op("||")(cast(uses.c.user_id, Text)).label("id")
    return rows_for(Permission.ASSET_READ, scope, select(*uses.c, key))


def _of_asset(parent: Columns, child: Columns, _: Arguments, __: Scope) -> ColumnElement[bool]:
    return child["asset_id"] == parent["id"]


_USE = Entity("use of an asset", "AssetUse", _use_rows, tag_key=None)
_NEWEST = Orders({"NEWEST": OrderKey(lambda use: use["user_id"])}, default=(("NEWEST", True),))
USES_OF_ASSET = Pages(_USE, _of_asset, _NEWEST, owned=True)
ARTICLE_OF_USE = One(ARTICLE, "article_id")
AUTHOR_OF_USE = One(AUTHOR, "author_id")
EXPIRING_OF_USE = One(ASSET, "expiring_id")


def _keeping_rows(scope: Scope) -> FromClause:
    """The articles that show an asset; at the desk also those whose draft does not, while a version that is or will be public does."""
    if scope.perspective.kind is not PerspectiveKind.DRAFT:
        return ASSET_LINK.rows(scope)
    shown = shown_at_the_desk()
    return select(shown.c.article_id.label("owner_id"), shown.c.asset_id).subquery()


KEPT_ASSET = Entity("asset use", "", _keeping_rows, tag_key=None)
