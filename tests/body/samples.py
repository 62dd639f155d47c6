"""Ids and small bodies that the tests of bodies share."""

from collections.abc import Iterator
from typing import Any

from cms.body import DerivedBody, ResolvedArticle, ResolvedAsset, derive_body

ASSET = "asset_" + "0198c0de" * 4
OTHER_ASSET = "asset_" + "0198beef" * 4
ARTICLE = "article_" + "0198cafe" * 4

HOSTILE_ASSET = ResolvedAsset(
    url='https://cdn.example/a.jpg?x="><script>alert(1)</script>',
    width=640,
    height=480,
    alt='"><img src=x onerror=alert(1)>',
    caption="</figcaption><script>alert(1)</script>",
    credit="<iframe src=javascript:alert(1)>",
)
HOSTILE_ARTICLE = ResolvedArticle(url='/a"onclick="alert(1)', title="<svg onload=alert(1)>")


def derive(markdown: str, locale: str = "en") -> DerivedBody:
    return derive_body(markdown, locale=locale)


def only_block(markdown: str) -> dict[str, Any]:
    """The block of a body that has just one."""
    (block,) = derive(markdown).blocks
    return block


def html_values(value: Any) -> Iterator[str]:
    """Each piece of HTML in a block, however deep."""
    if isinstance(value, list):
        for item in value:
            yield from html_values(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            if name in ("html", "content_html"):
                yield item
            else:
                yield from html_values(item)
