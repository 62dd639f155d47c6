"""Processes: started, watched and stopped; what they cost is read from /proc."""

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
_STOP_SECONDS = 10


@dataclass(frozen=True)
class Running:
    """A process of ours."""

    process: subprocess.Popen[bytes]
    log: Path

    def stop(self) -> None:
        """End it and its children: in order, then by force."""
        group = self.process.pid
        for number in (signal.SIGTERM, signal.SIGKILL):
            if self.process.poll() is not None:
                return
            os.killpg(group, number)
            try:
                self.process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                continue


def spawn(command: Sequence[str], environment: Mapping[str, str], log: Path, *, folder: Path) -> Running:
    """Start a process in a group of its own, with what it says in a file."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as sink:
        process = subprocess.Popen(
            command,
            env={**os.environ, **environment},
            cwd=folder,
            stdout=sink,
            stderr=sink,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    return Running(process, log)


def cpu_seconds(root: int) -> float:
    """The processor time that a process and its descendants, living and ended, have taken so far."""
    total = 0
    for pid in tree(root):
        if fields := _stat(pid):
            # utime and stime of the living, cutime and cstime of the children that ended (proc_pid_stat(5), fields 14 to 17).
            total += sum(map(int, fields[11:15]))
    return total / TICKS_A_SECOND


def memory_megabytes(root: int) -> list[float]:
    """What each process of the tree holds in memory (resident set), the largest first."""
    found = [_resident(pid) for pid in tree(root)]
    return sorted((size for size in found if size), reverse=True)


def tree(root: int) -> list[int]:
    """A process and its living descendants."""
    children: dict[int, list[int]] = {}
    for pid in _living():
        if fields := _stat(pid):
            children.setdefault(int(fields[1]), []).append(pid)
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def _living() -> Iterator[int]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            yield int(entry.name)


def _stat(pid: int) -> list[str]:
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return []
    # The name in parentheses may hold blanks; what follows it does not.
    return text.rpartition(")")[2].split()


def _resident(pid: int) -> float:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
