"""Blocks that are made at once are those that the parser's tokens would give."""

from random import Random

import pytest

from cms.body.deriving import derive_pieces
from cms.body.parting import part
from cms.body.source import normalise_markdown
from tests.body.test_quick_reading import ANYTHING, PROSE

DOCUMENTS = 6_000
# fmt: off
_PIECES = [
    "\n\n## Title\n\n", "\n\n- a\n- b\n\n", "## ", "- ", "* ", "Word **bold** and.", " \t\n", "#", " #", ">", "$", "\x85", "\u3000", "İı", "\n\n", "\n\n",
]
_BESIDE = [
    "\n\n    code\n\n\n    code\n\n", "> quote\n\n", "\n\n> [!NOTE]\n> x\n\n", "\n\n> q\n>\n> — N\n\n", "\n\n> ## In\n\n", "```", "\n---\n", "  - c", "+ ",
    "[a](http://b.c)", "![x](https://a/b.png)", f"\n\n![x](asset:asset_{1:032x})\n\n", "asset:x", "&",
]
# fmt: on


@pytest.mark.parametrize("locale", ["en", "tr"])
@pytest.mark.parametrize("pieces", [PROSE + _PIECES, ANYTHING + _PIECES + _BESIDE], ids=["prose", "anything"])
def test_a_body_in_pieces_is_the_same_body(pieces: list[str], locale: str) -> None:
    random, direct = Random(20260301), 0
    for _ in range(DOCUMENTS):
        markdown = normalise_markdown("".join(random.choices(pieces, k=random.randint(1, 24))))
        parted = part(markdown)
        direct += sum(not isinstance(piece, str) for piece in parted)
        whole = derive_pieces(markdown, [markdown], locale=locale)
        assert derive_pieces(markdown, parted, locale=locale) == whole, markdown
    assert direct > DOCUMENTS / 10


def kinds(markdown: str) -> list[str]:
    return ["…" if isinstance(piece, str) else piece.block["type"] for piece in part(markdown)]


def test_plain_pieces_stand_beside_what_the_parser_reads() -> None:
    markdown = "One.\n\n## Two\n\nThree [four](https://a.example).\n\n1. Five\n\nSix.\n"
    assert kinds(markdown) == ["paragraph", "heading", "…", "paragraph"]


def test_a_list_between_text_is_a_block() -> None:
    assert kinds("One.\n\n- Two\n- Three **is** more\n\nFour.\n") == ["paragraph", "list", "paragraph"]


@pytest.mark.parametrize("beside", ["- Four", "  Four", "1. Four", "> Four"])
def test_a_list_that_may_go_on_is_left_to_the_parser(beside: str) -> None:
    assert kinds(f"One.\n\n- Two\n\n{beside}\n") == ["paragraph", "…"]


@pytest.mark.parametrize("sign", ["<b>", "```\n", "~~~\n", "[a]: b", "[^1]"])
def test_what_may_reach_over_a_blank_line_leaves_all_to_the_parser(sign: str) -> None:
    assert kinds(f"One.\n\n{sign}\n\nTwo.\n") == ["…"]
