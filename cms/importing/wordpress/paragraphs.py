"""The blank-line rule of WordPress's classic editor: a blank line begins a paragraph, a line break is a line break."""

import re

from cms.importing.wordpress.listings import VERBATIM, untouched_spans

PARAGRAPH_HOSTS = frozenset(
    [
        "blockquote",
        "div",
        "section",
        "article",
        "main",
        "aside",
        "header",
        "footer",
        "nav",
        "form",
        "fieldset",
        "details",
        "center",
        "figure",
        "dd",
        "td",
        "th",
        "li",
        "address",
    ]
)
LINE_HOSTS = frozenset(
    ["p", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "summary", "legend", "figcaption", "caption", "option"]
)
STRUCTURES = frozenset(
    [
        "table",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "colgroup",
        "col",
        "ul",
        "ol",
        "menu",
        "dl",
        "select",
        "optgroup",
        "hr",
        "iframe",
        "object",
        "video",
        "audio",
    ]
)
BLOCKS = PARAGRAPH_HOSTS | LINE_HOSTS | STRUCTURES
VOID = frozenset(("hr", "col"))
BLOCK_TAG = re.compile(
    rf"<(/?)({'|'.join(sorted(BLOCKS, key=len, reverse=True))})(?=[\s/>])[^>]*+>", re.IGNORECASE
)
ANY_TAG = re.compile(r"(<[a-zA-Z/][^>]*+>)")
BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")


def with_paragraphs(text: str) -> str:
    """Classic text as HTML. Nothing is taken away; what has tags of its own keeps them."""
    pieces: list[str] = []
    open_blocks: list[str] = []
    position = 0
    for start, end in untouched_spans(text, VERBATIM):
        pieces.append(paragraphs_between_blocks(text[position:start], open_blocks))
        pieces.append(text[start:end])
        position = end
    pieces.append(paragraphs_between_blocks(text[position:], open_blocks))
    return "".join(pieces)


def paragraphs_between_blocks(text: str, open_blocks: list[str]) -> str:
    """Text with block tags: the text between two of them follows the rule of the innermost open block."""
    pieces: list[str] = []
    position = 0
    for tag in BLOCK_TAG.finditer(text):
        pieces.append(marked_up(text[position : tag.start()], open_blocks[-1] if open_blocks else ""))
        pieces.append(tag[0])
        follow(
            open_blocks,
            tag[2].lower(),
            closing=bool(tag[1]) or tag[0].endswith("/>"),
            empty=tag[0].endswith("/>"),
        )
        position = tag.end()
    pieces.append(marked_up(text[position:], open_blocks[-1] if open_blocks else ""))
    return "".join(pieces)


def follow(open_blocks: list[str], name: str, *, closing: bool, empty: bool) -> None:
    """Keep the list of open blocks. A closing tag that closes nothing is passed over."""
    if name in VOID or empty:
        return
    if not closing:
        open_blocks.append(name)
    elif name in open_blocks:
        while open_blocks.pop() != name:
            pass


def marked_up(text: str, host: str) -> str:
    """The text between two block tags."""
    if not text.strip() or host in STRUCTURES:
        return text
    chunks = [chunk for chunk in BLANK_LINES.split(text.strip("\n")) if chunk.strip()]
    if host in LINE_HOSTS or (host in ("li", "td", "th", "dd") and len(chunks) == 1):
        return "<br><br>".join(with_line_breaks(chunk) for chunk in chunks)
    return "".join(f"<p>{with_line_breaks(chunk)}</p>\n" for chunk in chunks)


def with_line_breaks(chunk: str) -> str:
    """Line breaks outside tags become `<br>`, unless one stands there already."""
    parts = ANY_TAG.split(chunk.strip("\n"))
    after_break = False
    for index, part in enumerate(parts):
        if index % 2:
            after_break = part.lower().startswith("<br")
            continue
        text = part.removeprefix("\n") if after_break else part
        parts[index] = re.sub(r"[ \t]*\n[ \t]*", "<br>\n", text)
        after_break = after_break and not part
    return "".join(parts)
