"""`cms worker`: the work that no request waits for."""

import asyncio
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import structlog
from procrastinate import App
from sqlalchemy.exc import DBAPIError

from cms.articles.thinning import thin_versions
from cms.articles.workflow.running import revive_lost_steps
from cms.assets import promised as _promised  # noqa: F401  # pyright: ignore[reportUnusedImport]  (its task is a job)
from cms.assets.cleaning import clean_abandoned_uploads
from cms.assets.renditions import Renditions
from cms.assets.rights import end_rights
from cms.assets.storage import Storage
from cms.assets.strays import clean_strays
from cms.audit.recording import forget_before
from cms.commands.console import CommandError, say
from cms.commands.options import database_url_of
from cms.config import Settings, settings_from_environment
from cms.database import Database
from cms.embedded.engines import missing_engines
from cms.errors import KiosqueError
from cms.events.cleaning import clean_old_events
from cms.jobs import retry_stalled_jobs, work, worker_app
from cms.logs import configure_logs

CONCURRENCY = 2
log = structlog.get_logger(__name__)

SWEEP_SECONDS = 86_400


def worker() -> None:
    """Do what waits for its time beside `cms serve`, until a signal comes: publish what is scheduled, clear away what is left over,
    and old versions of articles beyond VERSIONS_KEPT and VERSION_DAYS_KEPT.

    Takes DATABASE_URL and S3_… from the environment. Several may run at once.
    """
    settings = settings_from_environment()
    database_url_of(settings)
    if missing_engines(settings):
        raise CommandError("No bucket is named.", "Set S3_ENDPOINT and the other S3_… settings.")
    configure_logs(settings.log_level)
    asyncio.run(_until_signalled(settings))
    say("Stopped.")


async def _until_signalled(settings: Settings) -> None:
    work = asyncio.create_task(run_worker(settings))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, work.cancel)
    try:
        await work
    except asyncio.CancelledError:
        log.debug("the worker was told to stop")


async def run_worker(settings: Settings) -> None:
    """Do jobs when their time comes, and the housekeeping at once and every `housekeeping_seconds`, until the task is cancelled.

    Once a day the housekeeping looks through the whole bucket. A job or a request to the store that is under way is waited for; whatever is left undone then is done by the next worker.
    """
    database = Database(database_url_of(settings), pool_size=CONCURRENCY + 3)
    storage = Storage(settings)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_keep_house_for_ever(settings, database, storage))
            group.create_task(_do_jobs_for_ever(settings, database))
            group.create_task(_end_rights_for_ever(settings, database, storage))
    finally:
        storage.close()
        await database.close()


async def _keep_house_for_ever(settings: Settings, database: Database, storage: Storage) -> None:
    last_sweep = -SWEEP_SECONDS
    while True:
        await keep_house(database, storage, settings)
        if asyncio.get_running_loop().time() - last_sweep >= SWEEP_SECONDS:
            last_sweep = asyncio.get_running_loop().time()
            await sweep(database, storage)
        await asyncio.sleep(settings.housekeeping_seconds)


async def _end_rights_for_ever(settings: Settings, database: Database, storage: Storage) -> None:
    """Look whether rights of pictures have expired, as often as for jobs: it is one look at an index."""
    while True:
        try:
            await end_rights(database, storage)
        except (KiosqueError, DBAPIError) as error:
            log.warning("the end of rights was cut short", reason=str(error).split("\n", 1)[0])
        await asyncio.sleep(settings.job_poll_seconds)


async def _do_jobs_for_ever(settings: Settings, database: Database) -> None:
    """Do jobs. Whatever interrupts them, as a database that goes away, is logged, and they begin anew: nobody else would do them."""
    while True:
        try:
            await do_jobs(settings, database)
        except* Exception as errors:
            reason = str(errors.exceptions[0]).split("\n", 1)[0]
            log.warning("the jobs were interrupted", reason=reason, exc_info=errors)
        await asyncio.sleep(settings.job_poll_seconds)


async def do_jobs(settings: Settings, database: Database) -> None:
    """Do jobs, and what dead workers have left, until the task is cancelled. Raises a group of errors if the database goes away."""
    app = worker_app(database_url_of(settings))
    async with app.open_async(), _renditions(settings, database) as renditions, asyncio.TaskGroup() as group:
        silence_seconds = settings.job_silence_seconds
        group.create_task(_rescue_for_ever(app, database, silence_seconds))
        context = {"database": database, "renditions": renditions}
        jobs = work(
            app,
            poll_seconds=settings.job_poll_seconds,
            silence_seconds=silence_seconds,
            concurrency=CONCURRENCY,
            context=context,
        )
        group.create_task(jobs)


@asynccontextmanager
async def _renditions(settings: Settings, database: Database) -> AsyncGenerator[Renditions]:
    """What makes renditions for jobs: one at a time, and nobody here asks for them again."""
    storage = Storage(settings)
    own = settings.model_copy(update={"rendition_processes": 1, "rendition_memory_bytes": 0})
    renditions = Renditions(database, storage, own)
    try:
        yield renditions
    finally:
        await renditions.close()
        storage.close()


async def _rescue_for_ever(app: App, database: Database, silence_seconds: float) -> None:
    while True:
        await retry_stalled_jobs(app, silence_seconds)
        async with database.transaction() as session:
            await revive_lost_steps(session)
        await asyncio.sleep(silence_seconds / 2)


async def keep_house(database: Database, storage: Storage, settings: Settings) -> None:
    """One round. If the database or the store does not answer, that is logged and left to the next round."""
    try:
        thinned = await thin_versions(database, count=settings.versions_kept, days=settings.version_days_kept)
        forgotten = await clean_old_events(database, kept_hours=settings.events_kept_hours)
        if settings.audit_retention_days is not None:
            await forget_before(database, settings.audit_retention_days)
        removed = await clean_abandoned_uploads(database, storage)
    except (KiosqueError, DBAPIError) as error:
        log.warning("the housekeeping was cut short", reason=str(error).split("\n", 1)[0])
        return
    if thinned:
        log.info("old versions are removed", versions=thinned)
    if forgotten:
        log.info("old events are forgotten", events=forgotten)
    if removed:
        log.info("abandoned uploads are removed", uploads=removed)


async def sweep(database: Database, storage: Storage) -> None:
    """Remove what a process that was killed may have left in the bucket. What fails is left to the next day."""
    try:
        removed = await clean_strays(database, storage)
    except (KiosqueError, DBAPIError) as error:
        log.warning("the sweep was cut short", reason=str(error).split("\n", 1)[0])
        return
    if removed:
        log.info("stray objects are removed", objects=removed)
