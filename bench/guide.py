"""The figures in docs/performance.md: written between two marks; what is around them is written by hand."""

from collections.abc import Iterator, Sequence

from bench.goals import Goal
from bench.results import REFERENCES, Json
from cms.config import PROJECT_ROOT

PATH = PROJECT_ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- figures: begin (written by make bench) -->", "<!-- figures: end -->"


def write_guide(document: Json, goals: Sequence[Goal], others: Sequence[Json]) -> None:
    """Put the figures of a run into the guide."""
    before, _, rest = PATH.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    PATH.write_text(before + BEGIN + "\n" + "\n".join(_lines(document, goals, others)) + "\n" + END + after)


def _lines(document: Json, goals: Sequence[Goal], others: Sequence[Json]) -> Iterator[str]:
    yield from _about(document)
    yield "![Requests a second by query and server](../bench/results/plot.svg)\n"
    for name, query in document["queries"].items():
        if query["servers"]:
            yield from _query(name, query)
    yield from _left_out(document)
    for other in others:
        yield from _other_scale(other)
    yield "\n### Goals\n"
    yield "| goal | wanted | found | |\n|---|---|---|---|"
    for goal in goals:
        verdict = {True: "met", False: "missed", None: ""}[goal.is_met]
        yield f"| {goal.name} | {goal.wanted} | {goal.shown} | {verdict} |"


def _about(document: Json) -> Iterator[str]:
    machine, load = document["machine"], document["load"]
    yield (
        f"Measured on {document['made_at'][:10]} with {document['articles']:,} articles: {machine['processor']}, {machine['cores']} cores,"
        f" {machine['memory_gigabytes']} GB, {machine['system']}, Python {machine['python']}."
        f" `wrk -t{load['threads']} -c{load['connections']} -d{load['seconds']}s`, medians of {load['rounds']} rounds."
    )
    yield (
        "Versions: "
        + ", ".join(f"{name} {version}" for name, version in document["versions"].items())
        + ".\n"
    )


def _query(name: str, query: Json) -> Iterator[str]:
    references = [one for one in REFERENCES if any(one in row["ratio"] for row in query["servers"].values())]
    yield f"### {name}: {query['about']}\n"
    heads = ["server", "requests/s", "p50 ms", "p99 ms", "server CPU ms", "PostgreSQL CPU ms"]
    heads += [f"× {reference}" for reference in references]
    yield f"| {' | '.join(heads)} |\n|---{'|---:' * (len(heads) - 1)}|"
    ranked = sorted(query["servers"].items(), key=lambda pair: -pair[1]["requests_per_second"])
    for server, row in ranked:
        cells = [f"{row['requests_per_second']:,.0f}", f"{row['p50_ms']:.1f}", f"{row['p99_ms']:.1f}"]
        cells += [f"{row['cpu_ms']:.3f}", f"{row['postgres_cpu_ms']:.3f}"]
        cells += [f"{row['ratio'][reference]:.2f}" for reference in references]
        yield f"| {server} | {' | '.join(cells)} |"
    yield ""


def _other_scale(document: Json) -> Iterator[str]:
    yield f"\n### With {document['articles']:,} articles\n"
    yield f"Measured on {document['made_at'][:10]}.\n"
    references = [one for one in REFERENCES if any(_ratio(row, one) for row in _own_rows(document))]
    yield f"| query | requests/s | server CPU ms | PostgreSQL CPU ms{''.join(f' | × {one}' for one in references)} |"
    yield f"|---{'|---:' * (len(references) + 3)}|"
    for name, query in document["queries"].items():
        if row := query["servers"].get("kiosque"):
            cells = [
                f"{row['requests_per_second']:,.0f}",
                f"{row['cpu_ms']:.3f}",
                f"{row['postgres_cpu_ms']:.3f}",
            ]
            cells += [f"{ratio:.2f}" if (ratio := _ratio(row, one)) else "" for one in references]
            yield f"| {name} | {' | '.join(cells)} |"
    if pages := document["pages"]:
        yield f"\nPage {pages['number']:,} by cursor: {pages['deep'] / pages['first']:.2f} × the first."


def _own_rows(document: Json) -> Iterator[Json]:
    for query in document["queries"].values():
        if row := query["servers"].get("kiosque"):
            yield row


def _ratio(row: Json, reference: str) -> float | None:
    return row["ratio"].get(reference)


def _left_out(document: Json) -> Iterator[str]:
    if document["left_out"]:
        yield "Left out:\n"
        yield from (f"- {name}: {reason}" for name, reason in document["left_out"].items())
