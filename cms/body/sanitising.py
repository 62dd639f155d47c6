"""Sanitising: an allow list of tags and attributes applied by nh3, then a canonical form for images and links.

The canonical form is what makes reading cheap: `src` is the first attribute of each image and `href` of each link, so that one
regular expression resolves the references of a stored body.
"""

import html as entities
import re
import threading
from collections.abc import Callable, Set

import nh3

from cms.body.plain import text_of_html
from cms.body.references import ASSET, Findings, check_image, check_link, is_external
from cms.body.source import clean_characters

# fmt: off
TAGS = frozenset([
    "a", "abbr", "address", "aside", "b", "bdi", "bdo", "blockquote", "br", "caption", "cite", "code", "col", "colgroup",
    "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4",
    "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "rp",
    "rt", "ruby", "s", "samp", "section", "small", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td",
    "tfoot", "th", "thead", "time", "tr", "u", "ul", "var", "wbr",
])
# fmt: on
# fmt: off
_CONTENT_DROPPED = frozenset([
    "script", "style", "template", "iframe", "object", "embed", "noscript", "svg", "math", "title",
    "textarea", "select",
])
# fmt: on
_ATTRIBUTES: dict[str, set[str]] = {
    "*": {"lang", "dir", "title"},
    "a": {"href", "hreflang", "rel", "id", "class"},
    "img": {"src", "alt", "width", "height", "role"},
    "ol": {"start", "reversed", "type"},
    "li": {"value", "id"},
    "th": {"colspan", "rowspan", "scope", "align"},
    "td": {"colspan", "rowspan", "align"},
    "time": {"datetime"},
    "details": {"open"},
    **{tag: {"class"} for tag in ("code", "aside", "section", "sup", "figure")},
    **{f"h{level}": {"id"} for level in range(1, 7)},
}
_VALUES = {
    name: re.compile(pattern + r"\Z")
    for name, pattern in {
        "lang": r"[A-Za-z0-9-]{1,35}",
        "hreflang": r"[A-Za-z0-9-]{1,35}",
        "dir": r"ltr|rtl|auto",
        "role": r"presentation",
        "width": r"\d{1,5}",
        "height": r"\d{1,5}",
        "start": r"-?\d{1,9}",
        "value": r"-?\d{1,9}",
        "type": r"[1aAiI]",
        "reversed": r"",
        "open": r"",
        "colspan": r"\d{1,3}",
        "rowspan": r"\d{1,3}",
        "scope": r"col|row|colgroup|rowgroup",
        "align": r"left|center|right",
        "datetime": r"[0-9A-Z:+. -]{1,40}",
        "class": r"language-[\w+#.-]{1,40}|callout callout-(?:note|tip|important|warning|caution)|footnotes|footnote-(?:ref|backref)|quote",
    }.items()
}
_RELATIONS = frozenset({"nofollow", "sponsored", "ugc", "noreferrer"})
_TAG = re.compile(r'<(a|img)((?: [a-z]+="[^"]*")*)>')
_ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')
_LINK_ORDER = ("href", "hreflang", "title", "lang", "dir", "class", "id", "rel")
_IMAGE_ORDER = ("src", "alt", "role", "title", "lang", "dir", "width", "height")
_PRE_BREAKS = re.compile(r"(<pre[^>]*>)\n+")
_PASSES_MAX = 8
_DEPTH_MAX = 500
_TAG_NAME = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_NEVER_DEEP = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "dd",
        "dt",
        "hr",
        "img",
        "input",
        "li",
        "link",
        "meta",
        "p",
        "source",
        "tbody",
        "td",
        "tfoot",
        "th",
    ]
) | {"thead", "tr", "track", "wbr"}


_thread = threading.local()


def sanitise_html(html: str) -> str:
    """HTML of unknown origin made safe to show, without ids. Sanitising the result again changes nothing."""
    return build_sanitiser(Findings(), frozenset())(clean_characters(html))


