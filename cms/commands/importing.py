"""`cms import`: take a newsroom's content over from elsewhere."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from cms.assets.storage import Storage
from cms.assets.uploads import Depot
from cms.commands.audited import Written
from cms.commands.console import CommandError, err, out
from cms.commands.import_summary import report_to, tables_of, verdict
from cms.commands.options import DataDir, database_url_of, settings_of
from cms.config import Settings
from cms.database import Database
from cms.importing.engine import import_events, rehearse_events
from cms.importing.fetching import WebPictures
from cms.importing.media_folder import MediaFolder
from cms.importing.options import CategoryUse, ImportOptions, PageUse
from cms.importing.pictures import Pictures
from cms.importing.refusal import ImportRefused
from cms.importing.summary import Summary
from cms.importing.wordpress import bytes_to_read, read_wxr
from cms.permissions import SYSTEM

POOL_SIZE = 6
app = typer.Typer(help="Take content over from elsewhere.", no_args_is_help=True)

Files = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE…", exists=True, dir_okay=False, help="The export; all its files, if it has several."
    ),
]
Media = Annotated[
    Path | None,
    typer.Option(
        "--media",
        metavar="DIR",
        exists=True,
        file_okay=False,
        help="Take pictures from this folder, such as a copy of wp-content/uploads.",
    ),
]
FetchMedia = Annotated[
    bool, typer.Option("--fetch-media", help="Take pictures from the old site, over the network.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Do everything but store it, and show the summary.")]
Categories = Annotated[
    CategoryUse,
    typer.Option(
        "--categories",
        help="What categories become: the first one the section and the others tags, or all tags.",
    ),
]
Pages = Annotated[PageUse, typer.Option("--pages", help="Whether pages are left out or become articles.")]
Locale = Annotated[
    str | None,
    typer.Option(
        "--locale",
        metavar="LOCALE",
        help="The locale of what names none. Default: the site's.",
        show_default=False,
    ),
]
Types = Annotated[
    list[str] | None,
    typer.Option(
        "--type", metavar="NAME", help="A post type of a plugin to take as articles; may be repeated."
    ),
]
Report = Annotated[
    Path | None,
    typer.Option(
        "--report",
        metavar="FILE",
        dir_okay=False,
        help="Write everything that happened there, as JSON lines.",
    ),
]


@app.callback()
def importing() -> None:
    """Take content over from elsewhere."""


@app.command()
def wordpress(
    files: Files,
    media: Media = None,
    fetch_media: FetchMedia = False,
    dry_run: DryRun = False,
    categories: Categories = CategoryUse.SECTIONS,
    pages: Pages = PageUse.SKIP,
    locale: Locale = None,
    types: Types = None,
    report: Report = None,
    data_dir: DataDir = None,
) -> None:
    """Import an export of WordPress. It can be run again: what is here already is not written twice."""
    options = ImportOptions(
        source="wordpress", source_name="WordPress", categories=categories, pages=pages, locale=locale
    )
    with settings_of(data_dir) as settings, report_to(report) as note, read_progress(files) as on_bytes:
        written = Written(f"cms import wordpress{' --dry-run' if dry_run else ''}")
        summary = Summary(written.beside(note))
        events = read_wxr(files, on_bytes=on_bytes, custom_types=types or ())
        take = rehearse_events if dry_run else import_events

        async def work() -> None:
            async with (
                depot_of(settings) as depot,
                pictures_of(media, settings, fetch=fetch_media) as pictures,
            ):
                try:
                    await take(depot, SYSTEM, events, options=options, pictures=pictures, summary=summary)
                finally:
                    if not dry_run:
                        await written.record(depot.database)

        try:
            asyncio.run(work())
        except ImportRefused as refusal:
            hint = "Nothing of the import was stored. docs/importing.md says what can be done about a damaged file."
            raise CommandError(refusal.message, hint) from refusal
    for table in tables_of(summary):
        out.print(table)
    out.print(verdict(summary, is_rehearsal=dry_run), highlight=False, soft_wrap=True)


@contextmanager
def read_progress(files: list[Path]) -> Generator[Callable[[int], None]]:
    """Show how much of the files has been read, on the error stream."""
    columns = (TextColumn("[dim]·[/dim] Importing"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True) as progress:
        task = progress.add_task("", total=bytes_to_read(files))
        yield lambda count: progress.advance(task, count)


@asynccontextmanager
async def depot_of(settings: Settings) -> AsyncGenerator[Depot]:
    """Database and bucket for the block."""
    database, storage = Database(database_url_of(settings), pool_size=POOL_SIZE), Storage(settings)
    try:
        yield Depot(database, storage, settings)
    finally:
        storage.close()
        await database.close()


@asynccontextmanager
async def pictures_of(media: Path | None, settings: Settings, *, fetch: bool) -> AsyncGenerator[Pictures]:
    """Where pictures come from, for the block."""
    web = WebPictures(bytes_max=settings.upload_bytes_max) if fetch else None
    try:
        yield Pictures(MediaFolder(media) if media else None, web)
    finally:
        if web is not None:
            await web.close()
