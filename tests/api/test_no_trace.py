"""What may not be seen leaves no trace: not by what is refused, nor by what filters find, nor by what differs from what there never was."""

import json
from collections.abc import AsyncGenerator, Iterator, Mapping
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from graphql import GraphQLInputObjectType, get_named_type

from cms.config import Settings
from cms.ids import public_id
from tests.api.newsroom import DEEDS, Deed, Newsroom
from tests.api.questions import ROOT, SCHEMA, WAYS, needed_for
from tests.api.states import Layer
from tests.api.views import ANSWERED, MAY, PREVIEWS, Stage, View, on_stage

NOBODY = UUID(int=0x01A2_18B4_784B_74C1_BAD6_00EE_C863_EF5A)
READERS = [
    view
    for view in ANSWERED
    if view.who in ("public", "writer", *PREVIEWS) or (view.who == "reader" and view.perspective != "draft")
]


@pytest_asyncio.fixture(scope="module")
async def stage(settings: Settings) -> AsyncGenerator[Stage]:
    """One newsroom for all of these tests."""
    async with on_stage(settings) as found:
        yield found


# What is hidden beside what never was


def hidden_things(stage: Stage, view: View) -> list[str]:
    """The ids of what the view must not find."""
    ids = stage.states.nodes
    return [sign for layer in view.hidden for sign in stage.states.signs(layer) if sign in ids]


def never_been(thing: str) -> str:
    """The id of a thing of the same noun that there has never been."""
    return public_id(thing.rpartition("_")[0], NOBODY)


def pairs(stage: Stage, view: View) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Variables that name something hidden, each beside those that name nothing."""
    for thing in hidden_things(stage, view):
        nothing = never_been(thing)
        yield {"id": thing, "ids": [thing], "number": 1}, {"id": nothing, "ids": [nothing], "number": 1}
    for layer in view.hidden:
        word = layer.value
        yield {"slug": word, "word": word}, {"slug": "quillonautz", "word": "quillonautz"}


def documents() -> Iterator[tuple[str, set[str]]]:
    """A short question for every way to name a thing, and the variables that it takes."""
    for name, ways in WAYS.items():
        kind = get_named_type(ROOT.fields[name].type)
        inner = "totalCount edges { cursor }" if "totalCount" in getattr(kind, "fields", {}) else "__typename"
        for way in ways:
            declared = {part.partition(":")[0].strip(" $") for part in way.declared.split(",")}
            yield f"query({way.declared}) {{ {name}({way.arguments}) {{ {inner} }} }}", declared


@pytest.mark.parametrize("view", READERS, ids=str)
async def test_what_is_hidden_is_as_if_it_had_never_been(stage: Stage, view: View) -> None:
    compared = 0
    for document, declared in documents():
        for hidden, nothing in pairs(stage, view):
            if not declared <= hidden.keys():
                continue
            found = await whole_answer(stage, view, document, {name: hidden[name] for name in declared})
            other = await whole_answer(stage, view, document, {name: nothing[name] for name in declared})
            assert found == other, (document, hidden)
            compared += 1
    assert compared > 10


async def whole_answer(
    stage: Stage, view: View, document: str, variables: Mapping[str, Any]
) -> tuple[Any, ...]:
    """Status, headers and body, with what was asked for struck out, and without what differs with every answer."""
    answer = await stage.ask(view, document, dict(variables), extensions={"cacheTags": True})
    headers = {
        name: value for name, value in answer.headers.items() if name not in {"date", "content-length"}
    }
    whole = json.dumps([answer.status_code, sorted(headers.items()), answer.text])
    for value in variables.values():
        for text in value if isinstance(value, list) else [value]:
            whole = whole.replace(str(text), "…") if isinstance(text, str) else whole
    return (whole,)


# Filters


def conditions(
    kind: GraphQLInputObjectType, values: Mapping[str, Any], depth: int = 2
) -> Iterator[dict[str, Any]]:
    """Every way in which a filter can look for one of the values: `contains` a text, or `eq` an id."""
    for name, field in kind.fields.items():
        inner = get_named_type(field.type)
        if not isinstance(inner, GraphQLInputObjectType) or name in PASSED_BY:
            continue
        operator = OPERATORS.get(inner.name)
        if operator is not None:
            yield from ({name: {operator: value}} for value in values[inner.name])
        elif depth:
            yield from ({name: deeper} for deeper in conditions(inner, values, depth - 1))


# They join conditions, or hold where nothing is found.
PASSED_BY = {"and", "or", "not", "none", "every"}
OPERATORS = {"StringFilter": "contains", "IdFilter": "eq"}
FILTERED = {
    name: field for name, field in ROOT.fields.items() if "where" in field.args and needed_for(field) is None
}


def where_all(view: View, stage: Stage, kind: GraphQLInputObjectType) -> list[dict[str, Any]]:
    """For each place of the filter, the condition that it holds one of the view's hidden words or ids."""
    values = {"StringFilter": [layer.value for layer in view.hidden], "IdFilter": hidden_things(stage, view)}
    together: dict[str, list[dict[str, Any]]] = {}
    for condition in conditions(kind, values):
        together.setdefault(_place(condition), []).append(condition)
    return [{"or": several} for several in together.values()]


