"""The memory of imports: which thing of a source is which row here, and what it was like when it was last read."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from cms.database import metadata, now
from cms.importing.models import ImportRecord

TAKEN = "taken"
"""The fingerprint of what was here before the import, which never changes it."""

UNFINISHED = "unfinished"
"""The fingerprint of an article that still waits for its links: no content has it, so the next import finishes the article."""

_TABLE = metadata.tables["import_record"]


async def find_record(session: AsyncSession, source: str, noun: str, source_key: str) -> ImportRecord | None:
    """What is remembered of a thing."""
    return await session.get(ImportRecord, (source, noun, source_key))


async def find_targets(
    session: AsyncSession, source: str, noun: str, source_keys: list[str]
) -> Mapping[str, UUID]:
    """The rows that stand for these things, by source key; those that were never imported are missing."""
    column = _TABLE.c
    query = select(column.source_key, column.target_id).where(
        column.source == source, column.noun == noun, column.source_key.in_(source_keys)
    )
    return {row.source_key: row.target_id for row in await session.execute(query)}


async def keep_record(
    session: AsyncSession,
    source: str,
    noun: str,
    source_key: str,
    *,
    target_id: UUID,
    fingerprint: str,
) -> None:
    """Remember a thing in the transaction that wrote it."""
    values: dict[str, UUID | str | datetime] = {
        "target_id": target_id,
        "fingerprint": fingerprint,
        "imported_at": now(),
    }
    new = insert(_TABLE).values(source=source, noun=noun, source_key=source_key, **values)
    await session.execute(
        new.on_conflict_do_update(index_elements=["source", "noun", "source_key"], set_=values)
    )


def fingerprint_of(*values: Any) -> str:
    """The SHA-256 of facts that JSON can write: two readings of the same facts have the same."""
    return hashlib.sha256(orjson.dumps(values, option=orjson.OPT_SORT_KEYS)).hexdigest()
