"""What can be done with API tokens: make, revoke, list, and find out who shows one."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from cms.accounts.models import ApiToken
from cms.database import now
from cms.errors import Forbidden, Invalid, NotFound, Unauthenticated
from cms.permissions import PERMISSIONS_OF_ROLE, Actor, Permission, Role, actor_of_role
from cms.reading.pool import ReadPool
from cms.texts import clean_line

SECRET_PREFIX = "kiosque_"  # noqa: S105  (what every secret begins with, so that scanners for leaked secrets know it)
HINT_CHARACTERS = 12
TOKENS_LISTED_MAX = 1_000

_BEARER = """
SELECT id, name, role, last_used_at IS NULL OR last_used_at < now() - interval '1 minute' AS is_use_unnoted
FROM api_token
WHERE secret_sha256 = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
"""
# Whoever finds the row locked goes on without waiting: the other one is noting the same minute.
_NOTE_USE = """
UPDATE api_token SET last_used_at = now()
WHERE id = (SELECT id FROM api_token WHERE id = $1 FOR NO KEY UPDATE SKIP LOCKED)
"""


async def create_token(
    session: AsyncSession, actor: Actor, name: str, role: Role, expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """Make a token and the secret that its bearer shows; the secret is told only here, its SHA-256 is kept.

    Raises Forbidden for a role that may more than the actor, Invalid for a blank or long name or a time that has passed.
    """
    actor.require(Permission.TOKEN_MANAGE)
    if not PERMISSIONS_OF_ROLE[role] <= actor.permissions:
        raise Forbidden(
            f"Nobody can make a token that may more than they may themselves; {role} is above {actor.role}."
        )
    _check_expiry(expires_at)
    secret = SECRET_PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        name=clean_line(name, "name", characters_max=100),
        role=role,
        hint=secret[:HINT_CHARACTERS],
        secret_sha256=_digest(secret),
        created_by=actor.id,
        expires_at=expires_at,
    )
    session.add(token)
    await session.flush()
    return token, secret


async def revoke_token(session: AsyncSession, actor: Actor, token_id: UUID) -> ApiToken:
    """Make a token useless from now on. Again is no error and keeps the first time. Raises NotFound."""
    actor.require(Permission.TOKEN_MANAGE)
    token = await session.get(ApiToken, token_id, with_for_update=True)
    if token is None:
        raise NotFound("There is no such token.", "id")
    token.revoked_at = token.revoked_at or now()
    await session.flush()
    return token


async def list_tokens(session: AsyncSession, actor: Actor) -> Sequence[ApiToken]:
    """The tokens, those in force first, then the newest first; at most 1,000."""
    actor.require(Permission.TOKEN_MANAGE)
    in_force_first = col(ApiToken.revoked_at).is_(None).desc()
    order = (in_force_first, col(ApiToken.created_at).desc(), col(ApiToken.id).desc())
    return (await session.scalars(select(ApiToken).order_by(*order).limit(TOKENS_LISTED_MAX))).all()


async def find_actor(reads: ReadPool, secret: str) -> Actor:
    """Who shows the secret. It is looked up by its SHA-256, so the time taken tells nothing about a secret.

    Raises Unauthenticated in the same words for a secret that is unknown, expired or revoked. Notes the use at most once a
    minute, and never waits for that.
    """
    rows = await reads.fetch(_BEARER, _digest(secret))
    if not rows:
        raise Unauthenticated(
            "The token is not good: it is unknown, expired or revoked. Ask an administrator for another."
        )
    token_id, name, role, is_use_unnoted = rows[0]
    key = UUID(bytes=token_id.bytes)
    if is_use_unnoted:
        await reads.fetch(_NOTE_USE, key)
    return actor_of_role(Role(role), actor_id=key, name=name)


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def _check_expiry(expires_at: datetime | None) -> None:
    if expires_at is not None and expires_at.tzinfo is None:
        raise Invalid(
            "The time at which the token expires needs an offset, as in “2030-01-31T12:00:00Z”.", "expiresAt"
        )
    if expires_at is not None and expires_at <= now():
        raise Invalid("The time at which the token expires has passed already.", "expiresAt")
