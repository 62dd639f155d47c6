"""The tree made regular before it is written: blocks hold lines, lines hold marks, nothing is the wrong way round."""

from copy import copy

from cms.importing.html.inline import EMPHASIS, UNDERSTOOD, drop_unknown_tags
from cms.importing.html.parsing import HtmlElement, element, is_within, remove, unwrap

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
LISTS = ("ul", "ol", "menu", "dir")
LINES = frozenset(("p", *HEADINGS))
CONTAINERS = frozenset(
    [
        "body",
        "html",
        "div",
        "section",
        "article",
        "main",
        "aside",
        "header",
        "footer",
        "nav",
        "figure",
        "details",
        "form",
        "fieldset",
        "dl",
        "dd",
        "address",
        "center",
        "hgroup",
        "noscript",
        "optgroup",
        "select",
        "search",
        "dialog",
        "blockquote",
        "li",
        "ul",
        "ol",
        "menu",
        "dir",
    ]
)
BLOCKS = frozenset((*LINES, *CONTAINERS, "hr", "pre", "table"))
TABLE_PARTS = frozenset(("table", "thead", "tbody", "tfoot", "tr", "td", "th"))
KNOWN = frozenset((*BLOCKS, *TABLE_PARTS, *UNDERSTOOD))


def shape(body: HtmlElement) -> None:
    """Put the tree into the form that `blocks.py` writes."""
    name_terms(body)
    move_table_captions(body)
    for table in list(body.iter("table")):
        if is_layout(table):
            open_layout(table)
    for stray in [node for node in body.iter("td", "th") if not is_within(node, "table")]:
        stray.tag = "div"
    for control in body.iter("button", "textarea", "label"):
        control.text, control.tail = f" {control.text or ''}", f" {control.tail or ''}"
    name_languages(body)
    drop_unknown_tags(body, KNOWN)
    simplify_cells(body)
    turn_marks_inside_out(body)


def name_terms(body: HtmlElement) -> None:
    """Summaries, legends and defined terms are bold lines; options, citations of quotes and labels are lines."""
    for node in list(body.iter("summary", "legend", "dt")):
        if node.text_content().strip() and not has_blocks(node):
            embolden(node)
        node.tag = "div" if has_blocks(node) else "p"
    for node in list(body.iter("option")):
        node.tag = "p"
    for cite in [
        node for node in body.iter("cite") if is_within(node, "blockquote") and not has_blocks(node)
    ]:
        name_source(cite)


def name_source(cite: HtmlElement) -> None:
    """The source of a quotation, if it ends a paragraph or stands in the quotation itself, is a line with a dash."""
    parent = cite.getparent()
    ends_paragraph = parent.tag == "p" and cite.getnext() is None and not (cite.tail or "").strip()
    if not ends_paragraph and parent.tag != "blockquote":
        return
    if ends_paragraph:
        cite.tail = None
        parent.addnext(cite)
    cite.tag = "p"
    if (cite.text or "").lstrip()[:1] not in ("—", "–", "-"):
        cite.text = f"— {(cite.text or '').lstrip()}"


def name_languages(body: HtmlElement) -> None:
    """The language of a listing is named on the `<code>` inside; let the block know it."""
    for code in body.iter("code"):
        block = next(code.iterancestors("pre"), None)
        if block is not None and code.get("class"):
            block.set("class", f"{block.get('class') or ''} {code.get('class')}")


def embolden(node: HtmlElement) -> None:
    """Wrap what an element holds in `<strong>`."""
    strong = element("strong", node.text or "")
    node.text = None
    for child in list(node):
        strong.append(child)
    node.append(strong)


def move_table_captions(body: HtmlElement) -> None:
    """A table's caption is a paragraph after the table."""
    for caption in list(body.iter("caption")):
        table = next(caption.iterancestors("table"), None)
        made = copy(caption)
        made.tag, made.tail = "p" if not has_blocks(made) else "div", None
        remove(caption)
        if table is not None:
            made.tail, table.tail = table.tail, None
            table.addnext(made)


def is_layout(table: HtmlElement) -> bool:
    """Whether a table only arranges things: it holds tables, code, or nothing but one cell."""
    return (
        next(table.iterdescendants("table", "pre", "blockquote"), None) is not None
        or len(list(table.iter("td", "th"))) <= 1
    )


def open_layout(table: HtmlElement) -> None:
    """Cells become blocks one after another."""
    for part in [
        table,
        *(node for node in table.iter(*TABLE_PARTS) if next(node.iterancestors("table"), None) is table),
    ]:
        part.tag = "div"


def simplify_cells(body: HtmlElement) -> None:
    """A cell is one line: its blocks are set apart by spaces."""
    for cell in list(body.iter("td", "th")):
        for node in list(cell.iterdescendants()):
            if node.tag == "br" or node.tag in BLOCKS:
                node.text = f" {node.text or ''}" if node.tag != "br" else None
                node.tail = f" {node.tail or ''}"
                if node.tag == "br":
                    remove(node)
                else:
                    unwrap(node)


def turn_marks_inside_out(body: HtmlElement) -> None:
    """A link or mark around blocks goes into their lines; a paragraph around blocks is only a container."""
    for node in reversed(list(body.iter(*EMPHASIS, "a"))):
        if has_blocks(node):
            for line in [
                line for line in node.iter(*LINES) if line.text_content().strip() and not is_token(line)
            ]:
                wrap_line(line, node)
            unwrap(node)
    for node in list(body.iter(*LINES)):
        if has_blocks(node):
            node.tag = "div"


def is_token(line: HtmlElement) -> bool:
    """Whether a line is a figure that is written already."""
    return (line.text or "").startswith("\ue000") and not len(line)


def wrap_line(line: HtmlElement, mark: HtmlElement) -> None:
    """Put what a line holds into a copy of a mark."""
    if has_blocks(line) or (mark.tag == "a" and line.find(".//a") is not None):
        return
    wrapper = element(mark.tag, line.text or "")
    wrapper.attrib.update(mark.attrib)
    line.text = None
    for child in list(line):
        wrapper.append(child)
    line.append(wrapper)


def has_blocks(node: HtmlElement) -> bool:
    """Whether an element holds blocks."""
    return next(node.iterdescendants(*BLOCKS), None) is not None
