"""`cms worker`: the work that no request waits for."""

import asyncio
import signal

import structlog
from sqlalchemy.exc import DBAPIError

from cms.assets.cleaning import clean_abandoned_uploads
from cms.assets.storage import Storage
from cms.audit.recording import forget_before
from cms.commands.console import CommandError, say
from cms.commands.options import database_url_of
from cms.config import Settings, settings_from_environment
from cms.database import Database
from cms.embedded.engines import missing_engines
from cms.errors import KiosqueError
from cms.events.cleaning import clean_old_events
from cms.logs import configure_logs

log = structlog.get_logger(__name__)


def worker() -> None:
    """Do the housekeeping beside `cms serve`, until a signal comes: clear away uploads that nobody has completed, and forget old events.

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
    """Do the housekeeping at once and every `housekeeping_seconds`, until the task is cancelled.

    A request to the store that is under way is waited for; whatever is left undone then is done by the next worker.
    """
    database = Database(database_url_of(settings), pool_size=1)
    storage = Storage(settings)
    try:
        while True:
            await keep_house(database, storage, settings)
            await asyncio.sleep(settings.housekeeping_seconds)
    finally:
        storage.close()
        await database.close()


async def keep_house(database: Database, storage: Storage, settings: Settings) -> None:
    """One round. If the database or the store does not answer, that is logged and left to the next round."""
    try:
        forgotten = await clean_old_events(database, kept_hours=settings.events_kept_hours)
        if settings.audit_retention_days is not None:
            await forget_before(database, settings.audit_retention_days)
        removed = await clean_abandoned_uploads(database, storage)
    except (KiosqueError, DBAPIError) as error:
        log.warning("the housekeeping was cut short", reason=str(error).split("\n", 1)[0])
        return
    if forgotten:
        log.info("old events are forgotten", events=forgotten)
    if removed:
        log.info("abandoned uploads are removed", uploads=removed)
