"""`cms schema`: the published contract, as this version has it."""

from pathlib import Path
from typing import Annotated

import typer

from cms.commands.console import CommandError, say

PUBLISHED = Path("schema/schema.graphql")

Check = Annotated[
    bool, typer.Option("--check", help="Print nothing, but fail unless FILE holds exactly this schema.")
]
File = Annotated[Path, typer.Argument(metavar="FILE", help="What `--check` compares with.")]


def schema(check: Check = False, file: File = PUBLISHED) -> None:
    """Print the GraphQL schema in the schema definition language; it needs no database."""
    found = schema_text()
    if not check:
        typer.echo(found, nl=False)
    elif file.is_file() and file.read_text("utf-8") == found:
        say(f"{file} is the schema of this version.")
    else:
        raise CommandError(
            f"{file} is not the schema of this version.",
            f"If the change is meant, run `cms schema > {file}` and commit it.",
            exit_code=1,
        )


def schema_text() -> str:
    """The schema as schema/schema.graphql has it."""
    from cms.graphql import make_schema  # noqa: PLC0415  (it takes its time to load, and only this needs it)

    return make_schema().as_str().rstrip() + "\n"
