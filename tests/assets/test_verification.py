"""What gets in as a picture, and what does not; always soon, and in little memory."""

import json
import re
import subprocess
import sys
import time
from dataclasses import asdict, replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from cms.assets import inspector
from cms.assets.formats import PICTURE_FORMATS, guess_format, picture_format
from cms.assets.verification import Picture, inspect
from cms.errors import Invalid
from tests.pictures import BOUNDS, encoded, gif_of_size, hostile_pictures, png, sample_files

HOSTILE = hostile_pictures()
HOSTILE_SAMPLES = list(sample_files("hostile/images-*/*"))
NAMES = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/avif": ".avif",
    "image/gif": ".gif",
    "image/tiff": ".tif",
}


async def look(tmp_path: Path, content: bytes, *, announced: str | None = None) -> Picture:
    file = tmp_path / "file"
    file.write_bytes(content)
    expected = None if announced is None else PICTURE_FORMATS[announced]
    return await inspect(file, "file", bounds=BOUNDS, announced=expected)


@pytest.mark.parametrize("content_type", NAMES)
async def test_each_format_is_read(tmp_path: Path, content_type: str) -> None:
    found = await look(tmp_path, encoded(NAMES[content_type]), announced=content_type)
    # A GIF always has a colour that can be seen through.
    expected = Picture(PICTURE_FORMATS[content_type], 60, 40, 1, content_type == "image/gif")
    # Without the extra that reads them, nobody has looked for content credentials.
    credentials = {"present": False} if find_spec("c2pa") else None
    assert replace(found, look=None) == replace(expected, credentials=credentials)
    assert found.look is not None
    assert re.fullmatch("#[0-9a-f]{6}", found.look.dominant_color or "")
    assert 20 <= len(found.look.thumb_hash) <= 40


async def test_frames_are_counted_and_the_size_is_that_of_one(tmp_path: Path) -> None:
    found = await look(tmp_path, encoded(".gif", frames=3))
    assert (found.width, found.height, found.frames) == (60, 40, 3)


@pytest.mark.parametrize(
    ("orientation", "size"), [(1, (60, 40)), (3, (60, 40)), (6, (40, 60)), (8, (40, 60))]
)
async def test_the_size_is_that_of_the_picture_held_upright(
    tmp_path: Path, orientation: int, size: tuple[int, int]
) -> None:
    found = await look(tmp_path, encoded(".jpg", orientation=orientation))
    assert (found.width, found.height) == size


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_file_is_refused_soon(tmp_path: Path, name: str) -> None:
    begun = time.monotonic()
    with pytest.raises(Invalid) as refused:
        await look(tmp_path, HOSTILE[name])
    assert refused.value.path == ["file"]
    assert str(tmp_path) not in refused.value.message
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("sample", HOSTILE_SAMPLES, ids=lambda sample: f"{sample.parent.name}/{sample.name}")
async def test_a_collected_hostile_file_is_read_or_refused_soon(sample: Path) -> None:
    begun = time.monotonic()
    try:
        found = await inspect(sample, "file", bounds=BOUNDS)
    except Invalid as refused:
        assert refused.path == ["file"]
    else:
        assert 0 < found.width * found.height * found.frames <= BOUNDS.pixels_max
    assert time.monotonic() - begun < 5


async def test_whatever_else_means_harm_is_no_picture() -> None:
    others = [
        path
        for path in sample_files("hostile/**/*")
        if not path.parent.name.startswith("images-") and path.stat().st_size
    ]
    for path in others:
        with pytest.raises(Invalid, match=r"^(SVG is a program|The file is not a picture)") as refused:
            await inspect(path, "file", bounds=BOUNDS)
        assert refused.value.path == ["file"]


# A process counts as its own what its parent held when it was made, so that a small one is put between the tests and the reader.
_MEASURE = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], capture_output=True); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"


def peak_memory(file: Path) -> int:
    """The most memory that reading the file takes, in bytes."""
    guessed = guess_format(file.read_bytes()[:32])
    if guessed is None:
        return 0
    command = [
        sys.executable,
        "-I",
        inspector.__file__,
        str(file),
        guessed.loader,
        json.dumps(asdict(BOUNDS)),
    ]
    measured = subprocess.run(
        [sys.executable, "-I", "-c", _MEASURE, *command], capture_output=True, check=True
    )
    return int(measured.stdout) * 1024


def test_no_hostile_file_takes_much_memory(tmp_path: Path) -> None:
    files = list(HOSTILE_SAMPLES)
    for index, content in enumerate(HOSTILE.values()):
        files.append(tmp_path / str(index))
        files[-1].write_bytes(content)
    assert max(peak_memory(file) for file in files) < 300_000_000


async def test_a_png_that_was_announced_as_jpeg_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"announced as JPEG, but it is PNG"):
        await look(tmp_path, png(), announced="image/jpeg")


