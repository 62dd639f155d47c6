"""What is scheduled for an article: the steps that wait for their time."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.kinds import ScheduledAction, ScheduledState
from cms.database import now
from cms.ids import new_id
from cms.permissions import Actor

TASK = "run_scheduled_step"
Steps = dict[ScheduledAction, Row[Any]]


async def pending_steps(session: AsyncSession, article_id: UUID) -> Steps:
    """The steps of a locked article that wait for their time."""
    step = tables.scheduled_step
    query = select(step).where(step.c.article_id == article_id, step.c.state == ScheduledState.PENDING)
    return {row.action: row for row in await session.execute(query)}


async def plan_step(
    session: AsyncSession,
    actor: Actor,
    article_id: UUID,
    action: ScheduledAction,
    *,
    version_id: UUID | None,
    due_at: datetime,
    time_zone: str,
    message: str | None,
) -> None:
    """Let the step wait for its time, in place of one that does already or has failed."""
    # The queue takes a while to import, and whoever schedules nothing does without.
    from cms.jobs import defer  # noqa: PLC0415

    await end_steps(session, article_id, action, state=ScheduledState.CANCELLED)
    step_id = new_id()
    what = {"id": step_id, "article_id": article_id, "action": action, "version_id": version_id}
    when = {"due_at": due_at, "time_zone": time_zone, "created_at": now()}
    who = {"created_by": actor.id, "actor_name": actor.name, "message": message}
    pending = {"state": ScheduledState.PENDING}
    await session.execute(insert(tables.scheduled_step).values(**what, **when, **who, **pending))
    await defer(session, TASK, at=due_at, step_id=str(step_id))


async def end_steps(
    session: AsyncSession, article_id: UUID, *actions: ScheduledAction, state: ScheduledState
) -> None:
    """Let steps of the article wait no more, and forget that such ones have failed."""
    step = tables.scheduled_step
    standing = step.c.state.in_([ScheduledState.PENDING, ScheduledState.FAILED])
    of_article = (step.c.article_id == article_id) & step.c.action.in_(actions)
    changes = {"state": state, "ended_at": now(), "error": None}
    await session.execute(update(step).where(of_article, standing).values(**changes))
