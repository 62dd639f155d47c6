"""Marks inside a paragraph, made ready: code, superscripts, links, emphasis that Markdown cannot express."""

import re
import unicodedata
from html import escape

from cms.importing.html.held import NO_BREAK_SPACE, HeldMarkdown
from cms.importing.html.parsing import HtmlElement, is_within, put_text, remove, unwrap
from cms.importing.html.targets import Targets
from cms.importing.html.writing import code_span

CODE = ("code", "tt", "kbd", "samp")
KEPT_AS_HTML = ("sup", "sub", "ins", "mark")
EMPHASIS = ("strong", "b", "em", "i", "del", "s", "strike")
SAME_MARK = {"b": "strong", "i": "em", "s": "del", "strike": "del"}
UNDERSTOOD = frozenset((*EMPHASIS, "a", "br"))
SENTINELS = re.compile("[\ue000-\ue003]")


def normalise_text(body: HtmlElement) -> None:
    """Take characters out that tokens are made of, and hold no-break spaces, which the converter would fold."""
    for node in body.iter():
        node.text = marked_spaces(node.text)
        node.tail = marked_spaces(node.tail)
        for name, value in node.attrib.items():
            if SENTINELS.search(value):
                node.set(name, SENTINELS.sub("", value))


def marked_spaces(text: str | None) -> str | None:
    """Text with its no-break spaces marked."""
    return SENTINELS.sub("", text).replace("\u00a0", NO_BREAK_SPACE) if text else text


def hold_code(body: HtmlElement, held: HeldMarkdown) -> None:
    """Write inline code now. Code inside `<pre>` is left to the block."""
    for node in list(body.iter(*CODE)):
        if node.getparent() is None or is_within(node, "pre", *CODE):
            continue
        in_table = is_within(node, "td", "th")
        text = node.text_content().replace(NO_BREAK_SPACE, " ")
        put_text(node, held.hold(code_span(text, in_table=in_table)) if text.strip() else text)


def hold_quotations(body: HtmlElement) -> None:
    """Write the quotation marks that browsers draw around `<q>`, and the parentheses of ruby."""
    for node in list(body.iter("q")):
        surround(node, "“", "”")
    for node in list(body.iter("rt")):
        if node.getparent().find("rp") is None:
            surround(node, "(", ")")


def hold_marks(body: HtmlElement, held: HeldMarkdown) -> None:
    """Keep superscripts and their like as tags: `10<sup>6</sup>` must not become 106."""
    for node in list(body.iter(*KEPT_AS_HTML)):
        if is_within(node, "pre"):
            continue
        surround(node, held.hold(f"<{node.tag}>"), held.hold(f"</{node.tag}>"))
    for node in list(body.iter("abbr", "acronym")):
        title = (node.get("title") or "").replace("|", "&#124;")
        if title and not is_within(node, "pre"):
            surround(
                node, held.hold(f'<abbr title="{escape(" ".join(title.split()))}">'), held.hold("</abbr>")
            )


def surround(node: HtmlElement, before: str, after: str) -> None:
    """Put text before and after what an element holds, and take its tags away. An empty element just goes."""
    if not node.text_content().strip():
        unwrap(node)
        return
    node.text = before + (node.text or "")
    if len(node):
        node[-1].tail = (node[-1].tail or "") + after
    else:
        node.text += after
    unwrap(node)


def resolve_links(body: HtmlElement, targets: Targets) -> None:
    """Give each link its Markdown target. Anchors within the page lose their link: the headings' anchors change."""
    for node in list(body.iter("a")):
        target = (
            targets.link(node.get("href") or "") if (node.get("href") or "#").lstrip()[:1] != "#" else None
        )
        nested = is_within(node, "a")
        if target is None or nested or not node.text_content().strip():
            unwrap(node)
            continue
        node.attrib.clear()
        node.set("href", target)


def drop_unknown_tags(root: HtmlElement, known: frozenset[str]) -> None:
    """Keep the words of the elements that mean nothing in Markdown."""
    for node in list(root.iter()):
        if node is not root and node.getparent() is not None and node.tag not in known:
            unwrap(node)


def settle_emphasis(body: HtmlElement, held: HeldMarkdown) -> None:
    """Use tags where asterisks would not work: next to letters and punctuation, as in `**«x»**y`, or to one another."""
    for node in list(body.iter(*EMPHASIS)):
        mark = SAME_MARK.get(node.tag, node.tag)
        if is_within(node, "pre"):
            continue
        if (
            any(SAME_MARK.get(a.tag, a.tag) == mark for a in node.iterancestors(*EMPHASIS))
            or not node.text_content().strip()
        ):
            unwrap(node)
        elif not asterisks_work(node):
            surround(node, held.hold(f"<{mark}>"), held.hold(f"</{mark}>"))


def asterisks_work(node: HtmlElement) -> bool:
    """Whether both delimiters would flank as CommonMark 0.31, section 6.2, asks."""
    text = visible_text(node)
    inner = text.strip(" \t")
    if inner[0] in "\n" + NO_BREAK_SPACE or inner[-1] in "\n" + NO_BREAK_SPACE:
        return False
    before = neighbour(node, forward=False) if not text[:1].isspace() else " "
    after = neighbour(node, forward=True) if not text[-1:].isspace() else " "
    return (
        (not is_punctuation(inner[0]) or is_boundary(before))
        and (not is_punctuation(inner[-1]) or is_boundary(after))
        and "*" not in before + after
    )


def visible_text(node: HtmlElement) -> str:
    """The text of an element with its line breaks."""
    parts = [node.text or ""]
    for child in node:
        parts.append("\n" if child.tag == "br" else visible_text(child))
        parts.append(child.tail or "")
    return "".join(parts)


def neighbour(node: HtmlElement, *, forward: bool) -> str:
    """The character beside an element as it will be written; `*` beside other emphasis; a space at a block's end."""
    sibling = node.getnext() if forward else node.getprevious()
    text = node.tail if forward else (sibling.tail if sibling is not None else node.getparent().text)
    if text:
        return text[0] if forward else text[-1]
    if sibling is not None:
        return "*" if sibling.tag in EMPHASIS else "[" if sibling.tag == "a" else " "
    parent = node.getparent()
    if parent.tag in EMPHASIS or parent.tag == "a":
        return "["
    return neighbour(parent, forward=forward) if parent.tag in ("span", "font", "u") else " "


def is_punctuation(character: str) -> bool:
    """Punctuation and symbols, and the tokens of held pieces, which begin and end with punctuation."""
    return character in "\ue000\ue001" or unicodedata.category(character)[0] in "PS"


def is_boundary(character: str) -> bool:
    """White space or punctuation, by the narrower reading that every parser shares."""
    return (
        character.isspace()
        or character in "\ue000\ue001" + NO_BREAK_SPACE
        or unicodedata.category(character)[0] == "P"
    )


def trim_breaks(block: HtmlElement) -> None:
    """Take the line breaks at the beginning and end of a block away; they would leave a lone backslash."""
    while len(block) and block[0].tag == "br" and not (block.text or "").strip():
        remove(block[0])
    while len(block) and block[-1].tag == "br" and not (block[-1].tail or "").strip():
        remove(block[-1])
