"""ARCHITECTURE.md names what is there."""

import re
import tomllib

from cms.config import PROJECT_ROOT

PAGE = (PROJECT_ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CODE_MAP = PAGE.partition("## Code map")[2].partition("## What must")[0]


def test_the_code_map_has_every_part_of_the_program() -> None:
    parts = {
        path.name
        for path in (PROJECT_ROOT / "cms").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    minor = {
        "__init__.py",
        "logs.py",
        "migrations.py",
        "models.py",
        "settings_page.py",
        "permissions_page.py",
    }
    named = {name.split("/")[-1] for name in re.findall(r"`(?:cms/)?([a-z_]+(?:\.py)?)/?`", CODE_MAP)}
    assert parts - minor - named == set()


def test_what_the_code_map_names_exists() -> None:
    missing = [path for path in re.findall(r"`(cms/[a-z_/.]+)`", PAGE) if not (PROJECT_ROOT / path).exists()]
    assert missing == []


def test_every_dependency_has_its_reason() -> None:
    wanted = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["embedded"]]
    names = {re.match(r"[a-z0-9-]+", dependency)[0] for dependency in wanted}  # pyright: ignore[reportOptionalSubscript]  (it begins with a name)
    reasons = PAGE.partition("## Dependencies")[2]
    assert {name for name in names if name not in reasons} == set()
