"""`cms import wordpress`, as an operator runs it."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cms.config import PROJECT_ROOT, Settings
from tests.importing.exports import export, meta, post
from tests.importing.storing import Newsroom

POSTS = 40


@pytest.fixture
def environment(settings: Settings) -> dict[str, str]:
    """What makes the command use the worker's database and bucket."""
    assert (
        settings.database_url and settings.s3_secret_key and settings.s3_endpoint and settings.s3_access_key
    )
    return {
        "PATH": os.environ["PATH"],
        "COLUMNS": "200",
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "S3_ENDPOINT": settings.s3_endpoint,
        "S3_ACCESS_KEY": settings.s3_access_key,
        "S3_SECRET_KEY": settings.s3_secret_key.get_secret_value(),
        "S3_BUCKET": settings.s3_bucket,
    }


def command(*words: str | Path) -> list[str]:
    return [sys.executable, "-m", "cms.cli", "import", "wordpress", *map(str, words)]


async def run(environment: dict[str, str], *words: str | Path) -> subprocess.CompletedProcess[str]:
    return await asyncio.to_thread(
        subprocess.run,
        command(*words),
        env=environment,
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def many_posts(folder: Path) -> Path:
    """Each links to the next one, and had another slug before."""
    items = [
        post(
            f'<a href="https://gazette.example/p{number + 1}/">next</a>',
            number=number,
            slug=f"p{number}",
            more=meta(_wp_old_slug=f"old{number}") if number % 2 else "",
        )
        for number in range(POSTS)
    ]
    path = folder / "many.xml"
    path.write_text(export(*items), encoding="utf-8")
    return path


async def until_there_are(newsroom: Newsroom, count: int) -> None:
    """Wait for articles that another process makes."""
    for _ in range(3_000):
        if await newsroom.count("article") >= count:
            return
        await asyncio.sleep(0.02)
    raise TimeoutError(f"there are no {count} articles after a minute")


async def test_an_import_a_dry_run_and_a_report(
    newsroom: Newsroom, environment: dict[str, str], tmp_path: Path
) -> None:
    source, report = tmp_path / "one.xml", tmp_path / "report.jsonl"
    source.write_text(export(post("Words"), post("Us", number=2, slug="us", noun="page")), encoding="utf-8")
    state = await newsroom.state()
    rehearsed = await run(environment, source, "--dry-run")
    assert await newsroom.state() == state
    first = await run(environment, source, "--report", report)
    again = await run(environment, source)

    assert [ended.returncode for ended in (rehearsed, first, again)] == [0, 0, 0]
    assert rehearsed.stdout.splitlines()[-1] == "This was a dry run: nothing was stored."
    assert first.stdout.splitlines()[-1] == "1 article(s) imported, 0 updated."
    assert again.stdout.splitlines()[-1] == "Nothing new: everything that can be imported is here already."
    assert rehearsed.stdout.splitlines()[:-1] == first.stdout.splitlines()[:-1]
    assert "pages are not imported yet" in first.stdout
    notes = [json.loads(line) for line in report.read_text().splitlines()]
    assert [(note["what"], note.get("noun")) for note in notes] == [
        ("taken", "author"),
        ("taken", "article"),
        ("skipped", "page"),
    ]


async def test_a_damaged_file_is_refused_whole(
    newsroom: Newsroom, environment: dict[str, str], tmp_path: Path
) -> None:
    sound, damaged = tmp_path / "sound.xml", tmp_path / "damaged.xml"
    sound.write_text(export(post("Words")), encoding="utf-8")
    damaged.write_text(export(post("Words", number=2)).replace("</channel>", ""), encoding="utf-8")
    state = await newsroom.state()
    ended = await run(environment, sound, damaged)

    assert ended.returncode == 2
    assert "damaged.xml, line" in ended.stderr
    assert "Nothing of the import was stored." in ended.stderr
    assert "Traceback" not in ended.stderr
    assert await newsroom.state() == state


async def test_an_import_that_was_killed_is_completed_by_the_next(
    newsroom: Newsroom, environment: dict[str, str], tmp_path: Path
) -> None:
    source = many_posts(tmp_path)
    process = await asyncio.create_subprocess_exec(
        *command(source),
        env=environment,
        cwd=PROJECT_ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    await until_there_are(newsroom, POSTS // 4)
    process.kill()
    assert await process.wait() == -signal.SIGKILL
    assert await newsroom.count("live_article") < POSTS
    second = await run(environment, source)
    third = await run(environment, source)

    assert (second.returncode, third.returncode) == (0, 0)
    assert third.stdout.splitlines()[-1] == "Nothing new: everything that can be imported is here already."
    assert await newsroom.count("article") == await newsroom.count("live_article") == POSTS
    assert await newsroom.count("article_slug") == POSTS + POSTS // 2
    assert await newsroom.count("version_link") >= POSTS - 1
    assert "article:article_" in (await newsroom.live("p0")).body_markdown
