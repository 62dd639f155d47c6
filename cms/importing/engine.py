"""The engine: takes what a reader yields and stores it through the verbs of the slices, so that it can be done again."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager

from sqlalchemy import func, select

from cms.articles.listening import listen_below
from cms.assets.uploads import Depot
from cms.errors import Invalid
from cms.importing.articles import finish_article, store_article
from cms.importing.assets import store_assets
from cms.importing.authors import store_author
from cms.importing.deferred import deferring_articles
from cms.importing.documents import (
    ImportedArticle,
    ImportedAsset,
    ImportedAuthor,
    ImportedTerm,
    ImportEvent,
    ImportWarning,
    SkippedItem,
)
from cms.importing.options import ImportOptions
from cms.importing.pictures import Pictures
from cms.importing.rehearsal import rehearsing
from cms.importing.run import ImportRun
from cms.importing.summary import Summary
from cms.importing.terms import store_term
from cms.permissions import Actor

ASSETS_AT_ONCE_MAX = 16
_IMPORT_LOCK = 0x696D706F


async def import_events(
    depot: Depot,
    actor: Actor,
    events: Iterator[ImportEvent],
    *,
    options: ImportOptions,
    pictures: Pictures,
    summary: Summary,
) -> None:
    """Store everything, and count it in the summary.

    Each article is one transaction, so that an import that was cut short is completed by running it again; run again
    after that it writes nothing. Raises what the reader raises (before anything is stored), and Unavailable. A thing that
    breaks a rule is left out and counted with the reason.
    """
    run = ImportRun(depot, actor, options, pictures, summary)
    async with alone(depot):
        await _store_all(run, events)


async def rehearse_events(
    depot: Depot,
    actor: Actor,
    events: Iterator[ImportEvent],
    *,
    options: ImportOptions,
    pictures: Pictures,
    summary: Summary,
) -> None:
    """Do all that `import_events` does, for the same summary, and take it back: database and bucket stay as they are.

    One transaction stays open meanwhile; editors who make an author, a section or a tag wait for its end.
    """
    async with alone(depot), rehearsing(depot) as rehearsal:
        run = ImportRun(rehearsal, actor, options, pictures, summary, is_rehearsal=True)
        await _store_all(run, events)


@asynccontextmanager
async def alone(depot: Depot) -> AsyncGenerator[None]:
    """Keep other imports away for the block: two at once would each make what the other has not committed yet. Raises Invalid."""
    async with depot.database.engine.connect() as connection:
        # The lock is the connection's: it ends with the process, whatever ends that.
        if not await connection.scalar(select(func.pg_try_advisory_lock(_IMPORT_LOCK))):
            raise Invalid("Another import is running; wait for its end.")
        await connection.commit()
        try:
            yield
        finally:
            await connection.execute(select(func.pg_advisory_unlock(_IMPORT_LOCK)))


async def _store_all(run: ImportRun, events: Iterator[ImportEvent]) -> None:
    listen_below()
    with deferring_articles() as deferred:
        async for event in _with_assets_stored(run, events):
            if not isinstance(event, ImportedArticle):
                await _store_other(run, event)
            elif not await store_article(run, event):
                deferred.add(event)
        for article in deferred.take_all():
            await finish_article(run, article)


async def _with_assets_stored(
    run: ImportRun, events: Iterator[ImportEvent]
) -> AsyncGenerator[ImportedAuthor | ImportedTerm | ImportedArticle | ImportWarning | SkippedItem]:
    """The events without the assets, each after the assets that stood before it have been stored, several at a time."""
    assets: list[ImportedAsset] = []
    for event in events:
        if isinstance(event, ImportedAsset):
            assets.append(event)
        if len(assets) == ASSETS_AT_ONCE_MAX or not isinstance(event, ImportedAsset):
            await store_assets(run, assets)
            assets = []
        if not isinstance(event, ImportedAsset):
            yield event
    await store_assets(run, assets)


async def _store_other(
    run: ImportRun, event: ImportedAuthor | ImportedTerm | ImportWarning | SkippedItem
) -> None:
    match event:
        case ImportedAuthor():
            await store_author(run, event)
        case ImportedTerm():
            await store_term(run, event)
        case ImportWarning():
            run.summary.warn(event.where, event.message)
        case SkippedItem():
            run.summary.skip(event)
