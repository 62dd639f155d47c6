"""References of a body: images as `asset:ID`, articles as `article:ID`, kept by id and resolved when read.

Of an image a part can be named, as Media Fragments URI 1.0 (section 4.2.2) has it: `asset:ID#xywh=percent:x,y,width,height`; the numbers may have
two decimals.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote

from cms.body.source import clean_characters
from cms.picture_parts import is_part

_PERCENT = r"\d{1,3}(?:\.\d{1,2})?"
ASSET = re.compile(rf"asset:(asset_[0-9a-f]{{32}})(?:#xywh=percent:({_PERCENT}(?:,{_PERCENT}){{3}}))?\Z")
ARTICLE = re.compile(r"article:(article_[0-9a-f]{32})(?:#([^\s#]*))?\Z")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_IGNORED_IN_URLS = re.compile(r"[\x00-\x20\x7f-\xa0]")
_LINK_SCHEMES = frozenset({"http", "https", "mailto", "tel"})


@dataclass(slots=True)
class Findings:
    """What sanitising met on its way, in order: the values are unused, a dict being an ordered set."""

    assets: dict[str, None] = field(default_factory=dict[str, None])
    articles: dict[str, None] = field(default_factory=dict[str, None])
    malformed: dict[str, None] = field(default_factory=dict[str, None])


def scheme_of(url: str) -> str:
    """The scheme of a URL in lower case, empty for a relative one; read as browsers do, past blanks and control characters."""
    match = _SCHEME.match(_IGNORED_IN_URLS.sub("", url))
    return match[1].lower() if match else ""


def check_link(url: str, findings: Findings) -> str | None:
    """The target of a link if it may stay: http, https, mailto, tel, a relative path, an anchor, or `article:ID`."""
    scheme = scheme_of(url)
    if scheme in ("asset", "article"):
        return _note(ARTICLE.match(url), url, findings.articles, findings)
    return url if not scheme or scheme in _LINK_SCHEMES else None


def check_image(url: str, findings: Findings) -> str | None:
    """The source of an image if it may stay: `asset:ID`, https, or a relative path."""
    scheme = scheme_of(url)
    if scheme in ("asset", "article"):
        match = ASSET.match(url)
        is_whole_or_part = match is not None and (match[2] is None or is_part(**part_of(match[2])))
        return _note(match if is_whole_or_part else None, url, findings.assets, findings)
    return url if url.strip() and scheme in ("", "https") else None


def part_of(percent: str) -> dict[str, float]:
    """The part of a picture, in shares of its width and height."""
    x, y, width, height = (round(float(number) / 100, 4) for number in percent.split(","))
    return {"x": x, "y": y, "width": width, "height": height}


def is_external(url: str) -> bool:
    """Whether a link leads to a host of its own naming."""
    return scheme_of(url) in ("http", "https") or url.lstrip().startswith(("//", "\\\\", "/\\", "\\/"))


def _note(match: re.Match[str] | None, url: str, found: dict[str, None], findings: Findings) -> str | None:
    if match is None:
        findings.malformed[clean_characters(unquote(url))] = None
        return None
    found[match[1]] = None
    return url
