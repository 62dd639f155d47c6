"""Signed addresses: the same in every process, and different for whatever would look different."""

import re

import pytest

from cms.assets.addresses import original_url, rendition_url, source_set
from cms.errors import BadInput, Unavailable
from cms.reading.sources import Facts
from cms.signing import SigningKey

KEY = "0198c0de-0000-7000-8000-000000000001"
SHA256 = "0123456789abcdef" * 4
BASE = "https://cms.example"


def facts(key: bytes = b"k" * 32) -> Facts:
    found = Facts(BASE, SigningKey())
    found.signing_key.set(key)
    return found


def url(**asked: object) -> str:
    return rendition_url(facts(), KEY, SHA256, 0.25, 0.5, **asked)  # pyright: ignore[reportArgumentType]  (as the engine calls it)


def test_the_address_names_the_picture_its_bytes_and_what_is_made_of_them() -> None:
    pattern = (
        r"https://cms\.example/media/0198c0de000070008000000000000001/0123456789abcdef/[0-9a-f]{32}/(.+)"
    )
    names = [re.fullmatch(pattern, address) for address in (url(), url(width=800, height=450, format="webp"))]
    assert [name and name[1] for name in names] == ["full", "w800h450-cover-x250y500.webp"]


def test_the_signature_is_the_same_for_the_same_and_another_for_anything_else() -> None:
    assert url(width=800) == url(width=800)
    others = {
        url(),
        url(width=801),
        url(width=800),
        rendition_url(facts(), KEY, "f" + SHA256[1:], None, None, 800),
        rendition_url(facts(), KEY.replace("1", "2"), SHA256, None, None, 800),
        rendition_url(facts(b"x" * 32), KEY, SHA256, None, None, 800),
    }
    assert len({address.split("/")[6] for address in others}) == 6


def test_without_a_key_nothing_is_signed() -> None:
    with pytest.raises(Unavailable):
        rendition_url(Facts(BASE), KEY, SHA256, None, None)
    with pytest.raises(ValueError, match="32 bytes"):
        SigningKey().set(b"short")


def test_the_focal_point_is_part_of_the_address_where_something_is_cut_off() -> None:
    names = [url(width=800), url(width=800, height=450), url(width=800, height=450, fit="contain")]
    assert [name.rpartition("/")[2] for name in names] == [
        "w800",
        "w800h450-cover-x250y500",
        "w800h450-contain",
    ]
    assert rendition_url(facts(), KEY, SHA256, None, None, 800, 450).endswith("/w800h450-cover")


def widths_of(told: str) -> list[tuple[str, int]]:
    found = [part.split(" ") for part in told.split(", ")]
    return [(address.rpartition("/")[2], int(width.removesuffix("w"))) for address, width in found]


def test_a_set_names_the_widths_that_the_pictures_have() -> None:
    told = source_set(facts(), KEY, SHA256, 0.5, 0.5, 1_500, 1_000, [640, 320, 320, 2_000, 3_000])
    assert widths_of(told) == [("w320", 320), ("w640", 640), ("w1536", 1_500)]


def test_a_set_can_be_cut_to_a_shape() -> None:
    told = source_set(facts(), KEY, SHA256, 0.5, 0.5, 1_500, 1_000, [320, 4_000], "webp", 1.0)
    assert widths_of(told) == [
        ("w320h320-cover-x500y500.webp", 320),
        ("w1024h1024-cover-x500y500.webp", 1_000),
    ]


def test_a_part_of_a_picture_has_an_address_of_its_own() -> None:
    left = (0, 0, 5_000, 10_000)
    names = [url(crop=left, **asked) for asked in ({}, {"width": 800}, {"width": 400, "height": 400})]
    assert [name.rpartition("/")[2] for name in names] == [
        "c0x0x5000x10000-full",
        "c0x0x5000x10000-w800",
        # The focal point, a quarter from the left of the whole, is in the middle of that half.
        "c0x0x5000x10000-w400h400-cover-x500y500",
    ]
    assert url(crop=(5_000, 0, 5_000, 10_000), width=400, height=400).endswith("-cover-x0y500")


def test_a_set_of_a_part_is_as_wide_as_the_part() -> None:
    part = (0, 0, 5_000, 5_000)
    told = source_set(facts(), KEY, SHA256, 0.5, 0.5, 1_500, 1_000, [320, 3_000], crop=part)
    assert widths_of(told) == [("c0x0x5000x5000-w320", 320), ("c0x0x5000x5000-w750", 750)]
    told = source_set(facts(), KEY, SHA256, 0.5, 0.5, 1_500, 1_000, [3_000], aspectRatio=1.0, crop=part)
    assert widths_of(told) == [("c0x0x5000x5000-w512h512-cover-x1000y1000", 500)]


@pytest.mark.parametrize(
    ("widths", "ratio", "said"),
    [
        ([], None, "widths has 0 numbers; allowed are 1 to 20."),
        ([1] * 21, None, "widths has 21 numbers; allowed are 1 to 20."),
        ([0], None, "width is 0; allowed is 1 to 8192."),
        ([320], 0.0, "aspectRatio is 0.0; allowed is 0.1 to 10 (width divided by height)."),
        ([320], float("nan"), "aspectRatio is nan; allowed is 0.1 to 10 (width divided by height)."),
    ],
)
def test_a_set_that_cannot_be_is_refused(widths: list[int], ratio: float | None, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        source_set(facts(), KEY, SHA256, None, None, 100, 100, widths, aspectRatio=ratio)
    assert refused.value.message == said


def test_the_link_to_an_original_says_until_when_it_is_good() -> None:
    name = original_url(facts(), KEY, SHA256, "image/jpeg").rpartition("/")[2]
    assert re.fullmatch(r"original-[0-9]{10}\.jpg", name)
