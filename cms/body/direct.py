"""Plain paragraphs, headings and bullets, made into blocks at once: the very blocks that their tokens would give, as a test finds.

Most of what people write is that. Whatever may be anything else is None here, and goes the long way.
"""

import re
from typing import Any, Final, NamedTuple

from markdown_it.common.utils import mdTrim

from cms.body.anchors import anchor_of
from cms.body.plain import text_of_html, text_of_words
from cms.body.prose import escaped
from cms.body.quick import NAMES_OF_MARKS, is_plain, pairs_in

_HEADING = re.compile(r"(#{1,6}) ([^\s#][^#]*)")
# Every line begins with the first one's mark, one space and a letter; a digit or a sign could be the beginning of another block in it.
_BULLETS = re.compile(r"([-*]) [^\W\d_][^\n]*(?:\n\1 [^\W\d_][^\n]*)*")
_MARK_LENGTH: Final = 2

Block = dict[str, Any]  # A block is JSON; its fields depend on its type.


class Direct(NamedTuple):
    """A block that is made but for its key, and the Markdown from which that is made; of a heading, also its words and level."""

    markdown: str
    block: Block
    title: str = ""
    level: int = 0

    @property
    def is_list(self) -> bool:
        """Whether what comes before or after it might belong to it."""
        return self.block["type"] == "list"


def direct_block(markdown: str) -> Direct | None:
    """What stands between two blank lines as a block, if it is plain."""
    if markdown[0] == "#":
        return _heading(markdown)
    if "\n" in markdown or not markdown[0].isalpha():
        return _bullets(markdown) if markdown[0] in "-*" else None
    line = _line(markdown)
    if line is None:
        return None
    html, words = line
    whole = f"<p>{html}</p>"
    block = {
        "type": "paragraph",
        "key": "",
        "html": whole,
        "content_html": html,
        "text": text_of_words(words),
    }
    return Direct(markdown.strip(), block)


def give_anchor(heading: Direct, *, locale: str, taken: dict[str, int]) -> str:
    """The anchor of a heading, which its block then has; as `anchor_of`."""
    anchor = anchor_of(heading.title, locale=locale, taken=taken)
    name = f"h{heading.level}"
    html = f'<{name} id="{anchor}">{heading.block["content_html"]}</{name}>'
    heading.block.update(html=html, anchor=anchor)
    return anchor


def _heading(markdown: str) -> Direct | None:
    match = _HEADING.fullmatch(markdown)
    line = _line(match[2]) if match and "\n" not in markdown else None
    if match is None or line is None:
        return None
    (html, words), level = line, len(match[1])
    block = {
        "type": "heading",
        "key": "",
        "html": "",
        "content_html": html,
        "text": text_of_html(html),
        "level": level,
        "anchor": "",
    }
    return Direct(markdown.strip(), block, words, level)


def _bullets(markdown: str) -> Direct | None:
    if _BULLETS.fullmatch(markdown) is None:
        return None
    lines = [_line(line[_MARK_LENGTH:]) for line in markdown.split("\n")]
    found = [line for line in lines if line is not None]
    if len(found) < len(lines):
        return None
    items = [{"html": html, "text": text_of_html(html), "children": None} for html, _ in found]
    html = "\n".join(["<ul>", *(f"<li>{html}</li>" for html, _ in found), "</ul>"])
    text = "\n".join(text_of_words(words) for _, words in found)
    block = {"type": "list", "key": "", "html": html, "text": text, "ordered": False, "start": None}
    return Direct(markdown.strip(), {**block, "items": items})


def _line(markdown: str) -> tuple[str, str] | None:
    """The HTML of a line, and its words; None if there is more in it than clear emphasis."""
    text = mdTrim(markdown)
    if not is_plain(text):
        return None
    if "*" not in text:
        return escaped(text), text
    pairs = pairs_in(text)
    if pairs is None:
        return None
    plain, *rest = pairs
    html, words = [escaped(plain)], [plain]
    for mark, inside, between in zip(rest[::3], rest[1::3], rest[2::3], strict=True):
        name = NAMES_OF_MARKS[mark]
        html.append(f"<{name}>{escaped(inside)}</{name}>{escaped(between)}")
        words += (inside, between)
    return "".join(html), "".join(words)
