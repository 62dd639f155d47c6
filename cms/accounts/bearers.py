"""Who shows a secret: on the way of every request, so it is one look at one row."""

from collections.abc import Sequence
from typing import Any, NoReturn
from uuid import UUID

from cms.accounts.secrets import digest_of
from cms.errors import Unauthenticated
from cms.ids import new_id
from cms.permissions import PERMISSIONS_OF_ROLE, Actor, Permission, Role, permissions_named
from cms.reading.pool import ReadPool

_BEARER = """
SELECT t.id, a.id, CASE a.kind WHEN 'PERSON' THEN a.name ELSE t.name END, a.kind = 'PERSON',
    t.last_used_at IS NULL OR t.last_used_at < now() - interval '1 minute',
    t.role, tr.name, coalesce(tr.permissions, t.permissions), a.role, ar.name, ar.permissions,
    t.section_ids, tr.section_ids, a.section_ids, ar.section_ids
FROM api_token t JOIN account a ON a.id = t.account_id
LEFT JOIN custom_role tr ON tr.id = t.custom_role_id LEFT JOIN custom_role ar ON ar.id = a.custom_role_id
WHERE (t.secret_sha256 = $1 OR (t.previous_sha256 = $1 AND t.previous_until > now())) AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now()) AND a.deactivated_at IS NULL
"""
# Whoever finds the row locked goes on without waiting: the other one is noting the same minute.
_NOTE_USE = """
UPDATE api_token SET last_used_at = now()
WHERE id = (SELECT id FROM api_token WHERE id = $1 FOR NO KEY UPDATE SKIP LOCKED)
"""
# A token of somebody that is good no more, written down at most once a minute.
_NOTE_REFUSAL = """
INSERT INTO audit_entry (id, at, actor_id, actor_name, token_id, action, outcome, things, fields)
SELECT $2, now(), a.id, CASE a.kind WHEN 'PERSON' THEN a.name ELSE t.name END, t.id, 'authenticate', 'UNAUTHENTICATED', '{}', '{}'
FROM api_token t JOIN account a ON a.id = t.account_id WHERE $1 IN (t.secret_sha256, t.previous_sha256) AND NOT EXISTS (
    SELECT FROM audit_entry e WHERE e.token_id = t.id AND e.outcome = 'UNAUTHENTICATED' AND e.at > now() - interval '1 minute'
)
"""
_NO_GOOD = "The token is not good: it is unknown, expired or revoked. Ask an administrator for another."
_Held = tuple[str, frozenset[Permission]]


async def find_actor(reads: ReadPool, secret: str) -> Actor:
    """Who shows the secret. It is looked up by its SHA-256, so the time taken tells nothing about a secret.

    Raises Unauthenticated in the same words for a secret that is unknown, expired or revoked, or whose user is deactivated. Notes the use at
    most once a minute, and never waits for that.
    """
    rows = await reads.fetch(_BEARER, digest_of(secret))
    if not rows:
        await reads.fetch(_NOTE_REFUSAL, digest_of(secret), new_id())
        refuse_bearer()
    token_id, account_id, name, is_person, is_use_unnoted, *rest = rows[0]
    key = UUID(bytes=token_id.bytes)
    if is_use_unnoted:
        await reads.fetch(_NOTE_USE, key)
    role, permissions = _held(rest[:6], is_person=is_person)
    account = UUID(bytes=account_id.bytes)
    return Actor(account, name, role, permissions, limits_of(rest[6:]), token_id=key)


def refuse_bearer() -> NoReturn:
    """Raise Unauthenticated, in words that do not tell why."""
    raise Unauthenticated(_NO_GOOD)


def _held(columns: Sequence[Any], *, is_person: bool) -> _Held:
    """The role and the permissions: a program's are its token's; a person's token narrows what the person may."""
    own = held(*columns[:3])
    if not is_person:
        return own or ("", frozenset())
    person = held(*columns[3:]) or ("", frozenset())
    return person if own is None else (own[0], own[1] & person[1])


def held(role: str | None, custom: str | None, permissions: Sequence[str] | None) -> _Held | None:
    """What a built-in role, a custom role or permissions one by one give; None where none of them is."""
    if role is not None:
        return Role(role), PERMISSIONS_OF_ROLE[Role(role)]
    if permissions is None:
        return None
    return custom or "", permissions_named(permissions)


def limits_of(lists: Sequence[Sequence[Any] | None]) -> tuple[frozenset[UUID], ...]:
    """The sections that each of these limits to; None limits to none."""
    return tuple(
        frozenset(UUID(bytes=section.bytes) for section in sections)
        for sections in lists
        if sections is not None
    )
