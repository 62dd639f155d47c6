"""Who may import what. The rules among our own modules stand in pyproject.toml; these are those about other people's."""

import ast
import os
import subprocess
import sys
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

from cms.config import PROJECT_ROOT
from tests.house.files import imported_names, inside, python_files, tree_of

SLICES = ("accounts", "articles", "assets", "authors", "body", "site", "taxonomy")
SLICE_FILES = python_files(*(f"cms/{name}" for name in SLICES))
API_FACES = [path for path in SLICE_FILES if "graphql" in inside(path).removeprefix("cms/")]
SERVICES = [path for path in SLICE_FILES if path not in API_FACES]
WEB = {"fastapi", "graphql", "starlette", "strawberry", "uvicorn", "websockets"}
# The API face may say what is joined to what, and pass a session on; it states nothing to the database itself.
SQL_OF_API_FACES = {"AsyncSession", "ColumnElement", "Text", "Uuid", "true"}
ENVIRONMENT = {"os.environ", "os.environb", "os.getenv", "os.getenvb"}
STORE = {"boto3", "botocore", "s3transfer"}


def test_our_own_modules_keep_to_the_contracts() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT_ROOT)}
    done = subprocess.run(
        command, cwd=PROJECT_ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_services_know_nothing_of_the_web() -> None:
    assert list(uses(SERVICES, WEB)) == []


def test_the_api_faces_make_no_statements() -> None:
    names = [
        f"{inside(path)}: {name}"
        for path in API_FACES
        for module, name in imported_names(path)
        if package(module) in {"sqlalchemy", "psycopg", "asyncpg"} and name not in SQL_OF_API_FACES
    ]
    assert names == []


def test_one_module_knows_the_s3_client() -> None:
    assert {line.partition(":")[0] for line in uses(python_files("cms"), STORE)} == {"cms/assets/storage.py"}


def test_one_module_reads_the_environment() -> None:
    # The inspector and the renderer tell libvips, through the environment of their own processes, what to keep shut.
    expected = [f"cms/assets/{name}.py: os.environ" for name in ("inspector", "renderer")]
    assert environment_uses() == expected


@pytest.mark.parametrize("package_name", ["pytest", "hypothesis", "gql"])
def test_the_program_does_without_the_tools_of_its_tests(package_name: str) -> None:
    assert list(uses(python_files("cms", "alembic"), {package_name})) == []


def uses(paths: Collection[Path], packages: Collection[str]) -> Iterator[str]:
    """Where one of the packages is imported."""
    for path in paths:
        yield from (
            f"{inside(path)}: {module}" for module, _ in imported_names(path) if package(module) in packages
        )


def package(module: str) -> str:
    """The package that a module belongs to."""
    return module.partition(".")[0]


def environment_uses() -> list[str]:
    """Every place of the program that touches the environment."""
    found: list[str] = []
    for path in python_files("cms", "alembic"):
        attributes = [
            ast.unparse(node) for node in ast.walk(tree_of(path)) if isinstance(node, ast.Attribute)
        ]
        found += [f"{inside(path)}: {name}" for name in attributes if name in ENVIRONMENT]
        found += [
            f"{inside(path)}: {module}.{name}"
            for module, name in imported_names(path)
            if f"{module}.{name}" in ENVIRONMENT
        ]
    return found
