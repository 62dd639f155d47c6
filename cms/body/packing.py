"""Blocks as they are stored: without what the rest of them says, which is most of a plain one, three times over."""

from collections.abc import Sequence
from typing import Any

Json = dict[str, Any]  # A block, or an item of a list: JSON.


def pack_blocks(blocks: Sequence[Json]) -> list[Json]:
    """The blocks without HTML and text that `unpack_block` makes of the rest."""
    return [_packed(block) for block in blocks]


def unpack_blocks(blocks: Sequence[Json]) -> list[Json]:
    """Stored blocks as they were; the stored ones are left as they are."""
    return [unpack_block(block) for block in blocks]


def unpack_block(block: Json) -> Json:
    """A stored block as it was."""
    if "html" in block and "text" in block and block["type"] != "list":
        return block
    whole = {**block, "items": _unpacked_items(block["items"])} if block["type"] == "list" else block
    return {**_made(whole), **whole}


def _packed(block: Json) -> Json:
    made = _made(block)
    found = {name: value for name, value in block.items() if name not in made or made[name] != value}
    if block["type"] == "list":
        found["items"] = _packed_items(block["items"])
    return found


def _made(block: Json) -> Json:
    """What a plain block of its type has for HTML and text."""
    match block["type"]:
        case "paragraph":
            return {"html": f"<p>{block['content_html']}</p>", "text": block["content_html"]}
        case "heading":
            name = f"h{block['level']}"
            html = f'<{name} id="{block["anchor"]}">{block["content_html"]}</{name}>'
            return {"html": html, "text": block["content_html"]}
        case "list" if not block["ordered"]:
            lines = "\n".join(f"<li>{item['html']}</li>" for item in block["items"])
            return {
                "html": f"<ul>\n{lines}\n</ul>",
                "text": "\n".join(item["text"] for item in block["items"]),
            }
        case _:
            return {}


def _packed_items(items: Sequence[Json]) -> list[Json]:
    return [_packed_item(item) for item in items]


def _packed_item(item: Json) -> Json:
    found = {"html": item["html"]}
    if item["text"] != item["html"]:
        found["text"] = item["text"]
    if item["children"] is not None:
        found["children"] = {**item["children"], "items": _packed_items(item["children"]["items"])}
    return found


def _unpacked_items(items: Sequence[Json]) -> list[Json]:
    return [_unpacked_item(item) for item in items]


def _unpacked_item(item: Json) -> Json:
    children = item.get("children")
    if children is not None:
        children = {**children, "items": _unpacked_items(children["items"])}
    return {"html": item["html"], "text": item.get("text", item["html"]), "children": children}
