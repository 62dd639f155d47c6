"""Whoever asks, in whatever perspective, by every field of the schema: what they see is what they may see, and all of it."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest
import pytest_asyncio

from cms.config import Settings
from tests.api.exploring import pages_in
from tests.api.questions import ROOT, SLUGS, needed_for, questions, text_of, without_histories
from tests.api.states import Layer, States
from tests.api.views import ALL_VIEWS, ANSWERED, MAY, REFUSED, Stage, View, on_stage


@pytest_asyncio.fixture(scope="module")
async def stage(settings: Settings) -> AsyncGenerator[Stage]:
    """One newsroom for all of these tests, which only read it."""
    async with on_stage(settings) as found:
        yield found


def layers_in(text: str, states: States) -> set[Layer]:
    """The layers of which a text holds a sign."""
    return {layer for layer in Layer if any(sign in text for sign in states.signs(layer))}


async def answers(stage: Stage, view: View) -> list[Any]:
    """The data of all questions."""
    return [
        await stage.data(view, question.document, variables)
        for question in questions(stage.states, MAY[view.who])
        for variables in question.variables
    ]


@pytest.mark.parametrize("view", ANSWERED, ids=str)
async def test_everybody_sees_what_they_may_and_nothing_else(stage: Stage, view: View) -> None:
    found = await answers(stage, view)
    beside = " ".join(text_of(without_histories(data)) for data in found)
    assert layers_in(beside, stage.states) == view.sees
    everywhere = layers_in(" ".join(map(text_of, found)), stage.states)
    assert everywhere == view.sees | view.sees_in_histories
    assert [page for page in _pages(found) if page["totalCount"] != len(page["edges"])] == []


def _pages(found: list[Any]) -> list[Any]:
    return [page for data in found for page in pages_in(data)]


@pytest.mark.parametrize("view", REFUSED, ids=str)
async def test_whoever_may_not_take_a_view_gets_one_error_whatever_they_ask(stage: Stage, view: View) -> None:
    told: set[bytes] = set()
    for question in questions(stage.states, frozenset()):
        answer = await stage.ask(view, question.document, question.variables[0])
        told.add(answer.content)
        assert answer.status_code == (401 if view.refused == "UNAUTHENTICATED" else 403)
        assert answer.headers["cache-control"] == "private, no-store"
    assert len(told) == 1
    assert f'"code":"{view.refused}"'.encode() in told.pop()


@pytest.mark.parametrize("view", ANSWERED, ids=str)
async def test_what_needs_a_permission_is_refused_without_it(stage: Stage, view: View) -> None:
    for name, field in ROOT.fields.items():
        needed = needed_for(field)
        if needed is None or needed in MAY[view.who]:
            continue
        answer = (await stage.ask(view, f"{{ {name} {{ __typename }} }}")).json()
        expected = "UNAUTHENTICATED" if view.who == "public" else "FORBIDDEN"
        assert (answer["data"], [e["extensions"]["code"] for e in answer["errors"]]) == (None, [expected]), (
            name
        )


async def test_no_cache_is_told_of_what_is_hidden(stage: Stage) -> None:
    view = View("public", "published")
    for question in questions(stage.states, frozenset()):
        for variables in question.variables:
            asked = str(variables)
            answer = await stage.ask(view, question.document, variables, extensions={"cacheTags": True})
            tags = answer.json()["extensions"]["cacheTags"]
            told = " ".join([*tags, answer.headers["surrogate-key"], answer.headers["cache-tag"]])
            signs = {sign for layer in view.hidden for sign in stage.states.signs(layer) if sign not in asked}
            assert {sign for sign in signs if sign in told} == set(), question.root


async def test_nothing_but_what_everybody_gets_may_be_kept(stage: Stage) -> None:
    document = "{ articles { totalCount } }"
    for view in ALL_VIEWS:
        answer = await stage.ask(view, document)
        is_public = view == View("public", "published")
        assert answer.headers["cache-control"].startswith("public") is is_public, view
        marks = {"etag", "surrogate-key", "cache-tag"} & set(answer.headers)
        assert is_public or not marks, view


def test_there_are_as_many_views_as_there_should_be() -> None:
    assert (len(ALL_VIEWS), len(ANSWERED)) == (54, 33)
    assert {layer for view in ANSWERED for layer in view.sees} == frozenset(Layer) - {Layer.DELETED}
    assert len(set(SLUGS)) == len(Layer)
