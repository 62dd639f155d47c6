"""What was found, as one JSON document."""

import json
import os
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.further import Pages, TwoProcesses
from bench.measuring import Medians
from bench.queries import QUERIES
from bench.wrk import Load

FOLDER = Path(__file__).parent / "results"
LATEST = FOLDER / "latest.json"
BARE = ("bare-asyncpg", "bare-psycopg")
SCALE_MIN = 10_000
REFERENCES = ("bare", "constant", "strawberry", "postgraphile")

Found = Mapping[tuple[str, str], Medians]
Json = dict[str, Any]


@dataclass(frozen=True)
class Report:
    """All that a run found; what it did not measure is None."""

    articles: int
    load: Load
    rounds: int
    found: Found
    left_out: Mapping[str, str]
    versions: Mapping[str, str]
    pages: Pages | None = None
    two_processes: TwoProcesses | None = None
    memory_megabytes: Mapping[str, float] | None = None
    cold_start_seconds: float | None = None


def as_json(report: Report) -> Json:
    """The document."""
    return {
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "articles": report.articles,
        "load": {**asdict(report.load), "rounds": report.rounds},
        "machine": machine(),
        "versions": dict(report.versions),
        "queries": {query.name: _query(report.found, query.name, query.about) for query in QUERIES},
        "left_out": dict(report.left_out),
        "pages": None if report.pages is None else asdict(report.pages),
        "two_processes": _two(report.two_processes),
        "memory_megabytes": _rounded(report.memory_megabytes),
        "cold_start_seconds": report.cold_start_seconds,
    }


def write(document: Json) -> list[Path]:
    """Keep the document as the latest one, and as the latest one of its scale."""
    FOLDER.mkdir(exist_ok=True)
    paths = [LATEST, scale_path(document["articles"])]
    for path in paths:
        path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    return paths


def scale_path(articles: int) -> Path:
    """Where the latest results of a scale are kept."""
    return FOLDER / f"articles-{articles}.json"


def of_other_scales(articles: int) -> list[Json]:
    """The latest results of all other scales that `make bench` is asked for: ten thousand articles and more."""
    found = [json.loads(path.read_text()) for path in sorted(FOLDER.glob("articles-*.json"))]
    return [one for one in found if one["articles"] != articles and one["articles"] >= SCALE_MIN]


def read(path: Path) -> Json | None:
    """Results of an earlier run, if there are any."""
    return json.loads(path.read_text()) if path.exists() else None


def machine() -> Json:
    """What the benchmark ran on."""
    return {
        "processor": _first_value("/proc/cpuinfo", "model name") or platform.machine(),
        "cores": os.cpu_count(),
        "memory_gigabytes": round(
            int((_first_value("/proc/meminfo", "MemTotal") or "0").split()[0]) / 1e6, 1
        ),
        "system": platform.platform(),
        "python": platform.python_version(),
    }


def _query(found: Found, query: str, about: str) -> Json:
    names = [name for wanted, name in found if wanted == query]
    bare = max(
        (name for name in names if name in BARE), key=lambda name: _rate(found, query, name), default=None
    )
    references = {name: name for name in names if name in REFERENCES} | ({"bare": bare} if bare else {})
    return {
        "about": about,
        "bare": bare,
        "servers": {name: _server(found, query, name, references) for name in names},
    }


def _server(found: Found, query: str, name: str, references: Mapping[str, str]) -> Json:
    one = found[query, name]
    return {
        "requests_per_second": round(one.requests_per_second, 1),
        "p50_ms": round(one.p50_ms, 2),
        "p99_ms": round(one.p99_ms, 2),
        "cpu_ms": round(one.cpu_ms, 4),
        "postgres_cpu_ms": round(one.postgres_cpu_ms, 4),
        "cores": round(one.cores, 2),
        "rounds": [round(rate, 1) for rate in one.rounds],
        "ratio": {
            reference: round(one.requests_per_second / _rate(found, query, other), 3)
            for reference, other in references.items()
        },
    }


def _rate(found: Found, query: str, name: str) -> float:
    return found[query, name].requests_per_second


def _two(two: TwoProcesses | None) -> Json | None:
    if two is None:
        return None
    return {**asdict(two), "has_room": two.has_room}


def _rounded(sizes: Mapping[str, float] | None) -> Json | None:
    return None if sizes is None else {name: round(size, 1) for name, size in sizes.items()}


def _first_value(path: str, name: str) -> str | None:
    for line in Path(path).read_text().splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return None
