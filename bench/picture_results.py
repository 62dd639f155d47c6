"""What the benchmark of pictures found: as JSON, for a terminal, and in docs/performance.md between marks of its own."""

import json
import statistics
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.guide import PATH
from bench.node import SHARP_SOURCE
from bench.picture_load import Pressed
from bench.results import FOLDER, Json, machine, read
from bench.wrk import Load

RESULTS = FOLDER / "pictures.json"
FRESH, KEPT = "made anew", "kept"
BEGIN, END = "<!-- pictures: begin (written by make bench) -->", "<!-- pictures: end -->"
# Who has to be reached: a server that fetches the original as Kiosque does, and one that has it at hand.
_REFERENCES = {
    FRESH: ("sharp, fetching", "sharp, from disk"),
    KEPT: ("sharp, from disk", "Node, from memory"),
}
_TITLES = {
    FRESH: "Made anew: 24 megapixels to 1,200 × 800 WebP",
    KEPT: "There already: 1,200 × 800 WebP, over and over",
}


@dataclass(frozen=True)
class Report:
    """A whole run: rounds by kind and server."""

    load: Load
    rounds: int
    pictures_a_round: int
    at_once: int
    original_bytes: int
    measured: Mapping[str, Mapping[str, list[Pressed]]]


def as_json(report: Report) -> Json:
    """The document. Medians of the rounds count, and the ratios of the medians."""
    middle = {
        kind: {name: _medians(rounds) for name, rounds in found.items()}
        for kind, found in report.measured.items()
    }
    everybody = {name: row for found in middle.values() for name, row in found.items()} | middle[FRESH]
    return {
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "load": {**asdict(report.load), "rounds": report.rounds},
        "pictures_a_round": report.pictures_a_round,
        "at_once": report.at_once,
        "original_bytes": report.original_bytes,
        "machine": machine(),
        "versions": {"sharp": (read(SHARP_SOURCE / "package.json") or {})["dependencies"]["sharp"]},
        "kinds": {
            kind: {name: row | {"ratio": _ratios(row, everybody, kind)} for name, row in found.items()}
            for kind, found in middle.items()
        },
    }


def show(console: Console, document: Json) -> None:
    """Print a table a kind."""
    for kind, found in document["kinds"].items():
        table = Table(title=_TITLES[kind], title_justify="left")
        for number, head in enumerate(_heads(kind)):
            table.add_column(head, justify="right" if number else "left", no_wrap=not number)
        for name, row in _ranked(found):
            table.add_row(name, *_cells(kind, row), style="bold" if name == "kiosque" else None)
        console.print(table)


def write(document: Json) -> Path:
    """Keep the document, and put its figures into the guide."""
    RESULTS.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    before, _, rest = PATH.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    PATH.write_text(before + BEGIN + "\n" + "\n".join(_lines(document)) + "\n" + END + after)
    return RESULTS


def _medians(rounds: list[Pressed]) -> Json:
    return {
        field.name: round(statistics.median(getattr(one, field.name) for one in rounds), 3)
        for field in fields(Pressed)
    } | {"rounds": [round(one.per_second, 2) for one in rounds]}


def _ratios(row: Json, everybody: Mapping[str, Json], kind: str) -> Json:
    return {name: round(row["per_second"] / everybody[name]["per_second"], 3) for name in _REFERENCES[kind]}


def _lines(document: Json) -> Iterator[str]:
    machine_, load = document["machine"], document["load"]
    yield (
        f"Measured on {document['made_at'][:10]}: {machine_['processor']}, {machine_['cores']} cores. sharp {document['versions']['sharp']}."
        f" An original of {document['original_bytes'] / 1e6:.1f} MB; {document['pictures_a_round']} new pictures a round, {document['at_once']} at a"
        f" time; those that are there by `wrk -t{load['threads']} -c{load['connections']} -d{load['seconds']}s`; medians of {load['rounds']} rounds.\n"
    )
    for kind, found in document["kinds"].items():
        yield f"### {_TITLES[kind]}\n"
        heads = _heads(kind)
        yield f"| {' | '.join(heads)} |\n|---{'|---:' * (len(heads) - 1)}|"
        yield from (f"| {name} | {' | '.join(_cells(kind, row))} |" for name, row in _ranked(found))
        yield ""


def _heads(kind: str) -> list[str]:
    references = [f"× {name}" for name in _REFERENCES[kind]]
    return ["server", "pictures/s", "p50 ms", "p99 ms", "server CPU ms", "engines’ CPU ms", "kB", *references]


def _cells(kind: str, row: Json) -> list[str]:
    cells = [
        f"{row['per_second']:,.{1 if kind == FRESH else 0}f}",
        f"{row['p50_ms']:,.1f}",
        f"{row['p99_ms']:,.1f}",
    ]
    cells += [
        f"{row['cpu_ms']:,.2f}",
        f"{row['engines_cpu_ms']:,.2f}",
        f"{row['bytes_a_picture'] / 1e3:,.1f}",
    ]
    return cells + [f"{row['ratio'][name]:,.2f}" for name in _REFERENCES[kind]]


def _ranked(found: Mapping[str, Json]) -> list[tuple[str, Json]]:
    return sorted(found.items(), key=lambda pair: -pair[1]["per_second"])
