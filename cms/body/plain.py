"""The plain text of sanitised HTML: what search indexes and excerpts are cut from."""

import re

_NOTE_MARKS = re.compile(
    r'<sup class="footnote-ref">.*?</sup>|<a [^>]*class="footnote-backref"[^>]*>[^<]*</a>', re.DOTALL
)
_PREFORMATTED = re.compile(r"(<pre[^>]*>.*?</pre>)", re.DOTALL)
_BLANKS = str.maketrans("\t\n\r\f", "    ")
_CELL_ENDS = re.compile(r"</t[dh]>")
_LINE_ENDS = re.compile(
    r"<(?:br|hr|/?(?:p|div|li|tr|dt|dd|h[1-6]|pre|figure|figcaption|blockquote|aside|section|details|summary|table|caption|ul|ol|dl|address))"
    r"(?: [^>]*)?>"
)
_TAGS = re.compile(r"<[^>]*>")
_SPACES = re.compile(r" {2,}")
_UNSPACED = "\u2e80-\u2fdf\u3000-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef"
_BREAK_IN_UNSPACED = re.compile(f"(?<=[{_UNSPACED}])\n(?=[{_UNSPACED}])")


def text_of_html(html: str) -> str:
    """The words of sanitised HTML without markup, one block a line.

    Captions, code and footnotes count; alternative texts and footnote marks do not. A line that is broken between two Chinese or
    Japanese characters is joined without a space. The input must come from the sanitiser, where no attribute holds a bare `>`.
    """
    if "<" not in html:
        return _unescape(_single_spaced(html.translate(_BLANKS))).strip()
    if "footnote-" in html:
        html = _NOTE_MARKS.sub("", html)
    parts = _PREFORMATTED.split(html) if "<pre" in html else [html]
    texts = (_TAGS.sub("", part) if part.startswith("<pre") else _flow(part) for part in parts)
    return _unescape("\n".join(filter(None, (text.strip("\n ") for text in texts))))


def text_of_words(words: str) -> str:
    """The same for a paragraph of one line, from its words without markup."""
    return _single_spaced(words.replace("\t", " ")).strip(" ")


def _flow(html: str) -> str:
    joined = html if html.isascii() else _BREAK_IN_UNSPACED.sub("", html)
    cells = _CELL_ENDS.sub(" ", joined) if "</t" in joined else joined
    words = _single_spaced(_TAGS.sub("", _LINE_ENDS.sub("\n", cells.translate(_BLANKS))))
    return "\n".join(filter(None, (line.strip(" ") for line in words.split("\n"))))


def _single_spaced(text: str) -> str:
    return _SPACES.sub(" ", text) if "  " in text else text


def _unescape(text: str) -> str:
    if "&" not in text:
        return text
    for entity, character in (
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", '"'),
        ("&nbsp;", "\u00a0"),
        ("&amp;", "&"),
    ):
        text = text.replace(entity, character)
    return text
