"""Rules for every file of the repository: its length, its words, its place."""

import ast
import re

import pytest

from cms.config import PROJECT_ROOT
from tests.house.files import inside, python_files, tracked_files, tree_of

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 60
# What a program has written, or what is content rather than code.
WRITTEN_BY_PROGRAMS = re.compile(
    r"cms/endpoint/graphiql/static/|.*/package-lock\.json$|cms/demo/content/|alembic/versions/|alembic/procrastinate_.*"
    r"|requirements.*\.txt$|schema/schema\.graphql$|docs/settings\.md$|LICENSE$|bench/results/"
)
TEXTS = [path for path in tracked_files() if path.suffix not in {".png", ".webp", ".gz", ".woff2", ".ico"}]
# Put together from pieces, so that this file does not hold what it looks for.
WORDS = [
    re.compile(re.escape("".join(pieces)), re.IGNORECASE)
    for pieces in (
        ("py", "pi.org"),
        ("pythonho", "sted.org"),
        ("registry.np", "mjs"),
        ("registry.ya", "rnpkg"),
        ("deb.deb", "ian.org"),
        ("/wo", "rk/"),
        ("/opt/", "kdev"),
        ("clau", "de"),
        ("anthro", "pic"),
        ("co-auth", "ored-by"),
    )
]
UNFINISHED = re.compile("|".join((r"\bTO" + r"DO\b", r"\bFIX" + r"ME\b", r"\bX" + r"XX\b")))
ISSUES = re.compile(r"\bissue #?\d+\b|\bsession \d+\b", re.IGNORECASE)


def names_too_long() -> list[str]:
    """The files with too many lines, each with their number."""
    return [
        f"{inside(path)}: {lines}"
        for path in TEXTS
        if not WRITTEN_BY_PROGRAMS.match(inside(path))
        and (lines := path.read_text(encoding="utf-8").count("\n")) > FILE_LINES_MAX
    ]


def test_no_file_has_more_than_400_lines() -> None:
    assert names_too_long() == []


def test_no_function_has_more_than_60_lines() -> None:
    long = [
        f"{inside(path)}: {node.name} has {lines}"
        for path in python_files("cms", "tests", "bench", "alembic/env.py")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION_LINES_MAX
    ]
    assert long == []


@pytest.mark.parametrize("pattern", [*WORDS, UNFINISHED, ISSUES], ids=lambda pattern: pattern.pattern[:8])
def test_no_file_says_where_or_how_it_was_made(pattern: re.Pattern[str]) -> None:
    found = [
        inside(path)
        for path in TEXTS
        if not inside(path).startswith("cms/endpoint/graphiql/")
        and pattern.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        inside(path)
        for path in python_files("cms", "tests")
        if path.stat().st_size and ast.get_docstring(tree_of(path)) is None
    ]
    assert silent == []


def test_every_local_link_of_the_guides_leads_somewhere() -> None:
    broken = [
        f"{inside(page)}: {target}"
        for page in (path for path in TEXTS if path.suffix == ".md" and "content" not in path.parts)
        for target in re.findall(
            r"\]\(([^)#\s:]+)(?:#[^)]*)?\)", outside_code(page.read_text(encoding="utf-8"))
        )
        if not (page.parent / target).exists()
    ]
    assert broken == []


def outside_code(markdown: str) -> str:
    """A page without its examples."""
    return re.sub(r"^(```|~~~).*?^\1|`[^`\n]*`", "", markdown, flags=re.MULTILINE | re.DOTALL)


def test_the_licence_is_the_one_that_the_package_names() -> None:
    text = (PROJECT_ROOT / "LICENSE").read_text()
    assert "Apache License" in text
    assert 'license = "Apache-2.0"' in (PROJECT_ROOT / "pyproject.toml").read_text()
