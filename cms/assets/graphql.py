"""The API face of assets: what can be read."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import strawberry
from sqlalchemy import ColumnElement, Uuid

from cms.assets import addresses
from cms.assets.description import FROM_FILE
from cms.assets.entities import ASSET, ASSET_ORDERS, SUBSTITUTE
from cms.assets.graphql_arguments import (
    DprArgument,
    EnlargeArgument,
    FitArgument,
    FormatArgument,
    FormatsArgument,
    HeightArgument,
    QualityArgument,
    RatioArgument,
    WidthArgument,
    WidthsArgument,
)
from cms.assets.graphql_credentials import ContentCredentials, content_credentials
from cms.assets.graphql_enums import AssetState, DigitalSourceType, ImageFit, ImageFormat
from cms.assets.graphql_filters import AssetFilter, AssetOrder
from cms.assets.kinds import AI_SOURCE_TYPES
from cms.ids import key_of, public_id
from cms.reading.connections import (
    ABSENT,
    VERSION,
    AfterArgument,
    BeforeArgument,
    FirstArgument,
    IdArgument,
    LastArgument,
    Node,
    PageInfo,
    Versioned,
    everything,
    row_of,
)
from cms.reading.entities import Columns, Scope
from cms.reading.fields import (
    column,
    computed,
    computed_with,
    cursor_field,
    edges_field,
    first,
    items,
    node_field,
    nodes_field,
    one,
    page_info_field,
    pages,
    same_row,
    total_count_field,
)
from cms.reading.scalars import DateTime, Url
from cms.reading.sources import Arguments, Deferred, Facts, First, Pages
from cms.reading.values import bound

if TYPE_CHECKING:
    from cms.articles.graphql.types import ArticleConnection
    from cms.articles.graphql.uses import AssetUseConnection

LazyAssetUseConnection = Annotated["AssetUseConnection", strawberry.lazy("cms.articles.graphql.uses")]
LazyArticleConnection = Annotated["ArticleConnection", strawberry.lazy("cms.articles.graphql.types")]


def _id(_: Facts, key: str) -> str:
    return public_id("asset", key)


def _ai_generated(_: Facts, source_type: str | None) -> bool:
    return source_type in AI_SOURCE_TYPES


def _original(facts: Facts, key: str, sha256: str | None, content_type: str) -> str | None:
    return None if sha256 is None else addresses.original_url(facts, key, sha256, content_type)


def _file_metadata(_: Facts, words: Mapping[str, str] | None) -> dict[str, str | None] | None:
    return None if words is None else {name: words.get(name) for name in (*FROM_FILE, "date_created")}


@strawberry.type(description="The point of a picture that no crop should lose.")
class FocalPoint:
    x: float = column("focal_x", "From the left edge (0) to the right (1).")
    y: float = column("focal_y", "From the top edge (0) to the bottom (1).")


@strawberry.type(description="A part of a picture, in shares of its width and height.")
class Crop:
    x: float = column("x", "Its left edge.")
    y: float = column("y", "Its top edge.")
    width: float = column("width", "Its width.")
    height: float = column("height", "Its height.")


@strawberry.type(
    description="What a picture's file says of itself, in its XMP, else its IPTC, else its EXIF metadata."
)
class FileMetadata:
    caption: str | None = column("caption", "What the picture shows.")
    creator: str | None = column("creator", "Who made it.")
    credit: str | None = column("credit", "Who is to be named beside it.")
    copyright: str | None = column("copyright", "Whose it is.")
    license: str | None = column("license", "On what terms it may be used.")
    source: str | None = column("source", "Whom it comes from.")
    date_created: str | None = column(
        "date_created",
        "When it was taken or made, after ISO 8601, as exactly as the file says; often without an offset from UTC.",
    )
    digital_source_type: DigitalSourceType | None = column("digital_source_type", "How it came to be.")


@strawberry.type(description="A picture in the bucket, and what is known of it.")
class Asset(Node, Versioned):
    is_type_of = row_of("Asset")
    id: strawberry.ID = computed(_id, "id", description="Opaque, the same everywhere, for ever.")
    state: AssetState = column("state", "How far the file has come.")
    filename: str = column("filename", "The name under which it was sent.")
    content_type: str = column("content_type", "Its media type, as in `image/jpeg`.")
    byte_size: int = column("byte_size", "Its size in bytes.")
    sha256: str = column("sha256", "SHA-256 of its bytes, in hexadecimal digits.")
    width: int = column("width", "Its width in pixels.")
    height: int = column("height", "Its height in pixels.")
    alt: str = column("alt", "What a reader who cannot see the picture should know; empty for a decoration.")
    is_decorative: bool = column(
        "is_decorative", "Whether it needs no alternative text, because it says nothing."
    )
    caption: str | None = column("caption", "What the picture shows.")
    credit: str | None = column("credit", "Who is to be named beside it.")
    creator: str | None = column("creator", "Who made it.")
    copyright: str | None = column("copyright", "Whose it is.")
    license: str | None = column("license", "On what terms it may be used.")
    source: str | None = column("source", "Whom it comes from, such as an agency.")
    source_url: Url | None = column("source_url", "Where it was found.")
    digital_source_type: DigitalSourceType | None = column("digital_source_type", "How it came to be.")
    ai_generated: bool = computed(
        _ai_generated,
        "digital_source_type",
        description="Whether a trained model made it, or parts of it: read from digitalSourceType.",
    )
    focal_point: FocalPoint | None = same_row(
        "The point that no crop should lose: what draws the eye, unless editors say otherwise.",
        when="focal_x",
    )
    thumb_hash: str | None = column(
        "thumb_hash",
        "A blurred picture of about 25 bytes, to be shown until the real one is there: a ThumbHash in Base64.",
    )
    dominant_color: str | None = column(
        "dominant_color", "Its strongest colour, as in `#1f6f8b`; null where all of it can be seen through."
    )
    original: Url | None = computed(
        _original,
        "id",
        "original_sha256",
        "content_type",
        description="For staff: a link to the file as it was sent, with all its metadata, good for a quarter of an hour or two; null for "
        "everybody else.",
    )
    file_metadata: FileMetadata | None = items(
        _file_metadata,
        "file_words",
        description="For staff: what the file says of itself, whatever editors say since; null for everybody else.",
    )
    content_credentials: ContentCredentials | None = items(
        content_credentials,
        "content_credentials",
        description="Its content credentials (C2PA), as they were when it came; null where nobody has looked, because the extra `c2pa` is not "
        "installed, or was not then.",
    )
    rights_expire_at: DateTime | None = column(
        "rights_expire_at",
        "Until when it may be shown; null for ever. Whoever keeps it or its page longer must take it out then.",
    )
    is_expired: bool = column(
        "is_expired",
        "Whether its rights have expired: then the public sees its substitute or nothing, and its addresses answer 410.",
    )
    substitute: "Asset | None" = one(
        SUBSTITUTE,
        "For staff: what is shown in its place once its rights have expired; null for nothing, and for everybody else.",
    )
    usage_restrictions: str | None = column(
        "usage_restrictions",
        "For staff: what else is to be heeded, such as what a contract rules out; null for everybody else.",
    )
    version: int = column("version", VERSION)
    created_at: DateTime = column("created_at", "When it was uploaded.")
    updated_at: DateTime = column("updated_at", "When it or what is said of it changed last.")

    @computed_with(addresses.rendition_url, "id", "sha256", "focal_x", "focal_y")
    def url(
        self,
        width: WidthArgument = ABSENT,
        height: HeightArgument = ABSENT,
        fit: FitArgument = ImageFit.COVER,
        format: FormatArgument = ImageFormat.AUTO,
        quality: QualityArgument = ABSENT,
        dpr: DprArgument = ABSENT,
        enlarge: EnlargeArgument = False,
    ) -> Url:
        """Where the picture is: in its full size, or as it is asked for. Stable, and immutable for caches; no metadata but its colour profile comes along."""
        ...

    @computed_with(addresses.source_set, "id", "sha256", "focal_x", "focal_y", "width", "height")
    def src_set(
        self,
        widths: WidthsArgument,
        format: FormatsArgument = ImageFormat.AUTO,
        aspect_ratio: RatioArgument = ABSENT,
    ) -> str:
        """The picture in several widths: the value of the attribute `srcset` of an `img`."""
        ...

    @pages(Deferred("cms.articles.sources:ARTICLES_USING_ASSET"))
    def used_by(self, first: FirstArgument = ABSENT, after: AfterArgument = ABSENT) -> LazyArticleConnection:
        """The articles that show it, newest first; in the perspective draft those whose draft, published or scheduled version does."""
        ...

    @pages(Deferred("cms.articles.uses:USES_OF_ASSET"))
    def uses(self, first: FirstArgument = ABSENT, after: AfterArgument = ABSENT) -> LazyAssetUseConnection:
        """All that keeps it from being deleted: articles, authors, and assets that it stands in for. Needs asset:read; for others there is nothing."""
        ...


@strawberry.type(description="An asset on a page of a connection.")
class AssetEdge:
    cursor: str = cursor_field()
    node: Asset = node_field("The asset.")


@strawberry.type(description="A page of assets.")
class AssetConnection:
    edges: list[AssetEdge] = edges_field()
    nodes: list[Asset] = nodes_field()
    page_info: PageInfo = page_info_field()
    total_count: int = total_count_field()


def _asset_by_id(_: Columns, asset: Columns, arguments: Arguments, __: Scope) -> ColumnElement[bool]:
    return asset["id"] == bound(arguments["id"], Uuid(), lambda text: key_of("asset", text))


@strawberry.type
class AssetQueries:
    @first(First(ASSET, _asset_by_id))
    def asset(self, id: IdArgument) -> Asset | None:
        """An asset by id. The public finds those that published content shows."""
        ...

    @pages(Pages(ASSET, everything, ASSET_ORDERS, filters="AssetFilter"))
    def assets(
        self,
        first: FirstArgument = ABSENT,
        after: AfterArgument = ABSENT,
        last: LastArgument = ABSENT,
        before: BeforeArgument = ABSENT,
        where: Annotated[AssetFilter | None, strawberry.argument(description="Which assets.")] = ABSENT,
        order_by: Annotated[
            list[AssetOrder] | None,
            strawberry.argument(description="Sorted by what; newest first unless said."),
        ] = ABSENT,
    ) -> AssetConnection:
        """Assets, newest first. The public finds those that published content shows."""
        ...
