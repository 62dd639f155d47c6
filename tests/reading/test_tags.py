"""What an answer is made of is noted as cache tags. That nothing is missing is proven by `tests/caching`, which changes everything."""

import re
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from tests.reading.asking import PUBLIC_VIEW, Questions
from tests.reading.collecting import collect, collected_by_hand, forgotten_coroutines
from tests.reading.documents import make_document
from tests.reading.newsroom import Newsroom
from tests.reading.values import Pool

__all__ = ["collected_by_hand"]
NODE = re.compile(r"(article|author|tag|section|asset)_[0-9a-f]{32}")


async def tags_of(questions: Questions, text: str, variables: dict[str, Any] | None = None) -> set[str]:
    """The tags that both executions note for a question to the public side, without those of its nodes."""
    planned, ordinary = await questions.both(text, variables, PUBLIC_VIEW)
    assert planned.text == ordinary.text
    assert planned.errors == []
    assert "site" in planned.tags & ordinary.tags
    return {tag for tag in ordinary.tags if not NODE.fullmatch(tag)}


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("{ site { name } }", {"site"}),
        ("{ __typename }", {"site"}),
        ('{ article(slug: "the-river-falls") { title byline { author { name } } tags { name } } }', {"site"}),
        ('{ article(slug: "the-river-falls") { related { nodes { title } } backlinks { totalCount } } }', {"site"}),
        ('{ article(slug: "the-river-falls") { translations { title } translation(locale: "zh") { id } } }', {"site"}),
        ('{ article(slug: "nothing-like-it") { title } }', {"site", "articles"}),
        ('{ redirect(slug: "nothing-like-it") { targetSlug } }', {"site", "articles"}),
        ("{ articles { totalCount } }", {"site", "articles"}),
        ('{ search(query: "river") { totalCount } }', {"site", "articles"}),
        ('{ author(slug: "ada") { articles(first: 1) { nodes { title } } } }', {"site", "articles"}),
        ("{ authors { nodes { name } } }", {"site", "authors"}),
        ("{ tags { nodes { name } } }", {"site", "tags"}),
        ("{ sections { name parent { name } children { name } } }", {"site", "sections"}),
        ("{ assets { nodes { filename usedBy { totalCount } } } }", {"site", "assets", "articles"}),
    ],
)  # fmt: skip
async def test_lists_and_what_was_not_found_are_noted(
    text: str, tags: set[str], questions: Questions
) -> None:
    assert await tags_of(questions, text) == tags


@pytest.mark.parametrize(
    ("where", "tags"),
    [
        ('{title: {contains: "e"}}', set[str]()),
        ('{authors: {some: {bio: {contains: "e"}}}}', {"authors"}),
        ('{or: [{tags: {none: {slug: {eq: "x"}}}}, {not: {cover: {width: {gt: 10}}}}]}', {"tags", "assets"}),
        ('{section: {parent: {slug: {eq: "s-0"}}}}', {"sections"}),
        ('{related: {every: {authors: {some: {name: {eq: "x"}}}}}}', {"authors"}),
        ("{or: []}", set[str]()),
    ],
)
async def test_what_a_filter_looks_at_is_noted(where: str, tags: set[str], questions: Questions) -> None:
    text = f"{{ articles(where: {where}) {{ totalCount }} }}"
    assert await tags_of(questions, text) == {"site", "articles", *tags}


async def test_a_filter_in_a_variable_is_looked_into_as_well(questions: Questions) -> None:
    text = "query($where: ArticleFilter) { articles(where: $where) { totalCount } }"
    where = {"tags": {"some": {"name": {"eq": "x"}}}}
    assert await tags_of(questions, text, {"where": where}) == {"site", "articles", "tags"}
    planned = await questions.planned(text, {"where": where})
    assert {"site", "articles", "tags"} <= planned.tags


async def test_ids_are_noted_whether_or_not_they_are_found(questions: Questions, newsroom: Newsroom) -> None:
    ids = [newsroom.ids("author")[0], "article_" + "0" * 32]
    text = "query($ids: [ID!]!, $id: ID!) { nodes(ids: $ids) { id } node(id: $id) { id } }"
    planned, ordinary = await questions.both(text, {"ids": ids, "id": ids[1]})
    assert planned.data["nodes"][1] is planned.data["node"] is None
    assert set(ids) <= planned.tags
    assert set(ids) <= ordinary.tags


@forgotten_coroutines
@pytest.mark.usefixtures("collected_by_hand")
async def test_every_id_that_ordinary_execution_shows_is_noted(
    questions: Questions, newsroom: Newsroom
) -> None:
    nouns = ("article", "author", "tag", "section", "asset")
    pool = Pool({noun: newsroom.ids(noun) for noun in nouns}, {"article": ["the-river-rises"]})
    random, shown = Random(41), set[str]()
    for _ in range(200):
        answer = await questions.ordinary(*make_document(questions.graphql_schema, pool, random))
        found = set(ids_in(answer.data))
        assert found <= answer.tags
        shown |= found
        if answer.errors:
            collect()
    assert {tag.partition("_")[0] for tag in shown} == set(nouns)


def ids_in(value: Any) -> Iterator[str]:
    """The ids of nodes anywhere in an answer."""
    if isinstance(value, dict):
        for part in value.values():
            yield from ids_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from ids_in(part)
    elif isinstance(value, str) and NODE.fullmatch(value):
        yield value
