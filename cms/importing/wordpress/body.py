"""An item's body, from blocks or classic text to Markdown."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from cms.importing.html import ConvertedBody, convert_html, plain_text
from cms.importing.html.plain import cut_at_word
from cms.importing.wordpress.blocks import BlockSource, has_blocks, html_of_blocks
from cms.importing.wordpress.listings import with_closed_comments
from cms.importing.wordpress.paragraphs import with_paragraphs
from cms.importing.wordpress.shortcodes import Attachments, with_shortcodes_written
from cms.importing.wordpress.targets import WordPressTargets

MORE = re.compile(r"<!--more(?:\s[^>]*?)?-->")
EXCERPT_CHARACTERS_MAX = 500
REUSED_CHARACTERS_MAX = 2_000_000


@dataclass(frozen=True, slots=True)
class BodySource:
    """What a body may refer to beside its targets."""

    targets: WordPressTargets
    attachments: Attachments
    reusable: Callable[[str], str | None]


def converted_body(content: str, footnotes: str, source: BodySource) -> ConvertedBody:
    """The body in Markdown. Raises nothing: what cannot be kept is told to `source.targets.warn`."""
    html = html_of(with_closed_comments(content.replace("\r\n", "\n").replace("\r", "\n")), source)
    return convert_html(html, source.targets, footnotes_of(footnotes, source.targets.warn))


def html_of(content: str, source: BodySource) -> str:
    """The HTML that WordPress would show."""

    def shortcodes(text: str) -> str:
        return with_shortcodes_written(text, source.attachments)

    if has_blocks(content):
        return html_of_blocks(
            content, BlockSource(within_budget(source.reusable), source.targets.warn, shortcodes)
        )
    return with_paragraphs(shortcodes(content))


def within_budget(reusable: Callable[[str], str | None]) -> Callable[[str], str | None]:
    """Reusable blocks up to `REUSED_CHARACTERS_MAX` a body: blocks that hold blocks multiply."""
    used = 0

    def found(block_id: str) -> str | None:
        nonlocal used
        content = reusable(block_id)
        used += len(content or "")
        return content if used <= REUSED_CHARACTERS_MAX else None

    return found


def footnotes_of(text: str, warn: Callable[[str], None]) -> dict[str, str]:
    """The notes that the block editor keeps in a custom field, as JSON, by id."""
    if not text.strip():
        return {}
    try:
        notes = json.loads(text)
        return {str(note["id"]): str(note["content"]) for note in cast("list[dict[str, Any]]", notes)}
    except (ValueError, TypeError, KeyError, RecursionError):
        warn("The footnotes could not be read")
        return {}


def excerpt_of(written: str, content: str) -> str | None:
    """The excerpt somebody wrote, or else what stands before the “more” mark, as plain text."""
    if text := plain_text(written):
        return text
    parts = MORE.split(content, maxsplit=1)
    if len(parts) == 1:
        return None
    return (
        cut_at_word(plain_text(without_shortcodes(parts[0])), characters_max=EXCERPT_CHARACTERS_MAX) or None
    )


def without_shortcodes(text: str) -> str:
    """Text without the images and players that shortcodes stand for; captions go with their images."""
    nothing = Attachments(by_id=lambda _: None, of_item=(), warn=lambda _: None)
    return re.sub(r"<figure>.*?</figure>", "", with_shortcodes_written(text, nothing), flags=re.DOTALL)
