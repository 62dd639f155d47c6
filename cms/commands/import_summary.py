"""The summary of an import, as the operator reads it; and the report, as programs do."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import orjson
from rich.markup import escape
from rich.table import Table

from cms.importing.documents import SkippedItem
from cms.importing.summary import Note, Outcome, Summary, Taken, keep_nothing

NOUNS = ("author", "section", "tag", "asset", "article")
WARNINGS_SHOWN_MAX = 12


@contextmanager
def report_to(path: Path | None) -> Generator[Callable[[Note], None]]:
    """What takes each note of an import; with a path, it writes one JSON object a line there."""
    if path is None:
        yield keep_nothing
        return
    with path.open("wb") as file:
        yield lambda note: _write_line(file.write, note)


def tables_of(summary: Summary) -> list[Table]:
    """What was taken, what was left out and why, and the warnings: those that have something to say."""
    tables = [_taken(summary), _skipped(summary), _warnings(summary)]
    return [table for table in tables if table.row_count]


def verdict(summary: Summary, *, is_rehearsal: bool) -> str:
    """The last line: what it comes to."""
    if is_rehearsal:
        return "This was a dry run: nothing was stored."
    if summary.is_unchanged:
        return "Nothing new: everything that can be imported is here already."
    new, updated = summary.count(Outcome.NEW, "article"), summary.count(Outcome.UPDATED, "article")
    return f"{new:,} article(s) imported, {updated:,} updated."


def _taken(summary: Summary) -> Table:
    table = Table("", *(outcome.value for outcome in Outcome), box=None, pad_edge=False)
    for column in table.columns[1:]:
        column.justify = "right"
    for noun in NOUNS:
        counts = [summary.taken[noun, outcome] for outcome in Outcome]
        if any(counts):
            table.add_row(f"{noun}s", *(f"{count:,}" for count in counts))
    return table


def _skipped(summary: Summary) -> Table:
    table = Table("skipped", "", "because", box=None, pad_edge=False)
    for (noun, reason), count in sorted(summary.skipped.items(), key=lambda item: (-item[1], item[0])):
        table.add_row(f"{count:,}", escape(noun), escape(reason))
    return table


def _warnings(summary: Summary) -> Table:
    table = Table("warned", "of", "first at", box=None, pad_edge=False)
    for message, count in summary.warnings.most_common(WARNINGS_SHOWN_MAX):
        table.add_row(f"{count:,}", escape(message), escape(summary.places[message]))
    more = len(summary.warnings) - WARNINGS_SHOWN_MAX
    if more > 0:
        table.add_row("", f"and {more:,} more; --report FILE writes all of them", "")
    return table


def _write_line(write: Callable[[bytes], object], note: Note) -> None:
    kind = "taken" if isinstance(note, Taken) else "skipped" if isinstance(note, SkippedItem) else "warning"
    write(orjson.dumps({"what": kind, **asdict(note)}, option=orjson.OPT_APPEND_NEWLINE))
