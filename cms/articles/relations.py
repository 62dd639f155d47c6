"""Where related links lead: to the article that the editor named, or to its translation into the locale of the one that names it."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, literal_column, or_, select

from cms.articles import tables


def related_rows(shown: Callable[[FromClause], ColumnElement[Any]]) -> Select[*tuple[Any, ...]]:
    """The links of the shown versions that lead to a shown article: `owner_id`, `position`, `article_id`, `kind`, `note`, `named_id`.

    A reader stays in the locale of the article that has the link wherever the named one is shown in it. Two links that lead to the same
    article by that are one.
    """
    owner, link = tables.article, tables.version_related
    earlier = link.alias("earlier")
    target = _target(link, owner, shown)
    repeats = (
        select(earlier.c.version_id)
        .where(
            earlier.c.version_id == link.c.version_id,
            earlier.c.position < link.c.position,
            _target(earlier, owner, shown) == target,
        )
        .correlate(link, owner)
        .exists()
    )
    columns = (
        owner.c.id.label("owner_id"),
        link.c.position,
        target.label("article_id"),
        link.c.kind,
        link.c.note,
        link.c.article_id.label("named_id"),
    )
    source = owner.join(link, link.c.version_id == shown(owner))
    return select(*columns).select_from(source).where(target.is_not(None), ~repeats)


def _target(
    link: FromClause, owner: FromClause, shown: Callable[[FromClause], ColumnElement[Any]]
) -> ColumnElement[Any]:
    named, sibling = tables.article.alias("named"), tables.article.alias("sibling")
    is_home = sibling.c.locale == owner.c.locale
    query = (
        select(sibling.c.id)
        .select_from(named.join(sibling, sibling.c.translation_group_id == named.c.translation_group_id))
        .where(
            named.c.id == link.c.article_id,
            sibling.c.id != owner.c.id,
            shown(sibling).is_not(None),
            or_(is_home, sibling.c.id == named.c.id),
        )
        .order_by(is_home.desc())
        .limit(literal_column("1"))
    )
    return query.correlate(link, owner).scalar_subquery()
