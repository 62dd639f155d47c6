"""The site at a time: as it was by what was published, and, for a time to come, as it will be by what is scheduled."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    cast,
    false,
    func,
    literal_column,
    select,
    union_all,
)

from cms.articles import tables
from cms.articles.kinds import ScheduledState
from cms.reading.entities import Scope


def version_at(article: FromClause, scope: Scope) -> ColumnElement[Any]:
    """The id of the version that is live at the time of the scope; null where none is.

    What is scheduled until then counts before what is published now: the last step says what is live, and one that unpublishes has no
    version. It counts for a time to come alone, so what is overdue does not change the past.
    """
    step, publication = tables.scheduled_step, tables.publication
    planned = select(step.c.version_id.label("version_id"), _rank(0), step.c.due_at.label("since")).where(
        *_until(article, scope)
    )
    published = select(publication.c.version_id, _rank(1), func.lower(publication.c.during)).where(
        publication.c.article_id == article.c.id, publication.c.during.contains(scope.at_time())
    )
    if not scope.reads_scheduled:
        return published.with_only_columns(publication.c.version_id).correlate(article).scalar_subquery()
    found = union_all(planned.correlate(article), published.correlate(article)).subquery()
    last = select(found.c.version_id).order_by(found.c.rank, found.c.since.desc())
    return last.limit(literal_column("1")).correlate(article).scalar_subquery()


def has_step_until(article: FromClause, scope: Scope) -> ColumnElement[bool]:
    """Whether something is scheduled for the article until the time of the scope, which is to come."""
    if not scope.reads_scheduled:
        return false()
    return select(tables.scheduled_step.c.id).where(*_until(article, scope)).correlate(article).exists()


def _until(article: FromClause, scope: Scope) -> list[ColumnElement[bool]]:
    step = tables.scheduled_step
    pending = step.c.state == literal_column(f"'{ScheduledState.PENDING}'")
    is_to_come = scope.at_time() > func.now()
    return [step.c.article_id == article.c.id, pending, step.c.due_at <= scope.at_time(), is_to_come]


def _rank(rank: int) -> ColumnElement[Any]:
    return cast(literal_column(str(rank)), Integer).label("rank")
