"""The load generator, run once and read."""

import json
import resource
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bench.errors import BenchError

SCRIPT = Path(__file__).with_name("load.lua")
_GRACE_SECONDS = 30


@dataclass(frozen=True)
class Load:
    """How hard to press."""

    seconds: int = 8
    connections: int = 16
    threads: int = 1


@dataclass(frozen=True)
class Outcome:
    """What one run saw. Times are milliseconds; `bytes_a_request` counts headers and body of an answer."""

    requests: int
    requests_per_second: float
    p50_ms: float
    p99_ms: float
    bytes_a_request: float
    cpu_seconds: float
    """What the load generator itself took."""


def require_wrk() -> None:
    """Raise BenchError without the load generator."""
    if shutil.which("wrk") is None:
        raise BenchError("The load generator wrk is missing (on Debian: apt install wrk).")


def press(url: str, requests: Path, load: Load, *, counter: int = 0) -> Outcome:
    """Send the requests of a file, over and over. Raises BenchError if any was not answered, or with another status than 2xx and 3xx."""
    options = [f"-t{load.threads}", f"-c{load.connections}", f"-d{load.seconds}s", "--timeout", "10s"]
    command = ["wrk", *options, "-s", str(SCRIPT), url, "--", str(requests), str(counter)]
    before = _children_cpu_seconds()
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=load.seconds + _GRACE_SECONDS, check=False
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode != 0 or not lines:
        raise BenchError(f"wrk failed: {(done.stderr or done.stdout).strip()[-300:]}")
    return _outcome(json.loads(lines[-1]), _children_cpu_seconds() - before)


def _children_cpu_seconds() -> float:
    """The processor time of children that have ended: servers are still running."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _outcome(found: dict[str, int], cpu_seconds: float) -> Outcome:
    if found["refused"] or found["broken"]:
        raise BenchError(
            f"{found['refused']} answers were errors and {found['broken']} connections broke: nothing counts."
        )
    if not found["requests"]:
        raise BenchError("Nothing was answered.")
    return Outcome(
        requests=found["requests"],
        requests_per_second=found["requests"] / (found["microseconds"] / 1e6),
        p50_ms=found["p50"] / 1000,
        p99_ms=found["p99"] / 1000,
        bytes_a_request=found["bytes"] / found["requests"],
        cpu_seconds=cpu_seconds,
    )
