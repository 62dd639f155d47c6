"""The published contract: it is what this version serves, and it explains itself."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    build_schema,
    is_specified_directive,
)

from cms.commands.schema import schema_text
from cms.config import PROJECT_ROOT

CONTRACT = PROJECT_ROOT / "schema" / "schema.graphql"


def cms(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cms.cli", *words],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


def test_the_committed_contract_is_the_schema_of_this_version() -> None:
    assert CONTRACT.read_text("utf-8") == schema_text(), "run `cms schema > schema/schema.graphql`"


def test_the_command_prints_the_contract() -> None:
    printed = cms("schema")
    assert (printed.returncode, printed.stdout) == (0, CONTRACT.read_text("utf-8"))


def test_the_command_tells_whether_a_file_is_the_contract(tmp_path: Path) -> None:
    other = tmp_path / "schema.graphql"
    other.write_text("type Query { a: Int }\n")
    assert cms("schema", "--check").returncode == 0
    refused = cms("schema", "--check", str(other))
    assert refused.returncode == 1
    assert "is not the schema of this version" in refused.stderr


def parts_of(kind: GraphQLNamedType) -> Iterator[tuple[str, str | None]]:
    """The name and the description of a type and of all that is inside it."""
    yield kind.name, kind.description
    if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
        for name, field in kind.fields.items():
            yield f"{kind.name}.{name}", field.description
            for argument, described in field.args.items():
                yield f"{kind.name}.{name}({argument})", described.description
    elif isinstance(kind, GraphQLInputObjectType):
        for name, given in kind.fields.items():
            yield f"{kind.name}.{name}", given.description
    elif isinstance(kind, GraphQLEnumType):
        for name, value in kind.values.items():
            yield f"{kind.name}.{name}", value.description


def test_every_type_field_argument_and_value_is_described() -> None:
    schema = build_schema(CONTRACT.read_text("utf-8"))
    own = [kind for name, kind in schema.type_map.items() if not name.startswith("__")]
    described = dict(part for kind in own for part in parts_of(kind))
    for directive in schema.directives:
        if not is_specified_directive(directive):
            described[f"@{directive.name}"] = directive.description
    assert len(described) > 500
    assert [name for name, description in described.items() if not (description or "").strip()] == []
