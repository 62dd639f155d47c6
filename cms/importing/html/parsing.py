"""Reading a piece of HTML into a tree, whatever its state, without losing words."""

import re
from typing import Any

from lxml import html as lxml_html

HtmlElement = Any  # lxml carries no types

NESTING_MAX = 100
TAG = re.compile(r"<(/?)([a-zA-Z][\w:-]*+)((?:[^<>\"']|\"[^\"]*+\"|'[^']*+')*+)>")
NEVER_CLOSED = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
        "p",
        "li",
        "dd",
        "dt",
        "td",
        "th",
        "tr",
        "tbody",
        "thead",
        "tfoot",
        "option",
        "optgroup",
    ]
)
FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff\ue000-\ue003]")


def parse_fragment(html: str) -> HtmlElement:
    """The `<body>` of a piece of HTML. What is nested too deeply to be meant is read as text alone."""
    source = FORBIDDEN.sub("", html)
    if is_nested_too_deeply(source):
        source = TAG.sub(" ", source)
    # A leading element keeps the parser from moving the first text into a paragraph of its own making.
    document = lxml_html.document_fromstring(
        f"<html><body><div>{source}</div></body></html>",
        parser=lxml_html.HTMLParser(encoding=None, huge_tree=True, remove_comments=True, remove_pis=True),
    )
    return document.find("body") if document.find("body") is not None else document


def is_nested_too_deeply(html: str) -> bool:
    """Whether tags are opened more than `NESTING_MAX` deep; beyond that parsers drop text in silence."""
    depth = 0
    for closing, name, rest in TAG.findall(html):
        if name.lower() in NEVER_CLOSED or rest.endswith("/"):
            continue
        depth = max(0, depth - 1) if closing else depth + 1
        if depth > NESTING_MAX:
            return True
    return False


def is_within(node: HtmlElement, *tags: str) -> bool:
    """Whether an element stands inside one of these."""
    return next(node.iterancestors(*tags), None) is not None


def element(tag: str, text: str = "") -> HtmlElement:
    """A new element that holds text."""
    made = lxml_html.Element(tag)
    made.text = text
    return made


def replace(old: HtmlElement, new: HtmlElement) -> None:
    """Put one element where another was; what followed it still follows."""
    new.tail, old.tail = old.tail, None
    old.getparent().replace(old, new)


def remove(node: HtmlElement) -> None:
    """Take an element out, with what is in it; what followed it stays."""
    parent, previous, tail = node.getparent(), node.getprevious(), node.tail or ""
    if previous is not None:
        previous.tail = (previous.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    node.tail = None
    parent.remove(node)


def unwrap(node: HtmlElement) -> None:
    """Take the tags of an element away and keep what is in it."""
    node.drop_tag()


def put_text(node: HtmlElement, text: str) -> None:
    """Put text where an element was."""
    node.tail = text + (node.tail or "")
    remove(node)
