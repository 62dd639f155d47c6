"""Jobs: work that waits in the database until its time. Whoever wants it done enqueues it in the transaction that causes it; any worker does it."""

from datetime import datetime
from typing import Any

import structlog
from procrastinate import App, PsycopgConnector, RetryStrategy
from sqlalchemy.ext.asyncio import AsyncSession

from cms.database import plain_url

# Tasks are registered here, and jobs enqueued on the connection of a session; a worker's own App has a pool (`worker_app`).
JOBS = App(connector=PsycopgConnector())
ATTEMPTS_MAX = 5
RETRY = RetryStrategy(max_attempts=ATTEMPTS_MAX, exponential_wait=3)
# So many signs of life a worker may miss before it is taken for dead.
HEARTBEATS_MISSED_MAX = 4
SHUTDOWN_SECONDS_MAX = 10.0
log = structlog.get_logger(__name__)


async def defer(
    session: AsyncSession,
    task: str,
    *,
    at: datetime,
    priority: int = 0,
    lock: str | None = None,
    queueing_lock: str | None = None,
    **arguments: Any,
) -> None:
    """Enqueue a job that is done at the time, or as soon afterwards as a worker runs; never, if the session's transaction is rolled back.

    Of jobs with the same `lock`, one runs at a time; of those with the same `queueing_lock`, one waits at a time.
    """
    raw = await (await session.connection()).get_raw_connection()
    job = JOBS.configure_task(
        task,
        schedule_at=at,
        priority=priority,
        lock=lock,
        queueing_lock=queueing_lock,
        connection=raw.driver_connection,
    )
    await job.defer_async(**arguments)


def worker_app(database_url: str) -> App:
    """The tasks, with two connections of their own to the database; to be opened."""
    return JOBS.with_connector(PsycopgConnector(conninfo=plain_url(database_url), min_size=1, max_size=2))


async def work(
    app: App, *, poll_seconds: float, silence_seconds: float, concurrency: int, context: dict[str, Any]
) -> None:
    """Do jobs until the task is cancelled; those that have begun are finished. Others take over after so many seconds of silence."""
    await app.run_worker_async(
        concurrency=concurrency,
        fetch_job_polling_interval=poll_seconds,
        abort_job_polling_interval=60.0,
        shutdown_graceful_timeout=SHUTDOWN_SECONDS_MAX,
        listen_notify=False,
        delete_jobs="successful",
        install_signal_handlers=False,
        update_heartbeat_interval=silence_seconds / HEARTBEATS_MISSED_MAX,
        stalled_worker_timeout=silence_seconds,
        additional_context=context,
    )


async def retry_stalled_jobs(app: App, silence_seconds: float) -> int:
    """Give the jobs of workers that are dead to those that live; answers how many."""
    stalled = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=silence_seconds))
    for job in stalled:
        await app.job_manager.retry_job(job)
    if stalled:
        log.warning("jobs of a worker that died are done by another one", jobs=len(stalled))
    return len(stalled)
