"""How a picture is framed where it is used: the part of it that is shown, and the point that no cut should lose.

Both are in shares of the picture's width and height, so they hold for every size of it, and for another file of the same shape.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from cms.assets.recipes import CropUnits
from cms.assets.renderer import CROP_UNIT
from cms.errors import Invalid
from cms.picture_parts import SHARE_MIN, is_part


@dataclass(frozen=True)
class FocalPoint:
    """The point of a picture that a cut must keep: the share of its width from the left, and of its height from the top."""

    x: float
    y: float


@dataclass(frozen=True)
class Crop:
    """A part of a picture: its left and top edge, its width and height."""

    x: float
    y: float
    width: float
    height: float


def checked_point(point: FocalPoint, *path: str) -> FocalPoint:
    """The point, if it lies in the picture. Raises Invalid."""
    if not all(math.isfinite(share) and 0 <= share <= 1 for share in (point.x, point.y)):
        raise Invalid("The focal point lies outside the picture: x and y go from 0 to 1.", *path)
    return point


def checked_crop(crop: Crop, *path: str) -> Crop:
    """The crop, if it is a part of the picture. Raises Invalid."""
    if not is_part(crop.x, crop.y, crop.width, crop.height):
        told = (
            "The crop is no part of the picture: x, y, width and height are shares of it from 0 to 1, width and height at least "
            f"{SHARE_MIN:g}, and neither x + width nor y + height is more than 1."
        )
        raise Invalid(told, *path)
    return crop


def crop_units(crop: Mapping[str, float] | None) -> CropUnits | None:
    """A stored crop as an address has it; None for the whole picture."""
    if crop is None:
        return None
    (x, width), (y, height) = (_units(crop[a], crop[b]) for a, b in (("x", "width"), ("y", "height")))
    return None if (width, height) == (CROP_UNIT, CROP_UNIT) else (x, y, width, height)


def _units(start: float, length: float) -> tuple[int, int]:
    begin, end = round(start * CROP_UNIT), min(round((start + length) * CROP_UNIT), CROP_UNIT)
    return begin, end - begin


def within(crop: CropUnits | None, x: float, y: float) -> tuple[float, float]:
    """A point of the whole picture, as a point of its part; on the edge of that, if it lies outside."""
    if crop is None:
        return x, y
    left, top, width, height = crop
    return _share(x * CROP_UNIT - left, width), _share(y * CROP_UNIT - top, height)


def _share(distance: float, length: int) -> float:
    return min(max(distance / length, 0.0), 1.0)
