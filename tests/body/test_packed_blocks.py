"""Blocks are stored without what the rest of them says, and come out whole."""

from random import Random

from cms.body import derive_body, pack_blocks, resolve_blocks, unpack_blocks
from cms.body.source import normalise_markdown
from tests.body.test_quick_reading import ANYTHING, PROSE

DOCUMENTS = 3_000
MARKDOWN = """Plain words.

## A *heading*

- One
- Two **words**
  - Three

Not plain: *words* & more.

1. First
2. Second
"""


def test_every_block_comes_out_as_it_was() -> None:
    random = Random(20260302)
    pieces = [
        *PROSE,
        *ANYTHING,
        "\n\n## Title\n\n",
        "\n\n- a\n- *b*\n\n",
        "\n\n- a\n  - b\n\n",
        "\n\n1. a\n   1. b\n\n",
    ]
    for _ in range(DOCUMENTS):
        markdown = normalise_markdown("".join(random.choices(pieces, k=random.randint(1, 20))))
        blocks = derive_body(markdown, locale="en").blocks
        packed = pack_blocks(blocks)
        assert unpack_blocks(packed) == blocks, markdown
        assert resolve_blocks(packed, assets={}, articles={}) == resolve_blocks(
            blocks, assets={}, articles={}
        )


def test_a_plain_block_is_stored_once() -> None:
    paragraph, heading, bullets, marked, numbered = pack_blocks(derive_body(MARKDOWN, locale="en").blocks)
    assert set(paragraph) == {"type", "key", "content_html"}
    assert set(heading) == {"type", "key", "content_html", "text", "level", "anchor"}
    assert set(bullets) == {"type", "key", "html", "text", "ordered", "start", "items"}
    assert bullets["items"][0] == {"html": "One"}
    assert bullets["items"][1]["children"]["items"] == [{"html": "Three"}]
    assert set(marked) == {"type", "key", "content_html", "text"}
    assert set(numbered) >= {"html", "text"}


def test_blocks_that_were_stored_whole_are_read_as_they_are() -> None:
    blocks = derive_body(MARKDOWN, locale="en").blocks
    assert unpack_blocks(blocks) == blocks
