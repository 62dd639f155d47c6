"""The examples of schema/README.md run on the demo newsroom."""

import json
import re
from dataclasses import dataclass

import pytest
from graphql import build_schema, parse, validate

from cms.config import PROJECT_ROOT
from tests.api.asking import Api, Json
from tests.endpoint.placeholders import operations_in
from tests.schema.running import run_document

README = (PROJECT_ROOT / "schema" / "README.md").read_text("utf-8")
CONTRACT = (PROJECT_ROOT / "schema" / "schema.graphql").read_text("utf-8")
_EXAMPLE = re.compile(r"```graphql\n(.*?)```(?:\s*```json\n(.*?)```)?", re.DOTALL)
_IN_SHELL = re.compile(r'"query": "((?:[^"\\]|\\.)*)"')
pytestmark = pytest.mark.xdist_group("demo")


@dataclass(frozen=True)
class Example:
    """A document of the page, and the variables below it."""

    document: str
    variables: Json


EXAMPLES = [Example(match[1], json.loads(match[2] or "{}")) for match in _EXAMPLE.finditer(README)]


def name_of(example: Example) -> str:
    return operations_in(example.document)[0][0]


def test_there_are_examples() -> None:
    assert len(EXAMPLES) == README.count("```graphql") == 7


@pytest.mark.parametrize("example", EXAMPLES, ids=name_of)
async def test_the_example_runs(demo: Api, example: Example) -> None:
    for answer in await run_document(demo, example.document, example.variables):
        for field, value in answer.items():
            assert value, f"{field} is empty"
            assert value.get("errors", []) == []


def test_the_documents_in_shell_commands_fit_the_contract() -> None:
    found: list[str] = [json.loads(f'"{text}"') for text in _IN_SHELL.findall(README)]
    assert len(found) == 2
    assert [validate(build_schema(CONTRACT), parse(document)) for document in found] == [[], []]


def test_the_page_names_every_code_of_a_problem() -> None:
    values = re.search(r"enum ErrorCode \{(.*?)\n\}", CONTRACT, re.DOTALL)
    assert values is not None
    codes = re.findall(r"^  ([A-Z_]+)$", values[1], re.MULTILINE)
    assert len(codes) == 5
    assert [code for code in codes if f"`{code}`" not in README] == []
