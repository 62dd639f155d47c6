"""`cms assets`: work on pictures that are there."""

import asyncio

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cms.articles.listening import listen_below
from cms.assets.describing import Described, count_undescribed, describe_assets
from cms.assets.storage import Storage
from cms.assets.uploads import Depot
from cms.audit.recording import THINGS_MAX, Deed, record
from cms.commands.console import CommandError, err, out
from cms.commands.options import DataDir, database_url_of, settings_of
from cms.config import Settings
from cms.database import Database
from cms.ids import public_id
from cms.permissions import SYSTEM

POOL_SIZE = 4
ACTION = "cms assets describe"
app = typer.Typer(help="Work on pictures that are there.", no_args_is_help=True)


@app.callback()
def assets() -> None:
    """Work on pictures that are there."""


@app.command()
def describe(data_dir: DataDir = None) -> None:
    """Look again at pictures without a ThumbHash, a dominant colour or a focal point, such as those of older versions. It can be stopped and run again."""
    listen_below()
    with settings_of(data_dir) as settings:
        done = asyncio.run(_describe(settings))
    problems = [one for one in done if one.problem]
    for one in problems:
        line = f"{public_id('asset', one.id)}  {one.filename}: {one.problem}"
        out.print(line, markup=False, highlight=False, soft_wrap=True)
    out.print(f"Pictures described: {len(done) - len(problems)}.", highlight=False)
    if problems:
        hint = "Send their files again, or delete them; then run this once more."
        raise CommandError(f"Pictures that could not be looked at: {len(problems)}.", hint, exit_code=1)


async def _describe(settings: Settings) -> list[Described]:
    database, storage = Database(database_url_of(settings), pool_size=POOL_SIZE), Storage(settings)
    depot = Depot(database, storage, settings)
    done: list[Described] = []
    columns = (TextColumn("[dim]·[/dim] Looking at pictures"), BarColumn(), MofNCompleteColumn())
    try:
        with Progress(*columns, TimeRemainingColumn(), console=err, transient=True) as progress:
            bar = progress.add_task("", total=await count_undescribed(depot))
            async for one in describe_assets(depot, SYSTEM):
                done.append(one)
                progress.advance(bar)
    finally:
        await _record(database, done)
        storage.close()
        await database.close()
    return done


async def _record(database: Database, done: list[Described]) -> None:
    """Write into the audit log what has been written, also when it was cut short."""
    things = [public_id("asset", one.id) for one in done if one.problem is None]
    async with database.transaction() as session:
        for start in range(0, len(things), THINGS_MAX):
            some = things[start : start + THINGS_MAX]
            fields = ["thumbHash", "dominantColor", "focalPoint", "fileMetadata"]
            await record(
                session, SYSTEM, Deed(ACTION, some, fields, message=f"{len(some)} pictures looked at again")
            )
