"""Pictures for tests, made when they are needed: sound ones, and ones that mean harm."""

import os
import struct
import zlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from cms.config import PROJECT_ROOT


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
        "a jpeg of zeros": b"\xff\xd8\xff" + bytes(100_000),
    }


def sample_files(*folders: str) -> Iterator[Path]:
    """The files of a collection of samples, where the machine has one."""
    given = os.environ.get("KIOSQUE_SAMPLES")
    samples = Path(given) if given else PROJECT_ROOT.parent / "shared" / "data"
    for folder in folders:
        yield from sorted(path for path in samples.glob(folder) if path.is_file())
