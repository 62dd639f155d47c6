"""API tokens: who may make them, what is kept, and who is let in."""

import asyncio
import hashlib
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlmodel import select

from cms.accounts.models import ApiToken
from cms.accounts.service import create_token, find_actor, list_tokens, revoke_token, rotate_token
from cms.database import Database, now
from cms.errors import Forbidden, Invalid, NotFound, Unauthenticated
from cms.ids import new_id
from cms.permissions import PERMISSIONS_OF_ROLE, PUBLIC, SYSTEM, Actor, Permission, Role, actor_of_role

NOT_ADMINS = [role for role in Role if role is not Role.ADMIN]


async def token_count(database: Database) -> int:
    async with database.transaction() as session:
        return len((await session.scalars(select(ApiToken))).all())


async def make_token(
    database: Database,
    *,
    name: str = "newsroom",
    role: Role = Role.EDITOR,
    expires_at: datetime | None = None,
) -> tuple[ApiToken, str]:
    async with database.transaction() as session:
        return await create_token(session, SYSTEM, name, role, expires_at)


async def test_a_token_keeps_the_hash_and_the_hint_of_its_secret(database: Database) -> None:
    token, secret = await make_token(database, name="  The   site ")
    assert (token.name, token.role, token.hint, token.created_by) == (
        "The site",
        Role.EDITOR,
        secret[:12],
        None,
    )
    assert token.secret_sha256 == hashlib.sha256(secret.encode()).digest()
    assert secret.startswith("kiosque_")
    assert len(secret) == len("kiosque_") + 43


async def test_the_secret_is_nowhere_in_the_row(database: Database) -> None:
    _, secret = await make_token(database)
    async with database.transaction() as session:
        row = (await session.execute(text("SELECT to_jsonb(t)::text FROM api_token t"))).scalar_one()
    assert secret[12:] not in row


@pytest.mark.parametrize("role", NOT_ADMINS)
async def test_no_role_but_admin_makes_lists_or_revokes_tokens(database: Database, role: Role) -> None:
    token, _ = await make_token(database)
    actor = actor_of_role(role, actor_id=token.id, name="somebody")
    async with database.transaction() as session:
        with pytest.raises(Forbidden):
            await create_token(session, actor, "mine", Role.VIEWER)
        with pytest.raises(Forbidden):
            await list_tokens(session, actor)
        with pytest.raises(Forbidden):
            await revoke_token(session, actor, token.id)
    async with database.transaction() as session:
        assert [(kept.id, kept.revoked_at) for kept in await list_tokens(session, SYSTEM)] == [
            (token.id, None)
        ]


async def test_the_public_is_asked_for_a_token(database: Database) -> None:
    token, _ = await make_token(database)
    async with database.transaction() as session:
        with pytest.raises(Unauthenticated):
            await create_token(session, PUBLIC, "mine", Role.VIEWER)
        with pytest.raises(Unauthenticated):
            await list_tokens(session, PUBLIC)
        with pytest.raises(Unauthenticated):
            await revoke_token(session, PUBLIC, token.id)
    assert await token_count(database) == 1


async def test_nobody_makes_a_token_above_their_own_role(database: Database) -> None:
    permissions = PERMISSIONS_OF_ROLE[Role.EDITOR] | {Permission.TOKEN_MANAGE}
    editor = Actor(id=None, name="editor", role=Role.EDITOR, permissions=permissions)
    async with database.transaction() as session:
        with pytest.raises(Forbidden, match=r"The role EDITOR lacks .*“role:manage”"):
            await create_token(session, editor, "up", Role.ADMIN)
        await create_token(session, editor, "same", Role.EDITOR)
    assert await token_count(database) == 1


