"""Renditions that are made later, by a worker: promised once, however many ask, of however many servers.

A promise is a job in the database. While it waits, whoever asks gets something quicker, to be kept for a minute only.
"""

import time
from collections import OrderedDict
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from cms.database import Database, now

TASK = "make_rendition"
# What is scheduled for readers goes first; and one job at a time leaves the rest of a worker free for that.
PRIORITY = -10
KEPT_SECONDS = 60
KEPT_MAX = 10_000
_STATUS = text(
    "SELECT status::text FROM procrastinate_jobs WHERE task_name = :task AND queueing_lock = :key ORDER BY id DESC LIMIT 1"
)
_WAITING = {"todo", "doing"}


class Promises:
    """What this process knows to be promised; the database knows the rest."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._known: OrderedDict[str, tuple[float, bool]] = OrderedDict()

    async def promise(self, object_key: str, asset_id: UUID, digits: str, name: str) -> bool:
        """See that a worker makes the rendition of this name; False if one has tried and given up."""
        ends, is_coming = self._known.get(object_key, (0.0, False))
        if ends > time.monotonic():
            return is_coming
        arguments = {"asset_id": str(asset_id), "digits": digits, "name": name}
        async with self.database.transaction() as session:
            is_coming = await _promised(session, object_key, arguments)
        self._known[object_key] = (time.monotonic() + KEPT_SECONDS, is_coming)
        while len(self._known) > KEPT_MAX:
            self._known.popitem(last=False)
        return is_coming


async def _promised(session: AsyncSession, object_key: str, arguments: dict[str, str]) -> bool:
    # Of several who promise at once, the others wait here, and find the job of the first.
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"job {object_key}", 0))))
    status = await session.scalar(_STATUS, {"task": TASK, "key": object_key})
    if status is not None:
        return status in _WAITING
    # As in `cms/articles/workflow/steps.py`: the queue takes a while to import.
    from cms.jobs import defer  # noqa: PLC0415

    await defer(
        session,
        TASK,
        at=now(),
        priority=PRIORITY,
        lock=TASK,
        queueing_lock=object_key,
        **arguments,
    )
    return True
