"""From when to when something held: a publication, a withdrawal. One at a time goes on for an article, and ends where the next begins."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ClauseElement, ColumnElement, DateTime, Table, bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.database import now
from cms.prepared import prepared


async def next_moment(session: AsyncSession, article_id: UUID) -> datetime:
    """Now, or the last bound of the article's publications and withdrawals if the clock was set back since."""
    (row,) = await _last_bound().rows(session, {"key": article_id})
    return max(now(), row.last or now())


async def end_at(
    session: AsyncSession,
    table: Table,
    article_id: UUID,
    moment: datetime,
    *,
    by: str,
    message: str | None = None,
) -> None:
    """End at the moment what goes on in the table for the article, if anything does."""
    values = {"key": article_id, "moment": moment, "name": by, "why": message}
    # What nobody can have read leaves no trace: an empty range is none.
    await _forget(table).rows(session, values)
    await _end(table).rows(session, values)


@prepared
def _last_bound() -> ClauseElement:
    bounds = [
        select(func.max(func.coalesce(func.upper(table.c.during), func.lower(table.c.during))))
        .where(table.c.article_id == bindparam("key"))
        .scalar_subquery()
        for table in (tables.publication, tables.withdrawal)
    ]
    return select(func.greatest(*bounds).label("last"))


@prepared
def _forget(table: Table) -> ClauseElement:
    """Removes what goes on and would end before it began."""
    return delete(table).where(_goes_on(table), func.lower(table.c.during) >= _moment())


@prepared
def _end(table: Table) -> ClauseElement:
    ended = func.tstzrange(func.lower(table.c.during), _moment())
    changes = {"during": ended, "ended_by_name": bindparam("name")}
    if "end_message" in table.c:
        changes["end_message"] = bindparam("why")
    return update(table).where(_goes_on(table)).values(changes)


def _goes_on(table: Table) -> ColumnElement[bool]:
    return (table.c.article_id == bindparam("key")) & func.upper_inf(table.c.during)


def _moment() -> ColumnElement[Any]:
    return bindparam("moment", type_=DateTime(timezone=True))
