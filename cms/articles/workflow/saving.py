"""What a save does to the way of an article."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, update
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.kinds import ArticleStatus, ScheduledAction, ScheduledState, WorkflowStep
from cms.articles.workflow.transitions import record_step, status_after_saving
from cms.permissions import Actor


async def move_on_saving(
    session: AsyncSession, actor: Actor, locked: Row[Any], version_id: UUID, number: int
) -> ArticleStatus:
    """The status of an article whose draft becomes the version.

    What stays scheduled is published as it is now. What becomes a draft again stays scheduled in the version that was approved.
    """
    before: ArticleStatus = locked.status
    after = status_after_saving(before, actor)
    if after == ArticleStatus.SCHEDULED:
        await _reschedule(session, locked.id, version_id)
    if after != before:
        await record_step(
            session,
            actor,
            locked.id,
            WorkflowStep.SAVE,
            version=number,
            before=before,
            after=after,
            note=None,
        )
    return after


async def _reschedule(session: AsyncSession, article_id: UUID, version_id: UUID) -> None:
    step = tables.scheduled_step
    pending = (step.c.article_id == article_id) & (step.c.state == ScheduledState.PENDING)
    publishes = step.c.action == ScheduledAction.PUBLISH
    await session.execute(update(step).where(pending, publishes).values(version_id=version_id))
