"""Whether all servers say the same: nothing is measured that was not found right first."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bench.queries import Q1, Q2, Q3, Query

Json = dict[str, Any]


def plain(query: Query, data: Json) -> Any:
    """The answer of Kiosque, of the bare app, or of Strawberry, with its dates as moments."""
    if query is Q1:
        return _dated(data["article"])
    if query in (Q2, Q3):
        return [_dated(article) for article in data["articles"]["nodes"]]
    return _written(data["createArticle"])


def from_postgraphile(query: Query, data: Json) -> Any:
    """The answer of PostGraphile, in the shape of the others."""
    if query is Q1:
        return _flattened(data["article"])
    if query in (Q2, Q3):
        return [_flattened(article) for article in data["articles"]["nodes"]]
    return _written(data["createArticle"])


Reading = Callable[[Query, Json], Any]


def _dated(article: Json) -> Json:
    if "publishedAt" not in article:
        return article
    return {**article, "publishedAt": datetime.fromisoformat(article["publishedAt"])}


def _written(payload: Json) -> Json:
    """Slugs of drafts are each server's own; that there is one, and the title, is the same."""
    article: Json = payload["article"]
    return {
        "begins": article["title"][:6],
        "has_slug": bool(article["slug"]),
        "errors": payload.get("errors") or [],
    }


def _flattened(article: Json) -> Json:
    """One article of PostGraphile's: links are connections there, and the alternative text is beside the cover."""
    found = {name: value for name, value in article.items() if not isinstance(value, dict)}
    alt = found.pop("coverAlt", None)
    if "body" in found:
        found["body"] = {"html": found["body"]}
    found["byline"] = article["byline"]["nodes"]
    if "tags" in article:
        found["tags"] = [link["tag"] for link in article["tags"]["nodes"]]
    if "cover" in article:
        found["cover"] = {"asset": article["cover"], "alt": alt}
    if "related" in article:
        found["related"] = {"nodes": [_related(link["article"]) for link in article["related"]["nodes"]]}
    return _dated(found)


def _related(article: Json) -> Json:
    found = {"title": article["title"], "slug": article["slug"]}
    if "cover" in article:
        found["cover"] = {"asset": article["cover"]}
    if "byline" in article:
        found["byline"] = article["byline"]["nodes"]
    return found
