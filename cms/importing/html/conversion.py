"""HTML to Markdown: the order of the steps."""

from dataclasses import dataclass

from lxml import etree

from cms.importing.html import inline
from cms.importing.html.blocks import written_blocks
from cms.importing.html.figures import hold_figures
from cms.importing.html.held import HeldMarkdown
from cms.importing.html.media import hold_media
from cms.importing.html.parsing import HtmlElement, parse_fragment
from cms.importing.html.shaping import shape
from cms.importing.html.targets import Targets
from cms.importing.references import keys_in


@dataclass(frozen=True, slots=True)
class ConvertedBody:
    """A body in Markdown, and the keys of what it names."""

    markdown: str
    asset_keys: tuple[str, ...]
    linked_article_keys: tuple[str, ...]


def convert_html(html: str, targets: Targets, held: HeldMarkdown | None = None) -> ConvertedBody:
    """Turn HTML into the project's Markdown without losing a word that a reader would see.

    `held` carries pieces that an earlier step wrote already and put into the HTML as tokens; tokens from elsewhere
    are taken out of the text.
    """
    pieces = held or HeldMarkdown()
    markdown = pieces.release(markdown_of(html, targets, pieces)).strip("\n")
    return ConvertedBody(markdown, keys_in(markdown, "asset"), keys_in(markdown, "article"))


def markdown_of(html: str, targets: Targets, held: HeldMarkdown) -> str:
    """The Markdown with its tokens still in it."""
    body = parse_fragment(html)
    drop_unseen(body, targets)
    inline.normalise_text(body)
    hold_media(body, held, targets)
    hold_figures(body, held, targets)
    inline.hold_code(body, held)
    inline.hold_quotations(body)
    inline.hold_marks(body, held)
    inline.resolve_links(body, targets)
    shape(body)
    inline.settle_emphasis(body, held)
    return written_blocks(body)


def drop_unseen(body: HtmlElement, targets: Targets) -> None:
    """Take out what no reader sees."""
    if body.find(".//script") is not None:
        targets.warn("A script in the text was dropped")
    etree.strip_elements(body, "script", "style", "template", "link", "meta", "input", with_tail=False)
