"""The commands as an operator meets them: each a process of its own."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg
import pytest

from cms.config import PROJECT_ROOT, Settings
from cms.embedded.instance import InstanceFile, find_instance, read_instance
from cms.embedded.postgres import database_url
from cms.embedded.processes import find_processes
from cms.migrations import applied_revisions, newest_revisions

# They share one running instance: one worker runs them all.
pytestmark = pytest.mark.xdist_group("commands")

READ_BY_SETTINGS = {name.upper() for name in Settings.model_fields}
SECRET = re.compile(r"kiosque_[\w-]{43}")


def command_line(*words: str) -> list[str]:
    return [sys.executable, "-m", "cms.cli", *words]


def environment(**settings: str) -> dict[str, str]:
    """The environment of this process without Kiosque's settings, and with the given ones."""
    return {name: value for name, value in os.environ.items() if name not in READ_BY_SETTINGS} | settings


def cms(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        command_line(*words),
        cwd=PROJECT_ROOT,
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


@dataclass
class Instance:
    """A running `cms up`."""

    data_dir: Path
    process: subprocess.Popen[str]
    url: str
    token: str


@pytest.fixture(scope="module")
def instance() -> Generator[Instance]:
    place = Path(tempfile.mkdtemp(prefix="kiosque-place-"))
    place.chmod(0o711)
    words = command_line("up", "--data-dir", str(place / "data"), "--port", "0", "--no-demo")
    with (place / "log").open("w") as log:
        process = subprocess.Popen(
            words, cwd=PROJECT_ROOT, env=environment(), stdout=subprocess.PIPE, stderr=log, text=True
        )
    assert process.stdout is not None
    lines = process.stdout.readline(), process.stdout.readline()
    token, url = SECRET.findall(lines[0]), re.findall(r"http://\S+(?=/graphql)", lines[1])
    assert (len(token), len(url)) == (1, 1), (place / "log").read_text()
    yield Instance(place / "data", process, url[0], token[0])
    process.kill()
    process.communicate()
    shutil.rmtree(place, ignore_errors=True)


def answer_to(instance: Instance, token: str) -> tuple[int, object]:
    """How the server answers who shows the token."""
    headers = {"Authorization": f"Bearer {token}"}
    query = {"query": "{ __typename }"}
    answer = httpx.post(f"{instance.url}/graphql", json=query, headers=headers, trust_env=False)
    return answer.status_code, answer.json().get("data")


def instance_file(instance: Instance) -> InstanceFile:
    """What the data directory says."""
    found = read_instance(instance.data_dir)
    assert found is not None
    return found


def roles_of(instance: Instance, token: str) -> list[tuple[object, ...]]:
    """The role that the database keeps for a token."""
    with psycopg.connect(database_url(instance_file(instance))) as connection:
        query = "SELECT role FROM api_token WHERE secret_sha256 = sha256(%s::bytea)"
        return connection.execute(query, [token.encode()]).fetchall()


def test_the_first_start_serves_and_prints_the_administrators_token(instance: Instance) -> None:
    assert answer_to(instance, instance.token) == (200, {"__typename": "Query"})
    assert answer_to(instance, instance.token[:-1])[0] == 401
    assert roles_of(instance, instance.token) == [("ADMIN",)]


def test_a_token_is_made_for_the_running_instance_and_nothing_else_printed(instance: Instance) -> None:
    made = cms("token", "create", "--role", "editor", "--data-dir", str(instance.data_dir))
    assert (made.returncode, made.stderr) == (0, "")
    assert SECRET.fullmatch(made.stdout.rstrip("\n"))
    assert answer_to(instance, made.stdout.strip()) == (200, {"__typename": "Query"})
    assert roles_of(instance, made.stdout.strip()) == [("EDITOR",)]


def test_the_doctor_finds_the_running_instance_well(instance: Instance) -> None:
    report = cms("doctor", "--data-dir", str(instance.data_dir))
    assert report.returncode == 0, report.stdout + report.stderr
    assert len(re.findall(r"^ok ", report.stdout, re.MULTILINE)) == 16


def test_a_second_start_says_where_the_first_one_is(instance: Instance) -> None:
    second = cms("up", "--data-dir", str(instance.data_dir), "--port", "0")
    assert (second.returncode, second.stdout) == (2, "")
    assert f"already at {instance.url} (process {instance.process.pid})" in second.stderr
    assert "Traceback" not in second.stderr


def test_a_taken_port_is_said_before_anything_is_started(instance: Instance, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        refused = cms("up", "--data-dir", str(tmp_path / "data"), "--port", str(port))
    assert refused.returncode == 2
    assert f"Port {port} of 127.0.0.1 is taken." in refused.stderr
    assert f"--port {port + 1}" in refused.stderr
    assert not (tmp_path / "data").exists()


def test_migrations_go_down_and_the_doctor_misses_them_and_they_go_up(instance: Instance) -> None:
    place = ["--data-dir", str(instance.data_dir)]
    assert cms("migrate", "--down", "base", *place).returncode == 0
    report = cms("doctor", *place)
    assert report.returncode == 1
    assert "`cms migrate`" in report.stdout
    assert cms("migrate", *place).returncode == 0
    assert newest_revisions() == applied_revisions(database_url(instance_file(instance)))


def test_ctrl_c_stops_everything_and_commands_start_the_engines_they_need(instance: Instance) -> None:
    instance.process.send_signal(signal.SIGINT)
    assert instance.process.wait(30) == 0
    found = instance_file(instance)
    assert find_instance(instance.data_dir) is None
    cluster = str(found.home / "postgres")
    assert find_processes(cluster) + find_processes(f"-dir={found.home}/seaweedfs/objects") == []
    made = cms("token", "create", "--role", "VIEWER", "--days", "1", "--data-dir", str(instance.data_dir))
    assert (made.returncode, made.stderr) == (0, "")
    assert SECRET.fullmatch(made.stdout.rstrip("\n"))
    assert find_processes(cluster) == []


def test_no_instance_is_started_by_a_mistyped_place(tmp_path: Path) -> None:
    refused = cms("token", "create", "--role", "editor", "--data-dir", str(tmp_path / "typo"))
    assert refused.returncode == 2
    assert "There is no instance in" in refused.stderr
    assert not (tmp_path / "typo").exists()


def outside(settings: Settings) -> dict[str, str]:
    """The environment of an operator who has servers of their own: those of the tests."""
    assert settings.database_url is not None
    assert settings.s3_secret_key is not None
    return {
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "S3_ENDPOINT": str(settings.s3_endpoint),
        "S3_BUCKET": settings.s3_bucket,
        "S3_ACCESS_KEY": str(settings.s3_access_key),
        "S3_SECRET_KEY": settings.s3_secret_key.get_secret_value(),
    }


def test_servers_of_the_operators_own_are_used_instead(settings: Settings, tmp_path: Path) -> None:
    report = cms("doctor", "--data-dir", str(tmp_path / "none"), **outside(settings))
    assert report.returncode == 0, report.stdout
    assert settings.s3_bucket in report.stdout
    assert not (tmp_path / "none").exists()


def test_the_doctor_names_a_wrong_key_without_showing_it(settings: Settings) -> None:
    report = cms("doctor", **outside(settings) | {"S3_SECRET_KEY": "a-wrong-guess"})
    assert report.returncode == 1
    assert "S3_SECRET_KEY" in report.stdout
    assert "a-wrong-guess" not in report.stdout + report.stderr


def test_the_doctor_names_a_database_that_does_not_answer(settings: Settings) -> None:
    url = "postgresql://kiosque:hidden-word@127.0.0.1:1/kiosque"
    report = cms("doctor", **outside(settings) | {"DATABASE_URL": url})
    assert report.returncode == 1
    assert "DATABASE_URL" in report.stdout
    assert "hidden-word" not in report.stdout + report.stderr


@pytest.mark.parametrize(
    ("words", "settings", "sentence"),
    [
        (
            ["migrate"],
            {"DATABASE_URL": "postgresql://k:hidden-word@127.0.0.1:1/k"},
            "The database does not answer",
        ),
        (["migrate"], {"DATABASE_URL": "postgres//k:hidden-word@x"}, "Error:"),
        (["serve"], {}, "No database is named."),
        (["serve"], {"DATABASE_URL": "postgresql://k:hidden-word@x/k"}, "No bucket is named."),
        (["up"], {"PORT": "many"}, "PORT: Input should be a valid integer"),
        (["up"], {"CORS_ORIGINS": "oops"}, "CORS_ORIGINS"),
    ],
)
def test_a_mistake_is_answered_by_a_sentence(
    words: list[str], settings: dict[str, str], sentence: str
) -> None:
    refused = cms(*words, **settings)
    assert refused.returncode in (1, 2)
    assert sentence.lower() in refused.stderr.lower()
    assert "Traceback" not in refused.stderr
    assert "hidden-word" not in refused.stderr + refused.stdout


def test_an_unknown_revision_is_answered_by_a_sentence(settings: Settings) -> None:
    refused = cms("migrate", "--down", "nowhere", **outside(settings))
    assert refused.returncode == 1
    assert "nowhere" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["up"],
        ["serve"],
        ["migrate"],
        ["doctor"],
        ["token"],
        ["token", "create"],
        ["user"],
        ["audit"],
        ["assets", "describe"],
    ],
)
def test_every_command_explains_itself(words: list[str]) -> None:
    shown = cms(*words, "--help", COLUMNS="200")
    assert shown.returncode == 0
    options = [line for line in shown.stdout.splitlines() if re.match(r"│\s+\*?\s*--", line)]
    assert options
    assert [line for line in options if not re.search(r"  [A-Z]\S* \S+", line)] == []
