"""Footnotes that are defined within one another, set side by side."""

from markdown_it.rules_core import StateCore
from markdown_it.token import Token


def part_footnotes(state: StateCore) -> None:
    """Move each footnote that is defined within another before it.

    The plugin gathers footnotes at the end and takes the first end that it meets for the end of the one it is in: what comes behind it would
    stay where it was, with ends of quotes and lists that nothing begins.
    """
    if not any(token.type == "footnote_reference_open" for token in state.tokens):
        return
    parted: list[Token] = []
    opened: list[list[Token]] = []
    for token in state.tokens:
        if token.type == "footnote_reference_open":
            opened.append([])
        (opened[-1] if opened else parted).append(token)
        if token.type == "footnote_reference_close":
            parted.extend(opened.pop())
    state.tokens = parted
