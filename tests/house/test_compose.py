"""compose.yaml and the Dockerfile: what can be known of them without an engine that runs containers."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from cms.cli import COMMANDS
from cms.config import PROJECT_ROOT, Settings

TEXT = (PROJECT_ROOT / "compose.yaml").read_text(encoding="utf-8")
# The parser gives values of any type.
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ("kiosque", "worker", "prepare")


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What `make secrets` makes, in a folder of its own."""
    folder = tmp_path_factory.mktemp("secrets")
    (folder / "Makefile").write_bytes((PROJECT_ROOT / "Makefile").read_bytes())
    subprocess.run(["make", "secrets"], cwd=folder, check=True, capture_output=True)
    return read_secrets(folder / ".env")


def read_secrets(path: Path) -> dict[str, str]:
    """The pairs of a file of variables that nobody else may read."""
    assert path.stat().st_mode & 0o077 == 0
    pairs = [line.partition("=") for line in path.read_text().splitlines()]
    return {name: value for name, _, value in pairs}


def test_each_secret_is_made_and_none_stands_in_the_file(secrets: dict[str, str]) -> None:
    required = set(re.findall(r"\$\{([A-Z0-9_]+):\?", TEXT))
    assert required == set(secrets)
    assert {len(value) for value in secrets.values()} == {48}
    assert len(set(secrets.values())) == len(secrets)


def test_the_secrets_are_made_once(tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_bytes((PROJECT_ROOT / "Makefile").read_bytes())
    made: list[str] = []
    for _ in range(2):
        subprocess.run(["make", "secrets"], cwd=tmp_path, check=True, capture_output=True)
        made.append((tmp_path / ".env").read_text())
    assert made[0] == made[1]


@pytest.mark.parametrize("name", OURS)
def test_our_services_are_told_settings_that_exist(name: str) -> None:
    known = {setting.upper() for setting in Settings.model_fields}
    assert set(SERVICES[name]["environment"]) - known == set()


@pytest.mark.parametrize("name", OURS)
def test_our_services_run_commands_that_exist(name: str) -> None:
    line = " ".join(SERVICES[name]["command"])
    called = re.findall(r"\bcms ([a-z]+)", line)
    assert called != []
    assert set(called) <= set(COMMANDS)


@pytest.mark.parametrize("name", OURS)
def test_our_services_may_do_little(name: str) -> None:
    service = SERVICES[name]
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])


def test_what_a_service_waits_for_and_keeps_exists() -> None:
    for service in SERVICES.values():
        assert set(service.get("depends_on", {})) <= set(SERVICES)
        volumes = {volume.split(":")[0] for volume in service.get("volumes", [])}
        assert volumes <= set(COMPOSE["volumes"])
        assert {config["source"] for config in service.get("configs", [])} <= set(COMPOSE["configs"])


def test_the_image_holds_no_engine_and_runs_as_nobody_in_particular() -> None:
    lines = (PROJECT_ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert "requirements.txt" in lines
    assert "requirements-embedded" not in lines
    assert re.findall(r"^USER (.+)$", lines, re.MULTILINE) == ["10001:10001"]
    assert "--require-hashes" in lines
