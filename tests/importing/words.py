"""The words that a reader sees in HTML, by a parser that the importer does not use."""

import re
from html.parser import HTMLParser

UNSEEN = frozenset({"script", "style", "template", "iframe", "audio", "video", "noscript"})
INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "big",
        "cite",
        "code",
        "del",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "mark",
        "q",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "tt",
        "u",
        "var",
    ]
)
FOOTNOTE_CALL = re.compile(
    r'<sup data-fn=.*?</sup>|<sup class="footnote-ref">.*?</sup>|<a href="#fnref\d+" class="footnote-backref">.*?</a>',
    re.DOTALL,
)


class SeenText(HTMLParser):
    """Gathers text, with a space wherever an element breaks the line; titles and alternatives of images apart."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self.image_texts: list[str] = []
        self._unseen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in UNSEEN:
            self._unseen.append(tag)
        if tag == "img":
            self.image_texts += [value for name, value in attrs if name in ("alt", "title") and value]
        self._separate(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._unseen and self._unseen[-1] == tag:
            self._unseen.pop()
        self._separate(tag)

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.text.append(data)

    def _separate(self, tag: str) -> None:
        if tag not in INLINE:
            self.text.append(" ")


def seen_words(html: str) -> tuple[list[str], list[str]]:
    """The words of the text, and those of the images' titles and alternatives."""
    parser = SeenText()
    parser.feed(FOOTNOTE_CALL.sub("", html))
    parser.close()
    return re.findall(r"\w+", "".join(parser.text)), re.findall(r"\w+", " ".join(parser.image_texts))
