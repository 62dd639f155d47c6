"""Loads the content once, and finds it again on the next run."""

import asyncio
import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import uvloop
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from bench.dataset import write_content
from bench.errors import BenchError
from bench.multiplying import differences_in_sample, multiply
from cms.accounts.service import create_token
from cms.assets.addresses import rendition_url
from cms.database import Database
from cms.migrations import newest_revisions, upgrade
from cms.permissions import SYSTEM, Role
from cms.reading.sources import Facts
from cms.secret_keys import load_signing_key

BASE_URL = "http://kiosque.example"
WRITTEN_MAX = 10_000
_HERE = Path(__file__).parent
_SOURCES = ("dataset.py", "prose.py", "multiplying.py", "normalised.sql")


@dataclass(frozen=True)
class Loaded:
    """Content that is there, and an editor's token for it."""

    database_url: str = field(repr=False)
    articles: int
    token: str = field(repr=False)


def load(database_url: str, articles: int, console: Console) -> Loaded:
    """Content of so many articles; written now unless an earlier run has. Raises BenchError if it comes out wrong."""
    if articles > WRITTEN_MAX and articles % WRITTEN_MAX:
        raise BenchError(f"Above {WRITTEN_MAX:,}, the scale must be a multiple of it.")
    if not _is_there(database_url, articles):
        _empty(database_url)
        upgrade(database_url)
        with _progress(console) as progress, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_write(database_url, articles, progress))
        with console.status("Copying the content into normalised tables"):
            _normalise(database_url, articles)
        with asyncio.Runner() as runner:
            runner.run(_sign_addresses(database_url))
    with console.status("Cleaning up: VACUUM ANALYZE"):
        tidy(database_url)
    with asyncio.Runner() as runner:
        token = runner.run(_new_token(database_url))
    return Loaded(database_url, articles, token)


def tidy(database_url: str) -> None:
    """Remove the drafts that measured mutations have left, and bring the statistics up to date."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("DELETE FROM article WHERE live_version_id IS NULL")
        connection.execute("DELETE FROM peers.article WHERE published_at IS NULL")
        connection.execute("VACUUM ANALYZE")


def _is_there(database_url: str, articles: int) -> bool:
    with psycopg.connect(database_url) as connection:
        found = connection.execute("SELECT to_regclass('bench.loaded') IS NOT NULL").fetchone()
        if found != (True,):
            return False
        row = connection.execute("SELECT articles, fingerprint FROM bench.loaded").fetchone()
        return row == (articles, _fingerprint())


def _fingerprint() -> str:
    """What the content depends on: a change of it loads everything anew."""
    # Blanks do not count, so that a formatter does not cost an hour.
    text = "".join("".join((_HERE / name).read_text().split()) for name in _SOURCES)
    return hashlib.sha256((text + str(sorted(newest_revisions()))).encode()).hexdigest()


def _empty(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("DROP SCHEMA IF EXISTS bench, peers CASCADE")
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")


async def _write(database_url: str, articles: int, progress: Progress) -> None:
    database = Database(database_url)
    try:
        written = min(articles, WRITTEN_MAX)
        task = progress.add_task("Writing and publishing articles", total=written)
        await write_content(database, written, lambda count: progress.advance(task, count))
        if articles > written:
            task = progress.add_task("Multiplying them", total=articles - written)
            await multiply(database, written, articles, lambda count: progress.advance(task, count))
        if different := await differences_in_sample(database):
            raise BenchError(f"{different} live rows are not what the desk gives.")
    finally:
        await database.close()


def _normalise(database_url: str, articles: int) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("SELECT set_config('bench.base_url', %s, false)", [BASE_URL])
        connection.execute((_HERE / "normalised.sql").read_bytes())
        connection.execute("CREATE SCHEMA IF NOT EXISTS bench")
        connection.execute("CREATE TABLE bench.loaded (articles int, fingerprint text)")
        connection.execute("INSERT INTO bench.loaded VALUES (%s, %s)", [articles, _fingerprint()])


async def _sign_addresses(database_url: str) -> None:
    """Give the other servers the addresses of pictures that Kiosque answers with, so that they send the same bytes."""
    database = Database(database_url, pool_size=1)
    try:
        await load_signing_key(database)
        rows = await database.reads.fetch("SELECT id::text, sha256 FROM asset")
    finally:
        await database.close()
    facts = Facts(BASE_URL, database.signing_key)
    signed = [(rendition_url(facts, key, sha256, None, None), key) for key, sha256 in rows]
    with psycopg.connect(database_url) as connection:
        connection.cursor().executemany("UPDATE peers.asset SET url = %s WHERE id = %s::uuid", signed)


async def editor_token(database_url: str, name: str = "benchmark") -> str:
    """A new token of an editor."""
    database = Database(database_url, pool_size=1)
    try:
        async with database.transaction() as session:
            return (await create_token(session, SYSTEM, name, Role.EDITOR))[1]
    finally:
        await database.close()


async def _new_token(database_url: str) -> str:
    secret = await editor_token(database_url)
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "INSERT INTO peers.token SELECT secret_sha256, name FROM api_token ON CONFLICT DO NOTHING"
        )
    return secret


def _progress(console: Console) -> Progress:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=console)