def build_sanitiser(findings: Findings, ids: Set[str]) -> Callable[[str], str]:
    """A function that sanitises the fragments of one document, keeps these ids alone and notes each reference in `findings`.

    It cleans until nothing changes, since taking a tag away may let the rest be read anew: a safe tree whose text parses to
    another tree is how mutation attacks begin. What never settles is reduced to its text, and what nests more than 500 elements deep
    is shown as written: an HTML parser takes time with the square of the depth.
    """
    cleaner, filter_of_document = _cleaner(), _build_filter(findings, ids)

    def sanitise(html: str) -> str:
        html = entities.escape(html, quote=False) if _nests_too_deep(html) else html
        for _ in range(_PASSES_MAX):
            _thread.keep = filter_of_document
            cleaned = _canonical(cleaner.clean(html))
            if cleaned == html:
                return html
            html = cleaned
        return entities.escape(text_of_html(html), quote=False)

    return sanitise


def _cleaner() -> nh3.Cleaner:
    """The cleaner of this thread, which takes long to build: the filter that it asks is that of whichever document is cleaned."""
    if not hasattr(_thread, "cleaner"):
        _thread.cleaner = nh3.Cleaner(
            tags=set(TAGS),
            clean_content_tags=set(_CONTENT_DROPPED),
            attributes=_ATTRIBUTES,
            attribute_filter=_keep,
            link_rel=None,
            url_schemes={"http", "https", "mailto", "tel", "asset", "article"},
        )
    return _thread.cleaner


def _keep(tag: str, name: str, value: str) -> str | None:
    return _thread.keep(tag, name, value)


def _build_filter(findings: Findings, ids: Set[str]) -> Callable[[str, str, str], str | None]:
    def keep(tag: str, name: str, value: str) -> str | None:
        match tag, name:
            case "a", "href":
                return check_link(value, findings)
            case "img", "src":
                return check_image(value, findings)
            case _, "id":
                return value if value in ids else None
            case "a", "rel":
                return " ".join(token for token in value.lower().split() if token in _RELATIONS) or None
            case _, "alt" | "title":
                return value
            case _:
                return value if name in _VALUES and _VALUES[name].match(value) else None

    return keep


def _nests_too_deep(html: str) -> bool:
    """Whether elements may stand too deep in one another; counts never too few, since a wrong end tag takes nothing off."""
    if html.count("<") <= _DEPTH_MAX:
        return False
    opened: dict[str, int] = {}
    depth = 0
    for closing, name in _TAG_NAME.findall(html.lower()):
        if name in _NEVER_DEEP:
            continue
        change = (-1 if opened.get(name) else 0) if closing else 1
        opened[name] = opened.get(name, 0) + change
        depth += change
        if depth > _DEPTH_MAX:
            return True
    return False


def _canonical(html: str) -> str:
    html = _PRE_BREAKS.sub(r"\1", clean_characters(html))
    return _TAG.sub(_canonical_tag, html) if "<a" in html or "<img" in html else html


def _canonical_tag(match: re.Match[str]) -> str:
    attributes: dict[str, str] = dict(_ATTRIBUTE.findall(match[2]))
    return _canonical_image(attributes) if match[1] == "img" else _canonical_link(attributes)


def _canonical_image(attributes: dict[str, str]) -> str:
    if "src" not in attributes:
        return attributes.get("alt", "").replace("&quot;", '"')
    attributes.setdefault("alt", "")
    if ASSET.match(attributes["src"]):
        attributes = {name: attributes[name] for name in attributes if name not in ("width", "height")}
    return _write_tag("img", attributes, _IMAGE_ORDER)


def _canonical_link(attributes: dict[str, str]) -> str:
    if is_external(entities.unescape(attributes.get("href", ""))):
        attributes["rel"] = " ".join(["noopener", *attributes.get("rel", "").split()])
    return _write_tag("a", attributes, _LINK_ORDER)


def _write_tag(name: str, attributes: dict[str, str], order: tuple[str, ...]) -> str:
    return f"<{name}" + "".join(f' {key}="{attributes[key]}"' for key in order if key in attributes) + ">"
