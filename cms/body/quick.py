"""What most of a body is, read without trying every rule on it: paragraphs of one line, and words with nothing but emphasis in them.

The tokens are the very ones that markdown-it makes, as a test finds; whatever may be anything else is left to it.
"""

import re
from typing import Final

from markdown_it.common.utils import mdTrim
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

_INDENT_OF_CODE: Final = 4
# Each pair stands clear of the words around it, so that its first mark can only open and its last one only close.
_EMPHASIS = re.compile(r"(\*(?<![^ \t]\*)\*?)([^\W_](?:[^*]*[^\W_])?)\1(?![^ \t.,;:!?)])")
NAMES_OF_MARKS: Final = {"*": "em", "**": "strong"}
# One of these stands at the beginning of everything that is neither text nor emphasis: line ends, escapes, code, links, tags, entities, bare URLs.
_BEGINNINGS: Final = ("\n", "\\", "`", "~", "_", "[", "<", "&", "://")


def match_line(state: StateBlock, start: int, _end: int, silent: bool) -> bool:
    """A paragraph of one line that begins with a letter, as no other block does that has no second line."""
    first = state.bMarks[start] + state.tShift[start]
    if silent or not state.src[first].isalpha() or state.sCount[start] - state.blkIndent >= _INDENT_OF_CODE:
        return False
    following = start + 1
    if following < state.lineMax and not state.isEmpty(following):
        return False
    state.line = following
    state.push("paragraph_open", "p", 1).map = [start, following]
    inline = state.push("inline", "", 0)
    inline.content = mdTrim(state.src[first : state.eMarks[start]])
    inline.map, inline.children = [start, following], []
    state.push("paragraph_close", "p", -1)
    return True


def is_plain(text: str) -> bool:
    """Whether there is nothing in the text of a line but words, and perhaps emphasis."""
    # Each is looked for in a hundredth of the time that one expression for all of them takes.
    return not any(map(text.__contains__, _BEGINNINGS))


def pairs_in(text: str) -> list[str] | None:
    """The words before the first pair of marks; then for each pair its mark, what it holds, and the words after it. None where marks could be misread."""
    plain, *pairs = found = _EMPHASIS.split(text)
    return None if "*" in plain or any("*" in between for between in pairs[2::3]) else found


def emphasised(text: str) -> list[Token] | None:
    """The tokens of words in which no mark is but pairs of `*` and `**` that cannot be misread; None for any other text."""
    if "*" not in text:
        return _words(text, beside="")
    found = pairs_in(text)
    if found is None:
        return None
    plain, *pairs = found
    tokens = _words(plain, beside=pairs[0] if pairs else "")
    for mark, inside, between in zip(pairs[::3], pairs[1::3], pairs[2::3], strict=True):
        name = NAMES_OF_MARKS[mark]
        tokens.append(Token(f"{name}_open", name, 1, markup=mark))
        tokens.append(Token("text", "", 0, content=inside, level=1))
        tokens.append(Token(f"{name}_close", name, -1, markup=mark))
        tokens += _words(between, beside=mark)
    return tokens


def _words(text: str, *, beside: str) -> list[Token]:
    # Where a mark has two signs, markdown-it leaves a token of the outer one, if only an empty one.
    return [Token("text", "", 0, content=text)] if text or beside == "**" else []
