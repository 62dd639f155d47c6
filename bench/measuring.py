"""The rounds: every query on every server, one after the other, as often as wanted; the medians count."""

import secrets
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

import psycopg

from bench.errors import BenchError
from bench.loading import tidy
from bench.processes import cpu_seconds
from bench.queries import Query
from bench.targets import Asked
from bench.wrk import Load, Outcome, press

# The answers are checked before; under load, their length must stay: wrk counts the headers, too, of which no server sends so many bytes.
_HEADER_BYTES_MAX = 4_000
_SETTLING_SECONDS = 0.5
# Lua prints numbers of up to 14 digits whole.
_REQUEST_COUNTER_DIGITS = 8


@dataclass(frozen=True)
class Measurement:
    """One run of the load generator; processor times are milliseconds a request. `cores` counts all that ran, the generator with it."""

    outcome: Outcome
    cpu_ms: float
    postgres_cpu_ms: float
    cores: float


@dataclass(frozen=True)
class Medians:
    """What counts: the medians of the rounds."""

    requests_per_second: float
    p50_ms: float
    p99_ms: float
    cpu_ms: float
    postgres_cpu_ms: float
    cores: float
    rounds: list[float] = field(default_factory=list[float])


@dataclass(frozen=True)
class Ground:
    """What all measurements stand on."""

    database_url: str = field(repr=False)
    postgres_pid: int
    load: Load


@dataclass(frozen=True)
class Task:
    """A query on a server, ready to be measured."""

    asked: Asked
    query: Query
    requests: Path
    bytes_expected: float | None

    @property
    def key(self) -> tuple[str, str]:
        """The names of the query and the target."""
        return self.query.name, self.asked.target.name


def measure_rounds(
    ground: Ground, tasks: Sequence[Task], rounds: int, on_step: Callable[[Task, int], None]
) -> dict[tuple[str, str], Medians]:
    """The medians by query and target. All servers take turns within a round, so that a slow minute of the machine hits them alike."""
    found: dict[tuple[str, str], list[Measurement]] = {task.key: [] for task in tasks}
    for number in range(1, rounds + 1):
        for task in turned(tasks, number):
            on_step(task, number)
            found[task.key].append(measure(ground, task))
        tidy(ground.database_url)
    return {key: medians(measurements) for key, measurements in found.items()}


def turned(tasks: Sequence[Task], number: int) -> list[Task]:
    """The queries in their order, each beginning with another server in each round: whoever is first gets what the writes before have left to do."""
    found: list[Task] = []
    for _, group in groupby(tasks, key=lambda task: task.query.name):
        ordered = list(group)
        start = (number - 1) % len(ordered)
        found += ordered[start:] + ordered[:start]
    return found


def measure(ground: Ground, task: Task) -> Measurement:
    """Press once. Raises BenchError if what came is not what was found right before."""
    server, postgres = task.asked.started.pid, ground.postgres_pid
    # What the end of the last run cut off is still being worked on.
    time.sleep(_SETTLING_SECONDS)
    drafts = _settled_drafts(ground) if task.query.is_write else 0
    before, began = (cpu_seconds(server), cpu_seconds(postgres)), time.perf_counter()
    outcome = _press(ground, task)
    seconds, after = time.perf_counter() - began, (cpu_seconds(server), cpu_seconds(postgres))
    _check_length(task, outcome)
    if task.query.is_write and task.asked.target.reading is not None:
        _check_written(ground, task, outcome, before=drafts)
    own, database = after[0] - before[0], after[1] - before[1]
    cores = (own + database + outcome.cpu_seconds) / seconds
    return Measurement(outcome, own / outcome.requests * 1000, database / outcome.requests * 1000, cores)


def warm_up(ground: Ground, task: Task) -> None:
    """Let plans, caches and connections be made before anything counts."""
    load = Load(1, ground.load.connections, ground.load.threads)
    # What goes wrong here goes wrong again when it counts; but a slow server may take longer than this for its first answer.
    with suppress(BenchError):
        press(task.asked.started.url, task.requests, load, counter=_unused_counter())


def medians(measurements: Sequence[Measurement]) -> Medians:
    """The medians of some runs."""
    rates = [one.outcome.requests_per_second for one in measurements]
    middle = statistics.median
    return Medians(
        requests_per_second=middle(rates),
        p50_ms=middle(one.outcome.p50_ms for one in measurements),
        p99_ms=middle(one.outcome.p99_ms for one in measurements),
        cpu_ms=middle(one.cpu_ms for one in measurements),
        postgres_cpu_ms=middle(one.postgres_cpu_ms for one in measurements),
        cores=middle(one.cores for one in measurements),
        rounds=rates,
    )


def faster(found: Mapping[tuple[str, str], Medians], query: str, names: Sequence[str]) -> str | None:
    """Which of the targets answers the query fastest."""
    known = [name for name in names if (query, name) in found]
    return max(known, key=lambda name: found[query, name].requests_per_second, default=None)


def _press(ground: Ground, task: Task) -> Outcome:
    try:
        return press(task.asked.started.url, task.requests, ground.load, counter=_unused_counter())
    except BenchError as error:
        raise BenchError(f"{task.asked.target.name}, {task.query.name}: {error}") from error


def _unused_counter() -> int:
    """Where the numbers of new articles begin: no two runs of the generator make the same titles."""
    return secrets.randbelow(10**6) * 10**_REQUEST_COUNTER_DIGITS


def _check_length(task: Task, outcome: Outcome) -> None:
    if task.bytes_expected is None:
        return
    low, high = task.bytes_expected * 0.97, task.bytes_expected * 1.03 + _HEADER_BYTES_MAX
    if not low <= outcome.bytes_a_request <= high:
        raise BenchError(
            f"{task.asked.target.name} answered {task.query.name} under load with {outcome.bytes_a_request:.0f} bytes,"
            f" {task.bytes_expected:.0f} before: something else came."
        )


def _settled_drafts(ground: Ground) -> int:
    """How many drafts there are, once no request that the end of a run cut off is still being worked on."""
    drafts = -1
    while drafts != (now := _drafts(ground)):
        drafts = now
        time.sleep(_SETTLING_SECONDS)
    return drafts


def _drafts(ground: Ground) -> int:
    statement = (
        "SELECT (SELECT count(*) FROM article WHERE live_version_id IS NULL)"
        " + (SELECT count(*) FROM peers.article WHERE published_at IS NULL)"
    )
    with psycopg.connect(ground.database_url) as connection:
        row = connection.execute(statement).fetchone()
    return 0 if row is None else int(row[0])


def _check_written(ground: Ground, task: Task, outcome: Outcome, *, before: int) -> None:
    """Every request that was answered has left a draft; those that the end of the run cut off may have, too."""
    written = _settled_drafts(ground) - before
    if not outcome.requests <= written <= outcome.requests + ground.load.connections:
        raise BenchError(
            f"{task.asked.target.name} answered {outcome.requests} mutations and wrote {written} articles."
        )
