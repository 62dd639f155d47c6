"""Players and frames become links: Markdown has no players, and a bare address on its own line is an embed."""

import re
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from cms.importing.html.held import HeldMarkdown
from cms.importing.html.parsing import HtmlElement, element, remove, replace
from cms.importing.html.plain import text_of
from cms.importing.html.targets import Targets
from cms.importing.html.writing import bare_url, text_link

YOUTUBE_FRAME = re.compile(r"^https?://(?:www\.)?youtube(?:-nocookie)?\.com/embed/([\w-]{6,})")
VIMEO_FRAME = re.compile(r"^https?://player\.vimeo\.com/video/(\d+)")
LONE_URL = re.compile(r"https?://\S+")
LONE_URL_BLOCKS = ("p", "div", "figure")


def hold_media(body: HtmlElement, held: HeldMarkdown, targets: Targets) -> None:
    """Replace frames, players and lone addresses by finished Markdown."""
    for node in list(body.iter("iframe", "embed", "object", "audio", "video")):
        if node.getparent() is not None:
            hold_player(node, held, targets)
    for node in list(body.iter(*LONE_URL_BLOCKS)):
        hold_lone_url(node, held, targets)


def hold_player(node: HtmlElement, held: HeldMarkdown, targets: Targets) -> None:
    """A frame becomes the bare address of what it shows, a player a link to its file."""
    source = player_source(node)
    target = targets.link(source) if source else None
    if target is None:
        if node.tag != "object":
            targets.warn(f"A <{node.tag}> without an address was dropped")
            remove(node)
        return
    made = element(
        "p",
        held.hold(
            embed(target)
            if node.tag in ("iframe", "embed", "object")
            else text_link(file_name(source), target)
        ),
    )
    replace(node, made)


def player_source(node: HtmlElement) -> str:
    """Where the thing that is played comes from."""
    sources = [
        node.get("src"),
        node.get("data-src"),
        node.get("data"),
        *(child.get("src") for child in node.iter("source", "embed")),
    ]
    return next((source for source in sources if source), "")


def embed(target: str) -> str:
    """The address of the page that a frame shows a part of."""
    if match := YOUTUBE_FRAME.match(target):
        return bare_url(f"https://www.youtube.com/watch?v={match[1]}")
    if match := VIMEO_FRAME.match(target):
        return bare_url(f"https://vimeo.com/{match[1]}")
    return bare_url(target)


def hold_lone_url(node: HtmlElement, held: HeldMarkdown, targets: Targets) -> None:
    """A block of nothing but an address is an embed."""
    if len(node):
        return
    text = text_of(node)
    if LONE_URL.fullmatch(text) and (target := targets.link(text)):
        node.text = held.hold(bare_url(target))


def file_name(url: str) -> str:
    """The last part of an address, readable."""
    return unquote(PurePosixPath(urlsplit(url).path).name) or url
