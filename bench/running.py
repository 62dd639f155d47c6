"""A whole run: engine, content, servers, rounds, results."""

import subprocess
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psycopg
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.status import Status

from bench import further, results, tables
from bench.errors import BenchError
from bench.goals import goals
from bench.guide import write_guide
from bench.loading import Loaded, load, tidy
from bench.measuring import Ground, Medians, Task, measure_rounds, warm_up
from bench.node import SOURCE, node_program
from bench.plot import write_plot
from bench.preparing import Field
from bench.queries import Q1, QUERIES, Query, Subjects, find_subjects
from bench.results import Report
from bench.servers import Started
from bench.targets import ALL, KIOSQUE, Target
from bench.wrk import Load, require_wrk
from cms.embedded.engines import engines

_PACKAGES = (
    "uvicorn",
    "granian",
    "psycopg",
    "asyncpg",
    "sqlalchemy",
    "strawberry-graphql",
    "fastapi",
    "graphql-core",
)


@dataclass(frozen=True)
class Plan:
    """What is wanted of a run. Without names, all servers and all queries."""

    articles: int
    load: Load
    rounds: int
    folder: Path
    servers: tuple[str, ...] = ()
    queries: tuple[str, ...] = ()
    has_further: bool = True
    is_kept: bool = True

    def targets(self) -> list[Target]:
        """The targets, Kiosque always among them: the others are compared with it. Raises BenchError for a name that is none."""
        _check_names(self.servers, [target.name for target in ALL])
        return [
            target for target in ALL if not self.servers or target is KIOSQUE or target.name in self.servers
        ]

    def wanted_queries(self) -> list[Query]:
        """The queries. Raises BenchError for a name that is none."""
        _check_names(self.queries, [query.name for query in QUERIES])
        return [query for query in QUERIES if not self.queries or query.name in self.queries]


def run(console: Console, plan: Plan) -> None:
    """Measure, print, and write the results. Raises BenchError, EngineError."""
    require_wrk()
    targets, queries = plan.targets(), plan.wanted_queries()
    with content(console, plan) as (loaded, subjects):
        field = Field(loaded.database_url, subjects, plan.folder / "work")
        try:
            report = _measured(console, plan, loaded, field, targets, queries)
        finally:
            field.stop()
            tidy(loaded.database_url)
    _tell(console, plan, report)


@contextmanager
def content(console: Console, plan: Plan) -> Generator[tuple[Loaded, Subjects]]:
    """PostgreSQL with the content of the plan's scale, for the block."""
    home = plan.folder / f"articles-{plan.articles}"
    with engines(home, wanted=["postgres"], on_progress=console.print) as addresses:
        loaded = load(addresses.database_url, plan.articles, console)
        yield loaded, find_subjects(loaded.database_url, loaded.token)


def ground_of(loaded: Loaded, load: Load) -> Ground:
    """What measurements stand on."""
    with psycopg.connect(loaded.database_url) as connection:
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
        backend = 0 if row is None else int(row[0])
        # The parent of every backend is the server's first process.
        parent = int(Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()[1])
    return Ground(loaded.database_url, parent, load)


def _measured(
    console: Console,
    plan: Plan,
    loaded: Loaded,
    field: Field,
    targets: Sequence[Target],
    queries: Sequence[Query],
) -> Report:
    ground = ground_of(loaded, plan.load)
    with console.status("Starting the servers") as status:
        field.start(targets, status.update)
        tasks = field.tasks(queries, status.update)
        tidy(loaded.database_url)
        for task in tasks:
            status.update(f"Warming up {task.asked.target.name} for {task.query.name}")
            warm_up(ground, task)
    found = _rounds(console, plan, ground, tasks)
    memory = further.memory_of(list(field.started.values()))
    basis = Report(
        plan.articles, plan.load, plan.rounds, found, field.left_out, _versions(), memory_megabytes=memory
    )
    if not plan.has_further:
        return basis
    with console.status("Measuring pages, processes and starts") as status:
        return _furthered(basis, plan, ground, field, tasks, status)


def _rounds(
    console: Console, plan: Plan, ground: Ground, tasks: Sequence[Task]
) -> dict[tuple[str, str], Medians]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), TimeRemainingColumn(), console=console) as progress:
        bar = progress.add_task("Measuring", total=len(tasks) * plan.rounds)
        done = -1

        def step(task: Task, number: int) -> None:
            nonlocal done
            done += 1
            words = f"{task.query.name} on {task.asked.target.name}, round {number} of {plan.rounds}"
            progress.update(bar, completed=done, description=words)

        found = measure_rounds(ground, tasks, plan.rounds, step)
        progress.update(bar, completed=len(tasks) * plan.rounds, description="Measured")
    return found


def _furthered(
    basis: Report, plan: Plan, ground: Ground, field: Field, tasks: Sequence[Task], status: Status
) -> Report:
    started: Started = field.started[KIOSQUE.server.name]
    folder, url = plan.folder / "work", ground.database_url
    pages = further.measure_pages(
        ground, started, plan.articles, plan.rounds, folder / "requests", status.update
    )
    query = next((one for one in plan.wanted_queries() if one is Q1), tasks[0].query)
    one = further.task_of(tasks, query)
    two = further.measure_two_processes(ground, one, url, folder, plan.rounds, status.update)
    cold = further.measure_starts(url, folder, status.update)
    return Report(
        basis.articles,
        basis.load,
        basis.rounds,
        basis.found,
        basis.left_out,
        basis.versions,
        pages=pages,
        two_processes=two,
        memory_megabytes=basis.memory_megabytes,
        cold_start_seconds=round(cold, 3),
    )


def _tell(console: Console, plan: Plan, report: Report) -> None:
    document = results.as_json(report)
    others = results.of_other_scales(plan.articles)
    reached = goals(document, others)
    document["goals"] = [vars(goal) for goal in reached]
    tables.show(console, document, reached)
    if plan.is_kept:
        for path in results.write(document):
            console.print(f"Written: {path}", highlight=False)
        write_plot(document)
        write_guide(document, reached, others)


def _check_names(wanted: Sequence[str], known: Sequence[str]) -> None:
    if unknown := sorted(set(wanted) - set(known)):
        raise BenchError(f"Not known: {', '.join(unknown)}. There are: {', '.join(known)}.")


def _versions() -> dict[str, str]:
    found: dict[str, str] = {}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found | _node_versions()


def _node_versions() -> dict[str, str]:
    try:
        told = subprocess.run([str(node_program()), "--version"], capture_output=True, text=True, check=True)
    except (BenchError, OSError, subprocess.CalledProcessError):
        return {}
    wanted = results.read(SOURCE / "package.json") or {}
    return {
        "node": told.stdout.strip().removeprefix("v"),
        "postgraphile": wanted["dependencies"]["postgraphile"],
    }
