"""Things that keep no versions and still cannot be written over: each counts its changes, and knows the count at which each field changed last.

So somebody who sends the number that they have read is told exactly what others have changed since, and changes of other fields can be put
together. Articles have whole versions for that (`cms/articles/merging.py`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from cms.errors import Clash, EditConflict
from cms.ids import public_id
from cms.permissions import Actor, Permission

InWords = Callable[[Any], str | None]


class Revised(SQLModel):
    """The columns of a table whose rows count their changes: the count, and for each column that was changed the count at which it was."""

    version: int = Field(default=1, ge=1, sa_column_kwargs={"server_default": "1"})
    field_versions: dict[str, int] = Field(
        default_factory=dict, sa_type=JSONB, nullable=False, sa_column_kwargs={"server_default": "{}"}
    )


@dataclass(frozen=True)
class Expected:
    """What whoever changes a thing has read: its version, and whether their changes may be put beside those that others have made since."""

    version: int
    merges: bool = False


@dataclass(frozen=True)
class Kind:
    """What is to be known of a sort of thing: its noun, what the API calls its columns (camel case if nothing is said), how their values are said,
    and which of them not everybody may read."""

    noun: str
    names: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, InWords] = field(default_factory=dict)
    rules: Mapping[str, Permission] = field(default_factory=dict)
    counter: str = "version"

    def name_of(self, column: str) -> str:
        """What the API calls a column."""
        first, *others = column.split("_")
        return self.names.get(column) or first + "".join(word.capitalize() for word in others)


class Row(Protocol):
    """A row of a table of `Revised`."""

    @property
    def id(self) -> Any:
        """Its key."""
        ...

    @property
    def field_versions(self) -> dict[str, int]:
        """The count at which each column changed last."""
        ...


def revised(
    row: Row,
    values: Mapping[str, Any],
    expected: Expected | None,
    *,
    kind: Kind,
    actor: Actor,
    about: Any = None,
) -> dict[str, Any]:
    """The columns to write so that the row holds the values; none if it does already.

    Without an expectation, the caller has read the row in this transaction. Raises EditConflict if somebody has changed it since the version that
    was expected, unless the changes may be merged and are of other fields. `about` is the (noun, key) to show in that case, if not the row's.
    What the actor may not read counts as changed whenever it is sent: else they could find out by guessing.
    """
    hidden = {name for name, permission in kind.rules.items() if not actor.may(permission)}
    changes = {name: value for name, value in values.items() if name in hidden or getattr(row, name) != value}
    now_at: int = getattr(row, kind.counter)
    if expected is not None and expected.version != now_at:
        _refuse_clash(row, changes, expected, hidden, kind=kind, about=about or (kind.noun, row.id))
    if not changes:
        return {}
    counts = {**row.field_versions, **dict.fromkeys(changes, now_at + 1)}
    return {**changes, kind.counter: now_at + 1, "field_versions": counts}


def _refuse_clash(
    row: Row,
    changes: Mapping[str, Any],
    expected: Expected,
    hidden: set[str],
    *,
    kind: Kind,
    about: tuple[str, Any],
) -> None:
    now_at: int = getattr(row, kind.counter)
    since = {
        kind.name_of(name): name in hidden
        for name, count in row.field_versions.items()
        if count > expected.version
    }
    clashing = dict.fromkeys(name for column in changes if (name := kind.name_of(column)) in since)
    if expected.merges and not clashing and 0 < expected.version < now_at:
        return
    clashes = [_clash(row, changes, name, hidden, kind) for name in clashing]
    what = ", ".join(clash.field for clash in clashes)
    raise EditConflict(
        f"The {kind.noun} is at version {now_at}, not {expected.version}"
        f"{': somebody changed it in between' if expected.version < now_at else ''}{f', and changed what you change: {what}' if what else ''}. "
        "Read it again, then save.",
        "expectedVersion",
        noun=about[0],
        key=about[1],
        changed=sorted(name for name, is_hidden in since.items() if not is_hidden),
        clashes=clashes,
    )


def _clash(row: Row, changes: Mapping[str, Any], name: str, hidden: set[str], kind: Kind) -> Clash:
    # Several columns may be one field to the API.
    columns = [one for one, called in kind.names.items() if called == name]
    columns = columns or [one for one in changes if kind.name_of(one) == name]

    def said(values: Mapping[str, Any]) -> str | None:
        texts = [kind.words.get(one, in_words)(values[one]) for one in columns]
        return ", ".join(text for text in texts if text is not None) or None

    theirs = {one: getattr(row, one) for one in columns}
    is_secret = not hidden.isdisjoint(columns)
    return Clash(
        name, base=None, yours=said({**theirs, **changes}), theirs=None if is_secret else said(theirs)
    )


def in_words(value: Any) -> str | None:
    """A value as text: lists with a line an entry."""
    match value:
        case None:
            return None
        case Enum():
            return value.name
        case bool():
            return str(value).lower()
        case Mapping():
            return ", ".join(f"{name}: {value[name]}" for name in sorted(value))
        case list() | tuple():
            return "\n".join(in_words(entry) or "" for entry in value) or None
        case _:
            return str(value)


def ids_of(noun: str) -> InWords:
    """How the keys of such a noun are said: one, several, or none."""

    def say(value: UUID | Sequence[UUID] | None) -> str | None:
        if isinstance(value, UUID):
            return public_id(noun, value)
        return "\n".join(public_id(noun, key) for key in value) or None if value else None

    return say
