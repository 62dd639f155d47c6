"""Where the time of a query goes: Kiosque under load with Python's profiler in it."""

import dataclasses
import pstats
from collections.abc import Mapping, Sequence
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
SERVED, PROFILED = "cms.app:app_from_environment", "bench.profiled:app_from_environment"


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
    asked.started.running.stop()


def _profiled(server: Server, path: Path) -> Server:
    def command(place: Place) -> Sequence[str]:
        return [PROFILED if word == SERVED else word for word in server.command(place)]

    def environment(place: Place) -> Mapping[str, str]:
        return {**server.environment(place), "PROFILE_PATH": str(path)}

    return dataclasses.replace(server, name="kiosque-profiled", command=command, environment=environment)


def _show(console: Console, path: Path) -> None:
    # By file, line and name: calls, calls that are not recursive, seconds in itself, seconds with what it called.
    functions: dict[tuple[str, int, str], tuple[int, int, float, float, object]]
    functions = vars(pstats.Stats(str(path)))["stats"]
    total = sum(row[2] for row in functions.values())
    table = Table("itself", "with callees", "calls", "function", title=f"The whole profile is in {path}")
    for (file, line, name), row in sorted(functions.items(), key=_own_seconds, reverse=True)[:FUNCTIONS]:
        place = "/".join(Path(file).parts[-3:])
        table.add_row(
            f"{row[2] / total:.1%}", f"{row[3] / total:.1%}", f"{row[1]:,}", f"{place}:{line} {name}"
        )
    console.print(table)


def _own_seconds(pair: tuple[object, tuple[int, int, float, float, object]]) -> float:
    return pair[1][2]
