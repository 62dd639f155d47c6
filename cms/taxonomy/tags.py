"""What can be done with tags: create, update, delete, merge."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from cms.changes import UNSET, Maybe, Noun, announce_change, announce_leaving, announce_merge
from cms.checks import Checks
from cms.database import metadata, now
from cms.errors import Invalid, NotFound
from cms.fields import Rules, cleaned
from cms.permissions import Actor, Permission
from cms.revisions import Expected, Kind, revised
from cms.slug_choice import slug_value
from cms.taxonomy.models import Tag
from cms.texts import clean_line

MERGED_MAX = 100
TAG = Kind("tag")
_TABLE = metadata.tables["tag"]


@dataclass(frozen=True, kw_only=True)
class TagFields:
    """What a tag says. `slug` None makes it from the name."""

    name: Maybe[str | None] = UNSET
    slug: Maybe[str | None] = UNSET


async def create_tag(session: AsyncSession, actor: Actor, fields: TagFields) -> Tag:
    """Make a tag. Raises Problems for a name that is missing, SlugTaken for a slug that another tag has."""
    actor.require(Permission.TAG_WRITE)
    tag = Tag(**await _checked(session, fields, None))
    session.add(tag)
    await session.flush()
    return tag


async def update_tag(
    session: AsyncSession, actor: Actor, tag_id: UUID, fields: TagFields, *, expected: Expected | None = None
) -> Tag:
    """Change what was sent. Raises NotFound, EditConflict, and like `create_tag`."""
    actor.require(Permission.TAG_WRITE)
    tag = await _locked(session, tag_id)
    values = await _checked(session, fields, tag)
    if changes := revised(tag, values, expected, kind=TAG, actor=actor):
        tag.sqlmodel_update({**changes, "updated_at": now()})
        await session.flush()
        await announce_change(session, Noun.TAG, tag_id)
    return tag


async def delete_tag(session: AsyncSession, actor: Actor, tag_id: UUID) -> UUID:
    """Remove a tag, from the articles that have it too. Raises NotFound."""
    actor.require(Permission.TAG_WRITE)
    tag = await _locked(session, tag_id)
    await announce_leaving(session, Noun.TAG, tag_id)
    await session.delete(tag)
    await session.flush()
    return tag_id


async def merge_tags(session: AsyncSession, actor: Actor, from_ids: Sequence[UUID], into_id: UUID) -> Tag:
    """Let one tag take the places of others, which vanish. An article that had several of them keeps one, where the first stood.

    Raises NotFound, or Invalid for no tags, more than 100, or one that would be merged into itself.
    """
    actor.require(Permission.TAG_WRITE)
    merged = list(dict.fromkeys(from_ids))
    _check_merge(merged, into_id)
    into = await _lock_all(session, merged, into_id)
    await announce_merge(session, Noun.TAG, merged, into_id)
    await session.execute(delete(Tag).where(col(Tag.id).in_(merged)))
    into.updated_at = now()
    await session.flush()
    return into


async def _locked(session: AsyncSession, tag_id: UUID) -> Tag:
    tag = await session.get(Tag, tag_id, with_for_update=True)
    if tag is None:
        raise NotFound("There is no such tag.", "id")
    return tag


async def _checked(session: AsyncSession, fields: TagFields, tag: Tag | None) -> dict[str, Any]:
    checks = Checks()
    values = cleaned(fields, _RULES, checks)
    if tag is None and fields.name is UNSET:
        checks.add(Invalid("A tag needs a name.", "name"))
    checks.finish()
    name = values.get("name") or (tag.name if tag else "")
    values |= await slug_value(session, _TABLE, fields.slug, name=name, own_id=tag.id if tag else None)
    return values


def _check_merge(merged: Sequence[UUID], into_id: UUID) -> None:
    if not 0 < len(merged) <= MERGED_MAX:
        raise Invalid(f"Name between 1 and {MERGED_MAX} tags to merge.", "fromIds")
    if into_id in merged:
        raise Invalid("A tag cannot be merged into itself.", "intoId")


async def _lock_all(session: AsyncSession, merged: Sequence[UUID], into_id: UUID) -> Tag:
    # In the order of their ids, so that two merges of the same tags wait for each other instead of deadlocking.
    query = select(Tag).where(col(Tag.id).in_([*merged, into_id])).order_by(col(Tag.id)).with_for_update()
    tags = {tag.id: tag for tag in (await session.scalars(query)).all()}
    for index, tag_id in enumerate(merged):
        if tag_id not in tags:
            raise NotFound("There is no such tag.", "fromIds", str(index))
    if into_id not in tags:
        raise NotFound("There is no such tag to merge into.", "intoId")
    return tags[into_id]


_RULES: Rules = {"name": lambda value: clean_line(value or "", "name", characters_max=200)}
