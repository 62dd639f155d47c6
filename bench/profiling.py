"""Where the time of a query goes: Kiosque under load with Python's profiler in it."""

import dataclasses
import pstats
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.errors import BenchError
from bench.preparing import Field
from bench.queries import Query
from bench.running import Plan, content
from bench.servers import Place, Server, kiosque
from bench.targets import KIOSQUE
from bench.wrk import press, require_wrk

FUNCTIONS = 30
_END_SECONDS = 20


def profile(console: Console, plan: Plan, name: str) -> None:
    """Press one query and print the functions that took most of the time themselves.

    The profiler makes Python two to three times slower, and small functions look dearer than they are: compare shares, not times.
    """
    require_wrk()
    query = dataclasses.replace(plan, queries=(name,)).wanted_queries()[0]
    path = plan.folder / "work" / f"profile-{query.name}.pstats"
    path.parent.mkdir(parents=True, exist_ok=True)
    with content(console, plan) as (loaded, subjects):
        field = Field(loaded.database_url, subjects, plan.folder / "work")
        try:
            _press_profiled(field, plan, query, path)
        finally:
            field.stop()
    _show(console, path)


def _press_profiled(field: Field, plan: Plan, query: Query, path: Path) -> None:
    target = dataclasses.replace(KIOSQUE, server=_profiled(kiosque(), path))
    field.start([target], lambda _: None)
    if not field.asked:
        raise BenchError(field.left_out[target.name])
    asked = field.asked[0]
    press(asked.started.url, asked.write_requests(query), plan.load)
    process = asked.started.running.process
    # An interrupt lets the profiler write down what it saw.
    process.send_signal(signal.SIGINT)
    process.wait(_END_SECONDS)


def _profiled(server: Server, path: Path) -> Server:
    def command(place: Place) -> Sequence[str]:
        own = list(server.command(place))
        return [sys.executable, "-m", "cProfile", "-o", str(path), *own[1:]]

    return dataclasses.replace(server, name="kiosque-profiled", command=command)


def _show(console: Console, path: Path) -> None:
    stats = pstats.Stats(str(path))
    rows: dict[tuple[str, int, str], tuple[int, int, float, float, object]] = stats.stats  # pyright: ignore[reportAttributeAccessIssue]  (not in its stub)
    # Waiting for events is not work.
    busy = {
        key: row for key, row in rows.items() if "run_until_complete" not in key[2] and "epoll" not in key[2]
    }
    total = sum(row[2] for row in busy.values())
    table = Table("share", "calls", "function", title=f"The whole profile is in {path}")
    for (file, line, function), row in sorted(busy.items(), key=lambda pair: -pair[1][2])[:FUNCTIONS]:
        place = f"{'/'.join(Path(file).parts[-3:])}:{line} " if line else ""
        table.add_row(f"{row[2] / total:.1%}", f"{row[1]:,}", f"{place}{function}")
    console.print(table)
