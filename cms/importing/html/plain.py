"""HTML to plain text, for titles, captions and excerpts."""

import re

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]  (lxml is compiled, without types)

from cms.importing.html.parsing import HtmlElement, parse_fragment

BLOCK_BREAKS = (
    "p",
    "br",
    "div",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "td",
    "th",
    "tr",
    "blockquote",
    "figcaption",
    "dd",
    "dt",
)
UNSEEN = ("script", "style", "template")


def plain_text(html: str) -> str:
    """The words of a piece of HTML on one line: tags gone, entities resolved, white space folded."""
    if "<" not in html and "&" not in html:
        return folded(html)
    return text_of(parse_fragment(html))


def text_of(element: HtmlElement) -> str:
    """The words that a reader sees in an element, on one line. The element is not changed."""
    words: list[str] = []
    for event, node in etree.iterwalk(element, events=("start", "end", "comment", "pi")):
        if event == "start" and node.tag not in UNSEEN:
            words.append(f" {node.text or ''}" if node.tag in BLOCK_BREAKS else node.text or "")
        elif event != "start" and node is not element:
            words.append(f" {node.tail or ''}" if node.tag in BLOCK_BREAKS else node.tail or "")
    return folded("".join(words))


def folded(text: str) -> str:
    """Runs of white space become one space; no-break spaces stay, for they are typography."""
    return re.sub(r"[ \t\r\n\f\v]+", " ", text).strip()


def cut_at_word(text: str, *, characters_max: int) -> str:
    """The beginning of a text, cut between two words, with an ellipsis where something was cut."""
    if len(text) <= characters_max:
        return text
    head = text[: characters_max - 1]
    return (head.rsplit(" ", 1)[0] if " " in head else head).rstrip(" ,;:–—-") + "…"
