"""The audit log: what was done, what was refused, by whom; never a secret, and never changed."""

import json
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from cms.accounts.service import create_token, revoke_token
from cms.audit.recording import forget_before
from cms.commands.worker import keep_house
from cms.database import Database, plain_url
from cms.permissions import SYSTEM, Role
from tests.api.asking import Api, Json, code_of
from tests.api.newsroom import DEEDS, fill_newsroom
from tests.assets.conftest import Depot

LOG = """query($where: AuditFilter) { auditLog(first: 100, where: $where) { totalCount nodes {
  action outcome permission actorName actorId tokenId things fields message requestId } } }"""
CREATE = 'mutation { createArticle(input: {title: "Secret plan", body: "b", message: "first"}) { article { id } errors { code } } }'


async def entries(api: Api, **where: Any) -> list[Json]:
    return (await api.data(LOG, {"where": where or None}, role=Role.ADMIN))["auditLog"]["nodes"]


async def test_what_is_done_is_written_down_without_what_it_holds(api: Api) -> None:
    made = (await api.data(CREATE, role=Role.EDITOR))["createArticle"]["article"]["id"]
    [entry] = await entries(api)
    assert (entry["action"], entry["outcome"], entry["actorName"]) == (
        "createArticle",
        "DONE",
        "a test's EDITOR",
    )
    assert (entry["things"], entry["fields"], entry["message"]) == ([made], ["body", "title"], "first")
    assert entry["actorId"].removeprefix("account_") == entry["tokenId"].removeprefix("api_token_")
    assert "Secret plan" not in json.dumps(entry)


async def test_the_request_is_named(api: Api) -> None:
    headers = {**await api.headers(Role.EDITOR, None, None), "X-Request-Id": "request-of-mine"}
    await api.client.post("/graphql", json={"query": CREATE}, headers=headers)
    assert [entry["requestId"] for entry in await entries(api, requestId={"eq": "request-of-mine"})] == [
        "request-of-mine"
    ]


async def test_what_is_refused_is_written_down_with_what_was_missing(api: Api) -> None:
    assert code_of(await api(CREATE, role=Role.VIEWER)) == "FORBIDDEN"
    [entry] = await entries(api)
    assert (entry["outcome"], entry["permission"]) == ("FORBIDDEN", "article:create")
    assert (entry["actorName"], entry["things"]) == ("a test's VIEWER", [])


async def test_the_public_cannot_fill_the_log(api: Api) -> None:
    assert code_of(await api(CREATE, role=None)) == "UNAUTHENTICATED"
    assert code_of(await api(CREATE, secret="kiosque_unknown")) == "UNAUTHENTICATED"
    assert await entries(api) == []


async def test_a_token_that_is_good_no_more_is_written_down_once_a_minute(api: Api) -> None:
    async with api.database.transaction() as session:
        token, secret = await create_token(session, SYSTEM, "old", Role.EDITOR)
        await revoke_token(session, SYSTEM, token.id)
    for _ in range(3):
        assert code_of(await api(CREATE, secret=secret)) == "UNAUTHENTICATED"
    [entry] = await entries(api)
    assert (entry["action"], entry["outcome"], entry["actorName"]) == (
        "authenticate",
        "UNAUTHENTICATED",
        "old",
    )


async def test_what_fails_leaves_no_trace_of_having_been_done(api: Api) -> None:
    blank = 'mutation { createTag(input: {name: " "}) { errors { code } } }'
    assert (await api.data(blank))["createTag"]["errors"] == [{"code": "VALIDATION"}]
    assert await entries(api) == []


async def test_no_secret_is_in_the_log(api: Api) -> None:
    make = 'mutation { createApiToken(input: {name: "x", role: VIEWER}) { apiToken { id } secret } }'
    made = (await api.data(make, role=Role.ADMIN))["createApiToken"]
    [entry] = await entries(api, action={"eq": "createApiToken"})
    assert entry["things"] == [made["apiToken"]["id"]]
    async with api.database.transaction() as session:
        rows = (await session.scalars(text("SELECT to_jsonb(e)::text FROM audit_entry e"))).all()
    assert made["secret"][12:] not in "".join(rows)


@pytest.mark.parametrize("name", DEEDS)
async def test_every_mutation_is_written_down_done_or_refused(api: Api, depot: Depot, name: str) -> None:
    from tests.api.test_who_may_change import attempt

    room = await fill_newsroom(depot)
    await attempt(api, room, name, DEEDS[name].wrong)
    await attempt(api, room, name, DEEDS[name].right)
    done, refused = await entries(api, action={"eq": name})
    assert (done["outcome"], refused["outcome"]) == ("DONE", "FORBIDDEN")
    assert refused["permission"] is not None
    if name != "updateSite":
        assert done["things"] != []


@pytest.mark.parametrize("role", [None, Role.VIEWER, Role.EDITOR])
async def test_the_log_is_for_those_who_may_read_it(api: Api, role: Role | None) -> None:
    answer = await api("{ auditLog { totalCount nodes { action } } }", role=role)
    assert (code_of(answer), answer["data"]) == ("UNAUTHENTICATED" if role is None else "FORBIDDEN", None)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET actor_name = 'nobody'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "SET kiosque.audit_retention = 'on'; DELETE FROM audit_entry",
        "SET kiosque.audit_retention = 'on'; TRUNCATE audit_entry",
    ],
)
async def test_the_database_refuses_to_change_the_log(api: Api, database_url: str, statement: str) -> None:
    await api.data(CREATE)
    with (
        psycopg.connect(plain_url(database_url)) as connection,
        pytest.raises(psycopg.errors.CheckViolation, match="only added to"),
    ):
        connection.execute(statement.encode())
    assert len(await entries(api)) == 1


async def test_the_worker_forgets_what_is_old_and_nothing_younger_than_a_month(
    api: Api, database: Database, depot: Depot
) -> None:
    await api.data(CREATE)
    old = text("""INSERT INTO audit_entry (id, at, actor_name, action, outcome, things, fields)
        SELECT gen_random_uuid(), now() - make_interval(days => age), 'x', 'old', 'DONE', '{}', '{}' FROM unnest(ARRAY[29, 31, 400]) age""")
    async with database.transaction() as session:
        await session.execute(old)
    assert await forget_before(database, 1) == 2
    assert len(await entries(api)) == 2
    kept = depot.settings.model_copy(update={"audit_retention_days": 365})
    await keep_house(database, depot.storage, kept)
    assert len(await entries(api)) == 2