async def test_the_size_is_judged_before_a_pixel_is_read(tmp_path: Path) -> None:
    begun = time.monotonic()
    with pytest.raises(Invalid, match=r"65536 × 65536 × 1 pixels .* 100,000,000 in all"):
        await look(tmp_path, HOSTILE["a png of 4 gigapixels"])
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize(
    ("ending", "allowed", "told"),
    [
        (
            ".gif",
            {"pixels_max": 60 * 40 * 3},
            "The picture has 60 × 40 × 3 pixels (width × height × frames); 7,199 in all are the most (IMAGE_PIXELS_MAX).",
        ),
        (".gif", {"frames_max": 3}, "The picture has 3 frames; 2 are the most (IMAGE_FRAMES_MAX)."),
        (".webp", {"frames_max": 3}, "The picture has 3 frames; 2 are the most (IMAGE_FRAMES_MAX)."),
        (
            ".gif",
            {"ratio_max": 1.5},
            "The picture has 60 × 40 pixels, so that one side is 1.5 times the other; 0.5 times is the most (IMAGE_RATIO_MAX).",
        ),
    ],
)
async def test_what_a_header_claims_may_reach_a_bound_and_not_go_beyond(
    tmp_path: Path, ending: str, allowed: dict[str, float], told: str
) -> None:
    file = tmp_path / "file"
    file.write_bytes(encoded(ending, frames=3))
    assert (await inspect(file, "file", bounds=replace(BOUNDS, **allowed))).frames == 3  # pyright: ignore[reportArgumentType]  (whole numbers for those that are)
    less = {name: value - 1 for name, value in allowed.items()}
    with pytest.raises(Invalid) as refused:
        await inspect(file, "file", bounds=replace(BOUNDS, **less))  # pyright: ignore[reportArgumentType]  (as above)
    assert (refused.value.message, refused.value.path) == (told, ["file"])


@pytest.mark.parametrize(("width", "height"), [(2_000, 100), (100, 2_000), (3_600, 36)])
async def test_a_panorama_gets_in(tmp_path: Path, width: int, height: int) -> None:
    found = await look(tmp_path, encoded(".jpg", width=width, height=height))
    assert (found.width, found.height) == (width, height)


@pytest.mark.parametrize("orientation", [1, 6])
async def test_what_is_a_line_rather_than_a_picture_is_refused_before_a_pixel_is_read(
    tmp_path: Path, orientation: int
) -> None:
    # Cut off behind its header: whoever read on would find it incomplete.
    line = encoded(".jpg", width=8_080, height=80, orientation=orientation)[:2_000]
    with pytest.raises(Invalid, match=r"one side is 101\.0 times the other; 100 times is the most"):
        await look(tmp_path, line)


async def test_frames_are_counted_before_one_of_them_is_decoded(tmp_path: Path) -> None:
    # What follows the headers of the frames is thrown into disorder: whoever decoded it would find it damaged.
    many = bytearray(HOSTILE["more than a thousand frames"])
    many[-8:] = bytes(8)
    with pytest.raises(Invalid, match=r"1,001 frames; 1,000 are the most \(IMAGE_FRAMES_MAX\)"):
        await look(tmp_path, bytes(many))


async def test_a_picture_that_takes_too_much_memory_is_refused(tmp_path: Path) -> None:
    # Its two kilobytes would unfold into more than the reading process may take.
    import pyvips

    black = pyvips.Image.black(9_000, 8_500, bands=3).copy(interpretation="srgb")
    with pytest.raises(Invalid, match=r"memory|Memory"):
        await look(tmp_path, bytes(black.write_to_buffer(".avif", effort=0)))


async def test_what_follows_a_picture_does_no_harm(tmp_path: Path) -> None:
    found = await look(tmp_path, encoded(".jpg") + b"<script>alert(1)</script>")
    assert (found.width, found.height) == (60, 40)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("IMAGE/JPEG", "image/jpeg"),
        ("image/jpg", "image/jpeg"),
        ("image/png; charset=x", "image/png"),
        ("image/apng", "image/png"),
    ],
)
def test_a_type_may_be_written_in_several_ways(given: str, kept: str) -> None:
    assert picture_format(given, "contentType").content_type == kept


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("image/svg+xml", "SVG is a program"),
        ("image/heic", "HEIC"),
        ("text/html", "text/html"),
        ("", "not the type"),
        ("image/bmp", "bmp"),
    ],
)
def test_a_type_that_is_not_taken_is_refused_with_the_reason(given: str, reason: str) -> None:
    with pytest.raises(Invalid, match=reason) as refused:
        picture_format(given, "contentType")
    assert refused.value.path == ["contentType"]


def test_a_gif_claims_what_it_likes() -> None:
    guessed = guess_format(gif_of_size(65_535, 65_535))
    assert guessed == PICTURE_FORMATS["image/gif"]
