"""XMP (ISO 16684-1): RDF in XML, of which we read some properties, written as elements or as attributes."""

from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]  (lxml is compiled, without types)

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "rights": "http://ns.adobe.com/xap/1.0/rights/",
    "cc": "http://creativecommons.org/ns#",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "iptc": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
}
# The properties of each field, the best one first.
PROPERTIES: Mapping[str, tuple[str, ...]] = {
    "caption": ("dc:description",),
    "creator": ("dc:creator",),
    "credit": ("photoshop:Credit",),
    "copyright": ("dc:rights",),
    "license": ("cc:license", "rights:UsageTerms", "rights:WebStatement"),
    "source": ("photoshop:Source",),
    "date_created": ("photoshop:DateCreated", "exif:DateTimeOriginal", "xmp:CreateDate"),
    "digital_source_type": ("iptc:DigitalSourceType", "iptc:DigitalSourcefileType"),
}


def read_xmp(content: bytes) -> dict[str, list[str]]:
    """The values of the fields that we know; nothing where the packet is no sound XML. No entity is expanded, no network asked."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content.strip(b"\x00 \r\n\t"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return {}
    if root.getroottree().docinfo.doctype:
        return {}
    descriptions = list(root.iter(f"{RDF}Description"))
    found: dict[str, list[str]] = {}
    for field, names in PROPERTIES.items():
        for name in names:
            if values := [text for one in descriptions for text in _values(one, _expanded(name))]:
                found[field] = values
                break
    return found


def _expanded(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


def _values(description: Any, name: str) -> Iterator[str]:
    if text := (description.get(name) or "").strip():
        yield text
    for element in description.findall(name):
        if resource := (element.get(f"{RDF}resource") or "").strip():
            yield resource
        items = list(element.iter(f"{RDF}li"))
        default = [item for item in items if item.get(LANGUAGE) == "x-default"]
        # Of a text in several languages, the default one.
        for part in default or items or [element]:
            if text := (part.text or "").strip():
                yield text
