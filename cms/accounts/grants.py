"""Grants: what somebody is given to do, and the rule that nobody gives more than they have."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from cms.accounts.models import Account, ApiToken, CustomRole
from cms.errors import Forbidden, Invalid, NotFound
from cms.permissions import PERMISSIONS_OF_ROLE, Actor, Permission, Role, permissions_named


@dataclass(frozen=True)
class Grant:
    """A built-in role, a custom role, or permissions one by one; and the sections that it is limited to, None for all."""

    role: Role | None = None
    role_id: UUID | None = None
    permissions: Sequence[str] | None = None
    section_ids: Sequence[UUID] | None = None

    @property
    def names(self) -> int:
        """How many of the three are named."""
        return sum(part is not None for part in (self.role, self.role_id, self.permissions))


@dataclass(frozen=True)
class Reach:
    """How far a grant reaches: its permissions, and whether anything limits it to sections."""

    permissions: frozenset[Permission]
    is_limited: bool = False


async def check_grant(session: AsyncSession, actor: Actor, grant: Grant) -> Reach:
    """How far the grant reaches. Raises Forbidden if that is further than the actor's own reach, NotFound or Invalid."""
    reach = await reach_of(session, grant)
    require_reach(actor, reach.permissions, "give")
    require_no_limit(actor)
    return reach


async def reach_of(session: AsyncSession, grant: Grant) -> Reach:
    """How far the grant reaches. Raises NotFound for an unknown role, Invalid for an unknown permission."""
    limited = grant.section_ids is not None
    if grant.role is not None:
        return Reach(PERMISSIONS_OF_ROLE[grant.role], limited)
    if grant.role_id is not None:
        # Whoever gives a role keeps it from being changed meanwhile.
        role = await session.get(CustomRole, grant.role_id, with_for_update={"read": True})
        if role is None:
            raise NotFound("There is no such role.", "roleId")
        return Reach(permissions_named(role.permissions), limited or role.section_ids is not None)
    return Reach(check_permissions(grant.permissions or ()), limited)


def check_permissions(names: Sequence[str]) -> frozenset[Permission]:
    """The permissions of these names. Raises Invalid naming the first that there is not."""
    for index, name in enumerate(names):
        if name not in frozenset(Permission):
            allowed = ", ".join(sorted(Permission))
            raise Invalid(
                f"There is no permission “{name[:60]}”. Permissions are: {allowed}.",
                "permissions",
                str(index),
            )
    return permissions_named(names)


def require_reach(actor: Actor, permissions: frozenset[Permission], verb: str) -> None:
    """Raise Forbidden unless the actor has all these permissions."""
    above = sorted(permissions - actor.permissions)
    if above:
        told = ", ".join(f"“{permission}”" for permission in above[:5])
        raise Forbidden(f"Nobody can {verb} more than they may themselves. {actor.standing} lacks {told}.")


def require_no_limit(actor: Actor) -> None:
    """Raise Forbidden for an actor who is limited to sections: what they would give could reach further."""
    if actor.limits:
        raise Forbidden("Whoever is limited to sections gives no rights to others.")


async def permissions_of_account(session: AsyncSession, account: Account) -> frozenset[Permission]:
    """What a person may, whatever the sections; a program's rights are its token's."""
    grant = Grant(account.role, account.custom_role_id, permissions=())
    return (await reach_of(session, grant)).permissions


async def permissions_of_token(session: AsyncSession, token: ApiToken) -> frozenset[Permission]:
    """What the bearer of a token may at most."""
    if (token.role, token.custom_role_id, token.permissions) == (None, None, None):
        return await permissions_of_account(session, await session.get_one(Account, token.account_id))
    grant = Grant(token.role, token.custom_role_id, sorted(permissions_named(token.permissions or ())))
    return (await reach_of(session, grant)).permissions


def check_one_named(grant: Grant, words: str) -> None:
    """Raise Invalid unless exactly one of the ways to say what somebody may is taken."""
    if grant.names != 1:
        raise Invalid(f"Give exactly one of {words}; there are {grant.names}.", "role")
