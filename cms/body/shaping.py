"""What Markdown has no sign for, read from how editors write it: figures, callouts, attributed quotes, aligned tables, anchors."""

import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from cms.body.anchors import anchor_of, written_ids
from cms.body.grammar import BREAKS, words_of
from cms.body.references import ASSET, scheme_of

ATTRIBUTION_MARK = "— "
_CALLOUT = re.compile(r"\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\][ \t]*\Z", re.IGNORECASE)


def shape(tokens: Sequence[Token], *, locale: str, taken: dict[str, int]) -> list[Token]:
    """The tokens with figures for images on their own, callouts and attributions for quotes, and an id for each heading; as `anchor_of`."""
    shaped = list(_with_figures(_with_quotes(tokens)))
    _align_cells(shaped)
    _give_anchors(shaped, locale, taken)
    return shaped


def _with_figures(tokens: Sequence[Token]) -> Iterator[Token]:
    position = 0
    while position < len(tokens):
        token = tokens[position]
        images = _lone_images(tokens[position : position + 3]) if token.type == "paragraph_open" else []
        yield from (_figure(image, token) for image in images)
        if not images:
            yield token
        position += 3 if images else 1


def _lone_images(paragraph: Sequence[Token]) -> list[Token]:
    """The images of a paragraph that holds nothing else, and none of whose images would be refused."""
    if [token.type for token in paragraph] != ["paragraph_open", "inline", "paragraph_close"]:
        return []
    children = paragraph[1].children or []
    images = [child for child in children if child.type == "image"]
    if not images or len(images) + sum(1 for child in children if _is_blank(child)) < len(children):
        return []
    return images if all(_is_figure(image) for image in images) else []


def _is_figure(image: Token) -> bool:
    source = str(image.attrs.get("src", ""))
    return bool(source) and (scheme_of(source) in ("", "https") or ASSET.match(source) is not None)


def _is_blank(token: Token) -> bool:
    return token.type in BREAKS or (token.type == "text" and not token.content.strip())


def _figure(image: Token, paragraph: Token) -> Token:
    return Token("figure", "", 0, map=paragraph.map, level=paragraph.level, block=True, meta={"image": image})


def _with_quotes(tokens: Sequence[Token]) -> Sequence[Token]:
    """Turn quotes into callouts or give them their attribution, from the inside out."""
    opened: list[int] = []
    dropped: set[int] = set()
    for position, token in enumerate(tokens):
        if token.type == "blockquote_open":
            opened.append(position)
        elif token.type == "blockquote_close":
            start = opened.pop()
            if position - start > 3:
                dropped.update(
                    _shape_callout(tokens, start, position) or _shape_attribution(tokens, start, position)
                )
    return [token for position, token in enumerate(tokens) if position not in dropped] if dropped else tokens


def _shape_callout(tokens: Sequence[Token], start: int, end: int) -> set[int]:
    """Make a callout of the quote if its first line is a mark such as `[!NOTE]`; returns the tokens that the mark took up."""
    inline = tokens[start + 2]
    if tokens[start + 1].type != "paragraph_open" or not inline.children:
        return set()
    first, following = inline.children[0], inline.children[1:2]
    match = _CALLOUT.match(first.content) if first.type == "text" else None
    if match is None or any(token.type not in BREAKS for token in following):
        return set()
    tokens[start].type, tokens[end].type = "callout_open", "callout_close"
    tokens[start].meta["kind"] = match[1].lower()
    inline.children = inline.children[2:]
    return set() if inline.children else {start + 1, start + 2, start + 3}


def _shape_attribution(tokens: Sequence[Token], start: int, end: int) -> set[int]:
    """Take a last line that begins with a dash for the quote's attribution; returns the tokens that it took up."""
    inline = tokens[end - 2]
    if tokens[end - 1].type != "paragraph_close" or tokens[end - 1].level != tokens[start].level + 1:
        return set()
    children = inline.children or []
    line = max((place + 1 for place, token in enumerate(children) if token.type in BREAKS), default=0)
    name = children[line:]
    if not _is_attribution(name) or (line == 0 and end - 3 == start + 1):
        return set()
    name[0].content = name[0].content[len(ATTRIBUTION_MARK) :]
    tokens[start].meta["attribution"] = tokens[end].meta["attribution"] = name
    inline.children = children[: max(line - 1, 0)]
    return set() if inline.children else {end - 3, end - 2, end - 1}


def _is_attribution(line: Sequence[Token]) -> bool:
    """Whether the line begins with the mark and no emphasis or link that began before ends in it."""
    starts = bool(line) and line[0].type == "text" and line[0].content.startswith(ATTRIBUTION_MARK)
    return starts and sum(token.nesting for token in line) == 0


def _align_cells(tokens: Sequence[Token]) -> None:
    """Say the alignment of a cell with `align`, since no style survives sanitising."""
    for token in tokens:
        if token.type in ("th_open", "td_open") and "style" in token.attrs:
            token.attrs = {"align": str(token.attrs["style"]).removeprefix("text-align:")}


def _give_anchors(tokens: Sequence[Token], locale: str, taken: dict[str, int]) -> None:
    taken.update(dict.fromkeys(_ids_in_html(tokens), 1))
    for position, token in enumerate(tokens):
        if token.type == "heading_open":
            title = words_of(tokens[position + 1].children or [])
            token.attrs["id"] = anchor_of(title, locale=locale, taken=taken)


def _ids_in_html(tokens: Sequence[Token]) -> set[str]:
    """The ids written in raw HTML, which are not kept; anchors avoid them so that no raw tag can take the place of a heading."""
    raw = [token.content for token in tokens if token.type == "html_block"]
    raw += [
        child.content for token in tokens for child in token.children or () if child.type == "html_inline"
    ]
    return written_ids("\n".join(raw)) if raw else set()
