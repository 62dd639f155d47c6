"""Everything that a body's Markdown says, worked out once when it is written."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from markdown_it.token import Token

from cms.body.blocks import Block, Workshop, build_blocks
from cms.body.counting import count_words, reading_minutes
from cms.body.grammar import Environment, parse, words_of
from cms.body.references import Findings
from cms.body.sanitising import build_sanitiser
from cms.body.shaping import shape
from cms.body.source import normalise_markdown
from cms.body.spans import group_tokens


@dataclass(frozen=True, slots=True)
class DerivedBody:
    """A body in all the forms in which it is stored. References in `html` and `blocks` are by id: resolve them when reading."""

    markdown: str
    html: str
    text: str
    blocks: list[Block]
    outline: list[dict[str, Any]]
    word_count: int
    reading_minutes: int
    asset_references: tuple[str, ...]
    article_references: tuple[str, ...]
    malformed_references: tuple[str, ...]


def derive_body(markdown: str, *, locale: str) -> DerivedBody:
    """Derive a body from its Markdown: any text is a body, and the same text gives the same body.

    The HTML is that of the blocks, in their order. `word_count` counts each Chinese or Japanese character as a word.
    `malformed_references` are those `asset:` and `article:` targets that are no ids, or stand where the other belongs, as written.
    """
    source = normalise_markdown(markdown)
    environment: Environment = {"ids": set[str]()}
    tokens = shape(parse(source, environment), locale=locale)
    environment["ids"].update(str(token.attrs["id"]) for token in tokens if token.type == "heading_open")
    findings = Findings()
    workshop = Workshop(source.split("\n"), environment, build_sanitiser(findings, environment["ids"]))
    blocks = build_blocks(group_tokens(tokens), workshop)
    text = "\n\n".join(block["text"] for block in blocks if block["text"])
    counts = count_words(text)
    return DerivedBody(
        markdown=source,
        html="\n".join(block["html"] for block in blocks),
        text=text,
        blocks=blocks,
        outline=_outline(tokens),
        word_count=counts.words + counts.cjk_characters,
        reading_minutes=reading_minutes(*counts),
        asset_references=tuple(findings.assets),
        article_references=tuple(findings.articles),
        malformed_references=tuple(findings.malformed),
    )


def _outline(tokens: list[Token]) -> list[dict[str, Any]]:
    """The headings of the text itself, not those within quotes and lists."""
    return [
        {
            "level": int(token.tag[1]),
            "text": " ".join(words_of(following.children or []).split()),
            "anchor": str(token.attrs["id"]),
        }
        for token, following in pairwise(tokens)
        if token.type == "heading_open" and token.level == 0
    ]
