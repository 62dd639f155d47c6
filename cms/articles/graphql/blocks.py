"""The typed blocks of a body."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from cms.articles import framing
from cms.articles.sources import ARTICLE_OF_BLOCK, ASSET_OF_BLOCK
from cms.assets.graphql import Asset, Crop
from cms.assets.graphql_arguments import FormatsArgument, RatioArgument, WidthsArgument
from cms.assets.graphql_enums import ImageFormat
from cms.reading.connections import ABSENT
from cms.reading.enums import describe_enum
from cms.reading.fields import column, computed_with, items, one
from cms.reading.scalars import Html
from cms.reading.sources import Facts

if TYPE_CHECKING:
    from cms.articles.graphql.types import Article

LazyArticle = Annotated["Article", strawberry.lazy("cms.articles.graphql.types")]


class CalloutKind(StrEnum):
    """What a callout wants of the reader."""

    NOTE = "note"
    TIP = "tip"
    IMPORTANT = "important"
    WARNING = "warning"
    CAUTION = "caution"


class ColumnAlignment(StrEnum):
    """How the cells of a column stand."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


describe_enum(
    CalloutKind,
    "What a callout wants of the reader.",
    {
        "NOTE": "To know something beside the point.",
        "TIP": "To do something more easily.",
        "IMPORTANT": "Not to miss something.",
        "WARNING": "To take care.",
        "CAUTION": "To know of a danger.",
    },
)
describe_enum(
    ColumnAlignment,
    "How the cells of a column stand.",
    {"LEFT": "To the left.", "CENTER": "In the middle.", "RIGHT": "To the right."},
)


def _is(block_type: str) -> Any:
    def is_type_of(cls: type, obj: Any, info: Any) -> bool:  # noqa: ARG001
        return obj["type"] == block_type

    return classmethod(is_type_of)


def _value(_: Facts, value: Any) -> Any:
    return value


def _rows(_: Facts, rows: list[Any]) -> list[dict[str, Any]]:
    return [{"cells": cells} for cells in rows]


KEY = "Stays the same while other blocks are edited."
HTML = "The block as sanitised HTML."
TEXT = "The words of the block without markup."


@strawberry.interface(description="A part of a body: a paragraph, a heading, a picture, ….")
class Block:
    key: strawberry.ID = column("key", KEY)
    html: Html = column("html", HTML)
    text: str = column("text", TEXT)


CONTENT = "The inside, without the element around it."


@strawberry.type(description="A paragraph.")
class ParagraphBlock(Block):
    is_type_of = _is("paragraph")
    content_html: Html = column("content_html", CONTENT)


@strawberry.type(description="A heading.")
class HeadingBlock(Block):
    is_type_of = _is("heading")
    content_html: Html = column("content_html", CONTENT)
    level: int = column("level", "1 to 6.")
    anchor: str = column("anchor", "The id of the element, for links to it.")


@strawberry.type(description="An entry of a list.")
class ListItem:
    html: Html = column("html", "What the entry says, nested lists included.")
    text: str = column("text", TEXT)
    children: "NestedList | None" = items(_value, "children", description="The list inside the entry.")


@strawberry.type(description="A list inside an entry of another list.")
class NestedList:
    ordered: bool = column("ordered", "Whether it is numbered.")
    start: int | None = column("start", "The number of the first entry; null for bullets.")
    items: list[ListItem] = items(_value, "items", description="The entries.")


@strawberry.type(description="A list, numbered or with bullets.")
class ListBlock(Block):
    is_type_of = _is("list")
    ordered: bool = column("ordered", "Whether it is numbered.")
    start: int | None = column("start", "The number of the first entry; null for bullets.")
    items: list[ListItem] = items(_value, "items", description="The entries.")


@strawberry.type(description="A quotation.")
class QuoteBlock(Block):
    is_type_of = _is("quote")
    content_html: Html = column("content_html", CONTENT)
    attribution: str | None = column("attribution", "Who said it, where the text tells.")


