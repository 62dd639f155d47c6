"""Pictures as an article frames them: the part that it shows, cut around the point that it names, else around the picture's own."""

from collections.abc import Mapping, Sequence
from typing import Any

from cms.assets.addresses import rendition_url, source_set
from cms.assets.framing import crop_units
from cms.assets.recipes import CropUnits
from cms.assets.renderer import part_of
from cms.reading.sources import Facts

Json = Mapping[str, Any]


def framed_url(facts: Facts, asset: Json, point: Json | None, crop: Json | None, **asked: Any) -> str:
    """The address of a rendition of what is shown. Raises BadInput, naming the argument."""
    key, sha256, x, y, units = _framed(asset, point, crop)
    return rendition_url(facts, key, sha256, x, y, **asked, crop=units)


def framed_source_set(
    facts: Facts, asset: Json, point: Json | None, crop: Json | None, widths: Sequence[int], **asked: Any
) -> str:
    """What is shown in several widths: the value of `srcset`. Raises BadInput, naming the argument."""
    key, sha256, x, y, units = _framed(asset, point, crop)
    width, height = asset["width"], asset["height"]
    return source_set(facts, key, sha256, x, y, width, height, widths, **asked, crop=units)


def block_source_set(
    facts: Facts, asset: Json | None, crop: Json | None, widths: Sequence[int], **asked: Any
) -> str | None:
    """The same for a picture of a body; None for one that lies on another server."""
    return None if asset is None else framed_source_set(facts, asset, None, crop, widths, **asked)


def framed_width(_: Facts, asset: Json, crop: Json | None) -> int:
    """How wide it is, in pixels."""
    return _part(asset, crop)[2]


def framed_height(_: Facts, asset: Json, crop: Json | None) -> int:
    """How high it is, in pixels."""
    return _part(asset, crop)[3]


def point_of(_: Facts, asset: Json, point: Json | None) -> dict[str, float] | None:
    """The focal point, under the columns of an asset."""
    x, y = _point(asset, point)
    return None if x is None or y is None else {"focal_x": x, "focal_y": y}


def crop_of(_: Facts, crop: Json | None) -> Json | None:
    """The part that is shown."""
    return crop


def _framed(
    asset: Json, point: Json | None, crop: Json | None
) -> tuple[str, str, float | None, float | None, CropUnits | None]:
    return asset["id"], asset["sha256"], *_point(asset, point), crop_units(crop)


def _point(asset: Json, point: Json | None) -> tuple[float | None, float | None]:
    return (asset["focal_x"], asset["focal_y"]) if point is None else (point["x"], point["y"])


def _part(asset: Json, crop: Json | None) -> tuple[int, int, int, int]:
    return part_of(crop_units(crop), asset["width"], asset["height"])
