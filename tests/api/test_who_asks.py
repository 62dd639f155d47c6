"""Tokens and perspectives, as the whole application takes them."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col

from cms.accounts.models import ApiToken
from cms.accounts.service import create_token
from cms.database import now
from cms.permissions import PERMISSIONS_OF_ROLE, SYSTEM, Role
from tests.api.asking import Api, code_of

WHO = "{ viewer { name role permissions } }"
CREATE = """mutation($input: CreateApiTokenInput!) {
  createApiToken(input: $input) { apiToken { id name role hint expiresAt revokedAt } secret errors { code path } }
}"""
LIST = "{ apiTokens { id name role hint createdAt expiresAt lastUsedAt revokedAt } }"
REVOKE = "mutation($id: ID!) { revokeApiToken(input: {id: $id}) { deletedId errors { code path } } }"


async def test_the_public_is_nobody(api: Api) -> None:
    assert await api.data(WHO, role=None) == {"viewer": None}


@pytest.mark.parametrize("role", Role)
async def test_a_viewer_is_told_what_the_token_may_do(api: Api, role: Role) -> None:
    viewer = (await api.data(WHO, role=role))["viewer"]
    assert viewer == {
        "name": f"a test's {role}",
        "role": role.value,
        "permissions": sorted(permission.value for permission in PERMISSIONS_OF_ROLE[role]),
    }


async def test_drafts_need_a_token(api: Api) -> None:
    answer = await api.client.post("/graphql", json={"query": WHO}, headers={"X-Perspective": "draft"})
    assert (answer.status_code, code_of(answer.json())) == (401, "UNAUTHENTICATED")
    assert answer.headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize("header", ["Bearer kiosque_wrong", "Bearer", "Basic YTpi", "kiosque_x"])
async def test_a_wrong_token_is_refused_in_any_perspective(api: Api, header: str) -> None:
    answer = await api.client.post("/graphql", json={"query": WHO}, headers={"Authorization": header})
    assert (answer.status_code, code_of(answer.json())) == (401, "UNAUTHENTICATED")


async def test_an_expired_token_is_refused(api: Api) -> None:
    async with api.database.transaction() as session:
        token, secret = await create_token(session, SYSTEM, "late", Role.ADMIN, now() + timedelta(hours=1))
    assert (await api.data(WHO, secret=secret))["viewer"]["name"] == "late"
    async with api.database.transaction() as session:
        past = now() - timedelta(seconds=1)
        await session.execute(update(ApiToken).where(col(ApiToken.id) == token.id).values(expires_at=past))
    assert code_of(await api(WHO, secret=secret)) == "UNAUTHENTICATED"


async def test_a_token_is_made_shown_once_listed_and_revoked(api: Api) -> None:
    expires_at = (now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    wanted = {"name": "The website", "role": "VIEWER", "expiresAt": expires_at}
    made = (await api.data(CREATE, {"input": wanted}, role=Role.ADMIN))["createApiToken"]
    secret = made.pop("secret")
    assert (await api.data(WHO, secret=secret))["viewer"]["role"] == "VIEWER"
    listed = await api.data(LIST, role=Role.ADMIN)
    [token] = [token for token in listed["apiTokens"] if token["id"] == made["apiToken"]["id"]]
    assert made == {"apiToken": {name: token[name] for name in made["apiToken"]}, "errors": []}
    assert (token["hint"], token["expiresAt"], token["revokedAt"]) == (secret[:12], expires_at, None)
    assert token["lastUsedAt"] is not None
    assert secret not in str(listed)
    revoked = (await api.data(REVOKE, {"id": token["id"]}, role=Role.ADMIN))["revokeApiToken"]
    assert revoked == {"deletedId": token["id"], "errors": []}
    assert code_of(await api(WHO, secret=secret)) == "UNAUTHENTICATED"


@pytest.mark.parametrize(("role", "code"), [(None, "UNAUTHENTICATED"), (Role.EDITOR, "FORBIDDEN")])
async def test_tokens_are_listed_for_administrators_alone(api: Api, role: Role | None, code: str) -> None:
    answer = await api(LIST, role=role)
    assert (code_of(answer), answer["data"]) == (code, None)


async def test_a_time_that_has_passed_is_a_problem_of_the_input(api: Api) -> None:
    wanted = {"name": " ", "role": "VIEWER", "expiresAt": "2001-01-01T00:00:00Z"}
    payload = (await api.data(CREATE, {"input": wanted}, role=Role.ADMIN))["createApiToken"]
    assert payload == {
        "apiToken": None,
        "secret": None,
        "errors": [{"code": "VALIDATION", "path": ["expiresAt"]}],
    }
