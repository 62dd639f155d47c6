"""Pictures for tests, made when they are needed: sound ones, and ones that mean harm."""

import os
import struct
import zlib
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from cms.assets.verification import Bounds
from cms.config import PROJECT_ROOT

# What the settings say where nobody has said otherwise.
BOUNDS = Bounds(pixels_max=100_000_000, frames_max=1_000, ratio_max=100.0)
# pyvips makes its methods at run time, so its images have no type.
Image = Any


def chunk(kind: bytes, content: bytes) -> bytes:
    """A chunk of a PNG file (PNG specification, section 5.3)."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width: int = 4, height: int = 3, *, pixels: bytes | None = None) -> bytes:
    """A grey PNG; `pixels` are the compressed lines, sound ones when absent."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    lines = (
        zlib.compress(b"".join(b"\x00" + bytes(width) for _ in range(height))) if pixels is None else pixels
    )
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


@lru_cache
def encoded(
    ending: str, *, width: int = 60, height: int = 40, frames: int = 1, orientation: int = 1
) -> bytes:
    """A noisy picture in the format of a file ending, such as `.jpg`."""
    os.environ.setdefault("VIPS_CONCURRENCY", "1")
    import pyvips

    noise = pyvips.Image.gaussnoise(width, height * frames, mean=128, sigma=40, seed=1).cast("uchar")
    picture = noise.bandjoin([noise, noise]).copy(interpretation="srgb")
    picture.set_type(pyvips.GValue.gint_type, "orientation", orientation)
    picture.set_type(pyvips.GValue.gint_type, "page-height", height)
    return bytes(picture.write_to_buffer(ending))


def gif_of_size(width: int, height: int) -> bytes:
    """A GIF of 44 bytes that claims to be of any size."""
    screen = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\x00\x00\x00\xff\xff\xff"
    return screen + b"," + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\x02\x02\x44\x01\x00;"


def hostile_pictures() -> dict[str, bytes]:
    """Files that must not get in, by what they are."""
    return {
        "nothing": b"",
        "html": b"<!doctype html><script>alert(1)</script>",
        "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        "html that begins like a gif": b"GIF89a/*<script>alert(1)</script>*/=1;",
        "half a jpeg": encoded(".jpg", width=400, height=400)[:20_000],
        "half a png": png(200, 200)[:-40],
        "half a webp": encoded(".webp")[:-100],
        "half an avif": encoded(".avif")[:-100],
        "a png of 4 gigapixels": png(65_536, 65_536, pixels=zlib.compress(bytes(65_537))),
        "a gif of 4 gigapixels": gif_of_size(65_535, 65_535),
        "a png whose lines are noise": png(64, 64, pixels=b"\x78\x9c" + bytes(range(200))),
        "only the first bytes of a jpeg": b"\xff\xd8\xff\xe0",
        "a line of a hundred and one to one": png(404, 4),
        "more than a thousand frames": encoded(".webp", width=8, height=8, frames=1_001),
        "a jpeg of zeros": b"\xff\xd8\xff" + bytes(100_000),
    }


def sample_files(*folders: str) -> Iterator[Path]:
    """The files of a collection of samples, where the machine has one."""
    given = os.environ.get("KIOSQUE_SAMPLES")
    samples = Path(given) if given else PROJECT_ROOT.parent / "shared" / "data"
    for folder in folders:
        yield from sorted(path for path in samples.glob(folder) if path.is_file())


QUARTERS = {
    "top left": (250, 10, 10),
    "top right": (10, 250, 10),
    "bottom left": (10, 10, 250),
    "bottom right": (250, 250, 10),
}
# How the stored lines lie for a picture that is shown upright, by orientation (Exif 2.32, section 4.6.4): what undoes the turn.
_STORED: dict[int, Callable[[Image], Image]] = {
    1: lambda image: image,
    2: lambda image: image.fliphor(),
    3: lambda image: image.rot180(),
    4: lambda image: image.flipver(),
    5: lambda image: image.rot270().flipver(),
    6: lambda image: image.rot270(),
    7: lambda image: image.rot90().flipver(),
    8: lambda image: image.rot90(),
}


@lru_cache
def quartered(ending: str = ".jpg", *, width: int = 160, height: int = 80, orientation: int = 1) -> bytes:
    """A picture of four colours, upright if its orientation is heeded, that tells where and with which camera it was taken."""
    os.environ.setdefault("VIPS_CONCURRENCY", "1")
    import pyvips

    black = pyvips.Image.black(width // 2, height // 2)
    parts = [black.new_from_image(list(colour)) for colour in QUARTERS.values()]
    upright = pyvips.Image.arrayjoin(parts, across=2).cast("uchar").copy(interpretation="srgb")
    stored = _STORED[orientation](upright).copy()
    stored.set_type(pyvips.GValue.gint_type, "orientation", orientation)
    for name, value in {
        "exif-ifd0-Orientation": str(orientation),
        "exif-ifd0-Model": "Cameratron 9",
        "exif-ifd2-BodySerialNumber": "SN-4711-0815",
        "exif-ifd3-GPSLatitudeRef": "N",
        "exif-ifd3-GPSLatitude": "48/1 51/1 24/1",
    }.items():
        stored.set_type(pyvips.GValue.gstr_type, name, value)
    return bytes(stored.write_to_buffer(ending, Q=95))


@lru_cache
def animated(ending: str = ".gif", *, width: int = 40, height: int = 30) -> bytes:
    """Three frames of one colour each, a tenth of a second apart."""
    os.environ.setdefault("VIPS_CONCURRENCY", "1")
    import pyvips

    frame = pyvips.Image.black(width, height)
    frames = [frame.new_from_image(list(colour)) for colour in list(QUARTERS.values())[:3]]
    strip = pyvips.Image.arrayjoin(frames, across=1).cast("uchar").copy(interpretation="srgb")
    strip.set_type(pyvips.GValue.gint_type, "page-height", height)
    strip.set_type(pyvips.GValue.array_int_type, "delay", [100, 100, 100])
    return bytes(strip.write_to_buffer(ending))


def decoded(content: bytes, **options: Any) -> Image:
    """A picture, to look at its pixels."""
    import pyvips

    return pyvips.Image.new_from_buffer(content, "", **options)


def quarters_of(image: Image) -> dict[str, tuple[int, ...]]:
    """The colours in the middle of the four quarters of a picture, each band either strong or weak."""
    places = {name: (1 + 2 * (index % 2), 1 + 2 * (index // 2)) for index, name in enumerate(QUARTERS)}
    return {name: colour_at(image, x / 4, y / 4) for name, (x, y) in places.items()}


def colour_at(image: Image, x: float, y: float) -> tuple[int, ...]:
    """The colour at a point, in shares of the picture, each band either strong or weak."""
    pixel = image(int(image.width * x), int(image.height * y))
    return tuple(250 if band > 128 else 10 for band in pixel[:3])
