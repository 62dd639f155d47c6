"""What can be done with users: create, update, deactivate."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import column, func, select, table, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from cms.accounts.administrators import keeping_an_administrator
from cms.accounts.grants import (
    Grant,
    check_grant,
    check_one_named,
    permissions_of_account,
    require_no_limit,
    require_reach,
)
from cms.accounts.models import Account, AccountKind, ApiToken
from cms.accounts.places import check_sections
from cms.changes import UNSET, Maybe, Unset
from cms.checks import Checks
from cms.database import now
from cms.errors import Invalid, NotFound
from cms.fields import Rules, cleaned
from cms.permissions import Actor, Permission, Role
from cms.revisions import Expected, Kind, ids_of, revised
from cms.texts import check_email, clean_line, optional_line

# The slice of authors stands above this one, so its table is named and not imported.
_AUTHOR = table("author", column("id"))
USERS_LISTED_MAX = 1_000
USER = Kind(
    "user",
    names={"custom_role_id": "roleId", "deactivated_at": "isActive"},
    words={
        "custom_role_id": ids_of("role"),
        "section_ids": ids_of("section"),
        "author_id": ids_of("author"),
        "deactivated_at": lambda since: "true" if since is None else "false",
    },
)


@dataclass(frozen=True, kw_only=True)
class UserFields:
    """What is known of a person, and what they may. The subject is the issuer's name for them, for signing in."""

    name: Maybe[str | None] = UNSET
    email: Maybe[str | None] = UNSET
    author_id: Maybe[UUID | None] = UNSET
    issuer: Maybe[str | None] = UNSET
    subject: Maybe[str | None] = UNSET
    role: Maybe[Role | None] = UNSET
    role_id: Maybe[UUID | None] = UNSET
    section_ids: Maybe[Any] = UNSET
    is_active: Maybe[bool | None] = UNSET


async def create_user(session: AsyncSession, actor: Actor, fields: UserFields) -> Account:
    """Make a user. Raises Problems, or Forbidden for a role beyond the actor's own rights."""
    actor.require(Permission.USER_MANAGE)
    grant = _grant_sent(fields)
    check_one_named(grant, "role and roleId")
    await check_grant(session, actor, grant)
    values = await _checked(session, fields, None)
    user = Account(kind=AccountKind.PERSON, created_by=actor.id, **values)
    session.add(user)
    await session.flush()
    return user


async def update_user(
    session: AsyncSession,
    actor: Actor,
    user_id: UUID,
    fields: UserFields,
    *,
    expected: Expected | None = None,
) -> Account:
    """Change what was sent. Raises NotFound, EditConflict, Forbidden for somebody who may more than the actor, Invalid for the last administrator."""
    async with keeping_an_administrator(session, actor):
        user = await _locked(session, actor, user_id)
        grant = _grant_sent(fields)
        if grant.names or not isinstance(fields.section_ids, Unset):
            await check_grant(session, actor, grant if grant.names else Grant(user.role, user.custom_role_id))
        if grant.names:
            check_one_named(grant, "role and roleId")
        values = await _checked(session, fields, user)
        user.sqlmodel_update(revised(user, values, expected, kind=USER, actor=actor))
    return user


async def delete_user(session: AsyncSession, actor: Actor, user_id: UUID) -> UUID:
    """Let a user do nothing from now on, and revoke their tokens; what they have made stays theirs. Again is no error."""
    async with keeping_an_administrator(session, actor):
        user = await _locked(session, actor, user_id)
        values = {"deactivated_at": user.deactivated_at or now()}
        user.sqlmodel_update(revised(user, values, None, kind=USER, actor=actor))
        in_force = (col(ApiToken.account_id) == user_id) & col(ApiToken.revoked_at).is_(None)
        await session.execute(update(ApiToken).where(in_force).values(revoked_at=now()))
    return user_id


async def list_users(session: AsyncSession, actor: Actor) -> Sequence[Account]:
    """The users, those who may do something first, then by name; at most 1,000."""
    actor.require(Permission.USER_MANAGE)
    is_person = col(Account.kind) == AccountKind.PERSON
    order = (col(Account.deactivated_at).is_not(None), func.lower(col(Account.name)), col(Account.id))
    query = select(Account).where(is_person).order_by(*order).limit(USERS_LISTED_MAX)
    return (await session.scalars(query)).all()


async def _locked(session: AsyncSession, actor: Actor, user_id: UUID) -> Account:
    actor.require(Permission.USER_MANAGE)
    user = await session.get(Account, user_id, with_for_update=True)
    if user is None or user.kind is not AccountKind.PERSON:
        raise NotFound("There is no such user.", "id")
    require_reach(actor, await permissions_of_account(session, user), "change what may")
    require_no_limit(actor)
    return user


def _grant_sent(fields: UserFields) -> Grant:
    return Grant(
        None if isinstance(fields.role, Unset) else fields.role,
        None if isinstance(fields.role_id, Unset) else fields.role_id,
    )


async def _checked(session: AsyncSession, fields: UserFields, user: Account | None) -> dict[str, Any]:
    checks = Checks()
    values = cleaned(fields, _RULES, checks)
    if user is None and fields.name is UNSET:
        checks.add(Invalid("A user needs a name.", "name"))
    with checks.gather():
        values |= await _sign_in(session, values, user)
    with checks.gather():
        values |= await _author(session, fields.author_id)
    with checks.gather():
        if not isinstance(fields.section_ids, Unset):
            values["section_ids"] = await check_sections(session, fields.section_ids, "sectionIds")
    checks.finish()
    grant = _grant_sent(fields)
    if grant.names:
        values |= {"role": grant.role, "custom_role_id": grant.role_id}
    if not isinstance(fields.is_active, Unset):
        values["deactivated_at"] = None if fields.is_active else (user and user.deactivated_at) or now()
    return values


async def _sign_in(session: AsyncSession, values: dict[str, Any], user: Account | None) -> dict[str, Any]:
    issuer = values.get("issuer", user.issuer if user else None)
    subject = values.get("subject", user.subject if user else None)
    if (issuer is None) != (subject is None):
        raise Invalid("An issuer and a subject go together; give both or neither.", "subject")
    if issuer is None:
        return {"issuer": None, "subject": None}
    same = select(col(Account.id)).where(col(Account.issuer) == issuer, col(Account.subject) == subject)
    if await session.scalar(same.where(col(Account.id) != (user.id if user else None))):
        raise Invalid("Another user signs in with this subject already.", "subject")
    return {"issuer": issuer, "subject": subject}


async def _author(session: AsyncSession, author_id: Maybe[UUID | None]) -> dict[str, UUID | None]:
    if isinstance(author_id, Unset):
        return {}
    if author_id is not None and not await session.scalar(
        select(_AUTHOR.c.id).where(_AUTHOR.c.id == author_id)
    ):
        raise NotFound("There is no such author.", "authorId")
    return {"author_id": author_id}


_RULES: Rules = {
    "name": lambda value: clean_line(value or "", "name", characters_max=200),
    "email": lambda value: check_email(value, "email"),
    "issuer": lambda value: optional_line(value, "issuer", characters_max=2_000),
    "subject": lambda value: optional_line(value, "subject", characters_max=500),
}
