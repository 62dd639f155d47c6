"""Reading: the references of a stored body become addresses, by two regular expressions and no HTML parser.

The stored HTML is canonical (see `sanitising`): `src` stands first in an image, `href` first in a link, values are in double quotes
and hold no bare `<` or `>`. All that is put in is escaped.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from cms.body.blocks import Block
from cms.body.packing import unpack_block
from cms.body.plain import text_of_html
from cms.body.references import part_of


@dataclass(frozen=True, slots=True)
class ResolvedAsset:
    """An image as the reader gets it. `alt`, `caption` and `credit` stand in where the Markdown gives none."""

    url: str
    width: int | None = None
    height: int | None = None
    alt: str = ""
    caption: str | None = None
    credit: str | None = None
    # The value of `srcset`, for browsers that choose the width themselves.
    sources: str | None = None
    # It stands in for the picture that the Markdown names, whose words and parts are not its own.
    stands_in: bool = False
    # A part of it (`x`, `y`, `width`, `height` in shares), as the reader gets that; without, it is always shown whole.
    part: "Callable[[Mapping[str, float]], ResolvedAsset] | None" = None


@dataclass(frozen=True, slots=True)
class ResolvedArticle:
    """A linked article as the reader gets it; without `url` the reader may not see it, and the link becomes its own words."""

    url: str | None
    title: str = ""


_HIDDEN = ResolvedArticle(url=None)
# How the canonical HTML marks an image that needs no words: behind its `src` and its `alt`.
_DECORATIVE = ' role="presentation"'

# Each expression begins with a long literal, which the engine seeks fast, and is linear: no part can begin anew within itself.
_IMAGE = re.compile(
    r'<img src="asset:(?P<id>asset_[0-9a-f]{32})(?:#xywh=percent:(?P<part>[0-9.,]+))?" alt="(?P<alt>[^"]*)"(?P<rest>[^>]*)>'
    r"(?:\s*(?:<figcaption>(?P<caption>[^<]*)(?:<small>(?P<credit>[^<]*)</small>)?</figcaption>)?\s*(?P<end></figure>))?"
)
_MISSING = re.compile(
    r'<figure>\s*<img src="asset:[^>]*>\s*(?:<figcaption>[^<]*(?:<small>[^<]*</small>)?</figcaption>)?\s*</figure>|<img src="asset:[^"]*" alt="(?P<alt>[^"]*)"[^>]*>'
)
_LINK = re.compile(
    r'<a href="article:(?P<id>article_[0-9a-f]{32})(?P<anchor>#[^"]*)?"(?P<rest>[^>]*)>'
    r"(?P<words>[^<]*(?:<(?!/?a[ >])[^<]*)*)</a>"
)


def resolve_html(
    html: str, *, assets: Mapping[str, ResolvedAsset], articles: Mapping[str, ResolvedArticle]
) -> str:
    """The stored HTML with the addresses of its images and articles; the keys of both mappings are public ids.

    An image that is not in `assets` leaves its alternative text, a figure leaves nothing. A link to an article that is not in
    `articles`, or has no URL, becomes a `span` with its words, so that the id stays unknown. A link without words gets the
    article's title. Takes time linear in the length of the HTML.
    """
    if '<img src="asset:' in html:
        html = _resolve_images(html, assets)
    if '<a href="article:' in html:
        html = _LINK.sub(lambda match: _link(match, articles.get(match["id"], _HIDDEN)), html)
    return html


def resolve_blocks(
    blocks: Sequence[Block], *, assets: Mapping[str, ResolvedAsset], articles: Mapping[str, ResolvedArticle]
) -> list[Block]:
    """The stored blocks, unpacked, with their HTML resolved as by `resolve_html`; the stored ones are left as they are.

    Images get `url`, `width`, `height`, and `alt`, `caption` and `credit` where they had none; those that are not in `assets` are
    left out. An article link gets `url`, and the title where it had no words; if the reader may not see the article, it becomes a
    paragraph of its words, or is left out if it has none.
    """
    found = [_resolve_block(unpack_block(block), assets, articles) for block in blocks]
    return [block for block in found if block is not None]


def _resolve_images(html: str, assets: Mapping[str, ResolvedAsset]) -> str:
    missing: list[str] = []

    def substitute(match: re.Match[str]) -> str:
        asset = assets.get(match[1])
        if asset is None or not _is_web_address(asset.url):
            missing.append(match[1])
            return match[0]
        return _image(match, asset)

    resolved = _IMAGE.sub(substitute, html)
    return (
        _MISSING.sub(lambda match: (match["alt"] or "").replace("&quot;", '"'), resolved)
        if missing
        else resolved
    )


def _image(match: re.Match[str], asset: ResolvedAsset) -> str:
    _, part, alt, rest, caption, credit, figure_end = match.groups()
    if asset.stands_in:
        alt, caption, credit, rest = "", None, None, ""
    asset = _shown(asset, None if part is None else part_of(part))
    words = alt or ("" if rest.startswith(_DECORATIVE) else escape(asset.alt))
    size = f' width="{int(asset.width)}" height="{int(asset.height)}"' if asset.width and asset.height else ""
    sources = f' srcset="{escape(asset.sources)}" sizes="auto, 100vw"' if asset.sources else ""
    image = f'<img src="{escape(asset.url)}" alt="{words}"{rest}{size}{sources} loading="lazy">'
    return f"{image}{_caption(caption, credit, asset)}</figure>" if figure_end else image


def _shown(asset: ResolvedAsset, part: Mapping[str, float] | None) -> ResolvedAsset:
    return asset if part is None or asset.part is None or asset.stands_in else asset.part(part)


def _caption(written: str | None, written_credit: str | None, asset: ResolvedAsset) -> str:
    caption = (written or "").rstrip() or escape(asset.caption or "", quote=False)
    credit = written_credit or escape(asset.credit or "", quote=False)
    credit = f"<small>{credit}</small>" if credit else ""
    return (
        f"<figcaption>{caption}{' ' if caption and credit else ''}{credit}</figcaption>"
        if caption or credit
        else ""
    )


def _link(match: re.Match[str], article: ResolvedArticle) -> str:
    _, anchor, rest, words = match.groups()
    if article.url is None or not _is_web_address(article.url):
        return f"<span>{words}</span>"
    return f'<a href="{escape(article.url)}{anchor or ""}"{rest}>{words or escape(article.title, quote=False)}</a>'


def _is_web_address(url: str) -> bool:
    return url.startswith(("https://", "http://", "/"))


def _resolve_block(
    block: Block, assets: Mapping[str, ResolvedAsset], articles: Mapping[str, ResolvedArticle]
) -> Block | None:
    resolved: Block = _resolve_tree(block, assets, articles)
    if block["type"] == "image" and block["asset_id"]:
        return _resolve_image(resolved, assets.get(block["asset_id"]))
    if block["type"] == "image":
        unsaid = {"credit": None, "is_decorative": False, "crop": None}
        return unsaid | resolved | {"width": None, "height": None}
    if block["type"] == "article_link":
        return _resolve_article_link(resolved, articles.get(block["article_id"], _HIDDEN))
    return resolved


def _resolve_tree(
    value: Any, assets: Mapping[str, ResolvedAsset], articles: Mapping[str, ResolvedArticle]
) -> Any:
    """JSON with each field that is named for HTML resolved. `Any`: a block nests as its type pleases."""
    if isinstance(value, list):
        return [_resolve_tree(item, assets, articles) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: resolve_html(item, assets=assets, articles=articles)
        if name in ("html", "content_html")
        else _resolve_tree(item, assets, articles)
        for name, item in value.items()
    }


def _resolve_image(block: Block, asset: ResolvedAsset | None) -> Block | None:
    if asset is None or not _is_web_address(asset.url):
        return None
    # Blocks that were stored before there was a credit of their own, a mark, or a part, have none of them.
    own: Block = {"alt": "", "caption": None} if asset.stands_in else block
    crop = own.get("crop")
    asset = _shown(asset, crop)
    resolved = block | {"url": asset.url, "width": asset.width, "height": asset.height, "crop": crop}
    is_decorative = bool(own.get("is_decorative"))
    return resolved | {
        "alt": "" if is_decorative else own["alt"] or asset.alt,
        "caption": own["caption"] or asset.caption,
        "credit": own.get("credit") or asset.credit,
        "is_decorative": is_decorative,
    }


def _resolve_article_link(block: Block, article: ResolvedArticle) -> Block | None:
    if article.url is not None and _is_web_address(article.url):
        url = f"{article.url}#{block['anchor']}" if block["anchor"] else article.url
        return block | {"url": url, "text": block["text"] or article.title}
    if not block["text"]:
        return None
    content = block["html"].removeprefix("<p>").removesuffix("</p>")
    return {
        "type": "paragraph",
        "key": block["key"],
        "html": block["html"],
        "content_html": content,
        "text": text_of_html(content),
    }
