"""Which media type the answer has: the `Accept` header (RFC 9110, section 12.5.1) against what GraphQL over HTTP offers."""

from functools import lru_cache

GRAPHQL_RESPONSE = "application/graphql-response+json"
JSON = "application/json"
HTML = "text/html"

_NO_MATCH = (-1, 0.0)


def media_type_of(accept: str | None) -> str | None:
    """The media type to answer with, or None if the client accepts neither of ours (406).

    A client that names none, or only wildcards, gets `application/json`; one that names both alike gets
    `application/graphql-response+json`.
    """
    if accept is None or len(accept) > 1_000:
        return JSON
    return _negotiated(accept)


def prefers_html(accept: str | None) -> bool:
    """Whether the header names `text/html` and prefers it to what GraphQL answers with, as browsers do."""
    if not accept or HTML not in accept.lower():
        return False
    ranges = _ranges_of(accept)
    named, quality = _best(ranges, HTML)
    return (
        named == 2
        and quality > 0
        and quality >= max(_best(ranges, JSON)[1], _best(ranges, GRAPHQL_RESPONSE)[1])
    )


@lru_cache(maxsize=256)
def _negotiated(accept: str) -> str | None:
    ranges = _ranges_of(accept)
    named, quality = _best(ranges, GRAPHQL_RESPONSE)
    named_json, quality_json = _best(ranges, JSON)
    if quality <= 0 and quality_json <= 0:
        return None
    if quality != quality_json:
        return GRAPHQL_RESPONSE if quality > quality_json else JSON
    return GRAPHQL_RESPONSE if named > named_json or named == 2 else JSON


def _ranges_of(accept: str) -> list[tuple[str, float]]:
    ranges = [_range_of(part) for part in accept.split(",") if part.strip()]
    return ranges or [("*/*", 1.0)]


def _range_of(part: str) -> tuple[str, float]:
    name, *parameters = (piece.strip().lower() for piece in part.split(";"))
    for parameter in parameters:
        if parameter.startswith("q="):
            return name, _quality_of(parameter[2:])
    return name, 1.0


def _quality_of(text: str) -> float:
    try:
        quality = float(text)
    except ValueError:
        return 0.0
    return quality if 0 <= quality <= 1 else 0.0


def _best(ranges: list[tuple[str, float]], media_type: str) -> tuple[int, float]:
    """How exactly the header names the type (2 by its name, 1 by its family, 0 by a wildcard) and with what quality."""
    exactness = {media_type: 2, media_type.partition("/")[0] + "/*": 1, "*/*": 0}
    matches = [(exactness[name], quality) for name, quality in ranges if name in exactness]
    return max(matches, default=_NO_MATCH)