@strawberry.type(description="A picture with its caption.")
class ImageBlock(Block):
    is_type_of = _is("image")
    asset: Asset | None = one(ASSET_OF_BLOCK, "The picture, whole; null for one that lies on another server.")
    url: str = column("url", "Where the bytes are of what is shown here, 1,280 pixels wide at most.")
    crop: Crop | None = items(
        framing.crop_of,
        "crop",
        description="The part of the picture that the text shows here; null for all of it.",
    )
    width: int | None = column(
        "width", "How wide what is shown is, in pixels; null for a picture on another server."
    )
    height: int | None = column(
        "height", "How high what is shown is, in pixels; null for a picture on another server."
    )
    alt: str = column(
        "alt", "What the text says of the picture for those who cannot see it, else what the asset says."
    )
    is_decorative: bool = column(
        "is_decorative", "Whether the text says that here it is a decoration: then its `alt` is empty."
    )
    caption: str | None = column("caption", "The caption in the text, else the asset's.")
    credit: str | None = column(
        "credit", "Who is to be named beside it: the credit in the text, else the asset's."
    )

    @computed_with(framing.block_source_set, "asset", "crop")
    def src_set(
        self,
        widths: WidthsArgument,
        format: FormatsArgument = ImageFormat.AUTO,
        aspect_ratio: RatioArgument = ABSENT,
    ) -> str | None:
        """What is shown here, in several widths: the value of the attribute `srcset` of an `img`; null for a picture on another server."""
        ...


@strawberry.type(description="Code.")
class CodeBlock(Block):
    is_type_of = _is("code")
    language: str | None = column("language", "The language that the text names.")
    code: str = column("code", "The code, as it was written.")


@strawberry.type(description="A cell of a table.")
class TableCell:
    html: Html = column("html", "What the cell says.")
    text: str = column("text", TEXT)


@strawberry.type(description="A row of a table.")
class TableRow:
    cells: list[TableCell] = items(_value, "cells", description="Its cells, one a column.")


@strawberry.type(description="A table.")
class TableBlock(Block):
    is_type_of = _is("table")
    header: list[TableCell] = items(_value, "header", description="The heads of the columns.")
    rows: list[TableRow] = items(_rows, "rows", description="The rows below the header.")
    alignments: list[ColumnAlignment | None] = column(
        "alignments", "How each column stands; null where the text does not say."
    )


@strawberry.type(
    description="Something from elsewhere: a film, a post. Kiosque gives its address, the frontend decides how to show it."
)
class EmbedBlock(Block):
    is_type_of = _is("embed")
    url: str = column("url", "The address that stands in the text.")
    provider: str | None = column("provider", "The service, where it is a known one.")


@strawberry.type(description="A remark set apart.")
class CalloutBlock(Block):
    is_type_of = _is("callout")
    content_html: Html = column("content_html", CONTENT)
    kind: CalloutKind = column("kind", "What it wants of the reader.")


@strawberry.type(description="A link to another article that stands by itself.")
class ArticleLinkBlock(Block):
    is_type_of = _is("article_link")
    article: LazyArticle | None = one(ARTICLE_OF_BLOCK, "The article.")
    url: str = column("url", "Where it is on the site, with the anchor.")
    anchor: str | None = column("anchor", "The place in the article.")


@strawberry.type(description="A line between two parts.")
class DividerBlock(Block):
    is_type_of = _is("divider")


@strawberry.type(description="Sanitised HTML that is none of the other blocks.")
class HtmlBlock(Block):
    is_type_of = _is("html")


BLOCKS: list[type] = [
    ParagraphBlock, HeadingBlock, ListBlock, QuoteBlock, ImageBlock, CodeBlock, TableBlock, EmbedBlock, CalloutBlock, ArticleLinkBlock,
    DividerBlock, HtmlBlock,
]  # fmt: skip
