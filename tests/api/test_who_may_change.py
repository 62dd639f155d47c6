"""Every mutation: refused for the public and for the wrong role, which changes nothing; done for the right one."""

from typing import Any

import pytest
import pytest_asyncio
from graphql import GraphQLSchema

from cms.assets.uploads import Depot
from cms.graphql import make_schema
from cms.permissions import Role
from tests.api.asking import Api, Json, code_of
from tests.api.fingerprints import fingerprint_of
from tests.api.newsroom import DEEDS, PICTURE, Newsroom, fill_newsroom

every_mutation = pytest.mark.parametrize("name", DEEDS)


def schema() -> GraphQLSchema:
    return make_schema()._schema  # pyright: ignore[reportPrivateUsage]  (no public name)


@pytest_asyncio.fixture
async def room(api: Api, depot: Depot) -> Newsroom:
    return await fill_newsroom(depot)


async def attempt(api: Api, room: Newsroom, name: str, role: Role | None) -> Json:
    """Do what the table says, in a role."""
    deed, mutation = DEEDS[name], schema().mutation_type
    assert mutation is not None
    kind = mutation.fields[name].args["input"].type
    document = (
        f"mutation($input: {kind}!) {{ done: {name}(input: $input) {{ errors {{ code message path }} }} }}"
    ).replace("!!", "!")
    if deed.has_file:
        return await api.send_file(document, deed.input(room), ("grey.png", PICTURE, "image/png"), role)
    return await api(document, {"input": deed.input(room)}, role=role, perspective=None)


def test_the_table_names_every_mutation() -> None:
    mutation = schema().mutation_type
    assert mutation is not None
    assert sorted(DEEDS) == sorted(mutation.fields)


@every_mutation
async def test_the_public_is_refused_and_nothing_changes(
    api: Api, room: Newsroom, depot: Depot, name: str
) -> None:
    before, stored = await fingerprint_of(api.database), _objects(depot)
    answer = await attempt(api, room, name, None)
    assert code_of(answer) == "UNAUTHENTICATED"
    assert answer["data"] is None
    assert (await fingerprint_of(api.database), _objects(depot)) == (before, stored)


@every_mutation
async def test_the_wrong_role_is_refused_and_nothing_changes(
    api: Api, room: Newsroom, depot: Depot, name: str
) -> None:
    wrong = DEEDS[name].wrong
    await api("{ viewer { name } }", role=wrong)
    before, stored = await fingerprint_of(api.database), _objects(depot)
    answer = await attempt(api, room, name, wrong)
    assert code_of(answer) == "FORBIDDEN"
    assert answer["data"] is None
    assert (await fingerprint_of(api.database), _objects(depot)) == (before, stored)


@every_mutation
async def test_the_right_role_does_it(api: Api, room: Newsroom, name: str) -> None:
    right = DEEDS[name].right
    await api("{ viewer { name } }", role=right)
    before = await fingerprint_of(api.database)
    answer = await attempt(api, room, name, right)
    assert answer["data"] == {"done": {"errors": []}}
    assert "errors" not in answer
    assert await fingerprint_of(api.database) != before


def _objects(depot: Depot) -> list[str]:
    return depot.storage.keys("")


async def test_somebody_else_s_upload_is_not_found_by_who_may_only_upload(api: Api, room: Newsroom) -> None:
    answer: Any = await attempt(api, room, "completeUpload", Role.CONTRIBUTOR)
    assert [error["code"] for error in answer["data"]["done"]["errors"]] == ["NOT_FOUND"]
