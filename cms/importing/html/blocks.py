"""Blocks of Markdown: paragraphs go through html-to-markdown one by one; lists, quotes and code are put together here.

The converter would join a list to the paragraph after it, and one quote to the next; it is asked for single lines and
tables alone.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from html_to_markdown import ConversionOptions, PreprocessingOptions, convert
from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]  (lxml is compiled, without types)

from cms.importing.html.held import NO_BREAK_SPACE
from cms.importing.html.inline import trim_breaks
from cms.importing.html.parsing import HtmlElement, element
from cms.importing.html.shaping import BLOCKS, LINES, LISTS
from cms.importing.html.unescaping import with_needful_escapes
from cms.importing.html.writing import code_block

OPTIONS = ConversionOptions(
    escape_asterisks=True,
    escape_underscores=True,
    escape_misc=True,
    autolinks=False,
    expand_abbreviations=False,
    include_blockquote_citations=False,
    compact_tables=True,
    extract_metadata=False,
    newline_style="backslash",
    hidden_content="all",
    preprocessing=PreprocessingOptions(enabled=False),
)
# CommonMark parsers stop at some depth and drop what is deeper; markdown-it's is 20, and a list takes two.
NESTING_MAX = 8
ORDERED_START_MAX = 999_999_999
LANGUAGE = re.compile(r"(?:^|\s)(?:lang(?:uage)?-|brush:\s*)([\w+#.-]{1,20})")


@dataclass(frozen=True, slots=True)
class Block:
    """A block as written. `sort` is its tag; two lists of one sort that follow each other need different marks."""

    sort: str
    text: str


def written_blocks(body: HtmlElement) -> str:
    """All the blocks of a body, a blank line between them."""
    return "\n\n".join(block.text for block in blocks_of(body, depth=0))


def blocks_of(container: HtmlElement, *, depth: int, before: Block | None = None) -> list[Block]:
    """The blocks in a container. Text and marks that stand between blocks become paragraphs."""
    blocks: list[Block] = []
    line = element("p", container.text or "")
    for child in list(container):
        if child.tag not in BLOCKS:
            line.append(child)
            continue
        blocks += written_line(line)
        line = element("p", child.tail or "")
        child.tail = None
        blocks += written_block(child, depth, blocks[-1] if blocks else before)
    return blocks + written_line(line)


def written_block(node: HtmlElement, depth: int, before: Block | None) -> list[Block]:
    """One element of block level."""
    if node.tag in SIMPLE:
        return SIMPLE[node.tag](node)
    if node.tag in (*LISTS, "li"):
        return written_list(node, depth, before)
    if node.tag == "blockquote" and depth < NESTING_MAX:
        return quoted(blocks_of(node, depth=depth + 1), before)
    return blocks_of(node, depth=depth, before=before)


def written_rule(_: HtmlElement) -> list[Block]:
    """A thematic break."""
    return [Block("hr", "---")]


def written_line(line: HtmlElement) -> list[Block]:
    """A paragraph or heading; nothing when it says nothing."""
    if not line.text_content().replace(NO_BREAK_SPACE, " ").strip():
        return []
    trim_breaks(line)
    if line.tag != "p":
        for line_break in list(line.iter("br")):
            line_break.tail = f" {line_break.tail or ''}"
            line_break.drop_tag()
    return [Block(line.tag, converted(line))]


def converted(node: HtmlElement) -> str:
    """What html-to-markdown makes of one line or table."""
    source = etree.tostring(node, encoding="unicode", method="html", with_tail=False)
    return with_needful_escapes((convert(source, OPTIONS).content or "").strip())


def written_table(table: HtmlElement) -> list[Block]:
    """A table; one without words or rows is nothing."""
    return [Block("table", converted(table))] if table.text_content().strip() else []


def quoted(blocks: list[Block], before: Block | None) -> list[Block]:
    """Blocks behind `>`. Two quotes in a row are kept apart by a comment, for nothing else would."""
    if not blocks:
        return []
    lines = "\n\n".join(block.text for block in blocks).split("\n")
    text = "\n".join(f"> {line}".rstrip() for line in lines)
    apart = [Block("comment", "<!-- -->")] if before and before.sort == "blockquote" else []
    return [*apart, Block("blockquote", text)]


def written_code(node: HtmlElement) -> list[Block]:
    """A fenced block; line breaks are new lines, marks inside are only words."""
    for line_break in node.iter("br"):
        line_break.text = "\n"
    code = node.text_content().replace(NO_BREAK_SPACE, " ").strip("\n")
    language = match[1] if (match := LANGUAGE.search(node.get("class") or "")) else ""
    return [Block("pre", code_block(code, language=language))] if code.strip() else []


def written_list(node: HtmlElement, depth: int, before: Block | None) -> list[Block]:
    """A list; below `NESTING_MAX` its items stand one after another without a mark."""
    items = [item for item in list_items(node, depth) if item]
    if not items or depth >= NESTING_MAX:
        return [block for item in items for block in item]
    ordered = node.tag == "ol"
    other = before is not None and before.sort == ("ol" if ordered else "ul")
    start = start_of(node) if ordered else 0
    marks = [
        f"{start + index}{')' if other else '.'} " if ordered else "* " if other else "- "
        for index in range(len(items))
    ]
    tight = all(is_tight(item) for item in items)
    texts = [indented(joined(item, tight=tight), mark) for item, mark in zip(items, marks, strict=True)]
    # The sort of a list with the second mark is its own, so that a third list in a row takes the first mark again.
    return [
        Block(
            ("ol" if ordered else "ul") + ("-other" if other else ""), ("\n" if tight else "\n\n").join(texts)
        )
    ]


def list_items(node: HtmlElement, depth: int) -> list[list[Block]]:
    """What is in each item. What stands in a list outside an item belongs to the item before it."""
    if node.tag == "li":
        return [blocks_of(node, depth=depth + 1)]
    items: list[list[Block]] = []
    outside = element("li", node.text or "")
    for child in list(node):
        if child.tag != "li":
            outside.append(child)
            continue
        items = with_outside(items, blocks_of(outside, depth=depth + 1))
        outside = element("li", child.tail or "")
        child.tail = None
        items.append(blocks_of(child, depth=depth + 1))
    return with_outside(items, blocks_of(outside, depth=depth + 1))


def with_outside(items: list[list[Block]], outside: list[Block]) -> list[list[Block]]:
    """Add stray blocks to the last item, or make them the first."""
    if not outside:
        return items
    return [*items[:-1], [*items[-1], *outside]] if items else [outside]


def start_of(node: HtmlElement) -> int:
    """The first number of an ordered list."""
    start = node.get("start") or "1"
    return (
        min(int(start), ORDERED_START_MAX - 10_000)
        if start.isascii() and start.isdigit() and len(start) < 10
        else 1
    )


def is_tight(item: list[Block]) -> bool:
    """Whether an item is a line, perhaps with lists below it."""
    return all(block.sort[:2] in ("ul", "ol") for block in item[1:]) and item[0].sort in ("p", "ul", "ol")


def joined(item: list[Block], *, tight: bool) -> str:
    """The blocks of an item. A numbered list that does not begin with 1 cannot follow a line directly."""
    text = item[0].text
    for block in item[1:]:
        close = tight and (block.sort.startswith("ul") or re.match(r"1[.)] ", block.text) is not None)
        text += ("\n" if close else "\n\n") + block.text
    return text


def indented(text: str, mark: str) -> str:
    """An item behind its mark, its further lines below its first character."""
    lines = text.split("\n")
    return "\n".join([mark + lines[0], *(" " * len(mark) + line if line else "" for line in lines[1:])])


SIMPLE: dict[str, Callable[[HtmlElement], list[Block]]] = {
    **dict.fromkeys(LINES, written_line),
    "pre": written_code,
    "table": written_table,
    "hr": written_rule,
}
