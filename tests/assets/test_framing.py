"""How a picture is framed where it is used: parts of it, and points in them."""

import math

import pytest

from cms.assets.framing import Crop, FocalPoint, checked_crop, checked_point, crop_units, within
from cms.assets.renderer import part_of
from cms.errors import Invalid


@pytest.mark.parametrize(
    "crop",
    [
        Crop(0, 0, 1, 1),
        Crop(0.99, 0.5, 0.01, 0.01),
        # Three tenths and seven tenths are a little more than one.
        Crop(0.1, 0.2 + 0.1, 0.9, 0.7),
    ],
)
def test_a_part_lies_in_the_picture(crop: Crop) -> None:
    assert checked_crop(crop, "cover", "crop") == crop


@pytest.mark.parametrize(
    "crop",
    [
        Crop(-0.1, 0, 0.5, 0.5),
        Crop(0, 0.6, 0.5, 0.5),
        Crop(0.6, 0, 0.5, 0.5),
        Crop(0, 0, 0.009, 0.5),
        Crop(0, 0, 0.5, 0),
        Crop(0, 0, -0.5, 0.5),
        Crop(math.nan, 0, 0.5, 0.5),
        Crop(0, 0, math.inf, 0.5),
    ],
)
def test_what_does_not_is_refused(crop: Crop) -> None:
    with pytest.raises(Invalid) as refused:
        checked_crop(crop, "cover", "crop")
    assert list(refused.value.path) == ["cover", "crop"]
    assert "from 0 to 1" in refused.value.message


@pytest.mark.parametrize(("x", "y"), [(-0.01, 0.5), (0.5, 1.01), (math.nan, 0.5)])
def test_a_point_outside_is_refused(x: float, y: float) -> None:
    with pytest.raises(Invalid) as refused:
        checked_point(FocalPoint(x, y), "cover", "focalPoint")
    assert list(refused.value.path) == ["cover", "focalPoint"]


def test_a_part_is_told_in_ten_thousandths() -> None:
    third = {"x": 1 / 3, "y": 0.0, "width": 2 / 3, "height": 1.0}
    assert crop_units(third) == (3_333, 0, 6_667, 10_000)
    assert crop_units({"x": 0.0, "y": 0.0, "width": 1.0, "height": 1.0}) is None
    assert crop_units(None) is None


def test_a_point_of_the_whole_is_one_of_its_part() -> None:
    part = (2_500, 0, 5_000, 5_000)
    assert within(part, 0.5, 0.25) == (0.5, 0.5)
    assert within(part, 0.0, 1.0) == (0.0, 1.0)
    assert within(None, 0.1, 0.2) == (0.1, 0.2)


@pytest.mark.parametrize("size", [(1, 1), (3, 7), (6_000, 4_000)])
def test_a_part_has_at_least_one_pixel_and_none_outside(size: tuple[int, int]) -> None:
    for crop in (
        (0, 0, 100, 100),
        (9_900, 9_900, 100, 100),
        (3_333, 0, 6_667, 10_000),
        (4_999, 5_001, 101, 4_999),
    ):
        left, top, width, height = part_of(crop, *size)
        assert (width >= 1, height >= 1, left >= 0, top >= 0) == (True, True, True, True)
        assert (left + width <= size[0], top + height <= size[1]) == (True, True)
