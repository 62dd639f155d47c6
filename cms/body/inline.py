"""Marks within a line that need a bound, and bare URLs."""

import re
from typing import Final

from markdown_it.common.utils import unescapeAll
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline, image, link
from mdit_py_plugins.footnote.index import footnote_ref

from cms.body.quick import emphasised, is_plain

BRACKETS_MAX: Final = 20_000
"""How many brackets of a document are tried as links: each try is dear, and no text written by people comes near."""

FOOTNOTE_LABEL_CHARACTERS_MAX: Final = 100

_BARE_URL = re.compile(r"[^\s<>\"`{}|\\^\x00-\x20\u3000-\u3002\uff08-\uff0c\u300c-\u300f]{1,2048}")
_SCHEME_BEFORE = re.compile(r"(?:^|[^a-zA-Z0-9.+-])(https?)\Z", re.IGNORECASE)

CREDIT_CHARACTERS_MAX: Final = 500
_CREDIT = re.compile(rf'credit="((?:\\.|[^"\\\n]){{1,{CREDIT_CHARACTERS_MAX}}})"')
_REMARKS = re.compile(
    rf"\{{[ \t]*(?:decorative|{_CREDIT.pattern})(?:[ \t]+(?:decorative|{_CREDIT.pattern}))?[ \t]*\}}"
)


def match_inlines(state: StateCore) -> None:
    """What lines consist of. Most lines are text with a little emphasis at most, which no rule need try to read."""
    for token in state.tokens:
        if token.type != "inline":
            continue
        text = token.content
        quick = emphasised(text) if is_plain(text) else None
        token.children = state.md.inline.parse(text, state.md, state.env, []) if quick is None else quick


def match_link(state: StateInline, silent: bool) -> bool:
    """A link, as CommonMark has it."""
    return state.src[state.pos] == "[" and _spend_bracket(state) and link(state, silent)


def match_image(state: StateInline, silent: bool) -> bool:
    """An image, as CommonMark has it; what stands in braces right behind it is said of this place alone."""
    if not (state.src.startswith("![", state.pos) and _spend_bracket(state) and image(state, silent)):
        return False
    remarks = _REMARKS.match(state.src, state.pos, state.posMax)
    if remarks is not None:
        state.pos = remarks.end()
        if not silent:
            state.tokens[-1].meta.update(_said_in(remarks[0]))
    return True


def _said_in(remarks: str) -> dict[str, str | bool]:
    credit = _CREDIT.search(remarks)
    said: dict[str, str | bool] = {} if credit is None else {"credit": unescapeAll(credit[1]).strip()}
    return said if _CREDIT.sub("", remarks).strip(" \t{}") == "" else {**said, "is_decorative": True}


def match_footnote(state: StateInline, silent: bool) -> bool:
    """A reference to a footnote; a label without an end would otherwise be sought through the whole text, again and again."""
    if not state.src.startswith("[^", state.pos):
        return False
    end = state.src.find("]", state.pos, state.pos + FOOTNOTE_LABEL_CHARACTERS_MAX)
    return end > 0 and footnote_ref(state, silent)


def match_bare_url(state: StateInline, silent: bool) -> bool:
    """A URL in running text becomes a link if it begins with http:// or https://; bare domains (`main.py`) never do."""
    if state.linkLevel > 0 or not state.src.startswith("://", state.pos):
        return False
    scheme = _SCHEME_BEFORE.search(state.pending[-6:])
    rest = _BARE_URL.match(state.src, state.pos + 3, state.posMax)
    if scheme is None or rest is None:
        return False
    address = _without_closing_signs(rest[0])
    url = state.md.normalizeLink(f"{scheme[1]}://{address}")
    if not address or not address[0].isalnum() or not state.md.validateLink(url):
        return False
    if not silent:
        state.pending = state.pending[: -len(scheme[1])]
        _push_link(state, url, f"{scheme[1]}://{address}")
    state.pos += 3 + len(address)
    return True


def _spend_bracket(state: StateInline) -> bool:
    left = state.env.get("brackets", BRACKETS_MAX)
    state.env["brackets"] = left - 1
    return left > 0


def _push_link(state: StateInline, url: str, text: str) -> None:
    opening = state.push("link_open", "a", 1)
    opening.attrs = {"href": url}
    opening.markup = opening.info = "bare_url"
    state.push("text", "", 0).content = text
    state.push("link_close", "a", -1)


def _without_closing_signs(address: str) -> str:
    """The address without the signs that end a sentence or a bracket around it."""
    surplus = address.count(")") - address.count("(")
    end = len(address)
    while end and (address[end - 1] in ".,:;!?*_~'\"]" or (address[end - 1] == ")" and surplus > 0)):
        surplus -= address[end - 1] == ")"
        end -= 1
    return address[:end]
