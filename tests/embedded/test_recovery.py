"""Whatever is killed, nothing that was acknowledged is lost, and the next start works."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from cms.assets.storage import Storage
from cms.config import PROJECT_ROOT, Settings
from cms.embedded.engines import EngineAddresses, addresses_of
from cms.embedded.instance import InstanceFile, find_instance
from cms.embedded.processes import find_processes
from cms.errors import KiosqueError
from tests.embedded.machine import environment_of
from tests.engines import settings_for

ROUNDS = 3
MISLEADING = {
    "AWS_ACCESS_KEY_ID": "wrong",
    "AWS_SECRET_ACCESS_KEY": "wrong",
    "AWS_PROFILE": "wrong",
    "S3_BUCKET": "wrong",
    "WEED_JWT_SIGNING_KEY": "wrong",
    "PGHOST": "wrong",
    "PGDATA": "wrong",
}


@contextmanager
def keeper(directory: Path) -> Generator[subprocess.Popen[str]]:
    """A process that runs the engines, in an environment that would lead them astray."""
    command = [sys.executable, "-m", "tests.embedded.keeper", str(directory)]
    process = subprocess.Popen(
        command,
        cwd=PROJECT_ROOT,
        env=os.environ | MISLEADING,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def running(directory: Path) -> InstanceFile:
    found = find_instance(directory)
    assert found is not None
    return found


def engine_processes(instance: InstanceFile) -> list[int]:
    """The process of PostgreSQL and of SeaweedFS, where they are alive."""
    postgres, weed = str(instance.home / "postgres"), f"-dir={instance.home}/seaweedfs/objects"
    return [*find_processes(postgres), *find_processes(weed)]


@dataclass
class Writer:
    """Writes rows and objects until stopped, and remembers each that was acknowledged."""

    settings: Settings
    rows: list[int] = field(default_factory=list[int])
    objects: list[int] = field(default_factory=list[int])
    _stopping: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def writing(self) -> Generator[None]:
        """Write during the block, and on until both engines have acknowledged something after it."""
        self._stopping.clear()
        threads = [threading.Thread(target=self._write_rows), threading.Thread(target=self._write_objects)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stopping.set()
            for thread in threads:
                thread.join()

    def _write_rows(self) -> None:
        assert self.settings.database_url is not None
        while not self._stopping.is_set():
            try:
                with psycopg.connect(
                    self.settings.database_url.get_secret_value(), autocommit=True
                ) as connection:
                    while not self._stopping.is_set():
                        number = len(self.rows) + 1
                        connection.execute("INSERT INTO kept VALUES (%s) ON CONFLICT DO NOTHING", [number])
                        self.rows.append(number)
            except psycopg.OperationalError:
                time.sleep(0.02)

    def _write_objects(self) -> None:
        storage = Storage(self.settings)
        while not self._stopping.is_set():
            number = len(self.objects) + 1
            try:
                storage.put(f"kept/{number}", content_of(number), content_type="text/plain")
            except KiosqueError:
                time.sleep(0.02)
            else:
                self.objects.append(number)
        storage.close()

    def wait_for_more(self) -> None:
        """Wait until each engine has acknowledged something new."""
        rows, objects, deadline = len(self.rows), len(self.objects), time.monotonic() + 20
        while len(self.rows) < rows + 3 or len(self.objects) < objects + 3:
            assert time.monotonic() < deadline, "an engine does not answer any more"
            time.sleep(0.02)

    def assert_nothing_lost(self) -> None:
        """Compare what is there with what was acknowledged."""
        assert self.settings.database_url is not None
        with psycopg.connect(self.settings.database_url.get_secret_value()) as connection:
            kept = {number for (number,) in connection.execute("SELECT number FROM kept")}
        assert set(self.rows) - kept == set()
        storage = Storage(self.settings)
        lost = [number for number in self.objects if storage.get(f"kept/{number}") != content_of(number)]
        assert lost == []
        storage.close()


def content_of(number: int) -> bytes:
    return f"object {number}, ".encode() * 50


def settings_of(addresses: EngineAddresses) -> Settings:
    return settings_for(addresses, addresses.database_url, "kept")


def prepare(settings: Settings) -> None:
    assert settings.database_url is not None
    with psycopg.connect(settings.database_url.get_secret_value()) as connection:
        connection.execute("CREATE TABLE kept (number integer PRIMARY KEY)")
    storage = Storage(settings)
    storage.ensure_bucket()
    storage.close()


def test_nothing_acknowledged_is_lost_when_each_process_is_killed_three_times(place: Path) -> None:
    writer: Writer | None = None
    for _ in range(ROUNDS):
        with keeper(place) as supervisor:
            instance = running(place)
            settings = settings_of(addresses_of(instance))
            if writer is None:
                prepare(settings)
                writer = Writer(settings)
            assert writer.settings == settings, "the addresses changed"
            writer.assert_nothing_lost()
            with writer.writing():
                writer.wait_for_more()
                for pid in engine_processes(instance):
                    os.kill(pid, signal.SIGKILL)
                    writer.wait_for_more()
                assert len(engine_processes(instance)) == 2
                writer.wait_for_more()
                supervisor.kill()
                supervisor.wait()
    with keeper(place):
        assert writer is not None
        assert writer.settings == settings_of(addresses_of(running(place))), "the addresses changed"
        writer.assert_nothing_lost()
        assert len(writer.rows) > 9 * ROUNDS


def test_the_engines_end_with_their_supervisor_and_never_see_its_environment(place: Path) -> None:
    with keeper(place) as supervisor:
        instance = running(place)
        pids = engine_processes(instance)
        assert len(pids) == 2
        for pid in pids:
            assert "wrong" not in environment_of(pid)
        supervisor.kill()
        supervisor.wait()
        deadline = time.monotonic() + 10
        while engine_processes(instance):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert find_instance(place) is None
