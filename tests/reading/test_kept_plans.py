"""A plan that is kept holds text and code, and nothing of what it was made of."""

import gc
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from graphql import GraphQLSchema
from sqlalchemy import ClauseElement

from cms.reading.planning.plans import Plan
from tests.reading.asking import DRAFT_VIEW, PUBLIC_VIEW, Questions

QUERY = """
query($first: Int!, $after: String) {
  articles(
    first: $first, after: $after, orderBy: [{field: TITLE, direction: ASC}], where: {title: {contains: "e"}}
  ) {
    totalCount
    pageInfo { hasNextPage endCursor }
    edges { cursor node { title tags { name } byline { author { name } } related(first: 2) { nodes { title } } } }
  }
}
"""
# What a plan is run with lasts as long as the program: what it holds is no plan's.
_LASTING = (ModuleType, type, GraphQLSchema)


def within(root: Any) -> Iterator[Any]:
    """Everything that the object holds on to, and that holds on to nothing but what its plan needs."""
    seen, waiting = {id(root)}, [root]
    while waiting:
        thing = waiting.pop()
        yield thing
        for inner in gc.get_referents(thing):
            is_module = isinstance(inner, dict) and "__spec__" in inner
            if id(inner) not in seen and not is_module and not isinstance(inner, _LASTING):
                seen.add(id(inner))
                waiting.append(inner)


@pytest.mark.usefixtures("newsroom")
async def test_no_expression_of_a_statement_stays(questions: Questions) -> None:
    for view in (PUBLIC_VIEW, DRAFT_VIEW):
        planned = await questions.planned(QUERY, {"first": 2}, view)
        assert (planned.errors, planned.fallbacks) == ([], [])
    kept = list(within(questions.plans._kept))  # pyright: ignore[reportPrivateUsage]  (nobody else looks at it)
    assert [thing for thing in kept if isinstance(thing, Plan)] != []
    assert [type(thing) for thing in kept if isinstance(thing, ClauseElement)] == []
