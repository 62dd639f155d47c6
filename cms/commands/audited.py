"""What an import has written, for the audit log: an entry for each so many things."""

from collections import Counter
from collections.abc import Callable

from cms.audit.recording import THINGS_MAX, Deed, record
from cms.database import Database
from cms.importing.summary import Note, Outcome, Taken
from cms.permissions import SYSTEM


class Written:
    """The ids of what a command has written, as it goes."""

    def __init__(self, action: str) -> None:
        self._action = action
        self._things: dict[str, tuple[str, Outcome]] = {}

    def beside(self, note: Callable[[Note], None]) -> Callable[[Note], None]:
        """A report that also keeps the ids of what is new or updated."""

        def both(one: Note) -> None:
            if isinstance(one, Taken) and one.outcome is not Outcome.UNCHANGED:
                self._things[one.public_id] = (one.noun, one.outcome)
            note(one)

        return both

    async def record(self, database: Database) -> None:
        """Write the entries."""
        things = list(self._things)
        async with database.transaction() as session:
            for start in range(0, len(things), THINGS_MAX):
                some = things[start : start + THINGS_MAX]
                counts = Counter(self._things[thing] for thing in some)
                told = ", ".join(f"{count} {noun} {outcome}" for (noun, outcome), count in counts.items())
                await record(session, SYSTEM, Deed(self._action, some, message=told))
