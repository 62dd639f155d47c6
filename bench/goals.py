"""What the project wants of itself, and whether a run reached it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.results import Json

MEMORY_MEGABYTES_MAX = 200
COLD_START_SECONDS_MAX = 2.0
# Query, who is measured, against whom, at least so many times its requests a second.
_RATIOS = (
    *((query, "kiosque", "bare", 0.8) for query in ("Q1", "Q2")),
    ("Q3", "kiosque", "bare", 1.1),
    *((query, "kiosque", "postgraphile", 3.0) for query in ("Q1", "Q2", "Q3")),
    *((query, "kiosque", "strawberry", 40.0) for query in ("Q1", "Q2")),
    *((query, "kiosque-cached", "constant", 0.4) for query in ("Q1", "Q2", "Q3")),
    *((query, "kiosque-304", "constant", 0.4) for query in ("Q1", "Q2", "Q3")),
    ("Q4", "kiosque", "strawberry", 3.0),
)


@dataclass(frozen=True)
class Goal:
    """A figure that is wanted and what was found: None where it was not measured."""

    name: str
    wanted: str
    found: float | None
    is_met: bool | None

    @property
    def shown(self) -> str:
        """What was found, for a table."""
        return "not measured" if self.found is None else f"{self.found:.2f}"


def goals(document: Json, others: Sequence[Json]) -> list[Goal]:
    """All goals; `others` are the latest results of other scales: those of the most articles are held against those of the fewest."""
    scales = sorted([document, *others], key=lambda one: one["articles"])
    compared = _scaled(scales[-1], scales[0]) if len(scales) > 1 else ()
    return [*_ratios(document), *_further(document), *compared]


def _ratios(document: Json) -> Iterator[Goal]:
    for query, server, reference, wanted in _RATIOS:
        measured = document["queries"][query]["servers"].get(server, {}).get("ratio", {})
        yield _at_least(f"{query}: {server} against {reference}", wanted, measured.get(reference))


def _further(document: Json) -> Iterator[Goal]:
    pages, two, memory = document["pages"], document["two_processes"], document["memory_megabytes"]
    deep = None if pages is None else pages["deep"] / pages["first"]
    yield _at_least(f"page {pages['number']:,} against the first" if pages else "deep page", 0.8, deep)
    if two is None or two["has_room"]:
        yield _at_least("two processes against one", 1.7, None if two is None else two["two"] / two["one"])
    else:
        name = f"two processes against one (no core left: one process and its load take {two['cores_taken_by_one']:.1f} of {two['cores']})"
        yield Goal(name, "≥ 1.70", two["two"] / two["one"], None)
    yield _at_most("megabytes a process", MEMORY_MEGABYTES_MAX, (memory or {}).get("kiosque"))
    yield _at_most("seconds of a cold start", COLD_START_SECONDS_MAX, document["cold_start_seconds"])


def _scaled(document: Json, smaller: Json) -> Iterator[Goal]:
    for query in ("Q1", "Q2"):
        now, before = (_rate(one, query) for one in (document, smaller))
        found = None if now is None or before is None else now / before
        name = f"{query}: {document['articles']:,} articles against {smaller['articles']:,}"
        yield _at_least(name, 0.8, found)


def _rate(document: Json, query: str) -> float | None:
    return document["queries"][query]["servers"].get("kiosque", {}).get("requests_per_second")


def _at_least(name: str, wanted: float, found: float | None) -> Goal:
    return Goal(name, f"≥ {wanted:.2f}", found, None if found is None else found >= wanted)


def _at_most(name: str, wanted: float, found: float | None) -> Goal:
    return Goal(name, f"≤ {wanted:.2f}", found, None if found is None else found <= wanted)
