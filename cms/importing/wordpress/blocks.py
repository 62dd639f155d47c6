"""Gutenberg: the comments between which each block's HTML stands.

The HTML of a static block says what it is; the comments matter for what has no HTML (dynamic blocks), for what is
stored elsewhere (reusable blocks) and for what is not in the block editor's hand (shortcodes, custom and classic HTML).
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any, cast

from cms.importing.wordpress.paragraphs import with_paragraphs

COMMENT = re.compile(r"<!--\s++(/?)wp:([a-z][a-z0-9_/-]*+)(.*?)-->", re.DOTALL)
REUSE_DEPTH_MAX = 5
QUIET = frozenset({"more", "nextpage", "footnotes", "spacer", "separator"})


@dataclass(frozen=True, slots=True)
class BlockSource:
    """What the comments refer to: reusable blocks by id, and where to tell of what is dropped."""

    reusable: Callable[[str], str | None]
    warn: Callable[[str], None]
    shortcodes: Callable[[str], str]


def has_blocks(content: str) -> bool:
    """Whether the block editor wrote this."""
    return "<!-- wp:" in content


def html_of_blocks(content: str, source: BlockSource, *, depth: int = 0) -> str:
    """The HTML of all blocks. Text between top-level blocks is classic text; inside a block it is HTML."""
    pieces: list[str] = []
    open_names: list[str] = []
    dropped: dict[str, int] = {}
    position = 0
    for comment in COMMENT.finditer(content):
        between = content[position : comment.start()]
        pieces.append(inner_html(between, open_names, source))
        position = comment.end()
        name = comment[2].removeprefix("core/")
        if comment[1]:
            close(open_names, name)
        elif comment[3].rstrip().endswith("/"):
            pieces.append(
                dynamic(name, attributes_of(comment[3].rstrip().removesuffix("/")), source, depth, dropped)
            )
        else:
            open_names.append(name)
            pieces.append(
                background_image(
                    name, attributes_of(comment[3]), content[comment.end() : comment.end() + 2000]
                )
            )
    pieces.append(inner_html(content[position:], open_names, source))
    if dropped:
        source.warn(
            "Blocks that WordPress fills when it shows them were dropped: "
            + ", ".join(f"{name} ×{count}" for name, count in sorted(dropped.items()))
        )
    return "".join(pieces)


def inner_html(between: str, open_names: list[str], source: BlockSource) -> str:
    """What stands between two comments."""
    if not between.strip():
        return between
    innermost = open_names[-1] if open_names else "freeform"
    if innermost in ("freeform", "classic"):
        return with_paragraphs(source.shortcodes(between))
    if innermost == "shortcode":
        return with_paragraphs(source.shortcodes(between.strip()))
    return between


def close(open_names: list[str], name: str) -> None:
    """Take a block off the open ones. A closing comment that closes nothing is passed over."""
    if name in open_names:
        while open_names.pop() != name:
            pass


def attributes_of(text: str) -> dict[str, Any]:
    """The JSON in a block's comment; empty where there is none or it is broken."""
    try:
        value = json.loads(text) if text.strip() else {}
    except (ValueError, RecursionError):
        return {}
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def dynamic(
    name: str, attributes: dict[str, Any], source: BlockSource, depth: int, dropped: dict[str, int]
) -> str:
    """A block without HTML: a reusable block is put in, the words that a block carries are kept, the rest is counted."""
    if name == "block":
        return reused(str(attributes.get("ref", "")), source, depth)
    if name in ("embed", "video", "audio") and attributes.get("url"):
        return f"<p>{escape(str(attributes['url']))}</p>"
    if name not in QUIET:
        dropped[name] = dropped.get(name, 0) + 1
    return "<hr>" if name == "separator" else ""


def reused(block_id: str, source: BlockSource, depth: int) -> str:
    """A reusable block's own content, in place of its reference."""
    content = source.reusable(block_id)
    if content is None or depth >= REUSE_DEPTH_MAX:
        source.warn(
            f"The reusable block {block_id or '(without id)'} is not in the export, or holds itself; it was dropped"
        )
        return ""
    return (
        html_of_blocks(content, source, depth=depth + 1)
        if has_blocks(content)
        else with_paragraphs(source.shortcodes(content))
    )


def background_image(name: str, attributes: dict[str, Any], following: str) -> str:
    """The picture of a cover that is drawn as a background and so has no `<img>`."""
    url = attributes.get("url")
    if name != "cover" or not isinstance(url, str) or attributes.get("backgroundType") == "video":
        return ""
    head = following.split("wp-block-cover__inner-container", 1)[0]
    return (
        ""
        if "<img" in head or "background-image" not in head
        else f'<figure><img src="{escape(url)}" alt=""></figure>'
    )
