"""Tables, as cells."""

from collections.abc import Callable, Sequence
from typing import Any

from markdown_it.token import Token

from cms.body.plain import text_of_html

Cell = dict[str, str]


def table_of(tokens: Sequence[Token], html_of: Callable[[Sequence[Token]], str]) -> dict[str, Any]:
    """`header` (cells), `rows` (lists of cells) and `alignments` (`left`, `center`, `right` or nothing, a column each)."""
    rows: list[list[Cell]] = []
    for position, token in enumerate(tokens):
        if token.type == "tr_open":
            rows.append([])
        elif token.type in ("th_open", "td_open"):
            html = html_of(tokens[position + 1 : position + 2])
            rows[-1].append({"html": html, "text": text_of_html(html)})
    alignments = [token.attrs.get("align") for token in tokens if token.type == "th_open"]
    return {"header": rows[0], "rows": rows[1:], "alignments": alignments}
