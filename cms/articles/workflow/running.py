"""Doing what was scheduled, once its time has come: once, whichever worker is told of it, and however often."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import structlog
from procrastinate import JobContext
from sqlalchemy import Row, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.editing import LockedArticle
from cms.articles.kinds import ArticleStatus, ScheduledAction, ScheduledState, WorkflowStep
from cms.articles.publishing import hide_article, show_version
from cms.articles.workflow.steps import TASK
from cms.articles.workflow.transitions import record_step
from cms.database import Database, now
from cms.errors import KiosqueError, Problems
from cms.jobs import ATTEMPTS_MAX, JOBS, RETRY, defer
from cms.permissions import Actor, Permission

UNEXPECTED = "Something went wrong in Kiosque; its log says what. Schedule the article again."
_LOST = """
SELECT id FROM scheduled_step WHERE state = 'PENDING' AND due_at < now() - interval '1 minute' AND NOT EXISTS (
    SELECT FROM procrastinate_jobs
    WHERE task_name = :task AND args->>'step_id' = scheduled_step.id::text AND status IN ('todo', 'doing')
) ORDER BY due_at LIMIT 1000
"""
log = structlog.get_logger(__name__)


@JOBS.task(name=TASK, retry=RETRY, pass_context=True)
async def run_job(context: JobContext, step_id: str) -> None:
    """The job of a step: what cannot be done is told to the desk; what went wrong for another reason is tried again."""
    database: Database = context.additional_context["database"]
    try:
        async with database.transaction() as session:
            await run_step(session, UUID(step_id))
    except KiosqueError as problem:
        await _fail(database, UUID(step_id), _words(problem))
    except Exception:
        if context.job.attempts + 1 < ATTEMPTS_MAX:
            raise
        log.exception("a scheduled step failed for good", step=step_id)
        await _fail(database, UUID(step_id), UNEXPECTED)


async def run_step(session: AsyncSession, step_id: UUID) -> None:
    """Do the step, and before it those of the same article whose time was earlier; nothing if it is done or cancelled already.

    The lock of the article comes first, so that of two workers the second finds it done.
    """
    article_id = await _article_of(session, step_id)
    if article_id is None:
        return
    for step in await _due(session, article_id, step_id):
        article = tables.article
        locked = (await session.execute(select(article).where(article.c.id == article_id))).one()
        await _do(session, locked, step)
        await _end(session, step.id, ScheduledState.DONE)
        log.info("a scheduled step is done", action=step.action, article=str(article_id))


async def revive_lost_steps(session: AsyncSession) -> int:
    """Enqueue anew what is overdue and has no job, as after a backup was restored without its jobs; answers how many."""
    lost = list((await session.scalars(text(_LOST), {"task": TASK})).all())
    for step_id in lost:
        await defer(session, TASK, at=now(), step_id=str(step_id))
    if lost:
        log.warning("overdue steps had no jobs", steps=len(lost))
    return len(lost)


async def _article_of(session: AsyncSession, step_id: UUID) -> UUID | None:
    step, article = tables.scheduled_step, tables.article
    key = await session.scalar(select(step.c.article_id).where(step.c.id == step_id))
    lock = select(article.c.id).where(article.c.id == key).with_for_update(key_share=True)
    return await session.scalar(lock)


async def _due(session: AsyncSession, article_id: UUID, step_id: UUID) -> Sequence[Row[Any]]:
    """The step, if it is pending, and those that should have been done before it; by no clock but that which woke the job."""
    step = tables.scheduled_step
    pending = (step.c.article_id == article_id) & (step.c.state == ScheduledState.PENDING)
    rows = (await session.execute(select(step).where(pending).order_by(step.c.due_at))).all()
    own = next((row for row in rows if row.id == step_id), None)
    return [row for row in rows if own is not None and row.due_at <= own.due_at]


async def _do(session: AsyncSession, locked: LockedArticle, step: Row[Any]) -> None:
    # What the scheduler might do was asked when it was scheduled.
    actor = _in_the_name_of(step)
    if step.action is ScheduledAction.PUBLISH:
        if locked.live_version_id != step.version_id:
            await show_version(session, actor, locked, step.version_id, message=step.message)
    elif locked.live_version_id is not None:
        await hide_article(session, actor, locked, message=step.message)


def _in_the_name_of(step: Row[Any]) -> Actor:
    rights = {Permission.ARTICLE_PUBLISH, Permission.ARTICLE_WITHDRAW, Permission.ARTICLE_SKIP_REVIEW}
    return Actor(id=step.created_by, name=step.actor_name, role="", permissions=frozenset(rights))


async def _end(session: AsyncSession, step_id: UUID, state: ScheduledState, error: str | None = None) -> None:
    step = tables.scheduled_step
    changes = {"state": state, "ended_at": now(), "error": error}
    await session.execute(update(step).where(step.c.id == step_id).values(**changes))


async def _fail(database: Database, step_id: UUID, error: str) -> None:
    """Tell the desk why a step could not be done: the article is approved, and waits for somebody."""
    async with database.transaction() as session:
        article_id = await _article_of(session, step_id)
        if article_id is None or not (due := await _due(session, article_id, step_id)):
            return
        article, step = tables.article, due[-1]
        locked = (await session.execute(select(article).where(article.c.id == article_id))).one()
        await _end(session, step.id, ScheduledState.FAILED, error)
        is_lost = step.action is ScheduledAction.PUBLISH and locked.status == ArticleStatus.SCHEDULED
        after = ArticleStatus.APPROVED if is_lost else locked.status
        await session.execute(update(article).where(article.c.id == article_id).values(status=after))
        await record_step(
            session,
            _in_the_name_of(step),
            article_id,
            WorkflowStep.SCHEDULE_FAILED,
            version=locked.version,
            before=locked.status,
            after=after,
            note=error,
        )
        log.warning("a scheduled step failed", action=step.action, article=str(article_id), error=error)


def _words(problem: KiosqueError) -> str:
    several = problem.problems if isinstance(problem, Problems) else [problem]
    return " ".join(one.message for one in several)
