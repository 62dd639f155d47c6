"""Lists, as trees of items."""

from collections.abc import Callable, Sequence
from typing import Any

from markdown_it.token import Token

from cms.body.plain import text_of_html

_LISTS = ("bullet_list_open", "ordered_list_open")

Tree = dict[str, Any]  # JSON, as the block that it becomes part of.


def list_of(tokens: Sequence[Token], html_of: Callable[[Sequence[Token]], str]) -> Tree:
    """`ordered`, `start` (the first number, nothing for bullets) and `items` of the list whose tokens these are.

    An item has the `html` and `text` of all that is in it but for lists, and `children`, the list in it, or nothing. Several lists
    in one item become one, of the first one's kind.
    """
    ordered = tokens[0].type == "ordered_list_open"
    start = int(tokens[0].attrs.get("start", 1)) if ordered else None
    items = [_item(part[1:-1], html_of) for part in _parts(tokens[1:-1])]
    return {"ordered": ordered, "start": start, "items": items}


def _item(tokens: Sequence[Token], html_of: Callable[[Sequence[Token]], str]) -> Tree:
    parts = _parts(tokens)
    html = html_of([token for part in parts if part[0].type not in _LISTS for token in part])
    lists = [list_of(part, html_of) for part in parts if part[0].type in _LISTS]
    if lists:
        lists[0]["items"] = [item for nested in lists for item in nested["items"]]
    return {"html": html, "text": text_of_html(html), "children": lists[0] if lists else None}


def _parts(tokens: Sequence[Token]) -> list[Sequence[Token]]:
    """The tokens divided where an element ends on this level."""
    parts: list[Sequence[Token]] = []
    start = depth = 0
    for position, token in enumerate(tokens):
        depth += token.nesting
        if depth == 0:
            parts.append(tokens[start : position + 1])
            start = position + 1
    return parts
