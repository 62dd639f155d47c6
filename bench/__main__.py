"""`python -m bench`, which `make bench` calls."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bench.errors import BenchError
from bench.hostile import run_hostile
from bench.pictures import run_pictures
from bench.profiling import profile
from bench.running import Plan, run
from bench.wrk import Load
from cms.config import PROJECT_ROOT
from cms.embedded.processes import EngineError

console = Console()
app = typer.Typer(add_completion=False)

Names = Annotated[str, typer.Option(help="Only these, with commas between them.")]


class Pictures(StrEnum):
    """Whether the part about pictures is measured."""

    TOO = "too"
    ONLY = "only"
    NO = "no"


@app.command()
def bench(
    scale: Annotated[int, typer.Option(min=50, help="Articles: up to 10,000, or a multiple of it.")] = 10_000,
    seconds: Annotated[int, typer.Option(min=1, help="How long each run of the load generator takes.")] = 8,
    rounds: Annotated[int, typer.Option(min=1, help="How often each is measured; the medians count.")] = 3,
    connections: Annotated[int, typer.Option(min=1, help="Connections of the load generator.")] = 16,
    servers: Names = "",
    queries: Names = "",
    further: Annotated[bool, typer.Option(help="Pages, processes, memory and cold starts, too.")] = True,
    pictures: Annotated[
        Pictures, typer.Option(help="Renditions of pictures beside those of sharp.")
    ] = Pictures.TOO,
    keep: Annotated[bool, typer.Option(help="Write bench/results and docs/performance.md.")] = True,
    data_dir: Annotated[Path | None, typer.Option(help="Where the content is kept for the next run.")] = None,
    hostile: Annotated[
        Path | None, typer.Option(help="Send the server every file of this folder instead, as pictures.")
    ] = None,
    profiled: Annotated[
        str, typer.Option("--profile", help="Profile Kiosque under this query instead (q1 …).")
    ] = "",
) -> None:
    """Measure Kiosque beside other servers on the same content."""
    plan = Plan(
        articles=scale,
        load=Load(seconds, connections),
        rounds=rounds,
        folder=(data_dir or PROJECT_ROOT / "data" / "bench").absolute(),
        servers=_names(servers),
        queries=tuple(name.upper() for name in _names(queries)),
        has_further=further,
        is_kept=keep,
    )
    try:
        if hostile is not None:
            run_hostile(console, plan.folder, hostile)
            return
        if profiled:
            profile(console, plan, profiled.upper())
            return
        if pictures is not Pictures.ONLY:
            run(console, plan)
        if pictures is not Pictures.NO:
            run_pictures(console, plan.folder, plan.load, rounds, is_kept=keep)
    except (BenchError, EngineError) as error:
        console.print(f"[bold red]Error:[/bold red] {error}", highlight=False)
        sys.exit(1)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


if __name__ == "__main__":
    app()
