"""Asks the whole application through its HTTP face, as anybody or as the bearer of a token."""

import json
from typing import Any

import httpx

from cms.accounts.service import create_token
from cms.articles.tables import site as site_table
from cms.database import Database
from cms.permissions import SYSTEM, Role
from tests.desk import empty

# JSON goes in and comes out, so its values are of any type.
Json = dict[str, Any]


class Api:
    """The application, and a token of each role."""

    def __init__(self, client: httpx.AsyncClient, database: Database) -> None:
        self.client, self.database = client, database
        self._secrets: dict[Role, str] = {}

    async def __call__(
        self,
        query: str,
        variables: Json | None = None,
        *,
        role: Role | None = Role.EDITOR,
        perspective: str | None = "draft",
        secret: str | None = None,
    ) -> Json:
        """The whole answer. The public asks in no perspective but `published`, unless a secret is given."""
        headers = await self.headers(role, perspective, secret)
        request = {"query": query, "variables": variables or {}}
        answer = await self.client.post("/graphql", json=request, headers=headers)
        return answer.json()

    async def data(self, query: str, variables: Json | None = None, **how: Any) -> Json:
        """The data of an answer that must have no errors."""
        answer = await self(query, variables, **how)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    async def send_file(
        self,
        query: str,
        input: Json,
        file: tuple[str, bytes, str],
        role: Role | None,
        *,
        secret: str | None = None,
    ) -> Json:
        """Ask with one file, as the multipart request specification has it: it becomes `input.file`."""
        operations = {"query": query, "variables": {"input": {**input, "file": None}}}
        form = {"operations": json.dumps(operations), "map": json.dumps({"0": ["variables.input.file"]})}
        headers = {**await self.headers(role, None, secret), "GraphQL-Require-Preflight": "1"}
        answer = await self.client.post("/graphql", data=form, files={"0": file}, headers=headers)
        return answer.json()

    async def start_afresh(self) -> None:
        """Leave nothing in the database but a site with the locales en and fr."""
        await empty(self.database)
        async with self.database.transaction() as session:
            await session.execute(site_table.update().values(locales=["en", "fr"], default_locale="en"))
        self._secrets.clear()

    async def headers(self, role: Role | None, perspective: str | None, secret: str | None) -> dict[str, str]:
        """The headers of a request."""
        if secret is None and role is not None:
            secret = await self._secret_of(role)
        if secret is None:
            return {}
        shown = {} if perspective is None else {"X-Perspective": perspective}
        return {"Authorization": f"Bearer {secret}", **shown}

    async def _secret_of(self, role: Role) -> str:
        if role not in self._secrets:
            async with self.database.transaction() as session:
                _, self._secrets[role] = await create_token(session, SYSTEM, f"a test's {role}", role)
        return self._secrets[role]


def code_of(answer: Json) -> str:
    """The code of the one top-level error."""
    assert len(answer["errors"]) == 1, answer
    return answer["errors"][0]["extensions"]["code"]


def problems_of(payload: Json) -> list[tuple[str, list[str]]]:
    """The codes and paths of a payload's errors."""
    return [(error["code"], error["path"]) for error in payload["errors"]]
