"""What is done alike with everything that an import remembers."""

from collections.abc import MutableMapping
from uuid import UUID

from cms.importing.run import ImportRun
from cms.importing.summary import Outcome

DELETED_HERE = "deleted here since the import"


def settle(
    run: ImportRun,
    noun: str,
    source_key: str,
    key: UUID | None,
    outcome: Outcome | None,
    keys: MutableMapping[str, UUID],
) -> None:
    """Note which row stands for a thing, once it is committed. Without a row it was deleted here, which is respected."""
    if key is None or outcome is None:
        run.skip(source_key, noun, DELETED_HERE)
        return
    keys[source_key] = key
    run.take(noun, source_key, outcome, key)
