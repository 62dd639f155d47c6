"""HTML to Markdown: the order of the steps."""

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]  (lxml is compiled, without types)

from cms.importing.html import inline
from cms.importing.html.blocks import written_blocks
from cms.importing.html.figures import hold_figures
from cms.importing.html.footnotes import FootnoteCalls, definition
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


def convert_html(html: str, targets: Targets, footnotes: Mapping[str, str] | None = None) -> ConvertedBody:
    """Turn HTML into the project's Markdown without losing a word that a reader would see.

    `footnotes` holds the HTML of each note by its id; the text calls them by `<sup data-fn="id">`. Notes that are not
    called stand at the end as paragraphs.
    """
    held = HeldMarkdown()
    notes = FootnoteCalls(footnotes or {})
    written = markdown_of(html, targets, held, notes)
    definitions = [definition(label, markdown_of(note, targets, held)) for label, note in notes.called()]
    others = [markdown_of(note, targets, held) for note in notes.uncalled()]
    markdown = held.release("\n\n".join(part for part in (written, *others, *definitions) if part)).strip(
        "\n"
    )
    return ConvertedBody(markdown, keys_in(markdown, "asset"), keys_in(markdown, "article"))


def markdown_of(html: str, targets: Targets, held: HeldMarkdown, notes: FootnoteCalls | None = None) -> str:
    """The Markdown with its tokens still in it."""
    body = parse_fragment(html)
    drop_unseen(body, targets)
    inline.normalise_text(body)
    if notes is not None:
        notes.hold_calls(body, held)
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
