"""The parts of a text that are not to be touched: listings, scripts, comments. Found in linear time, closed or not."""

import re
from collections.abc import Iterator

LISTINGS = ("pre", "code")
VERBATIM = ("pre", "script", "style", "textarea", "svg", "!--")


def untouched_spans(text: str, names: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Begin and end of each element with one of these names, and of comments (`!--`). One without an end is text."""
    opening = re.compile(rf"<({'|'.join(re.escape(name) for name in names)})(?:\b|(?<=-))", re.IGNORECASE)
    without_end: set[str] = set()
    position = 0
    while match := opening.search(text, position):
        name = match[1].lower()
        position = match.end()
        if name in without_end:
            continue
        end = re.compile("-->" if name == "!--" else rf"</{name}\s*+>", re.IGNORECASE).search(text, position)
        if end is None:
            without_end.add(name)
            continue
        position = end.end()
        yield match.start(), position


def with_closed_comments(text: str) -> str:
    """A comment that is never closed hides all that follows; its beginning is made text."""
    end = text.rfind("-->") + 3 if "-->" in text else 0
    return text[:end] + text[end:].replace("<!--", "&lt;!--")
