"""Schedules over three workers, of which one is killed in the middle: each runs once, none is lost.

KIOSQUE_SCHEDULES says how many; 1,000 take some minutes. What happened is printed, for `pytest -s`.
"""

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Generator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text

from cms.articles import tables
from cms.articles.kinds import ScheduledState, WorkflowStep
from cms.articles.refreshing import compare_live
from cms.articles.workflow.scheduling import Times, schedule_article
from cms.commands.worker import run_worker
from cms.config import Settings
from cms.database import Database, now
from cms.diagnosis.checks import Fault
from cms.diagnosis.database import find_schedules
from cms.permissions import SYSTEM
from tests.commands.test_worker import environment, start_command
from tests.factories import make_article, make_scheduled_article

__all__ = ["environment"]
SCHEDULES = int(os.environ.get("KIOSQUE_SCHEDULES", "30"))
WORKERS = 3
WAIT_SECONDS = float(os.environ.get("KIOSQUE_WAIT", "0")) or 120 + SCHEDULES
Process = subprocess.Popen[bytes]


@pytest.fixture
def workers(environment: dict[str, str]) -> Generator[list[Process]]:
    """Three workers, ended with the test."""
    # What a dead worker held is taken over by the others soon, so that the test need not wait for it.
    hurried = {
        **environment,
        "JOB_POLL_SECONDS": "0.1",
        "JOB_SILENCE_SECONDS": "3",
        "LOG_LEVEL": "warning",
    }
    started = [start_command("worker", environment=hurried) for _ in range(WORKERS)]
    yield started
    for process in started:
        process.terminate()
        process.communicate(timeout=60)


async def make_schedules(database: Database) -> None:
    """Drafts that will be published, all at the same time."""
    for start in range(0, SCHEDULES, 50):
        async with database.transaction() as session:
            for index in range(start, min(start + 50, SCHEDULES)):
                await make_scheduled_article(session, title=f"Piece {index}")


async def let_the_time_come(database: Database) -> None:
    """Their time has come, so that the workers find all of them to be done at once."""
    async with database.transaction() as session:
        await session.execute(tables.scheduled_step.update().values(due_at=now()))
        await session.execute(
            text("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'")
        )


async def done_count(database: Database) -> int:
    """How many steps are done."""
    step = tables.scheduled_step
    query = select(func.count()).select_from(step).where(step.c.state == ScheduledState.DONE)
    async with database.transaction() as session:
        return await session.scalar(query) or 0


async def wait_until_done(database: Database, count: int) -> None:
    """Wait until so many steps are done, and fail if it takes too long."""
    async with asyncio.timeout(WAIT_SECONDS):
        while await done_count(database) < count:  # noqa: ASYNC110  (other processes do them)
            await asyncio.sleep(0.05)


async def test_each_of_many_schedules_runs_once_though_a_worker_is_killed(
    database: Database, workers: list[Process]
) -> None:
    await make_schedules(database)
    await let_the_time_come(database)
    began = time.monotonic()
    await wait_until_done(database, SCHEDULES // 3)
    workers[0].send_signal(signal.SIGKILL)
    done = await done_count(database)
    async with database.transaction() as session:
        held = await session.scalar(text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'"))
    await wait_until_done(database, SCHEDULES)
    seconds = time.monotonic() - began
    told = f"one of {WORKERS} workers killed after {done}, {held} jobs under way"
    print(f"\n{SCHEDULES} schedules: {told}; all done in {seconds:.1f} s")  # noqa: T201
    await check_each_ran_once(database)


async def check_each_ran_once(database: Database) -> None:
    """Every article has one publication, one step that says so, and nothing that waits or failed."""
    step, transition, publication = tables.scheduled_step, tables.transition, tables.publication
    published = select(transition.c.article_id).where(transition.c.step == WorkflowStep.PUBLISH)
    async with database.transaction() as session:
        states: dict[Any, int] = {
            row[0]: row[1]
            for row in await session.execute(select(step.c.state, func.count()).group_by(step.c.state))
        }
        articles = (await session.scalars(select(publication.c.article_id))).all()
        taken = (await session.scalars(published)).all()
        assert states == {ScheduledState.DONE: SCHEDULES}
        assert len(articles) == len(set(articles)) == len(taken) == len(set(taken)) == SCHEDULES
        assert await compare_live(session) == []


async def test_what_was_due_while_no_worker_ran_is_overdue_and_done_by_the_next_one(
    database: Database, settings: Settings
) -> None:
    assert settings.database_url is not None
    url = settings.database_url.get_secret_value()
    async with database.transaction() as session:
        await make_scheduled_article(session)
    assert find_schedules(url) == "1 waiting, 0 overdue, 0 failed"
    async with database.transaction() as session:
        await session.execute(tables.scheduled_step.update().values(due_at=now() - timedelta(hours=3)))
        # As after a backup was restored without its jobs.
        await session.execute(text("DELETE FROM procrastinate_jobs"))
    with pytest.raises(Fault, match="1 waiting, 1 overdue, 0 failed") as fault:
        find_schedules(url)
    assert fault.value.cure == "Start `cms worker`, and look into its log."
    work = asyncio.create_task(run_worker(settings.model_copy(update={"job_poll_seconds": 0.1})))
    await wait_until_done(database, 1)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert find_schedules(url) == "0 waiting, 0 overdue, 0 failed"


REFUSE = """CREATE FUNCTION refuse_publication() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the disk is full' USING ERRCODE = 'disk_full'; END $$"""


async def test_what_cannot_be_done_is_told_to_the_desk(database: Database, settings: Settings) -> None:
    """The database itself refuses, in each attempt."""
    async with database.transaction() as session:
        article_id = await make_article(session)
        times = Times(publish_at=now() + timedelta(seconds=1))
        await schedule_article(session, SYSTEM, article_id, expected_version=1, times=times)
        # Its last attempt.
        await session.execute(text("UPDATE procrastinate_jobs SET attempts = 4"))
        await session.execute(text(REFUSE))
        trigger = "CREATE TRIGGER refused BEFORE INSERT ON publication EXECUTE FUNCTION refuse_publication()"
        await session.execute(text(trigger))
    work = asyncio.create_task(run_worker(settings.model_copy(update={"job_poll_seconds": 0.1})))
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            while (row := await failed_article(database)) is None:  # noqa: ASYNC110  (the worker does it)
                await asyncio.sleep(0.05)
    finally:
        work.cancel()
        await asyncio.wait([work])
        async with database.transaction() as session:
            await session.execute(text("DROP TRIGGER refused ON publication"))
            await session.execute(text("DROP FUNCTION refuse_publication()"))
    assert (row.status, row.live_version_id) == ("APPROVED", None)
    assert row.error == "Something went wrong in Kiosque; its log says what. Schedule the article again."
    async with database.transaction() as session:
        steps = select(tables.transition.c.step).order_by(tables.transition.c.created_at)
        assert (await session.scalars(steps)).all() == [WorkflowStep.SCHEDULE, WorkflowStep.SCHEDULE_FAILED]


async def failed_article(database: Database) -> Any:
    """The article whose step failed, with the error."""
    article, step = tables.article, tables.scheduled_step
    joined = article.join(step, step.c.article_id == article.c.id)
    failed = select(article.c.status, article.c.live_version_id, step.c.error).select_from(joined)
    async with database.transaction() as session:
        return (await session.execute(failed.where(step.c.state == ScheduledState.FAILED))).one_or_none()
