"""Runs documents as a reader would: from top to bottom, with placeholders filled, sending files where an answer says how."""

from typing import Any

import httpx

from cms.config import PROJECT_ROOT
from cms.permissions import Role
from tests.api.asking import Api, Json
from tests.endpoint.placeholders import Placeholders, operations_in

OPERATIONS = PROJECT_ROOT / "schema" / "operations"
SAMPLE = OPERATIONS / "sample.png"


async def run_document(api: Api, document: str, variables: Json) -> list[Json]:
    """The data of each operation in turn."""

    async def ask(query: str, values: dict[str, Any]) -> dict[str, Any]:
        return await api.data(query, values, role=Role.ADMIN)

    placeholders = Placeholders(ask)
    answers: list[Json] = []
    for name, declared in operations_in(document):
        given = {key: value for key, value in variables.items() if key in declared}
        answers.append(await _run(api, document, name, await placeholders.fill(given)))
        placeholders.remember(answers[-1])
    return answers


async def _run(api: Api, document: str, name: str, variables: Json) -> Json:
    headers = await api.headers(Role.ADMIN, None, None)
    request = {"query": document, "operationName": name, "variables": variables}
    answer = (await api.client.post("/graphql", json=request, headers=headers)).json()
    assert "errors" not in answer, (name, answer["errors"])
    for payload in answer["data"].values():
        if isinstance(payload, dict) and payload.get("upload"):
            await send_file(payload["upload"], SAMPLE.read_bytes())
    return answer["data"]


async def send_file(upload: Json, content: bytes) -> httpx.Response:
    """Send the bytes by the request that createUpload has answered."""
    headers = {header["name"]: header["value"] for header in upload["headers"]}
    async with httpx.AsyncClient(trust_env=False) as client:
        if upload["method"] == "PUT":
            return await client.put(upload["url"], content=content, headers=headers)
        fields = {field["name"]: field["value"] for field in upload["fields"]}
        return await client.post(upload["url"], data=fields, files={"file": content}, headers=headers)
