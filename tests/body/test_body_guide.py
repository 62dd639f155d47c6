"""The editors' guide tells the truth: each example of Markdown gives the HTML that stands below it."""

import re
from pathlib import Path

import pytest

from tests.body.samples import derive

_GUIDE = Path(__file__).parents[2] / "docs" / "markdown.md"
_EXAMPLE = re.compile(r"^```markdown\n(.*?)^```\n\n```html\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_EXAMPLES: list[tuple[str, str]] = _EXAMPLE.findall(_GUIDE.read_text("utf-8"))
_BLOCKS = [
    "article_link",
    "callout",
    "code",
    "divider",
    "embed",
    "heading",
    "html",
    "image",
    "list",
    "paragraph",
    "quote",
    "table",
]


@pytest.mark.parametrize(("markdown", "html"), _EXAMPLES)
def test_an_example_gives_the_html_below_it(markdown: str, html: str) -> None:
    assert re.sub(r"\n+", "\n", derive(markdown).html) == html.rstrip("\n")


def test_the_examples_show_every_kind_of_block() -> None:
    kinds = {block["type"] for markdown, _ in _EXAMPLES for block in derive(markdown).blocks}
    assert sorted(kinds) == _BLOCKS
