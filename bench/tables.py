"""The results for a terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from bench.goals import Goal
from bench.results import REFERENCES, Json

_SHORT = {"bare": "bare", "constant": "const.", "strawberry": "straw.", "postgraphile": "postg."}


def show(console: Console, document: Json, goals: Sequence[Goal]) -> None:
    """Print a table a query, what was left out and why, and the goals. Times are milliseconds; processor times are those of a request."""
    for name, query in document["queries"].items():
        if query["servers"]:
            console.print(_query_table(name, query))
    for name, reason in document["left_out"].items():
        console.print(f"[dim]Left out: {name}. {reason}[/dim]", highlight=False)
    console.print(_goal_table(goals))


def _query_table(name: str, query: Json) -> Table:
    table = Table(title=f"{name}: {query['about']}", title_justify="left")
    table.add_column("server", no_wrap=True, min_width=15)
    references = [reference for reference in REFERENCES if _is_there(query, reference)]
    heads = ["req/s", "p50", "p99", "CPU", "PG CPU"]
    for head in (*heads, *(f"× {_SHORT[reference]}" for reference in references)):
        table.add_column(head, justify="right")
    for server, row in _ranked(query):
        ratios = [f"{row['ratio'][reference]:.2f}" for reference in references]
        figures = [f"{row['requests_per_second']:,.0f}", f"{row['p50_ms']:.1f}", f"{row['p99_ms']:.1f}"]
        costs = [f"{row['cpu_ms']:.3f}", f"{row['postgres_cpu_ms']:.3f}"]
        table.add_row(server, *figures, *costs, *ratios, style="bold" if server == "kiosque" else None)
    return table


def _ranked(query: Json) -> list[tuple[str, Json]]:
    return sorted(query["servers"].items(), key=lambda pair: -pair[1]["requests_per_second"])


def _is_there(query: Json, reference: str) -> bool:
    return any(reference in row["ratio"] for row in query["servers"].values())


def _goal_table(goals: Sequence[Goal]) -> Table:
    table = Table(title="Goals", title_justify="left")
    for head in ("goal", "wanted", "found", ""):
        table.add_column(head, justify="left" if head in ("goal", "") else "right")
    for goal in goals:
        table.add_row(
            goal.name,
            goal.wanted,
            goal.shown,
            {True: "[green]met", False: "[red]missed", None: ""}[goal.is_met],
        )
    return table
