"""Reads events: each one once, none left out, as soon as its transaction has committed.

Revisions are given when an event is written, not when it is committed: whoever asks for “all after the last revision that I have seen” misses
those of a transaction that was slower. A position is therefore no number but a snapshot, which says exactly which transactions its reader has
seen; docs/decisions/events.md has the argument.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import orjson

CHANNEL = "kiosque_events"
_POSITION = "SELECT pg_current_snapshot()::text"
# The bound on `transaction` is what the index finds; what lies above the snapshot was written by another server, before a restore.
_SINCE = """
SELECT now(), next_change_of_rights(), pg_current_snapshot()::text, coalesce((
    SELECT jsonb_agg(to_jsonb(event) ORDER BY revision) FROM event
    WHERE transaction >= pg_snapshot_xmin($1::text::pg_snapshot)::text::bigint
    AND transaction < pg_snapshot_xmax(pg_current_snapshot())::text::bigint
    AND NOT pg_visible_in_snapshot(transaction::text::xid8, $1::text::pg_snapshot)
), '[]')::text
"""
# Of all that the public reads, only the rights of pictures end by the clock alone.
_NEXT_CHANGE = "SELECT now(), next_change_of_rights()"


class Action(StrEnum):
    """What happened to a thing, as its audience saw it."""

    CREATED = "CREATED"
    UPDATED = "UPDATED"
    DELETED = "DELETED"


@dataclass(frozen=True)
class Event:
    """A change of one thing by one transaction; of many things that are not named, if it has no id.

    Events of one thing are in the order in which it was changed. `tags` are the cache tags of all answers that it makes old.
    """

    revision: int
    noun: str
    thing_id: UUID | None
    action: Action
    is_public: bool
    tags: frozenset[str]


class Clock(NamedTuple):
    """The time in the database, and when next the public sees something else without an event; None for never."""

    now: datetime
    due: datetime | None


class Reading(NamedTuple):
    """What has been committed since a position, the position after it, and the clock as the same snapshot shows it."""

    events: Sequence[Event]
    position: str
    clock: Clock


async def current_position(connection: asyncpg.Connection) -> str:
    """Where somebody stands who has seen all that is committed now."""
    return str(await connection.fetchval(_POSITION))


async def read_since(connection: asyncpg.Connection, position: str) -> Reading:
    """The events of the transactions that have committed since the position.

    The position must come from the same server: a snapshot says nothing about the transactions of another one.
    """
    (row,) = await connection.fetch(_SINCE, position)
    *clock, reached, found = row
    return Reading([_event(row) for row in orjson.loads(found)], reached, Clock(*clock))


async def next_change(connection: asyncpg.Connection) -> Clock:
    """The clock as it is now."""
    (row,) = await connection.fetch(_NEXT_CHANGE)
    return Clock(*row)


def _event(row: Mapping[str, Any]) -> Event:
    thing_id = row["thing_id"]
    return Event(
        row["revision"],
        row["noun"],
        None if thing_id is None else UUID(thing_id),
        Action(row["action"]),
        row["is_public"],
        frozenset(row["tags"]),
    )
