"""Tests that run the examples fill placeholders as GraphiQL's page does."""

from typing import Any

import pytest

from tests.endpoint.placeholders import Placeholders, operations_in


async def answer(query: str, variables: dict[str, Any]) -> dict[str, Any]:
    """An API with one article and one picture; the values are JSON."""
    if "AnyAsset" in query:
        return {"assets": {"nodes": [{"id": "ast_1"}]}}
    found = {"{ id }": {"id": f"id-of-{variables['slug']}"}, "{ version }": {"version": 7}}
    return {"found": next(thing for fields, thing in found.items() if fields in query)}


async def test_placeholders_are_filled_at_any_depth() -> None:
    value = {"id": "{{article:a}}", "list": [{"expectedVersion": "{{version:a}}"}, 3], "kept": "{{other}}"}
    filled = await Placeholders(answer).fill(value)
    assert filled == {"id": "id-of-a", "list": [{"expectedVersion": 7}, 3], "kept": "{{other}}"}


async def test_a_placeholder_within_a_text_becomes_part_of_it() -> None:
    assert await Placeholders(answer).fill("see article:{{article:a}}!") == "see article:id-of-a!"


async def test_what_a_mutation_answered_is_remembered() -> None:
    placeholders = Placeholders(answer)
    placeholders.remember({"createArticle": {"article": {"id": "art_1", "version": 2}, "errors": []}})
    assert await placeholders.fill(["{{last:article}}", "{{last:version}}", "{{last:asset}}"]) == [
        "art_1",
        2,
        "ast_1",
    ]


async def test_what_nothing_answered_yet_is_an_error() -> None:
    with pytest.raises(KeyError, match="tag"):
        await Placeholders(answer).fill("{{last:tag}}")


def test_the_operations_of_a_document_come_with_their_variables() -> None:
    document = "query A($x: Int = 1) { site { name } } mutation B { c } fragment F on Site { name }"
    assert operations_in(document) == [("A", {"x"}), ("B", set())]
