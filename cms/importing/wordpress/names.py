"""The namespaces of an export, and access to an element's fields by them."""

from collections.abc import Iterator
from functools import cache
from typing import Any

XmlElement = Any  # lxml carries no types

# WordPress writes http; exports that were edited by hand or by other programs have https.
EXPORT_NAMESPACES = tuple(
    f"{scheme}://wordpress.org/export/{version}/"
    for scheme in ("http", "https")
    for version in ("1.2", "1.1", "1.0")
)
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
EXCERPTS = tuple(f"{{{namespace}excerpt/}}encoded" for namespace in EXPORT_NAMESPACES)
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"


@cache
def export_tags(name: str) -> tuple[str, ...]:
    """A tag of the export's own vocabulary, in each of its versions."""
    return tuple(f"{{{namespace}}}{name}" for namespace in EXPORT_NAMESPACES)


def export_field(element: XmlElement, name: str) -> str:
    """The text of a child of the export's vocabulary, without white space around it; empty where there is none."""
    return first_text(element, export_tags(name))


def field(element: XmlElement, tag: str) -> str:
    """The text of a child, without white space around it."""
    return first_text(element, (tag,))


def first_text(element: XmlElement, tags: tuple[str, ...]) -> str:
    """The text of the first child with one of these tags. One value may stand in several CDATA sections."""
    for tag in tags:
        child = element.find(tag)
        if child is not None:
            return whole_text(child).strip()
    return ""


def raw_field(element: XmlElement, tags: tuple[str, ...]) -> str:
    """The text of a child as it stands, white space and all."""
    return next((whole_text(child) for tag in tags if (child := element.find(tag)) is not None), "")


def whole_text(element: XmlElement) -> str:
    """All text in an element, around comments too."""
    return "".join(element.itertext(with_tail=True)) if len(element) else element.text or ""


def meta_values(element: XmlElement, name: str = "postmeta") -> Iterator[tuple[str, str]]:
    """The custom fields of an item or term, in their order."""
    for tag in export_tags(name):
        for meta in element.iterfind(tag):
            yield export_field(meta, "meta_key"), raw_field(meta, export_tags("meta_value"))