def _place(condition: Any) -> str:
    """Where a condition looks, and for which noun if it looks for an id: one filter takes no ids of two nouns."""
    name, inner = next(iter(condition.items()))
    return f"{name}.{_place(inner)}" if isinstance(inner, dict) else f"{name} {inner.rpartition('_')[0]}"


@pytest.mark.parametrize("view", READERS, ids=str)
async def test_no_filter_finds_anything_by_what_is_hidden(stage: Stage, view: View) -> None:
    asked = 0
    for name, field in FILTERED.items():
        kind: Any = get_named_type(field.args["where"].type)
        document = (
            f"query($where: {kind.name}) {{ {name}(where: $where) {{ totalCount edges {{ cursor }} }} }}"
        )
        for where in where_all(view, stage, kind):
            answer = (await stage.ask(view, document, {"where": where})).json()
            asked += 1
            if "errors" in answer:
                # The address of an author is for some, and the id of a picture is none of an article's.
                assert _code(answer) == "FORBIDDEN" or "is the id of another type" in str(answer), answer
            else:
                assert answer["data"][name] == {"totalCount": 0, "edges": []}, where
    assert asked > 15


def _code(answer: Any) -> str:
    return answer["errors"][0]["extensions"]["code"]


async def test_a_filter_finds_by_what_is_not_hidden(stage: Stage) -> None:
    """The test of the test: the same conditions find something for whoever may see it."""
    found = 0
    kind: Any = SCHEMA.get_type("ArticleFilter")
    for where in where_all(View("public", "published"), stage, kind):
        document = "query($where: ArticleFilter) { articles(where: $where) { totalCount } }"
        answer = (await stage.ask(View("editor", "draft"), document, {"where": where})).json()
        found += "errors" not in answer and answer["data"]["articles"]["totalCount"] > 0
    assert found > 8


# Cursors


async def test_a_cursor_from_the_desk_leads_the_public_to_nothing_more(stage: Stage) -> None:
    public, desk = View("public", "published"), View("editor", "draft")
    for name in ("articles", "assets", "authors", "tags"):
        document = f"query($after: String) {{ {name}(first: 30, after: $after) {{ totalCount edges {{ cursor node {{ id }} }} }} }}"
        everything = await stage.data(public, document)
        ids = [edge["node"]["id"] for edge in everything[name]["edges"]]
        for edge in (await stage.data(desk, document))[name]["edges"]:
            page = (await stage.data(public, document, {"after": edge["cursor"]}))[name]
            assert page["totalCount"] == len(ids)
            assert [one["node"]["id"] for one in page["edges"]] == ids[len(ids) - len(page["edges"]) :]


# Mutations


def room(of: Mapping[str, str]) -> Newsroom:
    """A newsroom of these ids, for the table of deeds."""
    article, other = of["article"], of["other"]
    names = {name: f"{name}_{NOBODY.hex}" for name in ("notice", "upload", "user", "role", "preview_link")}
    states = dict.fromkeys(
        ("draft", "submitted", "scheduled", "published", "revised", "translation"), article
    )
    things = {"author": of["author"], "tag": of["tag"], "other_tag": of["tag"], "section": of["section"]}
    token = f"api_token_{NOBODY.hex}"
    return Newsroom(
        **names,
        **states | {"published": other},
        **things,
        asset=of["asset"],
        other_asset=of["asset"],
        token=token,
    )


def given(deed: Deed, newsroom: Newsroom) -> dict[str, Any]:
    """The input of a deed; nobody fetches anything for those who are asked here."""
    found = deed.input(newsroom)
    return found | {"url": "https://pictures.example/grey.png"} if "url" in found else found


@pytest.mark.parametrize("who", ["public", "reader", "viewer", *PREVIEWS])
async def test_whoever_may_change_nothing_learns_nothing_by_trying(stage: Stage, who: str) -> None:
    states, view = stage.states, View(who, "published")
    there = {"author": states.author, "tag": states.tag, "section": states.section, "asset": states.picture}
    there |= {"article": states.articles["review"], "other": states.articles["newer"]}
    nowhere = {name: never_been(thing) for name, thing in there.items()}
    mutation: Any = SCHEMA.mutation_type
    for name, deed in DEEDS.items():
        if deed.has_file:
            continue
        kind = mutation.fields[name].args["input"].type
        document = (
            f"mutation($input: {kind}) {{ {name}(input: $input) {{ errors {{ code message path }} }} }}"
        )
        told = [
            (await stage.ask(view, document, {"input": given(deed, room(of))})).text
            for of in (there, nowhere)
        ]
        assert told[0] == told[1], name
        code = "UNAUTHENTICATED" if who == "public" else "FORBIDDEN"
        assert f'"code":"{code}"' in told[0], (name, told[0])


def test_whoever_is_asked_about_is_somebody_who_may_not_write() -> None:
    assert all(not MAY[who] for who in ("public", *PREVIEWS))
    assert {layer for view in READERS for layer in view.hidden} == set(Layer)
