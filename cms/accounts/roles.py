"""What can be done with custom roles: create, update, delete."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from cms.accounts.grants import check_permissions, require_no_limit, require_reach
from cms.accounts.models import Account, ApiToken, CustomRole
from cms.accounts.places import check_sections
from cms.changes import UNSET, Maybe, Unset, value_or
from cms.checks import Checks
from cms.database import now
from cms.errors import Invalid, NotFound
from cms.permissions import Actor, Permission, Role, permissions_named
from cms.revisions import Expected, Kind, ids_of, revised
from cms.texts import clean_line

ROLES_MAX = 100
ROLE = Kind("role", words={"section_ids": ids_of("section")})


@dataclass(frozen=True, kw_only=True)
class RoleFields:
    """What a custom role says. Without `section_ids`, or with None, it holds everywhere."""

    name: Maybe[str | None] = UNSET
    permissions: Maybe[Sequence[str] | None] = UNSET
    section_ids: Maybe[Sequence[UUID] | None] = UNSET


async def create_role(session: AsyncSession, actor: Actor, fields: RoleFields) -> CustomRole:
    """Name a set of permissions. Raises Problems, or Forbidden for permissions that the actor lacks."""
    actor.require(Permission.ROLE_MANAGE)
    require_no_limit(actor)
    if (await session.scalar(select(func.count()).select_from(CustomRole)) or 0) >= ROLES_MAX:
        raise Invalid(f"There are {ROLES_MAX} custom roles; more are not possible.", "name")
    role = CustomRole(**await _checked(session, actor, fields, None))
    session.add(role)
    await session.flush()
    return role


async def update_role(
    session: AsyncSession,
    actor: Actor,
    role_id: UUID,
    fields: RoleFields,
    *,
    expected: Expected | None = None,
) -> CustomRole:
    """Change a custom role, and at once what everybody may who has it. Raises NotFound, EditConflict, and like `create_role`."""
    role = await _locked(session, actor, role_id)
    values = await _checked(session, actor, fields, role)
    if changes := revised(role, values, expected, kind=ROLE, actor=actor):
        role.sqlmodel_update({**changes, "updated_at": now()})
        await session.flush()
    return role


async def names_of_roles(session: AsyncSession) -> Sequence[tuple[UUID, str]]:
    """The custom roles by key, each with its name."""
    return [
        (key, name) for key, name in await session.execute(select(col(CustomRole.id), col(CustomRole.name)))
    ]


async def delete_role(session: AsyncSession, actor: Actor, role_id: UUID) -> UUID:
    """Remove a custom role that nobody has. Raises NotFound, or Invalid while somebody has it."""
    role = await _locked(session, actor, role_id)
    holders = 0
    for table in (Account, ApiToken):
        having = select(func.count()).select_from(table).where(col(table.custom_role_id) == role_id)
        holders += await session.scalar(having) or 0
    if holders:
        raise Invalid(
            f"{holders} user(s) or token(s) have the role, revoked ones counted; give them another one first.",
            "id",
        )
    await session.delete(role)
    await session.flush()
    return role_id


async def _locked(session: AsyncSession, actor: Actor, role_id: UUID) -> CustomRole:
    actor.require(Permission.ROLE_MANAGE)
    require_no_limit(actor)
    role = await session.get(CustomRole, role_id, with_for_update=True)
    if role is None:
        raise NotFound("There is no such role.", "id")
    require_reach(actor, permissions_named(role.permissions), "change what may")
    return role


async def _checked(
    session: AsyncSession, actor: Actor, fields: RoleFields, role: CustomRole | None
) -> dict[str, Any]:
    checks, values = Checks(), dict[str, Any]()
    if role is None:
        fields = replace(fields, name=value_or(fields.name, ""), permissions=value_or(fields.permissions, []))
    with checks.gather():
        if not isinstance(fields.name, Unset):
            values["name"] = await _name(session, fields.name or "", role.id if role else None)
    with checks.gather():
        if not isinstance(fields.permissions, Unset):
            values["permissions"] = sorted(check_permissions(fields.permissions or ()))
    with checks.gather():
        if not isinstance(fields.section_ids, Unset):
            values["section_ids"] = await check_sections(session, fields.section_ids, "sectionIds")
    checks.finish()
    allowed = values["permissions"] if role is None else values.get("permissions", role.permissions)
    require_reach(actor, permissions_named(allowed), "give")
    return values


async def _name(session: AsyncSession, name: str, own_id: UUID | None) -> str:
    cleaned = clean_line(name, "name", characters_max=60)
    same = select(col(CustomRole.id)).where(
        func.lower(col(CustomRole.name)) == func.lower(cleaned), col(CustomRole.id) != own_id
    )
    if cleaned.upper() in frozenset(Role) or await session.scalar(same):
        raise Invalid(f"There is a role “{cleaned}” already.", "name")
    return cleaned
