"""The documents of `schema/operations`, as the tabs and examples of GraphiQL."""

import base64
import json
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from cms.config import PROJECT_ROOT

SAMPLE_FILENAME = "sample.png"


@dataclass(frozen=True)
class Example:
    """One document: what to call it, what it does, and whether GraphiQL opens with it."""

    name: str
    title: str
    explanation: str
    query: str
    variables: str
    opens: bool


@dataclass(frozen=True)
class Sample:
    """A small picture to try an upload with; `content` is base64."""

    filename: str
    type: str
    content: str


def operations_folder() -> Path:
    """Where the documents are: in a checkout beside `cms`, in an installed wheel inside it."""
    installed = PROJECT_ROOT / "cms" / "_operations"
    return installed if installed.is_dir() else PROJECT_ROOT / "schema" / "operations"


def read_examples(folder: Path) -> list[Example]:
    """Read every `*.graphql` of the folder: first those that `tabs.json` opens, in its order, then the others by name.

    The first comment line of a document is its title, those below it are its explanation. Variables stand in
    `NAME.variables.json`.
    Raises FileNotFoundError when `tabs.json` names a document that is not there.
    """
    opened: list[str] = json.loads((folder / "tabs.json").read_text("utf-8"))
    others = sorted({path.stem for path in folder.glob("*.graphql")} - set(opened))
    return [_read_example(folder, name, opens=name in opened) for name in [*opened, *others]]


def read_sample(folder: Path) -> Sample:
    """Read the sample picture of the upload example."""
    content = base64.b64encode((folder / SAMPLE_FILENAME).read_bytes()).decode("ascii")
    return Sample(filename=SAMPLE_FILENAME, type="image/png", content=content)


def _read_example(folder: Path, name: str, *, opens: bool) -> Example:
    query = (folder / f"{name}.graphql").read_text("utf-8").strip()
    variables = folder / f"{name}.variables.json"
    title, explanation = _first_comments(query, name)
    return Example(
        name=name,
        title=title,
        explanation=explanation,
        query=query,
        variables=variables.read_text("utf-8").strip() if variables.exists() else "",
        opens=opens,
    )


def _first_comments(query: str, name: str) -> tuple[str, str]:
    lines = takewhile(lambda line: line.startswith("#"), query.splitlines())
    title, *explanation = [line.lstrip("# ").strip() for line in lines] or [name]
    return title, " ".join(explanation)
