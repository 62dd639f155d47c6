"""Everything that a body's Markdown says, worked out once when it is written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from markdown_it.token import Token

from cms.body.blocks import Block, Workshop, build_blocks, key_of
from cms.body.counting import count_words, reading_minutes
from cms.body.direct import Direct, give_anchor
from cms.body.grammar import Environment, parse, words_of
from cms.body.parting import Piece, part
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


class Tokens(NamedTuple):
    """What the parser has read, and from what."""

    markdown: str
    tokens: list[Token]


Read = Direct | Tokens


def derive_body(markdown: str, *, locale: str) -> DerivedBody:
    """Derive a body from its Markdown: any text is a body, and the same text gives the same body.

    The HTML is that of the blocks, in their order. `word_count` counts each Chinese or Japanese character as a word.
    `malformed_references` are those `asset:` and `article:` targets that are no ids, or stand where the other belongs, as written.
    """
    source = normalise_markdown(markdown)
    return derive_pieces(source, part(source), locale=locale)


def derive_pieces(source: str, pieces: Sequence[Piece], *, locale: str) -> DerivedBody:
    """The same, of normalised Markdown in the pieces into which it may be parted."""
    environment: Environment = {"ids": set[str]()}
    read = _read(pieces, environment, locale)
    findings = Findings()
    blocks = _built(read, environment, build_sanitiser(findings, environment["ids"]))
    text = "\n\n".join(block["text"] for block in blocks if block["text"])
    counts = count_words(text)
    return DerivedBody(
        markdown=source,
        html="\n".join(block["html"] for block in blocks),
        text=text,
        blocks=blocks,
        outline=[entry for piece in read for entry in _outline(piece)],
        word_count=counts.words + counts.cjk_characters,
        reading_minutes=reading_minutes(*counts),
        asset_references=tuple(findings.assets),
        article_references=tuple(findings.articles),
        malformed_references=tuple(findings.malformed),
    )


def _read(pieces: Sequence[Piece], environment: Environment, locale: str) -> list[Read]:
    """The pieces with an anchor for each heading; the environment knows the anchors."""
    taken: dict[str, int] = {}
    read: list[Read] = []
    for piece in pieces:
        if isinstance(piece, str):
            tokens = shape(parse(piece, environment), locale=locale, taken=taken)
            headings = (token for token in tokens if token.type == "heading_open")
            environment["ids"].update(str(heading.attrs["id"]) for heading in headings)
            read.append(Tokens(piece, tokens))
        else:
            if piece.title:
                environment["ids"].add(give_anchor(piece, locale=locale, taken=taken))
            read.append(piece)
    return read


def _built(read: Sequence[Read], environment: Environment, sanitise: Callable[[str], str]) -> list[Block]:
    seen: dict[str, int] = {}
    blocks: list[Block] = []
    for piece in read:
        if isinstance(piece, Direct):
            block = piece.block
            block["key"] = key_of(block["type"], piece.markdown, seen)
            blocks.append(block)
        else:
            workshop = Workshop(piece.markdown.split("\n"), environment, sanitise)
            blocks += build_blocks(group_tokens(piece.tokens), workshop, seen)
    return blocks


def _outline(piece: Read) -> list[dict[str, Any]]:
    """The headings of the text itself, not those within quotes and lists."""
    if isinstance(piece, Direct):
        text = " ".join(piece.title.split())
        return [{"level": piece.level, "text": text, "anchor": piece.block["anchor"]}] if piece.title else []
    return [
        {
            "level": int(token.tag[1]),
            "text": " ".join(words_of(following.children or []).split()),
            "anchor": str(token.attrs["id"]),
        }
        for token, following in pairwise(piece.tokens)
        if token.type == "heading_open" and token.level == 0
    ]
