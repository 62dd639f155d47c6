"""Nobody writes over what somebody else has written since: authors, tags, sections, the site, pictures, users, roles and notices."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from cms.accounts.grants import Grant
from cms.accounts.service import grant_token
from cms.assets.uploads import Depot
from cms.permissions import SYSTEM, Role
from tests.api.asking import Api, Json
from tests.api.newsroom import Newsroom, fill_newsroom

CONFLICT = """errors { __typename code path message ... on EditConflictError {
    changedFields clashes { field base yours theirs } current { __typename version ... on Node { id } } } }"""


@dataclass(frozen=True)
class Thing:
    """Something that can be changed: by which mutation, how it is named there, and two fields of it with values to write."""

    mutation: str
    about: Callable[[Newsroom], Json]
    one: tuple[str, str]
    other: tuple[str, str]
    noun: str
    type_name: str
    counter: str = "version"


def by_id(name: str) -> Callable[[Newsroom], Json]:
    return lambda room: {"id": getattr(room, name)}


THINGS = [
    Thing("updateAuthor", by_id("author"), ("bio", "Rivers."), ("title", "Editor"), "author", "Author"),
    Thing("updateTag", by_id("tag"), ("name", "Streams"), ("slug", "streams"), "tag", "Tag"),
    Thing("updateSection", by_id("section"), ("name", "Hills"), ("description", "High"), "section", "Section"),
    Thing("updateSite", lambda _: {}, ("name", "The Weir"), ("url", "https://weir.example"), "site", "Site"),
    Thing("updateAsset", by_id("asset"), ("caption", "A weir"), ("credit", "Ada"), "asset", "Asset"),
    Thing("updateUser", by_id("user"), ("name", "Béla"), ("email", "b@example.org"), "user", "User"),
    Thing("updateNotice", by_id("notice"), ("text", "It is shut."), ("kind", "CORRECTION"), "article", "Article", "revision"),
]  # fmt: skip
OF_THINGS = pytest.mark.parametrize("thing", THINGS, ids=[thing.mutation for thing in THINGS])


class Editing:
    """Somebody who changes a thing."""

    def __init__(self, api: Api, thing: Thing, room: Newsroom) -> None:
        self.api, self.thing, self.room = api, thing, room

    async def change(self, expected: int, how: str = "REFUSE", **fields: Any) -> Json:
        """The payload for a change of what was read at a version."""
        thing, kind = self.thing, f"U{self.thing.mutation[1:]}Input"
        read = "notices { revision }" if thing.counter == "revision" else thing.counter
        document = f"mutation($input: {kind}!) {{ done: {thing.mutation}(input: $input) {{ {thing.noun} {{ {read} }} {CONFLICT} }} }}"
        input = {**thing.about(self.room), "expectedVersion": expected, "onConflict": how, **fields}
        return (await self.api.data(document, {"input": input}, role=Role.ADMIN))["done"]

    def version_in(self, payload: Json) -> int:
        """The number that the changed thing has by now."""
        assert payload["errors"] == []
        found = payload[self.thing.noun]
        return found["notices"][0]["revision"] if self.thing.counter == "revision" else found["version"]


@pytest.fixture
async def editing(api: Api, depot: Depot, thing: Thing) -> Editing:
    return Editing(api, thing, await fill_newsroom(depot))


@OF_THINGS
async def test_the_second_of_two_hears_what_the_first_has_done(editing: Editing, thing: Thing) -> None:
    (name, value), (_, clash) = thing.one, thing.one
    assert editing.version_in(await editing.change(1, **{name: value})) == 2
    yours = "UPDATE" if name == "kind" else f"{clash} And more"
    refused = await editing.change(1, **{name: yours})
    assert refused[thing.noun] is None
    [error] = refused["errors"]
    assert (error["__typename"], error["code"], error["path"]) == (
        "EditConflictError",
        "VERSION_CONFLICT",
        ["expectedVersion"],
    )
    assert error["changedFields"] == [name]
    assert error["clashes"] == [{"field": name, "base": None, "yours": yours, "theirs": value}]
    assert error["current"]["__typename"] == thing.type_name
    assert error["message"].endswith(f"and changed what you change: {name}. Read it again, then save.")


@OF_THINGS
async def test_changes_of_other_fields_come_together_by_asking_for_it(editing: Editing, thing: Thing) -> None:
    await editing.change(1, **dict([thing.one]))
    refused = await editing.change(1, **dict([thing.other]))
    assert [error["clashes"] for error in refused["errors"]] == [[]]
    assert editing.version_in(await editing.change(1, "MERGE", **dict([thing.other]))) == 3
    late = await editing.change(1, "MERGE", **{thing.one[0]: "Mine"})
    assert [clash["field"] for clash in late["errors"][0]["clashes"]] == [thing.one[0]]
    assert set(late["errors"][0]["changedFields"]) == {thing.one[0], thing.other[0]}


@OF_THINGS
async def test_a_version_that_is_not_there_is_a_conflict(editing: Editing, thing: Thing) -> None:
    for expected in (-1, 0, 2, 2_147_483_647):
        for how in ("REFUSE", "MERGE"):
            refused = await editing.change(expected, how, **dict([thing.one]))
            assert [error["code"] for error in refused["errors"]] == ["VERSION_CONFLICT"]
            assert refused["errors"][0]["changedFields"] == []
    assert editing.version_in(await editing.change(1, **dict([thing.one]))) == 2
    # What changes nothing is no version.
    assert editing.version_in(await editing.change(2, **dict([thing.one]))) == 2
    assert editing.version_in(await editing.change(2)) == 2


async def test_a_role_is_not_written_over(api: Api, depot: Depot) -> None:
    role = Thing(
        "updateRole", by_id("role"), ("name", "Photographers"), ("permissions", ""), "role", "CustomRole"
    )
    editing = Editing(api, role, await fill_newsroom(depot))
    assert editing.version_in(await editing.change(1, permissions=["asset:upload", "asset:update"])) == 2
    [error] = (await editing.change(1, name="Photo", permissions=[]))["errors"]
    assert error["clashes"] == [
        {"field": "permissions", "base": None, "yours": None, "theirs": "asset:update\nasset:upload"}
    ]
    assert error["current"] == {"__typename": "CustomRole", "version": 2}
    assert editing.version_in(await editing.change(1, "MERGE", name="Photographers")) == 3


async def test_fields_are_named_and_said_as_the_api_says_them(api: Api, depot: Depot) -> None:
    room = await fill_newsroom(depot)
    cases: list[tuple[Thing, Json, Json, list[tuple[str, str | None, str | None]]]] = [
        (THINGS[0], {"avatarId": room.asset}, {"avatarId": None}, [("avatarId", None, room.asset)]),
        (
            THINGS[0],
            {"links": [{"label": "Site", "url": "https://a.example"}]},
            {"links": []},
            [("links", None, "label: Site, url: https://a.example")],
        ),
        (
            THINGS[4],
            {"focalPoint": {"x": 0.25, "y": 0.5}, "digitalSourceType": "TRAINED_ALGORITHMIC_MEDIA"},
            {"focalPoint": {"x": 0.75, "y": 0.5}, "digitalSourceType": "DIGITAL_CAPTURE"},
            [
                ("digitalSourceType", "DIGITAL_CAPTURE", "TRAINED_ALGORITHMIC_MEDIA"),
                ("focalPoint", "0.75, 0.5", "0.25, 0.5"),
            ],
        ),
        (THINGS[3], {"locales": ["en", "fr", "de"]}, {"locales": ["en", "fr"]}, []),
        (THINGS[5], {"roleId": room.role}, {"role": "VIEWER"}, [("role", "VIEWER", None), ("roleId", None, room.role)]),
        (THINGS[5], {"isActive": False}, {"isActive": True}, [("isActive", "true", "false")]),
    ]  # fmt: skip
    reached = dict.fromkeys((thing.mutation for thing, *_ in cases), 1)
    for thing, first, second, clashes in cases:
        editing, read = Editing(api, thing, room), reached[thing.mutation]
        reached[thing.mutation] = editing.version_in(await editing.change(read, **first))
        told = (await editing.change(read, **second))["errors"][0]["clashes"]
        assert sorted((one["field"], one["yours"], one["theirs"]) for one in told) == (
            clashes or [("locales", "en\nfr", "en\nfr\nde")]
        )


async def test_a_conflict_tells_no_address_to_whoever_may_not_read_it(api: Api, depot: Depot) -> None:
    room = await fill_newsroom(depot)
    editing = Editing(api, THINGS[0], room)
    await editing.change(1, email="ada@example.org", bio="Rivers.")
    async with api.database.transaction() as session:
        grant = Grant(permissions=["author:write", "article:read_drafts"])
        _, secret = await grant_token(session, SYSTEM, "a form", grant)
    document = f"mutation($input: UpdateAuthorInput!) {{ done: updateAuthor(input: $input) {{ author {{ version }} {CONFLICT} }} }}"

    async def change(expected: int, **fields: Any) -> Json:
        input = {"id": room.author, "expectedVersion": expected, **fields}
        return (await api.data(document, {"input": input}, secret=secret))["done"]

    for guess in ("ada@example.org", "bela@example.org"):
        [error] = (await change(1, email=guess))["errors"]
        assert error["changedFields"] == ["bio"]
        assert error["clashes"] == [{"field": "email", "base": None, "yours": guess, "theirs": None}]
    # Whether it was the same address is not told by whether a version was made, either.
    assert (await change(2, email="ada@example.org"))["author"] == {"version": 3}


async def test_a_deactivated_user_is_let_in_again_by_nobody_who_has_not_heard_of_it(
    api: Api, depot: Depot
) -> None:
    room = await fill_newsroom(depot)
    editing = Editing(api, THINGS[5], room)
    await api.data(
        "mutation($id: ID!) { deleteUser(input: {id: $id}) { deletedId errors { code } } }",
        {"id": room.user},
        role=Role.ADMIN,
    )
    [error] = (await editing.change(1, isActive=True))["errors"]
    assert error["clashes"] == [{"field": "isActive", "base": None, "yours": "true", "theirs": "false"}]


RELATE = {
    "relateArticles": lambda room: {"id": room.published, "toId": room.draft},
    "unrelateArticles": lambda room: {"id": room.draft, "toId": room.published},
}


@pytest.mark.parametrize("name", RELATE)
async def test_a_single_link_needs_no_version_and_heeds_one(api: Api, depot: Depot, name: str) -> None:
    kind = f"{name[0].upper()}{name[1:]}Input"
    document = f"mutation($input: {kind}!) {{ done: {name}(input: $input) {{ article {{ version }} errors {{ code path }} }} }}"
    given = RELATE[name](await fill_newsroom(depot))
    for wrong in (0, 2):
        told = (await api.data(document, {"input": {**given, "expectedVersion": wrong}}))["done"]
        assert told["errors"] == [{"code": "VERSION_CONFLICT", "path": ["expectedVersion"]}]
    done = (await api.data(document, {"input": {**given, "expectedVersion": None}}))["done"]
    assert done == {"article": {"version": 2}, "errors": []}
