"""Pictures asked for: each address once, or one over and over; and what that costs whom."""

import os
import statistics
import time
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pyvips

from bench.errors import BenchError
from bench.processes import cpu_seconds, tree
from bench.wrk import Load, press

_ENGINES = {"postgres", "weed"}
_SECONDS_MAX = 60


@dataclass(frozen=True)
class Pressed:
    """One run. Times are milliseconds, processor times those of a picture; `engines_cpu_ms` is what PostgreSQL and the store took meanwhile."""

    per_second: float
    p50_ms: float
    p99_ms: float
    cpu_ms: float
    engines_cpu_ms: float
    bytes_a_picture: float


@dataclass
class Meter:
    """Reads what processes have cost since the last time."""

    server: int
    engines: Sequence[int]
    cpu_ms: float = 0.0
    engines_cpu_ms: float = 0.0

    @contextmanager
    def running(self) -> Generator[None]:
        """Measure the block."""
        before = self._read()
        yield
        self.cpu_ms, self.engines_cpu_ms = (
            (after - earlier) * 1_000 for after, earlier in zip(self._read(), before, strict=True)
        )

    def _read(self) -> tuple[float, float]:
        return cpu_seconds(self.server), sum(map(cpu_seconds, self.engines))


def engine_processes() -> list[int]:
    """PostgreSQL and the store, as children of this process."""
    names = {pid: _name(pid) for pid in tree(os.getpid())[1:]}
    roots = [pid for pid, name in names.items() if name in _ENGINES and _parent(pid) == os.getpid()]
    if len(roots) != len(_ENGINES):
        raise BenchError("The engines of this run cannot be told from other processes.")
    return roots


def draw(addresses: Sequence[str], at_once: int, meter: Meter) -> Pressed:
    """Ask for each address once, so many at a time. Raises BenchError for an answer that is not a WebP picture."""
    with (
        httpx.Client(timeout=_SECONDS_MAX, limits=httpx.Limits(max_connections=at_once)) as client,
        ThreadPoolExecutor(at_once) as pool,
    ):
        began = time.perf_counter()
        with meter.running():
            found = list(pool.map(_asking(client), addresses))
        seconds = time.perf_counter() - began
    times = sorted(one[0] for one in found)
    return Pressed(
        len(found) / seconds,
        statistics.median(times),
        times[min(len(times) - 1, round(0.99 * len(times)))],
        meter.cpu_ms / len(found),
        meter.engines_cpu_ms / len(found),
        statistics.mean(one[1] for one in found),
    )


def press_kept(url: str, path: str, load: Load, requests: Path, meter: Meter) -> Pressed:
    """Ask for one picture over and over, with the load generator."""
    requests.parent.mkdir(parents=True, exist_ok=True)
    requests.write_text(f"GET {path}\nAccept: image/webp\n\n{path}\n")
    with meter.running():
        outcome = press(url, requests, load)
    return Pressed(
        outcome.requests_per_second,
        outcome.p50_ms,
        outcome.p99_ms,
        meter.cpu_ms / outcome.requests,
        meter.engines_cpu_ms / outcome.requests,
        outcome.bytes_a_request,
    )


def picture_at(address: str) -> tuple[int, int, bytes]:
    """Width, height and bytes of a picture."""
    content = _get(httpx.get(address, timeout=_SECONDS_MAX))
    # pyvips makes its methods at run time, so its images have no type.
    image: Any = pyvips.Image.new_from_buffer(content, "")
    return image.width, image.height, content


def _asking(client: httpx.Client) -> Callable[[str], tuple[float, int]]:
    def ask(address: str) -> tuple[float, int]:
        began = time.perf_counter()
        content = _get(client.get(address))
        return (time.perf_counter() - began) * 1_000, len(content)

    return ask


def _get(response: httpx.Response) -> bytes:
    if (response.status_code, response.headers.get("content-type")) != (200, "image/webp"):
        raise BenchError(f"{response.url} answers {response.status_code}: {response.text[:200]}")
    return response.content


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0
