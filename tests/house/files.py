"""The files of the repository, as the tests of the house look at them."""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

from cms.config import PROJECT_ROOT


def tracked_files() -> list[Path]:
    """Every file that git keeps, or would keep once it is added; without git, every file that no program has made."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=PROJECT_ROOT,
        capture_output=True,
        check=True,
    )
    names = listing.stdout.decode().split("\0")
    return [PROJECT_ROOT / name for name in names if name and (PROJECT_ROOT / name).is_file()]


def python_files(*folders: str) -> list[Path]:
    """The Python files below these folders, or single files."""
    found: list[Path] = []
    for folder in folders:
        place = PROJECT_ROOT / folder
        found += [place] if place.is_file() else sorted(place.rglob("*.py"))
    return found


def tree_of(path: Path) -> ast.Module:
    """A file's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imported_names(path: Path) -> Iterator[tuple[str, str]]:
    """What a file imports, wherever it stands, as (module, name); the name is empty where the module itself is imported."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", alias.name) for alias in node.names)


def inside(path: Path) -> str:
    """The path as seen from the project's root."""
    return path.relative_to(PROJECT_ROOT).as_posix()
