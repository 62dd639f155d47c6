"""A picture in its place: as the article frames it, and with the words that the article has for it."""

import strawberry

from cms.articles import framing
from cms.articles.sources import COVER_ASSET, SHARED_IMAGE
from cms.assets.graphql import Asset, Crop, FocalPoint
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
from cms.assets.graphql_enums import ImageFit, ImageFormat
from cms.reading.connections import ABSENT
from cms.reading.fields import computed, computed_with, items, one
from cms.reading.scalars import Url
from cms.reading.sources import Facts

_FRAME = ("cover_asset", "cover_focal_point", "cover_crop")
_SHARED = ("shared_asset", "shared_focal_point", "shared_crop")


def _own_or_assets(_: Facts, own: str | None, assets: str | None) -> str | None:
    return own if own is not None else assets


def _shared_alt(_: Facts, own: str | None, asset: framing.Json) -> str:
    return own if own is not None else asset["alt"]


def _is_decorative(_: Facts, own: str | None) -> bool:
    return own == ""


@strawberry.type(
    description="A picture in its place: its frame and the words beside it are this place's own, else the asset's."
)
class ImagePlacement:
    asset: Asset = one(COVER_ASSET, "The picture, whole.")
    alt: str = computed(
        _own_or_assets,
        "cover_alt",
        "cover_asset_alt",
        description="What a reader who cannot see it should know; empty for a decoration.",
    )
    is_decorative: bool = computed(
        _is_decorative, "cover_alt", description="Whether the article says that here it is a decoration."
    )
    caption: str | None = computed(
        _own_or_assets, "cover_caption", "cover_asset_caption", description="What it shows."
    )
    credit: str | None = computed(
        _own_or_assets, "cover_credit", "cover_asset_credit", description="Who is to be named beside it."
    )
    focal_point: FocalPoint | None = items(
        framing.point_of,
        "cover_asset",
        "cover_focal_point",
        description="The point that no cut should lose: this place's own, else the asset's. In shares of the whole picture, also where a part is shown.",
    )
    crop: Crop | None = items(
        framing.crop_of,
        "cover_crop",
        description="The part of the picture that is shown here; null for all of it.",
    )
    width: int = computed(
        framing.framed_width,
        "cover_asset",
        "cover_crop",
        description="How wide what is shown here is, in pixels.",
    )
    height: int = computed(
        framing.framed_height,
        "cover_asset",
        "cover_crop",
        description="How high what is shown here is, in pixels.",
    )

    @computed_with(framing.framed_url, *_FRAME)
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
        """Where the picture is as it is shown here: its part of it, cut around its focal point. Otherwise as `Asset.url`."""
        ...

    @computed_with(framing.framed_source_set, *_FRAME)
    def src_set(
        self,
        widths: WidthsArgument,
        format: FormatsArgument = ImageFormat.AUTO,
        aspect_ratio: RatioArgument = ABSENT,
    ) -> str:
        """The picture as it is shown here, in several widths: the value of the attribute `srcset` of an `img`."""
        ...


@strawberry.type(description="The picture that search engines and social networks show for an article.")
class ShareImage:
    asset: Asset = one(SHARED_IMAGE, "The picture, whole.")
    alt: str = computed(
        _shared_alt,
        "shared_alt",
        "shared_asset",
        description="What a reader who cannot see it should know; empty for a decoration.",
    )
    focal_point: FocalPoint | None = items(
        framing.point_of,
        "shared_asset",
        "shared_focal_point",
        description="The point that no cut should lose, in shares of the whole picture, also where a part is shown.",
    )
    crop: Crop | None = items(
        framing.crop_of,
        "shared_crop",
        description="The part of the picture that is shown; null for all of it.",
    )
    width: int = computed(
        framing.framed_width,
        "shared_asset",
        "shared_crop",
        description="How wide what is shown is, in pixels.",
    )
    height: int = computed(
        framing.framed_height,
        "shared_asset",
        "shared_crop",
        description="How high what is shown is, in pixels.",
    )

    @computed_with(framing.framed_url, *_SHARED)
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
        """Where the picture is as previews are to show it, as in `url(width: 1200, height: 630, format: JPEG)`. Otherwise as `Asset.url`."""
        ...
