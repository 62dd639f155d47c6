"""A body, parted at its blank lines into pieces of which each means the same on its own: plain ones, and the rest."""

from collections.abc import Iterator, Sequence

from cms.body.direct import Direct, direct_block

# What may reach over a blank line, or say something about another place: raw HTML, fences, definitions of links, footnotes.
_REACHING = ("<", "```", "~~~", "]:", "[^")

Piece = Direct | str
"""A block, or Markdown that is for the parser to read."""


def part(source: str) -> list[Piece]:
    """The pieces of normalised Markdown in their order; all of it in one where something in it may reach over a blank line."""
    if any(sign in source for sign in _REACHING):
        return [source]
    spans = list(_spans(source))
    blocks = [direct_block(source[start:end]) for start, end in spans]
    _leave_joined_lists(blocks)
    return list(_joined(source, spans, blocks))


def _spans(source: str) -> Iterator[tuple[int, int]]:
    """From where to where lines follow one another without a blank one."""
    begun: int | None = None
    position = end = 0
    for line in source.split("\n"):
        if line.strip(" \t"):
            begun, end = position if begun is None else begun, position + len(line)
        elif begun is not None:
            yield begun, end
            begun = None
        position += len(line) + 1
    if begun is not None:
        yield begun, end


def _leave_joined_lists(blocks: list[Direct | None]) -> None:
    """A list goes on after a blank line if another one follows, or an indented line: only between plain text it is a block for sure."""
    joined = [
        place
        for place, block in enumerate(blocks)
        if block is not None and block.is_list and not _stands_alone(blocks, place)
    ]
    for place in joined:
        blocks[place] = None


def _stands_alone(blocks: Sequence[Direct | None], place: int) -> bool:
    beside = [*blocks[max(place - 1, 0) : place], *blocks[place + 1 : place + 2]]
    return all(block is not None and not block.is_list for block in beside)


def _joined(
    source: str, spans: Sequence[tuple[int, int]], blocks: Sequence[Direct | None]
) -> Iterator[Piece]:
    """The blocks, and between them what is none in one piece as it stands in the source."""
    begun: int | None = None
    end = 0
    for (start, stop), block in zip(spans, blocks, strict=True):
        if block is None:
            begun, end = start if begun is None else begun, stop
            continue
        if begun is not None:
            yield source[begun:end]
            begun = None
        yield block
    if begun is not None:
        yield source[begun:end]
