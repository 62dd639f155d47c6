"""Forgets old events: the outbox is for those who follow, not an archive."""

from datetime import timedelta

from sqlalchemy import delete, select
from sqlmodel import col

from cms.database import Database, now
from cms.events.models import Event

ROWS_AT_A_TIME = 10_000


async def clean_old_events(database: Database, *, kept_hours: float) -> int:
    """Delete the events that are older than so many hours; how many. Can be stopped at any point and run again, or twice at once."""
    count = 0
    oldest = now() - timedelta(hours=kept_hours)
    some = select(col(Event.revision)).where(col(Event.happened_at) < oldest).limit(ROWS_AT_A_TIME)
    while True:
        async with database.transaction() as session:
            removed = await session.execute(delete(Event).where(col(Event.revision).in_(some)))
        deleted: int = removed.rowcount  # pyright: ignore[reportAttributeAccessIssue]  (a DELETE counts its rows)
        count += deleted
        if deleted < ROWS_AT_A_TIME:
            return count
