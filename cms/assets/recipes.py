"""What a rendition is to be like, as it stands in its address: `w800h450-cover-x500y300-q80`, or `full`; of a part, `c1000x0x5000x10000-w800`.

A picture can be asked for in any size, but is made only in some: sizes go up to the next step of a ladder, qualities to a multiple of
five. That keeps what must be made and stored to what a frontend needs.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from cms.errors import BadInput

SIDE_MAX = 8_192
ENLARGED_SIDE_MAX = 4_096
DPR_MAX = 4.0
WIDTHS_MAX = 20
QUALITY_STEP = 5
FULL = "full"
# A part of a picture is told by its left and top edge, its width and its height, in ten-thousandths of the whole (`renderer.CROP_UNIT`).
CropUnits = tuple[int, int, int, int]
LADDER = (
    16, 32, 48, 64, 80, 96, 128, 160, 192, 240, 256, 320, 360, 384, 400, 420, 480, 512, 540, 600, 640, 720, 750, 768, 800, 828, 900, 960,
    1_024, 1_080, 1_170, 1_200, 1_280, 1_366, 1_440, 1_536, 1_600, 1_680, 1_792, 1_920, 2_048, 2_160, 2_400, 2_560, 2_880, 3_200, 3_840,
    4_096, 5_120, 6_144, 7_680, SIDE_MAX,
)  # fmt: skip
_RECIPE = re.compile(
    r"(?:c(?P<crop>\d{1,5}x\d{1,5}x\d{1,5}x\d{1,5})-)?"
    r"(?:full|(?:w(?P<width>\d{1,4}))?(?:h(?P<height>\d{1,4}))?(?:-(?P<fit>contain|cover)(?:-x(?P<x>\d{1,4})y(?P<y>\d{1,4}))?)?)"
    r"(?:-q(?P<quality>\d{1,3}))?(?P<enlarged>-up)?"
)


class ImageFit(StrEnum):
    """How a picture gets into a box of another shape."""

    COVER = "cover"
    CONTAIN = "contain"


class ImageFormat(StrEnum):
    """What a rendition is encoded as; the value is the ending of its name."""

    AUTO = ""
    AVIF = "avif"
    WEBP = "webp"
    JPEG = "jpg"
    PNG = "png"
    GIF = "gif"


@dataclass(frozen=True)
class Recipe:
    """What a rendition is to be like. Without width and height it is as large as the picture; x and y are the focal point, 0 to 1.

    With a crop, all of that is about the part of the picture and not about the whole.
    """

    width: int | None = None
    height: int | None = None
    fit: ImageFit = ImageFit.COVER
    x: float = 0.5
    y: float = 0.5
    quality: int | None = None
    enlarged: bool = False
    crop: CropUnits | None = None


@lru_cache(maxsize=4_096)
def written(
    width: int | None, height: int | None, fit: str, quality: int | None, dpr: float | None, enlarge: bool
) -> tuple[str, str, bool]:
    """A recipe's beginning and end, and whether a focal point belongs in between. Raises BadInput, naming the argument."""
    _check(width, height, quality, dpr)
    wide, high = _on_the_ladder(width, height, dpr or 1.0)
    if enlarge and max(wide or 0, high or 0) > ENLARGED_SIDE_MAX:
        raise BadInput(f"A picture can be enlarged to {ENLARGED_SIDE_MAX} pixels a side at the most.")
    start = (f"w{wide}" if wide else "") + (f"h{high}" if high else "")
    in_a_box = bool(wide and high)
    end = "" if quality is None else f"-q{max(QUALITY_STEP, round(quality / QUALITY_STEP) * QUALITY_STEP)}"
    end += "-up" if enlarge and start else ""
    return (
        (start or FULL) + (f"-{ImageFit(fit)}" if in_a_box else ""),
        end,
        in_a_box and fit == ImageFit.COVER,
    )


def parse_recipe(text: str) -> Recipe | None:
    """The recipe that a text stands for; None if it is none."""
    match = _RECIPE.fullmatch(text)
    if match is None or not text or text.startswith("-") or text.endswith("-"):
        return None
    found = match.groupdict()
    return Recipe(
        width=_number(found["width"]),
        height=_number(found["height"]),
        fit=ImageFit(found["fit"] or ImageFit.COVER),
        x=int(found["x"] or 500) / 1_000,
        y=int(found["y"] or 500) / 1_000,
        quality=_number(found["quality"]),
        enlarged=found["enlarged"] is not None,
        crop=_crop(found["crop"]),
    )


def written_crop(crop: CropUnits | None) -> str:
    """What stands before the recipe of a part of a picture."""
    return "" if crop is None else f"c{'x'.join(map(str, crop))}-"


def step(pixels: float) -> int:
    """The first step of the ladder that is not smaller; the last one for what is larger than all."""
    return LADDER[min(bisect_left(LADDER, pixels), len(LADDER) - 1)]


def _crop(text: str | None) -> CropUnits | None:
    if text is None:
        return None
    x, y, width, height = map(int, text.split("x"))
    return x, y, width, height


def _number(text: str | None) -> int | None:
    return None if text is None else int(text)


def _check(width: int | None, height: int | None, quality: int | None, dpr: float | None) -> None:
    for name, pixels in (("width", width), ("height", height)):
        if pixels is not None and not 1 <= pixels <= SIDE_MAX:
            raise BadInput(f"{name} is {pixels}; allowed is 1 to {SIDE_MAX}.")
    if quality is not None and not 1 <= quality <= 100:
        raise BadInput(f"quality is {quality}; allowed is 1 to 100.")
    if dpr is not None and not 1 <= dpr <= DPR_MAX:
        raise BadInput(f"dpr is {dpr}; allowed is 1 to {DPR_MAX:g}.")


def _on_the_ladder(width: int | None, height: int | None, dpr: float) -> tuple[int | None, int | None]:
    # The longer side stands on a step, and the other one keeps its share of it.
    longer = max(width or 0, height or 0)
    if not longer:
        return None, None
    scale = step(longer * dpr) / longer
    return tuple(None if side is None else max(1, round(side * scale)) for side in (width, height))  # pyright: ignore[reportReturnType]  (two in, two out)
