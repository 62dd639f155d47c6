"""What can be done with API tokens: make, rotate, revoke, list."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from cms.accounts.administrators import keeping_an_administrator
from cms.accounts.bearers import find_actor
from cms.accounts.grants import (
    Grant,
    check_grant,
    check_one_named,
    permissions_of_account,
    permissions_of_token,
    require_no_limit,
    require_reach,
)
from cms.accounts.models import Account, AccountKind, ApiToken
from cms.accounts.places import check_sections
from cms.accounts.secrets import HINT_CHARACTERS, digest_of, new_secret
from cms.database import now
from cms.errors import Invalid, NotFound
from cms.ids import new_id
from cms.permissions import Actor, Permission, Role
from cms.texts import clean_line

TOKENS_LISTED_MAX = 1_000
OVERLAP_MINUTES_MAX = 43_200

__all__ = ["create_token", "find_actor", "grant_token", "list_tokens", "revoke_token", "rotate_token"]


async def create_token(
    session: AsyncSession, actor: Actor, name: str, role: Role, expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """Make a token of a built-in role for a program, as `grant_token` does."""
    return await grant_token(session, actor, name, Grant(role), expires_at=expires_at)


async def grant_token(
    session: AsyncSession,
    actor: Actor,
    name: str,
    grant: Grant,
    *,
    user_id: UUID | None = None,
    expires_at: datetime | None = None,
) -> tuple[ApiToken, str]:
    """Make a token and the secret that its bearer shows; the secret is told only here, its SHA-256 is kept.

    It is a program's own, or the user's: then it may what they may, and no more than its grant if it has one.
    Raises Forbidden for a grant beyond the actor's own, NotFound for an unknown user or role, Invalid for a blank or long name, an unknown
    permission, or a time that has passed.
    """
    actor.require(Permission.TOKEN_MANAGE)
    _check_expiry(expires_at)
    name = clean_line(name, "name", characters_max=100)
    account = await _account(session, actor, name, grant, user_id)
    section_ids = await check_sections(session, grant.section_ids, "sectionIds")
    secret = new_secret()
    token = ApiToken(
        id=account.id if user_id is None else new_id(),
        account_id=account.id,
        name=name,
        role=grant.role,
        custom_role_id=grant.role_id,
        permissions=None if grant.permissions is None else sorted(set(grant.permissions)),
        section_ids=section_ids,
        hint=secret[:HINT_CHARACTERS],
        secret_sha256=digest_of(secret),
        created_by=actor.id,
        expires_at=expires_at,
    )
    session.add(token)
    await session.flush()
    return token, secret


async def _account(
    session: AsyncSession, actor: Actor, name: str, grant: Grant, user_id: UUID | None
) -> Account:
    """Whose token it is to be: the user's, or that of a program which begins with it."""
    if user_id is None:
        check_one_named(grant, "role, roleId and permissions")
        await check_grant(session, actor, grant)
        account = Account(id=new_id(), kind=AccountKind.PROGRAM, name=name, created_by=actor.id)
        session.add(account)
        await session.flush()
        return account
    user = await session.get(Account, user_id, with_for_update={"read": True})
    if user is None or user.kind is not AccountKind.PERSON or user.deactivated_at is not None:
        raise NotFound("There is no such user.", "userId")
    if grant.names:
        check_one_named(grant, "role, roleId and permissions, or none of them for all that the user may")
        await check_grant(session, actor, grant)
    else:
        # Their own, too: what they show now may be a narrower token than this one would be.
        require_reach(actor, await permissions_of_account(session, user), "give")
        require_no_limit(actor)
    return user


async def rotate_token(
    session: AsyncSession, actor: Actor, token_id: UUID, *, overlap_minutes: int = 0
) -> tuple[ApiToken, str]:
    """Give a token another secret. The one before stays good for so many minutes, so that its bearer can be told; one before that does not.

    Raises NotFound, Forbidden for a token that may more than the actor, Invalid for one that is revoked or for an overlap out of bounds.
    """
    token = await _locked(session, actor, token_id)
    if token.revoked_at is not None:
        raise Invalid("The token is revoked, and stays so; make another one.", "id")
    if not 0 <= overlap_minutes <= OVERLAP_MINUTES_MAX:
        raise Invalid(
            f"“overlapMinutes” is {overlap_minutes:,}; it goes from 0 to {OVERLAP_MINUTES_MAX:,}, which is 30 days.",
            "overlapMinutes",
        )
    secret, moment = new_secret(), now()
    token.previous_sha256 = token.secret_sha256 if overlap_minutes else None
    token.previous_until = moment + timedelta(minutes=overlap_minutes) if overlap_minutes else None
    token.hint, token.secret_sha256, token.rotated_at = secret[:HINT_CHARACTERS], digest_of(secret), moment
    await session.flush()
    return token, secret


async def revoke_token(session: AsyncSession, actor: Actor, token_id: UUID) -> ApiToken:
    """Make a token useless from now on. Again is no error and keeps the first time.

    Raises NotFound, Forbidden for a token that may more than the actor, Invalid for the last administrator's.
    """
    async with keeping_an_administrator(session, actor):
        token = await _locked(session, actor, token_id)
        token.revoked_at = token.revoked_at or now()
    return token


async def _locked(session: AsyncSession, actor: Actor, token_id: UUID) -> ApiToken:
    actor.require(Permission.TOKEN_MANAGE)
    token = await session.get(ApiToken, token_id, with_for_update=True)
    if token is None:
        raise NotFound("There is no such token.", "id")
    require_reach(actor, await permissions_of_token(session, token), "change what may")
    require_no_limit(actor)
    return token


async def list_tokens(session: AsyncSession, actor: Actor) -> Sequence[ApiToken]:
    """The tokens, those in force first, then the newest first; at most 1,000."""
    actor.require(Permission.TOKEN_MANAGE)
    in_force_first = col(ApiToken.revoked_at).is_(None).desc()
    order = (in_force_first, col(ApiToken.created_at).desc(), col(ApiToken.id).desc())
    return (await session.scalars(select(ApiToken).order_by(*order).limit(TOKENS_LISTED_MAX))).all()


def _check_expiry(expires_at: datetime | None) -> None:
    if expires_at is not None and expires_at.tzinfo is None:
        raise Invalid(
            "The time at which the token expires needs an offset, as in “2030-01-31T12:00:00Z”.", "expiresAt"
        )
    if expires_at is not None and expires_at <= now():
        raise Invalid("The time at which the token expires has passed already.", "expiresAt")