@pytest.mark.parametrize("name", ["", "  \n ", "a" * 101, "nul\x00", "half\ud800"])
async def test_a_name_that_cannot_be_kept_is_refused(database: Database, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        await make_token(database, name=name)
    assert refused.value.path == ["name"]
    assert await token_count(database) == 0


@pytest.mark.parametrize("expires_at", [now() - timedelta(seconds=1), now().replace(tzinfo=None)])
async def test_a_token_that_has_expired_at_birth_is_refused(database: Database, expires_at: datetime) -> None:
    with pytest.raises(Invalid) as refused:
        await make_token(database, expires_at=expires_at)
    assert refused.value.path == ["expiresAt"]


async def test_the_bearer_of_a_secret_is_found(database: Database) -> None:
    token, secret = await make_token(database, role=Role.AUTHOR)
    expected = actor_of_role(Role.AUTHOR, actor_id=token.id, name="newsroom")
    assert await find_actor(database.reads, secret) == expected


async def test_unknown_expired_and_revoked_are_told_in_the_same_words(database: Database) -> None:
    revoked, revoked_secret = await make_token(database)
    expired, expired_secret = await make_token(database, expires_at=now() + timedelta(hours=1))
    async with database.transaction() as session:
        await revoke_token(session, SYSTEM, revoked.id)
        row = await session.get_one(ApiToken, expired.id)
        row.expires_at = now() - timedelta(seconds=1)
    told: set[str] = set()
    for secret in (revoked_secret, expired_secret, "kiosque_unknown", "", "\ud800", "x" * 100_000):
        with pytest.raises(Unauthenticated) as refused:
            await find_actor(database.reads, secret)
        told.add(refused.value.message)
    assert told == {
        "The token is not good: it is unknown, expired or revoked. Ask an administrator for another."
    }


async def last_use(database: Database, token: ApiToken) -> datetime | None:
    async with database.transaction() as session:
        return (await session.get_one(ApiToken, token.id)).last_used_at


async def test_a_use_is_noted_at_most_once_a_minute(database: Database) -> None:
    token, secret = await make_token(database)
    assert await last_use(database, token) is None
    await find_actor(database.reads, secret)
    first = await last_use(database, token)
    await find_actor(database.reads, secret)
    assert await last_use(database, token) == first
    await database.reads.fetch("UPDATE api_token SET last_used_at = now() - interval '61 seconds'")
    await find_actor(database.reads, secret)
    again = await last_use(database, token)
    assert first is not None
    assert again is not None
    assert again > first


async def test_noting_a_use_waits_for_nobody(database: Database) -> None:
    token, secret = await make_token(database)
    async with database.transaction() as session:
        await session.get_one(ApiToken, token.id, with_for_update=True)
        async with asyncio.timeout(5):
            assert (await find_actor(database.reads, secret)).id == token.id
    assert await last_use(database, token) is None


async def test_revoking_again_keeps_the_first_time(database: Database) -> None:
    token, _ = await make_token(database)
    async with database.transaction() as session:
        first = (await revoke_token(session, SYSTEM, token.id)).revoked_at
    async with database.transaction() as session:
        assert (await revoke_token(session, SYSTEM, token.id)).revoked_at == first


async def test_revoking_an_unknown_token_says_so(database: Database) -> None:
    async with database.transaction() as session:
        with pytest.raises(NotFound) as refused:
            await revoke_token(session, SYSTEM, new_id())
    assert refused.value.path == ["id"]


async def test_tokens_in_force_are_listed_first_then_the_newest(database: Database) -> None:
    made = [(await make_token(database, name=name))[0] for name in ("one", "two", "three")]
    async with database.transaction() as session:
        await revoke_token(session, SYSTEM, made[2].id)
    async with database.transaction() as session:
        assert [token.name for token in await list_tokens(session, SYSTEM)] == ["two", "one", "three"]


async def test_the_secret_before_is_good_for_the_minutes_that_were_said(database: Database) -> None:
    async with database.transaction() as session:
        token, first = await create_token(session, SYSTEM, "The website", Role.VIEWER)
        _, second = await rotate_token(session, SYSTEM, token.id, overlap_minutes=10)
    for secret in (first, second):
        assert (await find_actor(database.reads, secret)).token_id == token.id
    async with database.transaction() as session:
        found = await session.get_one(ApiToken, token.id)
        assert found.previous_until is not None and found.rotated_at is not None
        assert found.previous_until - found.rotated_at == timedelta(minutes=10)
        found.previous_until = now() - timedelta(seconds=1)
    await find_actor(database.reads, second)
    with pytest.raises(Unauthenticated):
        await find_actor(database.reads, first)


async def test_no_more_than_two_secrets_are_good_and_revoking_ends_both(database: Database) -> None:
    async with database.transaction() as session:
        token, first = await create_token(session, SYSTEM, "The website", Role.VIEWER)
        _, second = await rotate_token(session, SYSTEM, token.id, overlap_minutes=43_200)
        _, third = await rotate_token(session, SYSTEM, token.id, overlap_minutes=1)
    assert (await find_actor(database.reads, second)).token_id == token.id
    with pytest.raises(Unauthenticated):
        await find_actor(database.reads, first)
    async with database.transaction() as session:
        await revoke_token(session, SYSTEM, token.id)
    for secret in (second, third):
        with pytest.raises(Unauthenticated):
            await find_actor(database.reads, secret)


@pytest.mark.parametrize("minutes", [-1, 43_201, 2_147_483_647])
async def test_an_overlap_out_of_bounds_is_refused_and_the_secret_stays(
    database: Database, minutes: int
) -> None:
    async with database.transaction() as session:
        token, secret = await create_token(session, SYSTEM, "The website", Role.VIEWER)
    with pytest.raises(Invalid) as refused:
        async with database.transaction() as session:
            await rotate_token(session, SYSTEM, token.id, overlap_minutes=minutes)
    assert refused.value.path == ["overlapMinutes"]
    await find_actor(database.reads, secret)
