"""Raw HTML that opens before a blank line and closes after it holds the Markdown between: they are one block."""

import re
from collections.abc import Sequence

from markdown_it.token import Token

_COMMENT = re.compile(r"<!--(?:.*?-->|.*)", re.DOTALL)
_TAG = re.compile(
    r"<(/?)(aside|blockquote|details|div|dl|figure|ol|section|table|ul)\b[^<>]*>", re.IGNORECASE
)

Group = list[Token]


def group_tokens(tokens: Sequence[Token]) -> list[Group]:
    """The tokens of each top-level block, where a raw element that holds blocks makes one with them."""
    groups = _top_level(tokens)
    last_of = _ends_of_elements(groups)
    merged: list[Group] = []
    position = 0
    while position < len(groups):
        end = _reach(last_of, position)
        merged.append([token for group in groups[position : end + 1] for token in group])
        position = end + 1
    return merged


def _top_level(tokens: Sequence[Token]) -> list[Group]:
    groups: list[Group] = []
    depth = 0
    for token in tokens:
        if depth == 0:
            groups.append([])
        groups[-1].append(token)
        depth += token.nesting
    return groups


def _ends_of_elements(groups: Sequence[Group]) -> dict[int, int]:
    """For the group in which a raw element opens, the last group in which one of its elements closes."""
    ends: dict[int, int] = {}
    opened: dict[str, list[int]] = {}
    for position, group in enumerate(groups):
        if group[0].type != "html_block":
            continue
        for closing, name in _TAG.findall(_COMMENT.sub("", group[0].content)):
            starts = opened.setdefault(name.lower(), [])
            if not closing:
                starts.append(position)
            elif starts:
                ends[starts.pop()] = position
    return ends


def _reach(last_of: dict[int, int], start: int) -> int:
    """The last group that belongs to the one at `start`, also through elements that open on the way."""
    end, position = last_of.get(start, start), start
    while position <= end:
        end = max(end, last_of.get(position, position))
        position += 1
    return end
