"""What changes: the value of a field that was not sent, and word to the slices above that a row below them has changed.

A slice does not import the slices above it, but they keep what they embed of its rows. So it says here what happens to a row, and whoever
depends on the row listens. Saying it with nobody listening is an error: rows would go stale without anybody noticing.
"""

from collections.abc import Awaitable, Callable, Sequence
from enum import Enum, StrEnum
from typing import Final, TypeAlias, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession


class Unset(Enum):
    """The type of UNSET."""

    UNSET = "UNSET"


UNSET: Final = Unset.UNSET
T = TypeVar("T")
Maybe: TypeAlias = T | Unset
"""A field of an input that may be absent. Absent is left alone; None clears."""


def value_or(value: Maybe[T], otherwise: T) -> T:
    """The value that was sent, else the other one."""
    return otherwise if isinstance(value, Unset) else value


class Noun(StrEnum):
    """The rows that others embed or point to."""

    AUTHOR = "author"
    TAG = "tag"
    SECTION = "section"
    ASSET = "asset"


Listener = Callable[[AsyncSession, UUID], Awaitable[None]]
MergeListener = Callable[[AsyncSession, Sequence[UUID], UUID], Awaitable[None]]
_changed: dict[Noun, list[Listener]] = {}
_leaving: dict[Noun, list[Listener]] = {}
_merging: dict[Noun, list[MergeListener]] = {}


def when_changed(noun: Noun) -> Callable[[Listener], Listener]:
    """Call the decorated function after the columns of such a row have been written, in the same transaction."""
    return lambda listener: _add(_changed, noun, listener)


def when_leaving(noun: Noun) -> Callable[[Listener], Listener]:
    """Call the decorated function before such a row is deleted. It lets go of the row, or raises InUse."""
    return lambda listener: _add(_leaving, noun, listener)


def when_merging(noun: Noun) -> Callable[[MergeListener], MergeListener]:
    """Call the decorated function before such rows are deleted in favour of another one. It points to the other one from then on."""
    return lambda listener: _add(_merging, noun, listener)


async def announce_change(session: AsyncSession, noun: Noun, key: UUID) -> None:
    """Say that the row has been written and flushed."""
    for listener in _listeners(_changed, noun):
        await listener(session, key)


async def announce_leaving(session: AsyncSession, noun: Noun, key: UUID) -> None:
    """Say that the row is about to be deleted. Raises InUse if it is needed."""
    for listener in _listeners(_leaving, noun):
        await listener(session, key)


async def announce_merge(session: AsyncSession, noun: Noun, merged: Sequence[UUID], into: UUID) -> None:
    """Say that the merged rows are about to be deleted, and `into` takes their place."""
    for listener in _listeners(_merging, noun):
        await listener(session, merged, into)


def _add(listeners: dict[Noun, list[T]], noun: Noun, listener: T) -> T:
    listeners.setdefault(noun, []).append(listener)
    return listener


def _listeners(listeners: dict[Noun, list[T]], noun: Noun) -> list[T]:
    if noun not in listeners:
        raise LookupError(
            f"Nobody listens to what happens to a row of “{noun}”: import the slices that depend on it first."
        )
    return listeners[noun]
