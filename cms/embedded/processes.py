"""Processes of the engines: as whom they run, how they start, how they are found again and stopped."""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

LAUNCHER = Path(__file__).with_name("launch.py")


class EngineError(Exception):
    """An embedded engine cannot run: one sentence, and a hint of what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


@dataclass(frozen=True)
class EngineUser:
    """The user without rights that the engines run as when Kiosque is run by root."""

    name: str
    uid: int
    gid: int

    def may_enter(self, path: Path) -> bool:
        """Whether every directory on the way to the path, and the path itself, lets this user through."""
        place = path.resolve()
        return all(self._passes(step) for step in (place, *place.parents))

    def _passes(self, step: Path) -> bool:
        found = step.stat()
        if found.st_uid == self.uid:
            return bool(found.st_mode & stat.S_IXUSR)
        if found.st_gid == self.gid:
            return bool(found.st_mode & stat.S_IXGRP)
        return bool(found.st_mode & stat.S_IXOTH)


def engine_user() -> EngineUser | None:
    """Whom the engines run as: `postgres`, else `nobody`, for root; None (no change) for anybody else.

    PostgreSQL refuses to run as root. Raises EngineError where neither user exists.
    """
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return EngineUser(name, entry.pw_uid, entry.pw_gid)
    raise EngineError(
        "PostgreSQL refuses to run as root, and there is no user `postgres` or `nobody` here.",
        "Run Kiosque as an ordinary user.",
    )


def make_private(directory: Path, user: EngineUser | None) -> Path:
    """Make a directory that only the engines' user (and root) can read."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if user is not None:
        os.chown(directory, user.uid, user.gid)
    return directory


def write_private(path: Path, text: str, user: EngineUser | None) -> None:
    """Write a file that only the engines' user (and root) can read; never half written."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        if user is not None:
            os.fchown(file.fileno(), user.uid, user.gid)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


@dataclass(frozen=True)
class Launch:
    """How to start one engine."""

    command: Sequence[str]
    directory: Path
    log: Path
    user: EngineUser | None
    death_signal: signal.Signals
    environment: Mapping[str, str]


def spawn(launch: Launch) -> subprocess.Popen[bytes]:
    """Start an engine in a session of its own, so that Ctrl-C in the terminal does not reach it.

    The kernel sends it `death_signal` when the *thread* that called this ends: call it from a thread that outlives the engine.
    The environment is the given one and nothing else.
    """
    owner = "-" if launch.user is None else f"{launch.user.uid}:{launch.user.gid}"
    prefix = [
        sys.executable,
        "-I",
        "-S",
        str(LAUNCHER),
        str(os.getpid()),
        owner,
        str(int(launch.death_signal)),
    ]
    with launch.log.open("ab") as log:
        return subprocess.Popen(
            [*prefix, *launch.command],
            cwd=launch.directory,
            env=dict(launch.environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def run_to_end(launch: Launch) -> int:
    """Start a program of an engine and wait for it; its exit code."""
    return spawn(launch).wait()


def arguments(pid: int) -> list[str]:
    """The command line of a process; empty if there is none, or it is a zombie."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")[:-1]
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return []


def find_processes(argument: str) -> list[int]:
    """The processes that have exactly this among the arguments of their command line."""
    pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]
    return [pid for pid in pids if argument in arguments(pid) and pid != os.getpid()]


def end_processes(argument: str, *, wait_seconds: float) -> None:
    """Wait until no process has the argument any more; kill those that are left after the time."""
    deadline = time.monotonic() + wait_seconds
    left = find_processes(argument)
    while left := [pid for pid in left if is_alive(pid)]:
        if time.monotonic() > deadline:
            for pid in left:
                send(pid, signal.SIGKILL)
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    """Whether a process runs or is just ending: it loses its command line before it lets go of its files."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in ("Z", "X")


def send(pid: int, number: signal.Signals) -> None:
    """Send a signal to a process that may have ended already."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def wait_or_kill(process: subprocess.Popen[bytes], *, wait_seconds: float) -> None:
    """Wait for the end of a process that was asked to stop; kill it after the time."""
    try:
        process.wait(wait_seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def tail(log: Path, lines: int = 3) -> str:
    """The end of an engine's log, for an error message."""
    if not log.exists():
        return ""
    return " / ".join(log.read_text(errors="replace").strip().splitlines()[-lines:])


def trim(log: Path, *, bytes_max: int = 10_000_000) -> None:
    """Set a log aside as `.1` once it is large, in place of the one before."""
    if log.exists() and log.stat().st_size > bytes_max:
        shutil.move(log, log.with_name(log.name + ".1"))
