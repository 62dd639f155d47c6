"""Images of a body: each becomes a figure of its own, or stays in the line where it is part of the text."""

from cms.importing.html import writing
from cms.importing.html.held import HeldMarkdown
from cms.importing.html.parsing import HtmlElement, element, is_within, put_text, remove, replace
from cms.importing.html.plain import text_of
from cms.importing.html.targets import Targets
from cms.importing.references import asset_target

INLINE_HOSTS = (
    "td",
    "th",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "dt",
    "summary",
    "caption",
    "figcaption",
    "pre",
)
LAZY_SOURCES = ("data-src", "data-lazy-src", "data-original", "data-image", "data-orig-file")
SYMBOL_PIXELS_MAX = 32


def hold_figures(body: HtmlElement, held: HeldMarkdown, targets: Targets) -> None:
    """Replace each image by finished Markdown, with its caption; innermost figures first."""
    drop_doubles_for_browsers_without_scripts(body)
    for figure in reversed(list(body.iter("figure"))):
        hold_figure(figure, held, targets)
    for img in list(body.iter("img")):
        hold_image(img, held, targets)


def drop_doubles_for_browsers_without_scripts(body: HtmlElement) -> None:
    """Lazy loading writes each image twice; the one in `<noscript>` has the address, the other one the description."""
    for noscript in list(body.iter("noscript")):
        twins = [img for img in noscript.getparent().iter("img") if not is_within(img, "noscript")]
        if noscript.find(".//img") is not None and twins:
            remove(noscript)


def hold_figure(figure: HtmlElement, held: HeldMarkdown, targets: Targets) -> None:
    """A figure of one image takes its caption along; other figures give their caption a paragraph."""
    images = list(figure.iter("img"))
    captions = list(figure.iter("figcaption"))
    caption = " ".join(text_of(node) for node in captions)
    if len(images) == 1 and not words_besides(figure, captions):
        markdown = written_image(images[0], caption or None, held, targets)
        warn_of_lost_links(captions, targets)
        replace(figure, element("p", markdown))
        return
    for node in captions:
        node.tag = "p"


def words_besides(figure: HtmlElement, captions: list[HtmlElement]) -> bool:
    """Whether a figure says more than its caption."""
    everything = "".join(figure.itertext()).split()
    said = "".join("".join(node.itertext()) for node in captions).split()
    return len(everything) > len(said) or any(True for _ in figure.iter("table", "pre", "ul"))


def warn_of_lost_links(captions: list[HtmlElement], targets: Targets) -> None:
    """Captions are plain text: tell where their links led."""
    for link in (link for caption in captions for link in caption.iter("a")):
        if link.get("href"):
            targets.warn(f"A caption lost its link to {link.get('href')}; the words are kept")


def hold_image(img: HtmlElement, held: HeldMarkdown, targets: Targets) -> None:
    """An image outside a figure: a symbol becomes its text, one in a cell or heading stays there, others stand alone."""
    if is_text_symbol(img):
        put_text(img, img.get("alt") or "")
        return
    markdown = written_image(img, None, held, targets)
    host = next(img.iterancestors(*INLINE_HOSTS), None)
    node = sole_link(img)
    if host is not None or is_small(img):
        put_text(node if node is not None else img, markdown)
    else:
        stand_alone(node if node is not None else img, markdown)


def is_text_symbol(img: HtmlElement) -> bool:
    """Whether an image is an emoji or a smiley: a character drawn."""
    classes = (img.get("class") or "").split()
    return "emoji" in classes or "wp-smiley" in classes


def is_small(img: HtmlElement) -> bool:
    """Whether an image is a symbol within a line."""
    sizes = [
        int(value)
        for value in (img.get("width"), img.get("height"))
        if value and value.isascii() and value.isdigit()
    ]
    return len(sizes) == 2 and max(sizes) <= SYMBOL_PIXELS_MAX


def written_image(img: HtmlElement, caption: str | None, held: HeldMarkdown, targets: Targets) -> str:
    """The token of an image, linked where it led elsewhere than to itself; nothing for one that has no address."""
    source = image_source(img)
    target = targets.image(source, dict(img.attrib)) if source else None
    if target is None:
        targets.warn(
            "An image without a usable address was dropped"
            + (f" (alt text: {img.get('alt')})" if img.get("alt") else "")
        )
        return caption or ""
    alt = img.get("alt") or target.alt or ""
    markdown = writing.image(asset_target(target.source_key), alt=alt, caption=caption)
    return held.hold(linked(markdown, img, target.source_key, targets))


def image_source(img: HtmlElement) -> str:
    """The address of the real image, behind the blank one that lazy loading shows first."""
    lazy = next((img.get(name) for name in LAZY_SOURCES if img.get(name)), "")
    plain = img.get("src") or ""
    return lazy if lazy and (not plain or plain.startswith("data:")) else plain


def linked(markdown: str, img: HtmlElement, source_key: str, targets: Targets) -> str:
    """An image within its link, unless the link only leads to the same image, larger."""
    anchor = next(img.iterancestors("a"), None)
    target = (
        targets.link(anchor.get("href") or "")
        if anchor is not None and (anchor.get("href") or "#")[:1] != "#"
        else None
    )
    if target is None or target == asset_target(source_key):
        return markdown
    return writing.link(markdown, target)


def sole_link(img: HtmlElement) -> HtmlElement | None:
    """The link that holds this image and nothing else; it is written already."""
    anchor = next(img.iterancestors("a"), None)
    if anchor is None or anchor.text_content().strip() or len(list(anchor.iter("img"))) != 1:
        return None
    return anchor


def stand_alone(node: HtmlElement, markdown: str) -> None:
    """Give an image its own paragraph: before the one it was in if it opened it, else after."""
    paragraph = next(node.iterancestors("p"), None)
    made = element("p", markdown)
    if paragraph is None:
        replace(node, made)
        return
    if text_before(node, paragraph):
        made.tail, paragraph.tail = paragraph.tail, None
        place = following_figures(paragraph)
        place.addnext(made)
    else:
        paragraph.addprevious(made)
    remove(node)


def following_figures(paragraph: HtmlElement) -> HtmlElement:
    """The last of the figures that were already moved behind a paragraph."""
    place = paragraph
    while (
        place.getnext() is not None
        and not (place.tail or "").strip()
        and (place.getnext().text or "").startswith("\ue000")
    ):
        place = place.getnext()
    return place


def text_before(node: HtmlElement, paragraph: HtmlElement) -> bool:
    """Whether a paragraph says something before an element."""
    earlier: HtmlElement | None = node
    while earlier is not None and earlier is not paragraph:
        previous = earlier.getprevious()
        while previous is not None:
            if (previous.tail or "").strip() or previous.text_content().strip():
                return True
            previous = previous.getprevious()
        earlier = earlier.getparent()
        if earlier is not None and (earlier.text or "").strip():
            return True
    return False
