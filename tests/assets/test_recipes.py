"""Recipes: what is asked for, as it stands in an address, and back."""

import pytest

from cms.assets.recipes import LADDER, SIDE_MAX, ImageFit, Recipe, parse_recipe, step, written
from cms.errors import BadInput

NOTHING = (None, None, "cover", None, None, False)


def test_a_size_goes_up_to_the_next_step() -> None:
    assert [step(pixels) for pixels in (1, 16, 17, 799, 800, 801, 8_192, 9_000)] == [
        16, 16, 32, 800, 800, 828, 8_192, 8_192,
    ]  # fmt: skip


def test_the_ladder_goes_up() -> None:
    assert list(LADDER) == sorted(set(LADDER))
    assert LADDER[-1] == SIDE_MAX


@pytest.mark.parametrize(
    ("asked", "start", "end", "is_cut"),
    [
        (NOTHING, "full", "", False),
        ((800, None, "cover", None, None, False), "w800", "", False),
        ((None, 450, "cover", None, None, False), "h480", "", False),
        ((800, 450, "cover", None, None, False), "w800h450-cover", "", True),
        ((800, 450, "contain", None, None, False), "w800h450-contain", "", False),
        ((790, 450, "cover", None, None, False), "w800h456-cover", "", True),
        ((450, 790, "cover", None, None, False), "w456h800-cover", "", True),
        ((400, 300, "cover", None, 2.0, False), "w800h600-cover", "", True),
        ((400, None, "cover", None, 1.5, False), "w600", "", False),
        ((8_192, None, "cover", None, 4.0, False), "w8192", "", False),
        ((8_192, 1, "cover", None, None, False), "w8192h1-cover", "", True),
        ((800, None, "cover", 82, None, False), "w800", "-q80", False),
        ((800, None, "cover", 1, None, False), "w800", "-q5", False),
        ((None, None, "cover", 100, None, False), "full", "-q100", False),
        ((800, None, "cover", None, None, True), "w800", "-up", False),
        ((None, None, "cover", None, None, True), "full", "", False),
    ],
)
def test_what_is_asked_for_is_written_in_steps(
    asked: tuple[int | None, int | None, str, int | None, float | None, bool],
    start: str,
    end: str,
    is_cut: bool,
) -> None:
    assert written(*asked) == (start, end, is_cut)
    assert parse_recipe(start + end) is not None


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ((0, None, "cover", None, None, False), "width is 0; allowed is 1 to 8192."),
        ((None, 8_193, "cover", None, None, False), "height is 8193; allowed is 1 to 8192."),
        ((None, None, "cover", 0, None, False), "quality is 0; allowed is 1 to 100."),
        ((None, None, "cover", 101, None, False), "quality is 101; allowed is 1 to 100."),
        ((1, None, "cover", None, 0.5, False), "dpr is 0.5; allowed is 1 to 4."),
        ((1, None, "cover", None, float("nan"), False), "dpr is nan; allowed is 1 to 4."),
        (
            (5_000, None, "cover", None, None, True),
            "A picture can be enlarged to 4096 pixels a side at the most.",
        ),
    ],
)
def test_what_cannot_be_made_is_refused(
    asked: tuple[int | None, int | None, str, int | None, float | None, bool], said: str
) -> None:
    with pytest.raises(BadInput) as refused:
        written(*asked)
    assert refused.value.message == said


def test_a_recipe_is_read() -> None:
    assert parse_recipe("full") == Recipe()
    assert parse_recipe("w800h450-cover-x250y1000-q80-up") == Recipe(
        800, 450, ImageFit.COVER, 0.25, 1.0, 80, True
    )
    assert parse_recipe("h450-q5") == Recipe(height=450, quality=5)
    assert parse_recipe("w1h1-contain") == Recipe(1, 1, ImageFit.CONTAIN)
    assert parse_recipe("c1000x0x5000x10000-full") == Recipe(crop=(1_000, 0, 5_000, 10_000))
    assert parse_recipe("c0x1x2x3-w800-q80") == Recipe(800, quality=80, crop=(0, 1, 2, 3))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-q80",
        "-up",
        "w",
        "800",
        "w800-h450",
        "full-cover",
        "w80000",
        "fullw800",
        "w800 ",
        "c1x2x3x4",
        "c1x2x3x4-",
        "c1x2x3-w800",
    ],
)
def test_what_is_no_recipe_is_none(text: str) -> None:
    assert parse_recipe(text) is None
