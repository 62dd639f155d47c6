"""What can be done with sections: create, update, delete."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import column, func, or_, select, table
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from cms.changes import UNSET, Maybe, Noun, Unset, announce_change, announce_leaving, value_or
from cms.checks import Checks
from cms.database import metadata, now
from cms.errors import InUse, Invalid, NotFound
from cms.fields import Rules, cleaned
from cms.permissions import Actor, Permission
from cms.revisions import Expected, Kind, ids_of, revised
from cms.slug_choice import slug_value
from cms.taxonomy.models import Section
from cms.texts import clean_line, optional_text

POSITION_MAX = 1_000_000
USES_NAMED_MAX = 10
SECTION = Kind("section", words={"parent_id": ids_of("section")})
_TABLE = metadata.tables["section"]
# The slice of articles stands above this one, so its tables are named and not imported.
_ARTICLE = table("article", column("id"), column("draft_version_id"), column("live_version_id"))
_VERSION = table("article_version", column("id"), column("section_id"))
# Others may file below it too, but nobody may delete it meanwhile.
_HELD = {"read": True, "key_share": True}
_CIRCLES = {"ck_section_no_circle", "ck_section_not_its_own_parent"}


@dataclass(frozen=True, kw_only=True)
class SectionFields:
    """What a section says. `slug` None makes it from the name; `position` None puts it after its siblings."""

    name: Maybe[str | None] = UNSET
    slug: Maybe[str | None] = UNSET
    description: Maybe[str | None] = UNSET
    parent_id: Maybe[UUID | None] = UNSET
    position: Maybe[int | None] = UNSET


async def create_section(session: AsyncSession, actor: Actor, fields: SectionFields) -> Section:
    """Make a section. Raises Invalid, SlugTaken, NotFound (parent) or several of them as Problems."""
    actor.require(Permission.SECTION_WRITE)
    await _hold_tree(session)
    values = await _checked(session, fields, None)
    section = Section(**values)
    session.add(section)
    await session.flush()
    return section


async def update_section(
    session: AsyncSession,
    actor: Actor,
    section_id: UUID,
    fields: SectionFields,
    *,
    expected: Expected | None = None,
) -> Section:
    """Change what was sent. Raises NotFound, EditConflict, and like `create_section`; a circle of sections is Invalid."""
    actor.require(Permission.SECTION_WRITE)
    await _hold_tree(session)
    section = await _locked(session, section_id)
    values = await _checked(session, fields, section)
    if changes := revised(section, values, expected, kind=SECTION, actor=actor):
        await _write(session, section, {**changes, "updated_at": now()})
        await announce_change(session, Noun.SECTION, section_id)
    return section


async def _write(session: AsyncSession, section: Section, changes: dict[str, Any]) -> None:
    try:
        async with session.begin_nested():
            section.sqlmodel_update(changes)
            await session.flush()
    except IntegrityError as error:
        raise _circle_or(error) from error


async def delete_section(session: AsyncSession, actor: Actor, section_id: UUID) -> UUID:
    """Remove a section. Raises NotFound, or InUse while it has sections below it or articles in it."""
    actor.require(Permission.SECTION_WRITE)
    await _hold_tree(session)
    section = await _locked(session, section_id)
    await _refuse_with_children(session, section_id)
    await _refuse_with_articles(session, section_id)
    await announce_leaving(session, Noun.SECTION, section_id)
    await session.delete(section)
    await session.flush()
    return section_id


async def _hold_tree(session: AsyncSession) -> None:
    # One at a time moves sections, under the lock of the trigger that refuses circles; else two that move each under the other's would
    # wait for one another.
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtext("section tree"))))


async def _locked(session: AsyncSession, section_id: UUID) -> Section:
    section = await session.get(Section, section_id, with_for_update=True)
    if section is None:
        raise NotFound("There is no such section.", "id")
    return section


async def _checked(session: AsyncSession, fields: SectionFields, section: Section | None) -> dict[str, Any]:
    checks = Checks()
    values = cleaned(fields, _RULES, checks)
    if section is None and fields.name is UNSET:
        checks.add(Invalid("A section needs a name.", "name"))
    with checks.gather():
        values |= await _parent(session, fields)
    checks.finish()
    name = values.get("name") or (section.name if section else "")
    values |= await slug_value(
        session, _TABLE, fields.slug, name=name, own_id=section.id if section else None
    )
    values |= await _position(session, fields, section, values)
    return values


async def _parent(session: AsyncSession, fields: SectionFields) -> dict[str, UUID | None]:
    parent_id = fields.parent_id
    if isinstance(parent_id, Unset):
        return {}
    if parent_id is not None and await session.get(Section, parent_id, with_for_update=_HELD) is None:
        raise NotFound("There is no such section to put it under.", "parentId")
    return {"parent_id": parent_id}


async def _position(
    session: AsyncSession, fields: SectionFields, section: Section | None, values: dict[str, Any]
) -> dict[str, int]:
    given = value_or(fields.position, None)
    if given is not None or (section is not None and fields.position is UNSET):
        return {}
    parent_id = values.get("parent_id", section.parent_id if section else None)
    is_sibling = col(Section.parent_id).is_not_distinct_from(parent_id)
    last = select(func.coalesce(func.max(col(Section.position)), -1)).where(is_sibling)
    return {"position": min((await session.execute(last)).scalar_one() + 1, POSITION_MAX)}


async def _refuse_with_children(session: AsyncSession, section_id: UUID) -> None:
    below = (
        select(col(Section.id))
        .where(col(Section.parent_id) == section_id)
        .order_by(col(Section.position), col(Section.id))
    )
    children = (await session.scalars(below.limit(USES_NAMED_MAX))).all()
    if children:
        used_by = [(Noun.SECTION.value, child) for child in children]
        raise InUse("The section has sections below it; move or delete those first.", "id", used_by=used_by)


async def _refuse_with_articles(session: AsyncSession, section_id: UUID) -> None:
    filed = select(_VERSION.c.id).where(_VERSION.c.section_id == section_id)
    is_current = or_(_ARTICLE.c.draft_version_id.in_(filed), _ARTICLE.c.live_version_id.in_(filed))
    query = select(_ARTICLE.c.id).where(is_current).order_by(_ARTICLE.c.id).limit(USES_NAMED_MAX)
    used_by = [("article", key) for key in await session.scalars(query)]
    if used_by:
        raise InUse("The section has articles in it; move those first.", "id", used_by=used_by)


def _circle_or(error: IntegrityError) -> Exception:
    diagnosis = getattr(error.orig, "diag", None)
    if getattr(diagnosis, "constraint_name", None) in _CIRCLES:
        return Invalid("A section cannot be under itself, nor under a section that is under it.", "parentId")
    return error


def _position_in_range(value: int | None) -> int | None:
    if value is not None and not 0 <= value <= POSITION_MAX:
        raise Invalid(f"“position” is {value}; it goes from 0 to {POSITION_MAX:,}.", "position")
    return value


_RULES: Rules = {
    "name": lambda value: clean_line(value or "", "name", characters_max=200),
    "description": lambda value: optional_text(value, "description", characters_max=2_000),
    "position": _position_in_range,
}
