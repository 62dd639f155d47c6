"""Imports for the tests: of small exports, into the worker's database and bucket."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Row, func, select, text

from cms.articles import tables
from cms.assets.storage import Storage
from cms.assets.uploads import Depot
from cms.config import Settings
from cms.database import Database, metadata
from cms.importing.documents import ImportEvent
from cms.importing.engine import import_events, rehearse_events
from cms.importing.options import ImportOptions
from cms.importing.pictures import Pictures
from cms.importing.summary import Outcome, Summary
from cms.importing.wordpress import read_wxr
from cms.permissions import SYSTEM
from tests.importing.exports import NOW

ALONE = Pictures()


class Newsroom:
    """An empty newsroom into which a test imports exports."""

    def __init__(self, database: Database, settings: Settings, folder: Path) -> None:
        self.database = database
        self.storage = Storage(settings)
        self.depot = Depot(database, self.storage, settings)
        self.folder = folder

    async def take(self, *files: str | Path, pictures: Pictures = ALONE, **options: Any) -> Summary:
        """Import exports, given as texts or as paths."""
        summary = Summary()
        await import_events(
            self.depot,
            SYSTEM,
            self.events(*files),
            options=given(options),
            pictures=pictures,
            summary=summary,
        )
        return summary

    async def take_some(self, count: int, *files: str | Path) -> None:
        """Import until so many things have been read, then break off as a fault of the machine would."""
        events = islice(self.events(*files), count)

        def until_the_fault() -> Iterator[ImportEvent]:
            yield from events
            raise MemoryError("the machine has had enough")

        try:
            await import_events(
                self.depot,
                SYSTEM,
                until_the_fault(),
                options=given({}),
                pictures=ALONE,
                summary=Summary(),
            )
        except MemoryError:
            return
        raise AssertionError("the import did not break off")

    async def rehearse(self, *files: str | Path, pictures: Pictures = ALONE, **options: Any) -> Summary:
        """A dry run."""
        summary = Summary()
        await rehearse_events(
            self.depot,
            SYSTEM,
            self.events(*files),
            options=given(options),
            pictures=pictures,
            summary=summary,
        )
        return summary

    def events(self, *files: str | Path) -> Iterator[ImportEvent]:
        """What is read from the exports."""
        return read_wxr([self._path(number, file) for number, file in enumerate(files)], now=NOW)

    def _path(self, number: int, file: str | Path) -> Path:
        if isinstance(file, Path):
            return file
        path = self.folder / f"export-{number}.xml"
        path.write_text(file, encoding="utf-8")
        return path

    async def state(self) -> dict[str, tuple[int, int]]:
        """Of each table how many rows it has, and the sum of the transactions that wrote them: any write changes it."""
        async with self.database.transaction() as session:
            counted: dict[str, tuple[int, int]] = {}
            for name in sorted(metadata.tables):
                query = text(f'SELECT count(*), coalesce(sum(xmin::text::bigint), 0) FROM "{name}"')  # noqa: S608
                counts = (await session.execute(query)).one()
                counted[name] = (int(counts[0]), int(counts[1]))
            return counted

    async def live(self, slug: str) -> Row[Any]:
        """What the public reads under a slug."""
        async with self.database.transaction() as session:
            row = tables.live_article
            return (await session.execute(select(row).where(row.c.slug == slug))).one()

    async def draft(self, slug: str) -> Row[Any]:
        """The desk's version of an article."""
        async with self.database.transaction() as session:
            article, version = tables.article, tables.version
            joined = select(
                article.c.status, article.c.published_at, article.c.version.label("number"), version
            )
            joined = joined.join(version, version.c.id == article.c.draft_version_id)
            return (await session.execute(joined.where(version.c.slug == slug))).one()

    async def count(self, table: str) -> int:
        """How many rows a table has."""
        async with self.database.transaction() as session:
            return await session.scalar(select(func.count()).select_from(metadata.tables[table])) or 0


def given(options: dict[str, Any]) -> ImportOptions:
    """The operator's choices, as they are unless a test says otherwise."""
    return replace(ImportOptions(source="wordpress", source_name="WordPress"), **options)


def outcomes(summary: Summary, noun: str = "article") -> tuple[int, int, int]:
    """How many are new, updated, unchanged."""
    return (
        summary.count(Outcome.NEW, noun),
        summary.count(Outcome.UPDATED, noun),
        summary.count(Outcome.UNCHANGED, noun),
    )
