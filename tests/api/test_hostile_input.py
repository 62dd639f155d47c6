"""Whatever is asked, the answer is the caller's fault or nobody's, never ours."""

import json
from dataclasses import astuple
from typing import Any

import httpx
import pytest
import pytest_asyncio
from graphql import StringValueNode
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import queries

from cms.assets.uploads import Depot
from cms.commands.schema import schema_text
from cms.graphql import make_schema
from cms.permissions import Role
from tests.api.asking import Api, Json
from tests.api.hostile import NASTY, inputs_of, locales, markdown, times, urls
from tests.api.newsroom import Newsroom, fill_newsroom

SCHEMA = make_schema()._schema  # pyright: ignore[reportPrivateUsage]  (no public name)
assert SCHEMA.mutation_type is not None
MUTATIONS = SCHEMA.mutation_type.fields
OUR_FAULTS = {"INTERNAL", "UNAVAILABLE", "TIMEOUT"}
relaxed = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.function_scoped_fixture,
        HealthCheck.data_too_large,
    ],
)


def _literals(values: st.SearchStrategy[Any]) -> Any:
    # A document is a text: what has no UTF-8 can only come in variables.
    return values.filter(lambda text: not any("\ud800" <= character <= "\udfff" for character in text)).map(
        lambda text: StringValueNode(value=text)
    )


documents = queries(
    schema_text(),
    custom_scalars={
        "DateTime": _literals(times),
        "Locale": _literals(locales),
        "Markdown": _literals(markdown),
        "Url": _literals(urls),
        "Html": _literals(markdown),
    },
)


@pytest_asyncio.fixture
async def room(api: Api, depot: Depot) -> Newsroom:
    return await fill_newsroom(depot)


async def send(api: Api, request: Json, role: Role | None) -> httpx.Response:
    """Send JSON in which every character beyond ASCII is escaped, lone surrogates too."""
    headers = {**await api.headers(role, "draft", None), "Content-Type": "application/json"}
    return await api.client.post("/graphql", content=json.dumps(request).encode(), headers=headers)


def faults_in(answer: httpx.Response) -> list[Json]:
    """The errors that are ours."""
    if answer.status_code >= 500:
        return [{"status": answer.status_code, "body": answer.text}]
    return [error for error in answer.json().get("errors", []) if error["extensions"]["code"] in OUR_FAULTS]


def document_for(name: str) -> str:
    kind = MUTATIONS[name].args["input"].type
    return f"mutation($input: {kind}) {{ {name}(input: $input) {{ errors {{ code message path }} }} }}"


@pytest.mark.parametrize("name", MUTATIONS)
@given(data=st.data())
@relaxed
async def test_no_input_of_a_mutation_is_our_fault(
    api: Api, room: Newsroom, name: str, data: st.DataObject
) -> None:
    # Every field of Newsroom is an id.
    ids: list[str] = list(astuple(room))
    input = data.draw(inputs_of(MUTATIONS[name].args["input"].type, ids))
    role = data.draw(st.sampled_from([Role.ADMIN, Role.ADMIN, None]))
    answer = await send(api, {"query": document_for(name), "variables": {"input": input}}, role)
    assert faults_in(answer) == []


@given(document=documents, is_public=st.booleans())
@settings(relaxed, max_examples=60)
async def test_no_query_is_our_fault(api: Api, room: Newsroom, document: str, is_public: bool) -> None:
    answer = await send(api, {"query": document}, None if is_public else Role.ADMIN)
    assert faults_in(answer) == []


@given(
    name=st.sampled_from(NASTY) | st.text(max_size=20),
    content=st.binary(max_size=200),
    kind=st.sampled_from(NASTY[:3])
    | st.sampled_from(["image/png", "image/", "text/html", "image/svg+xml; x=y"]),
)
@settings(relaxed, max_examples=40)
async def test_no_file_is_our_fault(api: Api, name: str, content: bytes, kind: str) -> None:
    filename = name.encode("utf-8", "replace").decode().replace("\x00", "0") or "x"
    document = document_for("uploadAsset")
    answer = await api.send_file(
        document, {}, (filename, content, kind.replace("\x00", "") or "image/png"), Role.ADMIN
    )
    assert [error for error in answer.get("errors", []) if error["extensions"]["code"] in OUR_FAULTS] == []


LONG = {
    "letters": "a" * 900_000,
    "emoji": "🗞" * 70_000,
    "stars": "*a " * 100_000,
    "brackets": "[" * 100_000,
    "quotes": "> " * 100_000,
    "backticks": "`" * 100_000,
    "lines": "\n" * 450_000,
    "html": "<div>" * 100_000,
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
@pytest.mark.parametrize("field", ["title", "body", "slug", "message"])
async def test_no_long_text_is_our_fault(api: Api, text: str, field: str) -> None:
    request = {
        "query": document_for("createArticle"),
        "variables": {"input": {"title": "A river", field: text}},
    }
    answer = await api.client.post(
        "/graphql", json=request, headers=await api.headers(Role.ADMIN, None, None)
    )
    assert faults_in(answer) == []


async def test_a_megabyte_is_refused_by_its_size(api: Api) -> None:
    request = {"query": "{ site { name } }", "variables": {"text": "a" * 1_000_000}}
    answer = await send(api, request, None)
    assert answer.status_code == 413
    assert answer.json()["errors"][0]["extensions"]["code"] == "REQUEST_TOO_LARGE"
