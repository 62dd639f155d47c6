"""What an import did: counted, with every warning, for the operator to read."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from cms.importing.documents import ImportWarning, SkippedItem


class Outcome(StrEnum):
    """What became of one thing of the source."""

    NEW = "new"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Taken:
    """One thing of the source that is here now; `public_id` is its id for clients."""

    noun: str
    source_key: str
    outcome: Outcome
    public_id: str


Note = Taken | SkippedItem | ImportWarning


def keep_nothing(_: Note) -> None:
    """Keep no report."""


@dataclass
class Summary:
    """The counts, and the warnings by their sentences. `on_note` hears of each thing as it comes, for a report."""

    on_note: Callable[[Note], None] = keep_nothing
    taken: Counter[tuple[str, Outcome]] = field(default_factory=Counter[tuple[str, Outcome]])
    skipped: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    warnings: Counter[str] = field(default_factory=Counter[str])
    places: dict[str, str] = field(default_factory=dict[str, str])
    """Where each warning came first."""

    def take(self, taken: Taken) -> None:
        """Count something that is here."""
        self.taken[taken.noun, taken.outcome] += 1
        self.on_note(taken)

    def skip(self, skipped: SkippedItem) -> None:
        """Count what was left out."""
        self.skipped[skipped.noun, skipped.reason] += skipped.count
        self.on_note(skipped)

    def warn(self, where: str, message: str) -> None:
        """Keep a warning."""
        self.warnings[message] += 1
        self.places.setdefault(message, where)
        self.on_note(ImportWarning(where, message))

    def count(self, outcome: Outcome, noun: str | None = None) -> int:
        """How many things, of one noun or of all, had this outcome."""
        return sum(
            count for (name, found), count in self.taken.items() if found is outcome and noun in (None, name)
        )

    @property
    def is_unchanged(self) -> bool:
        """Whether the import has found nothing to write."""
        return not self.count(Outcome.NEW) and not self.count(Outcome.UPDATED)
