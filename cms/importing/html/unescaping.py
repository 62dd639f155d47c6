"""Fewer backslashes: the converter escapes each character that could mean something somewhere; editors read the source."""

import re

NEEDLESS = [
    (re.compile(r"(?<=[^\s\\])\\(?=[-+=.])"), ""),
    (re.compile(r"(?<=[^\s\\] )\\(?=[-+=])"), ""),
    (re.compile(r"(?<=[A-Za-z0-9])\\(?=_[A-Za-z0-9])"), ""),
    (re.compile(r"\\&(?!#?\w+;)"), "&"),
    (re.compile(r"(?<![~\\])\\~(?![~\\])"), "~"),
    (re.compile(r"(?<=[^\s#\\] )\\#(?=\w)"), "#"),
]
LIST_NUMBER = re.compile(r"^(\s*\d{1,9})([.)])(?=\s|$)", re.MULTILINE)


def with_needful_escapes(markdown: str) -> str:
    """The same Markdown without the escapes that change nothing. It must hold no code: that is held elsewhere."""
    if "\\" not in markdown:
        return markdown
    for pattern, replacement in NEEDLESS:
        markdown = pattern.sub(replacement, markdown)
    return LIST_NUMBER.sub(r"\1\\\2", markdown)
