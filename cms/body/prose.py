"""HTML of plain prose: paragraphs, headings and bullets of words with emphasis. That is most of a body, and needs no sanitiser.

Nothing in it can be unsafe: its tags are written here, without attributes but for a heading's anchor (letters, digits and hyphens), they nest as
the Markdown does, and all else is text, escaped. It is the very HTML that the sanitiser gives for these tokens, as a test finds.
"""

import re
from collections.abc import Sequence
from typing import Final

from markdown_it.token import Token

_BLOCKS: Final = frozenset(
    f"{name}_{end}"
    for name in ("paragraph", "heading", "bullet_list", "list_item")
    for end in ("open", "close")
)
_MARKS: Final = {
    "softbreak": "\n",
    "strong_open": "<strong>",
    "strong_close": "</strong>",
    "em_open": "<em>",
    "em_close": "</em>",
    "s_open": "<s>",
    "s_close": "</s>",
}
_ESCAPED: Final = ("&", "<", ">", "\u00a0")
# What a parser of HTML, or the cleaning of characters behind it, would change.
_CHANGED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ud800-\udfff]")


def prose_html(tokens: Sequence[Token]) -> str | None:
    """The HTML of the tokens, without line ends around it; None if they are more than plain prose."""
    parts: list[str] = []
    for position, token in enumerate(tokens):
        if token.type == "inline":
            part = _words(token.children or ())
        elif token.type in _BLOCKS:
            part = _tag(tokens, position)
        else:
            return None
        if part is None:
            return None
        parts.append(part)
    html = "".join(parts).strip("\n")
    return None if _CHANGED.search(html) else html


def _words(children: Sequence[Token]) -> str | None:
    parts: list[str] = []
    for child in children:
        if child.type == "text":
            parts.append(escaped(child.content))
        elif child.type in _MARKS:
            parts.append(_MARKS[child.type])
        else:
            return None
    return "".join(parts)


def escaped(text: str) -> str:
    """Text as it stands in HTML."""
    if not any(map(text.__contains__, _ESCAPED)):
        return text
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return safe.replace("\u00a0", "&nbsp;")


def _tag(tokens: Sequence[Token], position: int) -> str | None:
    """The tag of a block, with the line ends that markdown-it puts around it; None if it has attributes that prose has not."""
    token = tokens[position]
    if token.hidden:
        return ""
    if token.nesting == -1:
        return f"</{token.tag}>\n"
    name = token.tag
    if token.attrs:
        if token.type != "heading_open" or len(token.attrs) > 1:
            return None
        name = f'{name} id="{token.attrs["id"]}"'
    before = "\n" if position and tokens[position - 1].hidden else ""
    return f"{before}<{name}>{_line_end(token, tokens[position + 1])}"


def _line_end(opening: Token, following: Token) -> str:
    is_filled_inline = following.type == "inline" or following.hidden
    is_empty = following.nesting == -1 and following.tag == opening.tag
    return "" if is_filled_inline or is_empty else "\n"
