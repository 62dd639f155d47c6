"""Engines that run: how they are set up, and what they let nobody do."""

import os
from pathlib import Path

import httpx
import psycopg
import pytest

from cms.assets.storage import Storage
from cms.config import Settings
from cms.embedded.engines import EngineAddresses
from cms.embedded.instance import InstanceFile, find_instance
from cms.embedded.processes import arguments, find_processes
from tests.embedded.machine import environment_of, listening_addresses, user_of
from tests.engines import run_directory

LOOPBACK = "0100007F"


@pytest.fixture
def instance(engines: EngineAddresses, run_name: str) -> InstanceFile:
    found = find_instance(run_directory(run_name))
    assert found is not None
    return found


@pytest.fixture
def processes(instance: InstanceFile) -> dict[str, int]:
    postgres = int((instance.home / "postgres" / "postmaster.pid").read_text().split()[0])
    # Beside it there may be its children, of which each is called like it at first.
    assert postgres in find_processes(str(instance.home / "postgres"))
    [weed] = find_processes(f"-dir={instance.home}/seaweedfs/objects")
    return {"postgres": postgres, "seaweedfs": weed}


def test_the_database_is_utf8_and_sorts_alike_on_every_machine(engines: EngineAddresses) -> None:
    query = "SELECT pg_encoding_to_char(encoding), datlocprovider, datlocale FROM pg_database WHERE datname = 'kiosque'"
    with psycopg.connect(engines.database_url) as connection:
        assert connection.execute(query).fetchone() == ("UTF8", "b", "C.UTF-8")


def test_kiosque_is_no_superuser_and_can_have_its_extensions(
    engines: EngineAddresses, database_url: str
) -> None:
    extensions = "SELECT name FROM pg_available_extensions WHERE name IN ('unaccent', 'pg_trgm', 'btree_gist') ORDER BY 1"
    with psycopg.connect(engines.database_url) as connection:
        assert connection.execute(extensions).fetchall() == [("btree_gist",), ("pg_trgm",), ("unaccent",)]
        assert connection.execute(
            "SELECT rolname, rolsuper FROM pg_roles WHERE rolname = current_user"
        ).fetchone() == (
            "kiosque",
            False,
        )


def test_the_database_takes_no_other_password(engines: EngineAddresses, instance: InstanceFile) -> None:
    wrong = engines.database_url.replace(instance.postgres_password, "guess")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)


def test_both_listen_on_loopback_only(processes: dict[str, int]) -> None:
    assert listening_addresses(processes["postgres"]) == {LOOPBACK}
    assert listening_addresses(processes["seaweedfs"]) == {LOOPBACK}


def test_neither_runs_as_root(processes: dict[str, int]) -> None:
    users = {user_of(pid) for pid in processes.values()}
    assert 0 not in users
    assert os.geteuid() in (0, *users)


def test_telemetry_is_off(processes: dict[str, int]) -> None:
    assert "-master.telemetry=false" in arguments(processes["seaweedfs"])


def test_no_secret_is_on_a_command_line_or_in_an_environment(
    processes: dict[str, int], instance: InstanceFile
) -> None:
    passwords = [instance.postgres_password, instance.postgres_superuser_password]
    secrets = [*passwords, instance.s3_secret_key, instance.s3_access_key, *instance.seaweedfs_signing_keys]
    for pid in processes.values():
        shown = " ".join(arguments(pid)) + environment_of(pid)
        assert [secret for secret in secrets if secret in shown] == []


def test_an_instance_file_is_read_by_its_owner_only(run_name: str, instance: InstanceFile) -> None:
    assert (run_directory(run_name) / "instance.json").stat().st_mode & 0o777 == 0o600
    assert instance.home.stat().st_mode & 0o777 == 0o700
    assert (instance.home / "seaweedfs" / "s3.json").stat().st_mode & 0o777 == 0o600
    assert instance.s3_secret_key not in repr(instance)


def test_a_stranger_reads_and_writes_nothing_through_s3(settings: Settings) -> None:
    storage = Storage(settings)
    storage.put("mine", b"secret", content_type="text/plain")
    bucket = f"{settings.s3_endpoint}/{settings.s3_bucket}"
    with httpx.Client(trust_env=False) as stranger:
        answers = [
            stranger.get(str(settings.s3_endpoint)),
            stranger.get(bucket),
            stranger.get(f"{bucket}/mine"),
            stranger.put(f"{bucket}/mine", content=b"other"),
            stranger.delete(f"{bucket}/mine"),
            stranger.put(f"{settings.s3_endpoint}/another-bucket"),
        ]
    assert [answer.status_code for answer in answers] == [403] * 6
    assert storage.get("mine") == b"secret"
    storage.close()


def test_a_stranger_reads_and_writes_nothing_behind_s3(settings: Settings, instance: InstanceFile) -> None:
    storage = Storage(settings)
    storage.put("behind", b"secret", content_type="text/plain")
    filer, volume, master = (f"http://127.0.0.1:{instance.seaweedfs_ports[index]}" for index in (2, 4, 6))
    path = f"/buckets/{settings.s3_bucket}/behind"
    with httpx.Client(trust_env=False) as stranger:
        assert stranger.get(filer + path).status_code == 401
        assert stranger.put(filer + path, content=b"other").status_code == 401
        assert stranger.delete(filer + path).status_code == 401
        place = stranger.get(f"{master}/dir/assign").json()["fid"]
        assert stranger.post(f"{volume}/{place}", files={"file": b"other"}).status_code == 401
    assert storage.get("behind") == b"secret"
    storage.close()


def test_pages_of_other_origins_may_upload_with_a_signed_request(settings: Settings) -> None:
    asked = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "content-type"}
    with httpx.Client(trust_env=False) as browser:
        url = f"{settings.s3_endpoint}/{settings.s3_bucket}/picture"
        answer = browser.options(url, headers={"Origin": "https://newsroom.example", **asked})
    assert answer.headers["access-control-allow-origin"] in ("*", "https://newsroom.example")
    assert "PUT" in answer.headers["access-control-allow-methods"]


def test_sockets_left_in_the_shared_temporary_directory_are_closed_to_others(instance: InstanceFile) -> None:
    for port in instance.seaweedfs_ports:
        for found in Path("/tmp").glob(f"seaweedfs-*-{port}.sock"):
            assert found.stat().st_mode & 0o077 == 0
