"""The plain text of sanitised HTML: what search indexes and excerpts are cut from."""

import re

_NOTE_MARKS = re.compile(
    r'<sup class="footnote-ref">.*?</sup>|<a [^>]*class="footnote-backref"[^>]*>[^<]*</a>', re.DOTALL
)
_PREFORMATTED = re.compile(r"(<pre[^>]*>.*?</pre>)", re.DOTALL)
_BLANKS = re.compile(r"[ \t\n\r\f]+")
_CELL_ENDS = re.compile(r"</t[dh]>")
_LINE_ENDS = re.compile(
    r"<(?:br|hr|/?(?:p|div|li|tr|dt|dd|h[1-6]|pre|figure|figcaption|blockquote|aside|section|details|summary|table|caption|ul|ol|dl|address))"
    r"(?: [^>]*)?>"
)
_TAGS = re.compile(r"<[^>]*>")
_SPACES = re.compile(r" {2,}")
_LINES = re.compile(r" ?\n[ \n]*")
_UNSPACED = "\u2e80-\u2fdf\u3000-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef"
_BREAK_IN_UNSPACED = re.compile(f"(?<=[{_UNSPACED}])\n(?=[{_UNSPACED}])")


def text_of_html(html: str) -> str:
    """The words of sanitised HTML without markup, one block a line.

    Captions, code and footnotes count; alternative texts and footnote marks do not. A line that is broken between two Chinese or
    Japanese characters is joined without a space. The input must come from the sanitiser, where no attribute holds a bare `>`.
    """
    if "<" not in html:
        return _unescape(_BLANKS.sub(" ", html)).strip()
    if "footnote-" in html:
        html = _NOTE_MARKS.sub("", html)
    parts = _PREFORMATTED.split(html) if "<pre" in html else [html]
    texts = (_TAGS.sub("", part) if part.startswith("<pre") else _flow(part) for part in parts)
    return _unescape("\n".join(filter(None, (text.strip("\n ") for text in texts))))


def _flow(html: str) -> str:
    broken = _LINE_ENDS.sub("\n", _CELL_ENDS.sub(" ", _collapse(html)))
    return _LINES.sub("\n", _SPACES.sub(" ", _TAGS.sub("", broken)))


def _collapse(html: str) -> str:
    return _BLANKS.sub(" ", _BREAK_IN_UNSPACED.sub("", html))


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
