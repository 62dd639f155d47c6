"""What only the desk knows of an article: whether it is live, and what is scheduled."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    DateTime,
    FromClause,
    Text,
    cast,
    func,
    literal_column,
    null,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, aggregate_order_by

from cms.articles import tables
from cms.articles.kinds import ArticleStatus, ScheduledAction, ScheduledState
from cms.reading.entities import Columns

OVERDUE_AFTER = literal_column("interval '1 minute'")


def desk_columns(article: FromClause) -> list[ColumnElement[Any]]:
    """The columns that the rows of drafts have beside those of the live side."""
    return [
        article.c.live_version_id.is_not(None).label("is_live"),
        _scheduled_for(article).label("scheduled_for"),
        _schedule(article).label("schedule"),
    ]


def desk_values(article: Columns) -> Mapping[str, ColumnElement[Any]]:
    """The same columns for every scope: what is not a draft is live unless it is withdrawn, and tells nothing of schedules."""
    if "schedule" in article:
        return {}
    published = literal_column(f"'{ArticleStatus.PUBLISHED}'")
    return {
        "is_live": cast(article["status"] == published, Boolean),
        "scheduled_for": cast(null(), DateTime(timezone=True)),
        "schedule": cast(null(), JSONB),
    }


def is_scheduled(article: Columns) -> ColumnElement[bool]:
    """Whether something is scheduled for the article, or has failed."""
    step = tables.scheduled_step.alias()
    return _has_step(article, step, _stands(step))


def is_late(article: Columns) -> ColumnElement[bool]:
    """Whether something that was scheduled for the article is overdue, or has failed."""
    step = tables.scheduled_step.alias()
    return _has_step(article, step, _overdue(step) | _failed(step))


def _has_step(article: Columns, step: FromClause, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    found = select(step.c.id).where(step.c.article_id == article["id"], condition)
    return found.correlate_except(step).exists()


def _scheduled_for(article: FromClause) -> ColumnElement[Any]:
    step = tables.scheduled_step.alias()
    due = select(step.c.due_at).where(step.c.article_id == article.c.id, _pending(step), _publishes(step))
    return due.correlate(article).scalar_subquery()


def _schedule(article: FromClause) -> ColumnElement[Any]:
    """The steps of the article in one object: the one that publishes says whose and why, else the other one."""
    step, version = tables.scheduled_step.alias(), tables.version.alias("scheduled_version")
    source = step.outerjoin(version, version.c.id == step.c.version_id)
    publishes, unpublishes = _publishes(step), _unpublishes(step)
    told = {
        "publish_at": func.max(_microseconds(step.c.due_at)).filter(publishes),
        "unpublish_at": func.max(_microseconds(step.c.due_at)).filter(unpublishes),
        "version": func.max(version.c.number),
        "is_overdue": func.bool_or(_overdue(step)),
        "error": func.string_agg(step.c.error, literal_column("' '")),
        **{
            name: func.array_agg(aggregate_order_by(step.c[name], step.c.action), type_=ARRAY(Text))[
                literal_column("1")
            ]
            for name in ("time_zone", "actor_name", "message")
        },
    }
    pairs = [part for name, value in told.items() for part in (literal_column(f"'{name}'"), value)]
    query = select(func.jsonb_build_object(*pairs, type_=JSONB)).select_from(source)
    standing = query.where(step.c.article_id == article.c.id, _stands(step)).having(
        func.count() > literal_column("0")
    )
    return standing.correlate(article).scalar_subquery()


def _microseconds(time: ColumnElement[Any]) -> ColumnElement[Any]:
    return cast(func.extract("epoch", time) * literal_column("1000000"), BigInteger)


def _stands(step: FromClause) -> ColumnElement[bool]:
    return _pending(step) | _failed(step)


def _pending(step: FromClause) -> ColumnElement[bool]:
    return step.c.state == literal_column(f"'{ScheduledState.PENDING}'")


def _overdue(step: FromClause) -> ColumnElement[bool]:
    return _pending(step) & (step.c.due_at < func.now() - OVERDUE_AFTER)


def _failed(step: FromClause) -> ColumnElement[bool]:
    return step.c.state == literal_column(f"'{ScheduledState.FAILED}'")


def _publishes(step: FromClause) -> ColumnElement[bool]:
    return step.c.action == literal_column(f"'{ScheduledAction.PUBLISH}'")


def _unpublishes(step: FromClause) -> ColumnElement[bool]:
    return step.c.action == literal_column(f"'{ScheduledAction.UNPUBLISH}'")
