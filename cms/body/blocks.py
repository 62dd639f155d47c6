"""Typed blocks: each top-level piece of a body as a plain dictionary, ready for JSON.

Every block has `type`, `key`, `html` (the whole block, as it stands in the body's HTML) and `text`; the rest depends on its type.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markdown_it.token import Token

from cms.body.embeds import provider_of
from cms.body.grammar import Environment, is_decorative, language_of, render, words_of
from cms.body.lists import list_of
from cms.body.plain import text_of_html
from cms.body.prose import prose_html
from cms.body.references import ARTICLE, ASSET, part_of
from cms.body.spans import Group
from cms.body.tables import table_of

Block = dict[str, Any]  # A block is JSON; its fields depend on its type.


@dataclass(frozen=True, slots=True)
class Workshop:
    """What building blocks needs: the source lines, the footnotes, and the sanitiser of this document."""

    lines: Sequence[str]
    environment: Environment
    sanitise: Callable[[str], str]

    def html_of(self, tokens: Sequence[Token]) -> str:
        """Safe HTML of these tokens."""
        html = prose_html(tokens)
        return html if html is not None else self.sanitise(render(tokens, self.environment)).strip("\n")


def build_blocks(groups: Sequence[Group], workshop: Workshop, seen: dict[str, int]) -> list[Block]:
    """The blocks in their order, without those of which sanitising leaves nothing; `seen` as in `key_of`."""
    blocks: list[Block] = []
    for group in groups:
        block = _build_block(group, workshop)
        if block["text"] or block["type"] != "html" or _shows_something(block["html"]):
            key = key_of(block["type"], _material_of(group, block, workshop.lines), seen)
            blocks.append({"type": block["type"], "key": key, **block})
    return blocks


def key_of(kind: str, material: str, seen: dict[str, int]) -> str:
    """A key from the block's own Markdown, numbered where the same comes again: editing one block leaves the others' keys alone.

    `seen` holds how often each has come in the document.
    """
    digest = hashlib.blake2b(f"{kind}\n{material}".encode(), digest_size=8).hexdigest()
    seen[digest] = seen.get(digest, 0) + 1
    return digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"


def _build_block(group: Group, workshop: Workshop) -> Block:
    html = workshop.html_of(group)
    builder = _BUILDERS.get(group[0].type)
    merged = len(group) > 1 and group[0].nesting == 0
    block = None if builder is None or merged else builder(group, html, workshop)
    return block or _html(html)


def _material_of(group: Group, block: Block, lines: Sequence[str]) -> str:
    """The Markdown of the block; for an image, which may share its lines with others, what it shows; for footnotes, their text."""
    if block["type"] == "image":
        said = [str(block[name] or "") for name in ("asset_id", "url", "alt", "caption")]
        return "\n".join(
            [*said, *(str(block[name]) for name in ("credit", "is_decorative", "crop") if block[name])]
        )
    if group[0].map is None:
        return str(block["text"])
    end = max(token.map[1] for token in group if token.map)
    return "\n".join(lines[group[0].map[0] : end]).strip()


def _shows_something(html: str) -> bool:
    return "<img" in html or "<hr" in html


def _html(html: str) -> Block:
    return {"type": "html", "html": html, "text": text_of_html(html)}


def _inside(html: str, name: str) -> str | None:
    """What stands within the element of this name, if the HTML is that one element still after sanitising."""
    closing = f"</{name}>"
    if not (html.startswith((f"<{name}>", f"<{name} ")) and html.endswith(closing)):
        return None
    inside = html[html.index(">") + 1 : -len(closing)]
    return inside if closing not in inside or _balanced(inside, name) else None


def _balanced(html: str, name: str) -> bool:
    """Whether no element of this name that the HTML closes was opened before it."""
    depth = 0
    for piece in html.split("<")[1:]:
        depth += piece.startswith((f"{name}>", f"{name} ")) - piece.startswith(f"/{name}>")
        if depth < 0:
            return False
    return True


def _build_paragraph(group: Group, html: str, _workshop: Workshop) -> Block | None:
    content = _inside(html, "p")
    if content is None:
        return None
    children = [child for child in group[1].children or [] if child.type != "text" or child.content.strip()]
    link = children[0] if children and children[0].type == "link_open" else None
    if (
        link
        and children[-1].type == "link_close"
        and [child.type for child in children].count("link_open") == 1
    ):
        block = _build_link(link, children[1:-1], html)
        if block:
            return block
    if not content.strip():
        return _html("")
    return {"type": "paragraph", "html": html, "content_html": content, "text": text_of_html(html)}


def _build_link(link: Token, children: Sequence[Token], html: str) -> Block | None:
    """A paragraph that is nothing but a link to an article, or nothing but a bare https URL."""
    url = str(link.attrs["href"])
    article = ARTICLE.match(url)
    if article and all(child.type != "image" for child in children):
        return {
            "type": "article_link",
            "html": html,
            "text": text_of_html(html),
            "article_id": article[1],
            "anchor": article[2] or None,
        }
    if url.startswith("https://") and link.info in ("bare_url", "auto"):
        return {"type": "embed", "html": html, "text": "", "url": url, "provider": provider_of(url)}
    return None


def _build_heading(group: Group, html: str, _workshop: Workshop) -> Block | None:
    content = _inside(html, group[0].tag)
    if content is None:
        return None
    anchor = str(group[0].attrs["id"])
    return {
        "type": "heading",
        "html": html,
        "content_html": content,
        "text": text_of_html(content),
        "level": int(group[0].tag[1]),
        "anchor": anchor,
    }


def _build_figure(group: Group, html: str, _workshop: Workshop) -> Block | None:
    image: Token = group[0].meta["image"]
    source = str(image.attrs["src"])
    asset = ASSET.match(source)
    caption = str(image.attrs.get("title", "")).strip()
    return {
        "type": "image",
        "html": html,
        "text": text_of_html(html),
        "asset_id": asset[1] if asset else None,
        "url": None if asset else source,
        "alt": words_of(image.children or []),
        "caption": caption or None,
        "credit": str(image.meta.get("credit", "")) or None,
        "is_decorative": is_decorative(image),
        "crop": part_of(asset[2]) if asset and asset[2] else None,
    }


def _build_code(group: Group, html: str, _workshop: Workshop) -> Block | None:
    code = group[0].content
    return {
        "type": "code",
        "html": html,
        "text": code.strip("\n"),
        "language": language_of(group[0].info),
        "code": code,
    }


def _build_divider(_group: Group, html: str, _workshop: Workshop) -> Block | None:
    return {"type": "divider", "html": html, "text": ""}


def _build_quote(group: Group, html: str, _workshop: Workshop) -> Block | None:
    attribution: list[Token] | None = group[0].meta.get("attribution")
    inner = html
    if attribution:
        start, end = html.find("<blockquote>"), html.rfind("</blockquote>")
        inner = (
            html[max(start, 0) : end + len("</blockquote>")]
            if html.startswith('<figure class="quote">')
            else ""
        )
    content = _inside(inner, "blockquote")
    if content is None:
        return None
    name = words_of(attribution).strip() if attribution else ""
    return {
        "type": "quote",
        "html": html,
        "content_html": content.strip("\n"),
        "text": "\n".join(filter(None, (text_of_html(content), name and f"— {name}"))),
        "attribution": name or None,
    }


def _build_callout(group: Group, html: str, _workshop: Workshop) -> Block | None:
    content = _inside(html, "aside")
    if content is None:
        return None
    kind = str(group[0].meta["kind"])
    return {
        "type": "callout",
        "html": html,
        "content_html": content.strip("\n"),
        "text": text_of_html(content),
        "kind": kind,
    }


def _build_list(group: Group, html: str, workshop: Workshop) -> Block | None:
    return {"type": "list", "html": html, "text": text_of_html(html), **list_of(group, workshop.html_of)}


def _build_table(group: Group, html: str, workshop: Workshop) -> Block | None:
    return {"type": "table", "html": html, "text": text_of_html(html), **table_of(group, workshop.html_of)}


_BUILDERS: Mapping[str, Callable[[Group, str, Workshop], Block | None]] = {
    "paragraph_open": _build_paragraph,
    "heading_open": _build_heading,
    "figure": _build_figure,
    "fence": _build_code,
    "code_block": _build_code,
    "hr": _build_divider,
    "blockquote_open": _build_quote,
    "callout_open": _build_callout,
    "bullet_list_open": _build_list,
    "ordered_list_open": _build_list,
    "table_open": _build_table,
}
