"""The people whom an issuer vouches for: known by its name for them, provisioned when they come first, kept as their tokens say."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from cms.accounts.bearers import held, limits_of, refuse_bearer
from cms.accounts.models import CustomRole
from cms.accounts.oidc.verifying import Claims
from cms.accounts.users import USER
from cms.audit.recording import Deed, record
from cms.config import Settings
from cms.database import Database
from cms.errors import Invalid
from cms.ids import new_id, public_id
from cms.permissions import Actor, Role
from cms.texts import check_email, optional_line

_KNOWN = """
SELECT a.id, a.name, a.email, a.role, r.name, r.permissions, a.section_ids, r.section_ids, a.deactivated_at IS NULL,
    a.last_seen_at IS NULL OR a.last_seen_at < now() - interval '1 minute'
FROM account a LEFT JOIN custom_role r ON r.id = a.custom_role_id WHERE a.issuer = $1 AND a.subject = $2
"""
_NOTE_VISIT = """
UPDATE account SET last_seen_at = now()
WHERE id = (SELECT id FROM account WHERE id = $1 FOR NO KEY UPDATE SKIP LOCKED)
"""
_WRITE = text("""
INSERT INTO account (id, kind, name, email, role, custom_role_id, issuer, subject, created_at, last_seen_at)
VALUES (:id, 'PERSON', :name, :email, :role, :custom_role_id, :issuer, :subject, now(), now())
ON CONFLICT (issuer, subject) DO UPDATE SET name = excluded.name, email = excluded.email, role = excluded.role,
    custom_role_id = excluded.custom_role_id, last_seen_at = now(), version = account.version + 1,
    field_versions = account.field_versions || (
        SELECT coalesce(jsonb_object_agg(changed.field, account.version + 1), '{}') FROM (VALUES
            ('name', account.name IS DISTINCT FROM excluded.name), ('email', account.email IS DISTINCT FROM excluded.email),
            ('role', account.role IS DISTINCT FROM excluded.role),
            ('custom_role_id', account.custom_role_id IS DISTINCT FROM excluded.custom_role_id)) changed (field, is_so)
        WHERE changed.is_so)
WHERE account.deactivated_at IS NULL AND (account.name, account.email, account.role, account.custom_role_id)
    IS DISTINCT FROM (excluded.name, excluded.email, excluded.role, excluded.custom_role_id)
RETURNING id, version, field_versions
""")


async def person_of(claims: Claims, database: Database, settings: Settings) -> Actor:
    """The actor that the claims speak of. Raises Unauthenticated for somebody without a role, or deactivated."""
    row = await _known(claims, database, settings)
    told = _told(claims, settings)
    told["role"] = told["role"] or _role_without_word(row, settings)
    if told["role"] is None:
        refuse_bearer()
    if row is None or _differs(row, told):
        await _provision(claims, told, database, settings)
        row = await _known(claims, database, settings)
    if row is None or not row[8]:
        refuse_bearer()
    key = UUID(bytes=row[0].bytes)
    if row[9]:
        await database.reads.fetch(_NOTE_VISIT, key)
    role, permissions = held(row[3], row[4], row[5]) or ("", frozenset())
    return Actor(key, row[1], role, permissions, limits_of(row[6:8]))


async def _known(claims: Claims, database: Database, settings: Settings) -> Sequence[Any] | None:
    rows = await database.reads.fetch(_KNOWN, settings.oidc_issuer, claims.subject)
    return rows[0] if rows else None


def _told(claims: Claims, settings: Settings) -> dict[str, str | None]:
    """Name, address and role as the token has them; no role where it names none that is mapped."""
    said = claims.all
    names = (said.get("name"), said.get("preferred_username"), said.get("email"), claims.subject)
    return {
        "name": next(name for text in names if (name := _line(text))),
        "email": _email(said.get("email")),
        "role": _role(said, settings),
    }


def _line(value: Any) -> str | None:
    if not isinstance(value, str):
        return None
    try:
        return optional_line(value[:200], "name", characters_max=200)
    except Invalid:
        return None


def _email(value: Any) -> str | None:
    try:
        return check_email(value, "email") if isinstance(value, str) else None
    except Invalid:
        return None


def _role(said: Mapping[str, Any], settings: Settings) -> str | None:
    """The first role of the mapping whose claim value the token names."""
    named = _at(said, settings.oidc_role_claim)
    values = {named} if isinstance(named, str) else {one for one in named or () if isinstance(one, str)}
    return next((role for value, role in settings.oidc_roles.items() if value in values), None)


def _role_without_word(row: Sequence[Any] | None, settings: Settings) -> str | None:
    """The role of somebody whose token names none: what an issuer gives it takes, too, and what was given here stays."""
    kept = None if row is None else row[4] or row[3]
    if kept is None or kept.lower() in {role.lower() for role in settings.oidc_roles.values()}:
        return settings.oidc_default_role
    return kept


def _at(said: Mapping[str, Any], path: str) -> Any:
    """The claim of this name, which may hold dots; else the one at the end of the path."""
    if path in said:
        found: Any = said[path]
    else:
        found = said
        for step in path.split("."):
            found = found.get(step) if isinstance(found, Mapping) else None
    return found if isinstance(found, str | list) else None


def _differs(row: Sequence[Any], told: Mapping[str, str | None]) -> bool:
    is_same_role = (told["role"] or "").lower() == (row[4] or row[3] or "").lower()
    return bool(row[8]) and ((row[1], row[2]) != (told["name"], told["email"]) or not is_same_role)


async def _provision(
    claims: Claims, told: Mapping[str, str | None], database: Database, settings: Settings
) -> None:
    async with database.transaction() as session:
        role, custom_role_id = await _role_named(session, told["role"])
        if role is None and custom_role_id is None:
            refuse_bearer()
        who = {"name": told["name"], "email": told["email"], "role": role, "custom_role_id": custom_role_id}
        whom = {"id": new_id(), "issuer": settings.oidc_issuer, "subject": claims.subject}
        written = (await session.execute(_WRITE, who | whom)).one_or_none()
        # Somebody else's request may have written the same a moment ago.
        if written is not None:
            await _record(session, who, *written)


async def _record(
    session: AsyncSession, who: Mapping[str, Any], key: UUID, version: int, field_versions: Mapping[str, int]
) -> None:
    """Write down that the issuer's word has made a user, or changed one: as the deed of that user, whose token it was."""
    is_new = version == 1
    changed = [name for name in who if who[name]] if is_new else field_versions
    fields = sorted(USER.name_of(name) for name in changed if is_new or field_versions[name] == version)
    person = Actor(key, who["name"], who["role"] or "", frozenset())
    action = "provisionUser" if is_new else "updateProvisionedUser"
    await record(session, person, Deed(action, [public_id("user", key)], fields))


async def _role_named(session: AsyncSession, name: str | None) -> tuple[str | None, UUID | None]:
    if name is None:
        return None, None
    if name.upper() in frozenset(Role):
        return name.upper(), None
    same = func.lower(col(CustomRole.name)) == name.lower()
    return None, await session.scalar(select(col(CustomRole.id)).where(same))
