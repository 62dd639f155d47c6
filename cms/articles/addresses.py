"""Where an article is on the site, and how a body's references become addresses."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import quote
from uuid import UUID

from cms.articles.framing import framed_height, framed_source_set, framed_url, framed_width
from cms.body import ResolvedArticle, ResolvedAsset, resolve_blocks, resolve_html
from cms.reading.sources import Facts

# A picture in a text is as wide as the column it stands in: these do for small and large screens.
BODY_WIDTH = 1_280
BODY_WIDTHS = (480, 800, 1_280, 1_920)


def article_path(pattern: str, locale: str, slug: str) -> str:
    """The path of an article by the site's pattern."""
    return pattern.replace("{locale}", quote(locale)).replace("{slug}", quote(slug))


def article_url(_: Facts, site_url: str | None, pattern: str, locale: str, slug: str) -> str | None:
    """The URL of an article; None while the site has no URL."""
    return None if site_url is None else site_url.rstrip("/") + article_path(pattern, locale, slug)


def resolved_assets(facts: Facts, references: Mapping[str, Any]) -> dict[str, ResolvedAsset]:
    """The pictures that a body shows, by public id."""
    return {name: _resolved(facts, asset) for name, asset in references["assets"].items()}


def _resolved(
    facts: Facts, asset: Mapping[str, Any], crop: Mapping[str, float] | None = None
) -> ResolvedAsset:
    """A picture as a body shows it, or the part of it that the text names."""
    return ResolvedAsset(
        url=framed_url(facts, asset, None, crop, width=BODY_WIDTH),
        sources=framed_source_set(facts, asset, None, crop, BODY_WIDTHS),
        width=framed_width(facts, asset, crop),
        height=framed_height(facts, asset, crop),
        part=partial(_resolved, facts, asset),
        alt=asset["alt"],
        caption=asset["caption"],
        credit=asset["credit"],
        stands_in=asset.get("stands_in", False),
    )


def resolved_articles(
    references: Mapping[str, Any], site_url: str | None, pattern: str
) -> dict[str, ResolvedArticle]:
    """The articles that a body links to and the reader may see, by public id."""
    base = (site_url or "").rstrip("/")
    return {
        name: ResolvedArticle(
            url=base + article_path(pattern, article["locale"], article["slug"]), title=article["title"]
        )
        for name, article in references["articles"].items()
    }


def resolved_html(
    facts: Facts, html: str, references: Mapping[str, Any], site_url: str | None, pattern: str
) -> str:
    """The body's HTML with addresses."""
    articles = resolved_articles(references, site_url, pattern)
    return resolve_html(html, assets=resolved_assets(facts, references), articles=articles)


def resolved_blocks(
    facts: Facts, blocks: Sequence[Any], references: Mapping[str, Any], site_url: str | None, pattern: str
) -> list[dict[str, Any]]:
    """The body's blocks with addresses; an image knows its asset's row, an article link the key of its article."""
    articles = resolved_articles(references, site_url, pattern)
    found = resolve_blocks(blocks, assets=resolved_assets(facts, references), articles=articles)
    return [_with_rows(block, references) for block in found]


def _with_rows(block: dict[str, Any], references: Mapping[str, Any]) -> dict[str, Any]:
    if block["type"] == "image":
        asset = references["assets"].get(block["asset_id"])
        return block | {"asset": asset, "asset_key": None if asset is None else asset["id"]}
    if block["type"] == "article_link":
        return block | {"article_key": str(UUID(block["article_id"].removeprefix("article_")))}
    return block
