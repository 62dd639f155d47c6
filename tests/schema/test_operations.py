"""The documents of schema/operations fit the contract, and run as they stand on the demo newsroom."""

import json
from pathlib import Path

import pytest
from graphql import build_schema, parse, validate

from cms.config import PROJECT_ROOT
from tests.api.asking import Api, Json
from tests.schema.running import OPERATIONS, run_document

CONTRACT = PROJECT_ROOT / "schema" / "schema.graphql"
DOCUMENTS = sorted(OPERATIONS.glob("*.graphql"))
every_document = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
pytestmark = pytest.mark.xdist_group("demo")


def text_of(path: Path) -> str:
    return path.read_text("utf-8")


def variables_of(path: Path) -> Json:
    beside = path.with_suffix(".variables.json")
    return json.loads(beside.read_text("utf-8")) if beside.exists() else {}


def test_there_are_documents() -> None:
    assert len(DOCUMENTS) >= 14


@every_document
def test_the_document_fits_the_contract(path: Path) -> None:
    assert validate(build_schema(CONTRACT.read_text("utf-8")), parse(text_of(path))) == []


@every_document
async def test_the_document_runs_as_it_stands(demo: Api, path: Path) -> None:
    answers = await run_document(demo, text_of(path), variables_of(path))
    assert len(answers) >= 1
    for field, value in [item for answer in answers for item in answer.items()]:
        assert value, f"{field} is empty"
        if isinstance(value, dict) and "errors" in value:
            assert value["errors"] == []
