"""The Markdown as it came, made fit to be kept: one kind of line end, no characters that a store or a parser refuses."""

import re

_REMOVED = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff]")
_REPLACED = re.compile(r"[\x00\ud800-\udfff]")
_UNCLEAN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ud800-\udfff]")
_UNCLEAN_BYTES = bytes(code for code in (*range(0x20), 0x7F) if chr(code) not in "\t\n\r")


def normalise_markdown(markdown: str) -> str:
    """The same Markdown with LF line ends and without characters that cannot be kept.

    NUL (which PostgreSQL refuses) and lone surrogates (which no UTF-8 text may hold) become U+FFFD, as CommonMark 0.31 section 2.3
    asks of NUL; the other control characters and byte order marks mean nothing in a text and go.
    """
    return clean_characters(markdown.replace("\r\n", "\n").replace("\r", "\n"))


def clean_characters(text: str) -> str:
    """The text without control characters other than tab and line feed; NUL and lone surrogates become U+FFFD."""
    return text if _is_clean(text) else _REPLACED.sub("\ufffd", _REMOVED.sub("", text))


def _is_clean(text: str) -> bool:
    if text.isascii():
        # Several times as fast as to look for one.
        return len(text.encode().translate(None, _UNCLEAN_BYTES)) == len(text)
    return _UNCLEAN.search(text) is None
