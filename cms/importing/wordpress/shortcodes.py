"""The shortcodes that WordPress itself knows, as HTML. Anything else between brackets is prose and stays."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape, unescape

from cms.importing.documents import ImportedAsset
from cms.importing.wordpress.listings import LISTINGS, untouched_spans

NAMES = "wp_caption|caption|gallery|playlist|embed|audio|video"
OPENING = re.compile(rf"(\[?)\[({NAMES})((?=[\s\]/])(?:[^\[\]\"']|\"[^\"]*+\"|'[^']*+')*+)\](\]?)")
ATTRIBUTE = re.compile(r"([\w-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'\]]+))|\"([^\"]*)\"|([^\s\"']+)")
IMAGE_AT_START = re.compile(r"\s*(<a\b[^>]*+>\s*<img\b[^>]*+>\s*</a\s*>|<img\b[^>]*+>)", re.IGNORECASE)
SOURCES = ("src", "mp3", "m4a", "ogg", "wav", "wma", "flac", "mp4", "m4v", "webm", "ogv", "mov", "wmv", "flv")
PLAYERS = ("audio", "video")


@dataclass(frozen=True, slots=True)
class Attachments:
    """What a shortcode may ask about: files by their ids, and those that were uploaded to this item."""

    by_id: Callable[[str], ImportedAsset | None]
    of_item: Sequence[ImportedAsset]
    warn: Callable[[str], None]


def with_shortcodes_written(text: str, attachments: Attachments) -> str:
    """The text with its known shortcodes as HTML. Those inside `<pre>` and `<code>` are listings and stay."""
    pieces: list[str] = []
    position = 0
    for start, end in untouched_spans(text, LISTINGS):
        pieces += [written(text[position:start], attachments), text[start:end]]
        position = end
    return "".join([*pieces, written(text[position:], attachments)])


def written(text: str, attachments: Attachments) -> str:
    """The shortcodes of text without listings. `[[name]]` is how an author writes `[name]` itself."""
    pieces: list[str] = []
    position = 0
    while opening := OPENING.search(text, position):
        pieces.append(text[position : opening.start()])
        content, position = content_of(text, opening)
        if opening[1] and opening[4]:
            pieces.append(opening[0][1:-1])
            position = opening.end()
        else:
            pieces.append(opening[1] + html_of(opening[2], opening[3], content, attachments) + opening[4])
    return "".join([*pieces, text[position:]])


def content_of(text: str, opening: re.Match[str]) -> tuple[str, int]:
    """What stands before the closing tag, and where the shortcode ends; without a closing tag there is no content."""
    closing = f"[/{opening[2]}]"
    end = -1 if opening[3].rstrip().endswith("/") or opening[4] else text.find(closing, opening.end())
    another = text.find(f"[{opening[2]}", opening.end())
    if end < 0 or (0 <= another < end):
        return "", opening.end()
    return text[opening.end() : end], end + len(closing)


def html_of(name: str, attributes_text: str, content: str, attachments: Attachments) -> str:
    """The HTML of one shortcode."""
    attributes, bare = attributes_of(attributes_text)
    if name in ("caption", "wp_caption"):
        return caption(attributes, content)
    if name == "gallery":
        return "".join(figure(asset) for asset in gallery_assets(attributes, attachments))
    if name == "playlist":
        return "".join(player("audio", asset.url) for asset in listed(attributes.get("ids", ""), attachments))
    if name == "embed":
        return f"\n\n<p>{escape(unescape((content or attributes.get('src', '')).strip()))}</p>\n\n"
    source = next((attributes[key] for key in SOURCES if attributes.get(key)), "") or next(
        (part for part in bare if "://" in part), ""
    )
    if not source and not content.strip():
        attachments.warn(f"A [{name}] shortcode without an address was dropped")
    return (player(name, source) if source else "") + content


def attributes_of(text: str) -> tuple[dict[str, str], list[str]]:
    """The named attributes, and what stands there without a name."""
    named: dict[str, str] = {}
    bare: list[str] = []
    for match in ATTRIBUTE.finditer(text):
        if match[1]:
            named[match[1].lower()] = match[2] or match[3] or match[4] or ""
        else:
            bare.append(match[5] or match[6] or "")
    return named, bare


def caption(attributes: dict[str, str], content: str) -> str:
    """An image with its caption: in the attribute (old form) or behind the image (new form)."""
    image = IMAGE_AT_START.match(content)
    words = attributes.get("caption") or (content[image.end() :] if image else "")
    if image is None:
        return content + (f"<p>{words}</p>" if words else "")
    rest = content[image.end() :] if attributes.get("caption") else ""
    return f"\n\n<figure>{image[1]}<figcaption>{words.strip()}</figcaption></figure>\n\n{rest}"


def gallery_assets(attributes: dict[str, str], attachments: Attachments) -> list[ImportedAsset]:
    """The images of a gallery: those it names, or else those uploaded to the item."""
    if ids := attributes.get("ids") or attributes.get("include"):
        return listed(ids, attachments)
    left_out = set(re.findall(r"\d+", attributes.get("exclude", "")))
    images = [
        asset
        for asset in attachments.of_item
        if asset.media_kind == "image" and asset.source_key.rsplit("/", 1)[-1] not in left_out
    ]
    if not images:
        attachments.warn("A [gallery] of the item's own images found none in the export and was dropped")
    return images


def listed(ids: str, attachments: Attachments) -> list[ImportedAsset]:
    """The files with these ids that the export holds."""
    wanted = re.findall(r"\d+", ids)
    found = [asset for asset in (attachments.by_id(one) for one in wanted) if asset is not None]
    if len(found) < len(wanted):
        attachments.warn(
            f"A gallery or playlist names {len(wanted)} files; the export holds {len(found)} of them"
        )
    return found


def figure(asset: ImportedAsset) -> str:
    """An image of a gallery."""
    words = f"<figcaption>{escape(asset.caption)}</figcaption>" if asset.caption else ""
    return f'\n\n<figure><img src="{escape(asset.url)}" alt="{escape(asset.alt or "")}">{words}</figure>\n\n'


def player(tag: str, source: str) -> str:
    """A player, which the next step turns into a link."""
    return f'\n\n<{tag} src="{escape(unescape(source))}"></{tag}>\n\n'
