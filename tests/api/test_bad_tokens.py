"""A token that is good no more, or never was, is refused in the same words by every way in; also on a connection that was opened while it was good."""

import json
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import select, update
from sqlmodel import col
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from cms.accounts.grants import Grant
from cms.accounts.models import Account, ApiToken
from cms.accounts.oidc import verifying
from cms.accounts.service import create_token, grant_token, revoke_token, rotate_token
from cms.accounts.users import UserFields, create_user, delete_user, update_user
from cms.app import create_app
from cms.config import Settings
from cms.database import Database, now
from cms.endpoint.websocket import PROTOCOL
from cms.permissions import SYSTEM, Role
from tests.accounts.bad_tokens import BAD
from tests.accounts.issuer import Issuer, issuing
from tests.api.fingerprints import fingerprint_of
from tests.api.test_signing_in import settings_for
from tests.endpoint.serving import served

WORDS = "The token is not good: it is unknown, expired or revoked. Ask an administrator for another."
REFUSAL = {"errors": [{"message": WORDS, "extensions": {"code": "UNAUTHENTICATED"}}]}
WHO = "{ viewer { name role } }"
WRITE = 'mutation { createTag(input: {name: "Rivers"}) { errors { code } } }'


@pytest_asyncio.fixture
async def issuer() -> AsyncGenerator[Issuer]:
    async with issuing() as found:
        yield found


@pytest_asyncio.fixture
async def port(settings: Settings, issuer: Issuer, database: Database) -> AsyncGenerator[int]:
    """Where the application listens, which trusts the issuer."""
    app = create_app(settings_for(settings, issuer))
    async with app.router.lifespan_context(app), served(app) as found:
        yield found


@pytest_asyncio.fixture
async def client(port: int) -> AsyncGenerator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as found:
        yield found


async def by_post(client: httpx.AsyncClient, token: str, document: str) -> httpx.Response:
    return await client.post("/graphql", json={"query": document}, headers=header(token))


async def by_get(client: httpx.AsyncClient, token: str, document: str) -> httpx.Response:
    return await client.get("/graphql", params={"query": document}, headers=header(token))


async def by_multipart(client: httpx.AsyncClient, token: str, document: str) -> httpx.Response:
    form = {"operations": (None, json.dumps({"query": document})), "map": (None, "{}")}
    headers = {**header(token), b"GraphQL-Require-Preflight": b"1"}
    return await client.post("/graphql", files=form, headers=headers)


def header(token: str) -> dict[bytes, bytes]:
    return {b"Authorization": b"Bearer " + token.encode()}


WAYS = {"POST": by_post, "GET": by_get, "multipart": by_multipart}


@asynccontextmanager
async def conversation(port: int, token: str) -> AsyncGenerator[ClientConnection]:
    """A WebSocket over which the token was shown."""
    async with connect(f"ws://127.0.0.1:{port}/graphql", subprotocols=[Subprotocol(PROTOCOL)]) as socket:
        payload = {"authorization": f"Bearer {token}"}
        await socket.send(json.dumps({"type": "connection_init", "payload": payload}))
        yield socket


async def asked(socket: ClientConnection, document: str) -> Any:
    """The first answer to an operation, and the end of it."""
    await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": {"query": document}}))
    first = json.loads(await socket.recv())
    if first["type"] == "next":
        assert json.loads(await socket.recv()) == {"id": "1", "type": "complete"}
    return first


async def old_tokens(database: Database) -> dict[str, str]:
    """API tokens that were good once."""
    async with database.transaction() as session:
        found: dict[str, str] = {}
        expired, found["expired API token"] = await create_token(session, SYSTEM, "late", Role.ADMIN)
        past = {"expires_at": now() - timedelta(seconds=1)}
        await session.execute(update(ApiToken).where(col(ApiToken.id) == expired.id).values(past))
        revoked, found["revoked API token"] = await create_token(session, SYSTEM, "lost", Role.ADMIN)
        await revoke_token(session, SYSTEM, revoked.id)
        turned, found["API token before its rotation"] = await create_token(
            session, SYSTEM, "old", Role.ADMIN
        )
        await rotate_token(session, SYSTEM, turned.id)
        user = await create_user(session, SYSTEM, UserFields(name="Ada", role=Role.ADMIN))
        _, found["a deactivated user's API token"] = await grant_token(
            session, SYSTEM, "laptop", Grant(), user_id=user.id
        )
        await delete_user(session, SYSTEM, user.id)
    return found


