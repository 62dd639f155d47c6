"""What a preview shows: what is published, and in the place of one article its draft.

The draft is found under its id and its slugs, published or not. Lists hold it if it is published, as ever; wherever it stands, it is the draft,
so that no answer has two versions of one article.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    FromClause,
    Select,
    Table,
    case,
    cast,
    false,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSONB

from cms.articles import tables
from cms.articles.current import current_rows
from cms.articles.live import article_rows
from cms.articles.notices import stands_or_waits
from cms.articles.relations import related_rows
from cms.articles.tombstones import as_articles
from cms.assets.showing import moment_of
from cms.reading.entities import Scope


def previewed_version(article: FromClause, scope: Scope) -> ColumnElement[Any]:
    """The id of the version that is shown: the draft's, of any other article the live one's."""
    is_it = article.c.id == scope.previewed()
    return case((is_it, article.c.draft_version_id), else_=article.c.live_version_id)


def in_preview(scope: Scope) -> FromClause:
    """What lists may hold: what is published, the article of the preview among it only if it is."""
    drafts = _draft(scope).where(tables.article.c.live_version_id.is_not(None))
    return union_all(drafts, _others(scope)).subquery()


def addressed_in_preview(scope: Scope) -> FromClause:
    """What answers under an id or a slug: the draft, and of the others what is published or withdrawn."""
    stones = as_articles(tables.live_tombstone).where(tables.live_tombstone.c.id != scope.previewed())
    return union_all(_draft(scope), _others(scope), stones.add_columns(*_desk(false()))).subquery()


def links_in_preview(live: Table, link: Table, names: Sequence[str], scope: Scope) -> FromClause:
    """The rows of a link table with the article they belong to: the draft's from its version, the others' from the live side."""
    article = tables.article
    drafts = (
        select(article.c.id.label("owner_id"), *(link.c[name] for name in names))
        .select_from(article.join(link, link.c.version_id == article.c.draft_version_id))
        .where(article.c.id == scope.previewed())
    )
    others = select(live.c.live_id.label("owner_id"), *(live.c[name] for name in names))
    return union_all(drafts, others.where(live.c.live_id != scope.previewed())).subquery()


def related_in_preview(scope: Scope) -> FromClause:
    """The related links: the draft's own, as far as they lead to what is published, and those of the live side."""
    live = tables.live_related
    names = ("position", "article_id", "kind", "note")
    drafts = related_rows(lambda article: previewed_version(article, scope))
    found = drafts.selected_columns
    of_draft = drafts.with_only_columns(found["owner_id"], *(found[name] for name in names)).where(
        tables.article.c.id == scope.previewed()
    )
    others = select(live.c.live_id.label("owner_id"), *(live.c[name] for name in names))
    return union_all(of_draft, others.where(live.c.live_id != scope.previewed())).subquery()


def _draft(scope: Scope) -> Select[Any]:
    """The row of the draft. It stands before the others, so that the columns are as nullable as a draft's."""
    article = tables.article
    rows = article_rows(lambda one: previewed_version(one, scope), stands_or_waits, moment_of(scope))
    is_live = article.c.live_version_id.is_not(None)
    return rows.where(article.c.id == scope.previewed()).add_columns(*_desk(is_live))


def _others(scope: Scope) -> Select[Any]:
    live = tables.live_article
    return current_rows().add_columns(*_desk(true())).where(live.c.id != scope.previewed())


def _desk(is_live: ColumnElement[bool]) -> list[ColumnElement[Any]]:
    """What the desk knows of an article, as far as it is told to strangers: nothing of what is scheduled, by whom and why."""
    return [
        is_live.label("is_live"),
        cast(null(), DateTime(timezone=True)).label("scheduled_for"),
        cast(null(), JSONB).label("schedule"),
    ]
