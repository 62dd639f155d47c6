"""What is read without trying every rule comes out as the rules would have it."""

from random import Random

import pytest
from markdown_it import MarkdownIt
from markdown_it.rules_core.inline import inline

from cms.body.grammar import grammar
from cms.body.quick import emphasised
from cms.body.source import normalise_markdown

DOCUMENTS = 6_000
# fmt: off
PROSE = ["word", "a", "é", "中", "²", "“", " ", " ", "  ", "\n", "\n\n", "\n\n", "*", "**", "**word**", " *a*", "***", ".", ",", ")", "-", "\u00a0", "\u2028"]
ANYTHING = [
    *PROSE, "- ", "1. ", "> ", "    ", "\t", "# ", "\n===\n", "|", "\n|-|", "`", "_", "~~", "\\", "[x]", "[^1]", "\n\n[x]: y\n\n", "<b>", "<div>", "&amp;",
    "http://a.b", "\n- ", "\n  ", "\n> ", "(", "]",
]
# fmt: on


def unhurried() -> MarkdownIt:
    """The same grammar, with every rule tried on everything."""
    markdown = grammar.__wrapped__()
    markdown.block.ruler.disable("line")
    markdown.core.ruler.at("inline", inline)
    return markdown


@pytest.mark.parametrize("pieces", [PROSE, ANYTHING], ids=["prose", "anything"])
def test_quick_reading_makes_the_same_tokens(pieces: list[str]) -> None:
    random, slow = Random(20260214), unhurried()
    for _ in range(DOCUMENTS):
        chosen = random.choices(pieces, k=random.randint(1, 16))
        markdown = normalise_markdown("".join(chosen))
        quick = [token.as_dict() for token in grammar().parse(markdown, {"ids": set()})]
        assert quick == [token.as_dict() for token in slow.parse(markdown, {"ids": set()})], markdown


@pytest.mark.parametrize("text", ["", "Words alone", "A **bold** word", "*Soft*, **loud**: *so*.", "**all**"])
def test_words_with_clear_emphasis_are_read_quickly(text: str) -> None:
    assert emphasised(text) is not None


@pytest.mark.parametrize(
    "text", ["2 * 3", "in**side**", "**open", "***both***", "*a **b** c*", "**blank **", "*x*“"]
)
def test_marks_that_could_be_misread_are_left_to_the_rules(text: str) -> None:
    assert emphasised(text) is None
