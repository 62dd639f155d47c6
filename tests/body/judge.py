"""A judge of HTML that shares nothing with the sanitiser: Python's own parser and a few rules of what must never be there."""

import re
from html.parser import HTMLParser

# fmt: off
HARMLESS_TAGS = frozenset([
    "a", "abbr", "address", "aside", "b", "bdi", "bdo", "blockquote", "br", "caption", "cite", "code",
    "col", "colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "h1",
    "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "rp",
    "rt", "ruby", "s", "samp", "section", "small", "span", "strong", "sub", "summary", "sup", "table",
    "tbody", "td", "tfoot", "th", "thead", "time", "tr", "u", "ul", "var", "wbr",
])
# fmt: on
# fmt: off
HARMLESS_ATTRIBUTES = frozenset([
    "align", "alt", "class", "colspan", "datetime", "dir", "height", "href", "hreflang", "id", "lang",
    "loading", "open", "rel", "reversed", "role", "rowspan", "scope", "src", "start", "title", "type", "value",
    "width",
])
# fmt: on
HARMLESS_SCHEMES = frozenset(["", "http", "https", "mailto", "tel", "asset", "article"])


class _Judge(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.charges: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in HARMLESS_TAGS:
            self.charges.append(f"tag {tag}")
        for name, value in attrs:
            self.charges.extend(_charges_of(tag, name, value or ""))

    def handle_comment(self, data: str) -> None:
        self.charges.append(f"comment {data}")

    def handle_decl(self, decl: str) -> None:
        self.charges.append(f"declaration {decl}")

    def handle_pi(self, data: str) -> None:
        self.charges.append(f"instruction {data}")


def _charges_of(tag: str, name: str, value: str) -> list[str]:
    charges: list[str] = []
    if name not in HARMLESS_ATTRIBUTES:
        charges.append(f"attribute {name} of {tag}")
    if name == "id" and not (
        tag in ("h1", "h2", "h3", "h4", "h5", "h6") or re.fullmatch(r"fn(ref)?:\d+(-\d+)?", value)
    ):
        charges.append(f"id {value} of {tag}")
    if name in ("href", "src"):
        scheme = re.match(r"([a-z0-9+.-]*):", re.sub(r"[\x00-\x20\x7f-\xa0]", "", value).lower())
        if scheme and (
            scheme[1] not in HARMLESS_SCHEMES or (name == "src" and scheme[1] not in ("https", "asset"))
        ):
            charges.append(f"{name} {value}")
    return charges


def charges_against(html: str) -> list[str]:
    """What speaks against showing this HTML to a reader; an empty list acquits it."""
    judge = _Judge()
    judge.feed(html)
    judge.close()
    return judge.charges
