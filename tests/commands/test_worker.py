"""`cms worker` and `cms bucket` against a real database and a real store."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Generator
from datetime import timedelta
from uuid import UUID

import pytest
from pydantic import SecretStr
from sqlalchemy import select
from sqlmodel import col

from cms.assets.kinds import UploadMethod
from cms.assets.models import Upload
from cms.assets.storage import Storage
from cms.commands.worker import keep_house, run_worker
from cms.config import PROJECT_ROOT, Settings
from cms.database import Database, now
from cms.ids import new_id

WAIT_SECONDS = 20


@pytest.fixture
def storage(settings: Settings) -> Generator[Storage]:
    """The worker's bucket."""
    opened = Storage(settings)
    yield opened
    opened.close()


@pytest.fixture
def environment(settings: Settings) -> dict[str, str]:
    """The settings as an operator would give them to a command."""
    assert settings.database_url is not None
    assert settings.s3_secret_key is not None
    return {
        "PATH": "/usr/bin:/bin",
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "S3_ENDPOINT": settings.s3_endpoint or "",
        "S3_BUCKET": settings.s3_bucket,
        "S3_ACCESS_KEY": settings.s3_access_key or "",
        "S3_SECRET_KEY": settings.s3_secret_key.get_secret_value(),
        "HOUSEKEEPING_SECONDS": "1",
    }


async def abandon_upload(database: Database, storage: Storage, *, expired_for: timedelta) -> UUID:
    """An upload that has stored its file and expired some time ago."""
    upload_id = new_id()
    key = f"uploads/{upload_id}"
    storage.put(key, b"never completed", content_type="image/png")
    async with database.transaction() as session:
        session.add(
            Upload(
                id=upload_id,
                method=UploadMethod.POST,
                object_key=key,
                filename="cover.png",
                content_type="image/png",
                byte_size=15,
                sha256="0" * 64,
                expires_at=now() - expired_for,
            )
        )
    return upload_id


async def uploads_left(database: Database) -> list[UUID]:
    async with database.transaction() as session:
        return list((await session.scalars(select(col(Upload.id)))).all())


async def wait_until_gone(database: Database) -> None:
    """Wait for the worker to do its work, and fail if it does not."""
    async with asyncio.timeout(WAIT_SECONDS):
        while await uploads_left(database):  # noqa: ASYNC110  (another process empties it)
            await asyncio.sleep(0.05)


async def test_the_worker_works_at_once_and_again_after_its_pause(
    database: Database, storage: Storage, settings: Settings
) -> None:
    first = await abandon_upload(database, storage, expired_for=timedelta(hours=2))
    work = asyncio.create_task(run_worker(settings.model_copy(update={"housekeeping_seconds": 0.1})))
    await wait_until_gone(database)
    second = await abandon_upload(database, storage, expired_for=timedelta(hours=2))
    await wait_until_gone(database)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert [storage.head(f"uploads/{key}") for key in (first, second)] == [None, None]


async def test_the_housekeeping_leaves_alone_what_has_just_expired(
    database: Database, storage: Storage, settings: Settings
) -> None:
    kept = await abandon_upload(database, storage, expired_for=timedelta(minutes=1))
    await keep_house(database, storage, settings)
    assert await uploads_left(database) == [kept]
    assert storage.get(f"uploads/{kept}") == b"never completed"


async def test_a_store_that_refuses_is_left_to_the_next_round(
    database: Database, storage: Storage, settings: Settings
) -> None:
    kept = await abandon_upload(database, storage, expired_for=timedelta(hours=2))
    away = Storage(settings.model_copy(update={"s3_secret_key": SecretStr("another")}))
    await keep_house(database, away, settings)
    away.close()
    assert await uploads_left(database) == [kept]


async def test_sigterm_ends_the_worker_in_order(
    database: Database, storage: Storage, environment: dict[str, str]
) -> None:
    await abandon_upload(database, storage, expired_for=timedelta(hours=2))
    process = start_command("worker", environment=environment)
    await wait_until_gone(database)
    process.send_signal(signal.SIGTERM)
    _, said = await asyncio.to_thread(process.communicate, timeout=WAIT_SECONDS)
    assert (process.returncode, said.decode().splitlines()[-1]) == (0, "· Stopped.")


def start_command(*words: str, environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "cms.cli", *words],
        cwd=PROJECT_ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_a_worker_without_a_store_says_what_to_set(environment: dict[str, str]) -> None:
    del environment["S3_ENDPOINT"]
    process = start_command("worker", environment=environment)
    _, said = process.communicate(timeout=WAIT_SECONDS)
    assert process.returncode == 2
    assert said.decode().splitlines() == [
        "Error: No bucket is named.",
        "Set S3_ENDPOINT and the other S3_… settings.",
    ]


def test_the_bucket_is_made_open_to_the_pages_of_the_origins(
    environment: dict[str, str], settings: Settings, worker_name: str
) -> None:
    name = f"made-by-command-{worker_name}"
    environment |= {"S3_BUCKET": name, "CORS_ORIGINS": '["https://desk.example"]'}
    for _ in range(2):
        process = start_command("bucket", environment=environment)
        _, said = process.communicate(timeout=WAIT_SECONDS)
        assert (process.returncode, said.decode()) == (0, f"· The bucket {name} is ready.\n")
    made = Storage(settings.model_copy(update={"s3_bucket": name}))
    assert made.has_bucket()
    made.close()
