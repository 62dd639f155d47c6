"""In which size, shape and format a picture is asked for: the arguments of every `url` and `srcSet`."""

from typing import Annotated

import strawberry

from cms.assets.graphql_enums import ImageFit, ImageFormat

WidthArgument = Annotated[
    int | None,
    strawberry.argument(
        description="So many pixels wide, 1 to 8,192. What is made has the next of some fifty steps, and is no larger than the original."
    ),
]
HeightArgument = Annotated[int | None, strawberry.argument(description="So many pixels high, 1 to 8,192.")]
FitArgument = Annotated[
    ImageFit, strawberry.argument(description="How the picture gets into a box, if both sides are given.")
]
FormatArgument = Annotated[ImageFormat, strawberry.argument(description="How it is encoded.")]
QualityArgument = Annotated[
    int | None,
    strawberry.argument(
        description="1 to 100, rounded to a multiple of five; what is good for the format unless said."
    ),
]
DprArgument = Annotated[
    float | None,
    strawberry.argument(description="Pixels of the screen for each pixel of width and height, 1 to 4."),
]
EnlargeArgument = Annotated[
    bool,
    strawberry.argument(
        description="Whether a small picture is made larger than it is, up to 4,096 pixels a side."
    ),
]
WidthsArgument = Annotated[
    list[int], strawberry.argument(description="Widths in pixels, 1 to 20 of them. None is enlarged.")
]
FormatsArgument = Annotated[ImageFormat, strawberry.argument(description="How they are encoded.")]
RatioArgument = Annotated[
    float | None,
    strawberry.argument(
        description="Cut to this shape around the focal point: width divided by height, 0.1 to 10."
    ),
]
