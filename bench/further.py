"""What is measured of Kiosque beside the queries: deep pages, two processes, memory, the start of a process."""

import os
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import orjson

from bench import queries, servers
from bench.errors import BenchError
from bench.measuring import Ground, Task, measure, warm_up
from bench.processes import memory_megabytes
from bench.queries import Query
from bench.servers import Started
from bench.targets import KIOSQUE, Asked, Target
from bench.wrk import press

PAGE = 10
DEEP_PAGE = 1_000
STARTS = 5
_STEP = 100
_PAGES = """query Page($after: String) { articles(first: 10, after: $after) {
  nodes { title slug excerpt publishedAt byline { author { name slug } } cover { asset { url width height } alt } } } }"""
_CURSORS = "query Cursors($first: Int, $after: String) { articles(first: $first, after: $after) { pageInfo { endCursor } } }"

Say = Callable[[str], None]


@dataclass(frozen=True)
class Pages:
    """Requests a second for the first page of ten and for one far behind it, by cursor."""

    number: int
    first: float
    deep: float


@dataclass(frozen=True)
class TwoProcesses:
    """Requests a second of one process and of two, and how many cores all that ran with one took of those there are."""

    one: float
    two: float
    cores_taken_by_one: float
    cores: int

    @property
    def has_room(self) -> bool:
        """Whether a second process finds a core: what one process takes itself is less than what the rest leaves."""
        return self.cores - self.cores_taken_by_one >= 0.8


def measure_pages(
    ground: Ground, started: Started, articles: int, rounds: int, folder: Path, say: Say
) -> Pages:
    """The first page against the thousandth, or the last one where there are fewer."""
    number = min(DEEP_PAGE, articles // PAGE)
    say(f"Walking to page {number:,}")
    files = {
        "first": _page_file(folder / "page-first.txt", None),
        "deep": _page_file(folder / "page-deep.txt", _cursor_before(started.url, (number - 1) * PAGE)),
    }
    rates: dict[str, list[float]] = {name: [] for name in files}
    for round_number in range(1, rounds + 1):
        for name, path in files.items():
            say(f"Page {'1' if name == 'first' else f'{number:,}'}, round {round_number}")
            rates[name].append(press(started.url, path, ground.load).requests_per_second)
    return Pages(number, statistics.median(rates["first"]), statistics.median(rates["deep"]))


def measure_two_processes(
    ground: Ground, one: Task, database_url: str, folder: Path, rounds: int, say: Say
) -> TwoProcesses:
    """The same query on one process and on two that share a socket, in turns."""
    server = servers.kiosque("kiosque-two-processes", workers=2)
    started = servers.start(server, database_url, folder)
    try:
        two = Task(_like(one.asked, started), one.query, one.requests, one.bytes_expected)
        warm_up(ground, two)
        found: dict[str, list[float]] = {"one": [], "two": [], "cores": []}
        for number in range(1, rounds + 1):
            for name, task in (("one", one), ("two", two)):
                say(f"{name} process{'es' if name == 'two' else ''}, round {number}")
                measured = measure(ground, task)
                found[name].append(measured.outcome.requests_per_second)
                if name == "one":
                    found["cores"].append(measured.cores)
    finally:
        started.running.stop()
    middle = {name: statistics.median(values) for name, values in found.items()}
    return TwoProcesses(middle["one"], middle["two"], middle["cores"], os.cpu_count() or 1)


def measure_starts(database_url: str, folder: Path, say: Say, *, starts: int = STARTS) -> float:
    """Seconds from the start of a process to its first answer over HTTP: the median of some starts."""
    seconds: list[float] = []
    for number in range(1, starts + 1):
        say(f"Cold start {number}")
        started = servers.start(servers.kiosque("kiosque-cold"), database_url, folder)
        started.running.stop()
        seconds.append(started.seconds)
    return statistics.median(seconds)


def memory_of(started: Sequence[Started]) -> dict[str, float]:
    """Megabytes in memory of the largest process of each server."""
    return {one.server.name: memory_megabytes(one.pid)[0] for one in started}


def _like(asked: Asked, started: Started) -> Asked:
    target: Target = KIOSQUE
    return Asked(target, started, asked.subjects, asked.folder)


def _page_file(path: Path, after: str | None) -> Path:
    body = {"query": " ".join(_PAGES.split()), "operationName": "Page", "variables": {"after": after}}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"POST /graphql\nContent-Type: application/json\n\n{queries.as_lines([body])}")
    return path


def _cursor_before(url: str, skipped: int) -> str | None:
    """The cursor of the last article that is skipped."""
    after: str | None = None
    while skipped:
        step = min(_STEP, skipped)
        variables = {"first": step, "after": after}
        body: dict[str, Any] = {"query": _CURSORS, "operationName": "Cursors", "variables": variables}
        answer = httpx.post(
            url, content=orjson.dumps(body), headers={"Content-Type": "application/json"}, timeout=30
        ).json()
        if answer.get("errors"):
            raise BenchError(f"The pages cannot be walked: {answer['errors']}")
        after = answer["data"]["articles"]["pageInfo"]["endCursor"]
        skipped -= step
    return after


def task_of(tasks: Sequence[Task], query: Query) -> Task:
    """Kiosque's task for the query. Raises BenchError if it is not measured."""
    for task in tasks:
        if task.asked.target is KIOSQUE and task.query is query:
            return task
    raise BenchError(f"{query.name} is not measured on Kiosque.")