async def test_a_bad_token_is_refused_by_every_way_and_nothing_else_is_told(
    client: httpx.AsyncClient, issuer: Issuer, database: Database
) -> None:
    bad = {name: make(issuer) for name, make in BAD.items()} | await old_tokens(database)
    before = await fingerprint_of(database)
    for name, token in bad.items():
        for way, ask in WAYS.items():
            for document in (WHO, WRITE):
                if (way, document) == ("GET", WRITE):
                    continue
                answer = await ask(client, token, document)
                assert (answer.status_code, answer.json()) == (401, REFUSAL), (name, way)
                assert answer.headers["cache-control"] == "private, no-store", (name, way)
    assert await fingerprint_of(database) == before
    good = await by_post(client, issuer.token(), WHO)
    assert good.json()["data"] == {"viewer": {"name": "Ada Deschamps", "role": "EDITOR"}}


async def test_a_bad_token_opens_no_conversation(port: int, issuer: Issuer, database: Database) -> None:
    bad = {name: make(issuer) for name, make in BAD.items()} | await old_tokens(database)
    for name, token in bad.items():
        async with conversation(port, token) as socket:
            with pytest.raises(ConnectionClosed) as closed:
                await socket.recv()
            assert closed.value.rcvd is not None
            assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4403, f"Forbidden: {WORDS}"), name


async def expire(database: Database, token: ApiToken) -> None:
    async with database.transaction() as session:
        past = {"expires_at": now() - timedelta(seconds=1)}
        await session.execute(update(ApiToken).where(col(ApiToken.id) == token.id).values(past))


async def revoke(database: Database, token: ApiToken) -> None:
    async with database.transaction() as session:
        await revoke_token(session, SYSTEM, token.id)


async def rotate(database: Database, token: ApiToken) -> None:
    async with database.transaction() as session:
        await rotate_token(session, SYSTEM, token.id)


async def remove(database: Database, token: ApiToken) -> None:
    async with database.transaction() as session:
        await delete_user(session, SYSTEM, token.account_id)


async def deactivate(database: Database, token: ApiToken) -> None:
    async with database.transaction() as session:
        await update_user(session, SYSTEM, token.account_id, UserFields(is_active=False))


@pytest.mark.parametrize("end", [expire, revoke, rotate, remove, deactivate])
async def test_an_open_conversation_knows_nobody_any_more_whose_token_has_ended(
    port: int, database: Database, end: Callable[[Database, ApiToken], Awaitable[None]]
) -> None:
    async with database.transaction() as session:
        user = await create_user(session, SYSTEM, UserFields(name="Ada", role=Role.EDITOR))
        token, secret = await grant_token(session, SYSTEM, "laptop", Grant(), user_id=user.id)
    async with conversation(port, secret) as socket:
        assert json.loads(await socket.recv()) == {"type": "connection_ack"}
        told = await asked(socket, WHO)
        assert told["payload"]["data"] == {"viewer": {"name": "Ada", "role": "EDITOR"}}
        await end(database, token)
        before = await fingerprint_of(database)
        for document in (WHO, WRITE, "{ site { name } }"):
            told = await asked(socket, document)
            assert told == {"id": "1", "type": "error", "payload": REFUSAL["errors"]}
    assert await fingerprint_of(database) == before


async def test_an_open_conversation_follows_what_its_bearer_may(port: int, database: Database) -> None:
    async with database.transaction() as session:
        user = await create_user(session, SYSTEM, UserFields(name="Ada", role=Role.EDITOR))
        _, secret = await grant_token(session, SYSTEM, "laptop", Grant(), user_id=user.id)
    async with conversation(port, secret) as socket:
        assert json.loads(await socket.recv()) == {"type": "connection_ack"}
        assert (await asked(socket, WRITE))["payload"]["data"] == {"createTag": {"errors": []}}
        async with database.transaction() as session:
            await update_user(session, SYSTEM, user.id, UserFields(role=Role.VIEWER))
        told = await asked(socket, WRITE)
        assert told["payload"]["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_an_open_conversation_by_an_issuer_s_token_ends_with_the_person(
    port: int, issuer: Issuer, database: Database
) -> None:
    async with conversation(port, issuer.token()) as socket:
        assert json.loads(await socket.recv()) == {"type": "connection_ack"}
        assert (await asked(socket, WHO))["payload"]["data"]["viewer"]["name"] == "Ada Deschamps"
        async with database.transaction() as session:
            key = (await session.scalars(select(col(Account.id)).where(col(Account.subject) == "ada"))).one()
            await delete_user(session, SYSTEM, key)
        assert await asked(socket, WHO) == {"id": "1", "type": "error", "payload": REFUSAL["errors"]}


async def test_an_open_conversation_ends_with_the_time_of_an_issuer_s_token(
    port: int, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with conversation(port, issuer.token(exp=int(time.time()) + 300)) as socket:
        assert json.loads(await socket.recv()) == {"type": "connection_ack"}
        later = SimpleNamespace(time=lambda: time.time() + 331)
        monkeypatch.setattr(verifying, "time", later)
        assert await asked(socket, WHO) == {"id": "1", "type": "error", "payload": REFUSAL["errors"]}
