"""Reads one picture in a process of its own, so that no file can harm the server: `python inspector.py FILE LOADER BOUNDS`.

Nothing of Kiosque is imported, which keeps its start at a tenth of a second. BOUNDS is JSON: `pixels_max`, `frames_max`, `ratio_max`. The answer is
one line of JSON: `width` and `height` as shown, `frames`, `has_alpha`, `metadata`, and what `look` finds; or `problem`, `unreadable` or `broken`, with
a `detail`; or `excess`, the name of the bound that the header goes beyond, with `width`, `height` and `frames`.
"""

import json
import os
import re
import sys
from base64 import b64encode
from typing import Any

MEMORY_BYTES_MAX = 1_000_000_000
CPU_SECONDS_MAX = 20
ORIENTATIONS_ON_THE_SIDE = range(5, 9)
ANIMATED = {"gifload", "webpload"}
EXIF_NAMES = ("ImageDescription", "Artist", "Copyright", "DateTimeOriginal", "OffsetTimeOriginal")
# How libvips shows a text of EXIF: the text, and in brackets the text again with its type and lengths.
EXIF_TEXT = re.compile(r"(.*) \(\1, (?:ASCII|UTF-8), \d+ components, \d+ bytes\)", re.DOTALL)
# A ThumbHash is made of at most 100 pixels a side.
LOOK_SIDE = 100
PACKET_BYTES_MAX = 500_000


def main(path: str, loader: str, bounds: dict[str, float]) -> dict[str, Any]:
    """What the file shows, or what is wrong with it."""
    bound_resources()
    # Loaders that libvips does not trust stay shut; and nothing is spilled into files, since none may be written.
    os.environ.update(VIPS_BLOCK_UNTRUSTED="1", VIPS_CONCURRENCY="1", VIPS_DISC_THRESHOLD="4g")
    import pyvips  # noqa: PLC0415  (the environment and the limits must be set before)

    pyvips.cache_set_max(0)
    try:
        header = read_header(pyvips, path, loader)
    except pyvips.Error as error:
        return {"problem": "unreadable", "detail": last_words(error, path)}
    if (name := excess(header, bounds)) is not None:
        return {"excess": name} | {side: header[side] for side in ("width", "height", "frames")}
    try:
        decode(pyvips, path, loader)
        return header | look(pyvips, path, loader)
    except pyvips.Error as error:
        return {"problem": "broken", "detail": last_words(error, path)}


def excess(header: dict[str, Any], bounds: dict[str, float]) -> str | None:
    """The first bound that a picture goes beyond, by its header."""
    width, height, frames = header["width"], header["height"], header["frames"]
    claimed = {
        "frames_max": frames,
        "ratio_max": max(width, height) / min(width, height),
        "pixels_max": width * height * frames,
    }
    return next((name for name, value in claimed.items() if value > bounds[name]), None)


def last_words(error: Exception, path: str) -> str:
    """The last line of an error, without the place where the file lies."""
    lines = [line.strip() for line in str(error).replace(path, "the file").splitlines() if line.strip()]
    return lines[-1][:200] if lines else "no reason given"


def bound_resources() -> None:
    """Let the system end this process before it takes what others need: memory, time, files."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415  (it is not there on every platform)

    bounds = {
        resource.RLIMIT_AS: MEMORY_BYTES_MAX,
        resource.RLIMIT_CPU: CPU_SECONDS_MAX,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in bounds.items():
        resource.setrlimit(kind, (most, most))


def read_header(pyvips: Any, path: str, loader: str) -> dict[str, Any]:
    """Size, frames and whether it can be seen through, without decoding a pixel. The size is that of the picture held upright (Exif 2.32, section 4.6.4)."""
    image = getattr(pyvips.Image, loader)(path, access="sequential")
    kept = {name: image.get(name) for name in image.get_fields()}
    if loader == "heifload" and kept.get("heif-compression") != "av1":
        raise pyvips.Error("not compressed as AV1")
    width, height = image.width, kept.get("page-height", image.height)
    if kept.get("orientation", 1) in ORIENTATIONS_ON_THE_SIDE:
        width, height = height, width
    return {
        "width": width,
        "height": height,
        "frames": kept.get("n-pages", 1),
        "has_alpha": bool(image.hasalpha()),
        "metadata": read_metadata(kept),
    }


def read_metadata(kept: dict[str, Any]) -> dict[str, Any]:
    """What the file says of itself: a few texts of EXIF by name, and the packets of IPTC and XMP in Base64."""
    found: dict[str, Any] = {"exif": {}}
    for name in EXIF_NAMES:
        for place in ("exif-ifd0-", "exif-ifd2-"):
            if isinstance(value := kept.get(place + name), str) and (text := EXIF_TEXT.fullmatch(value)):
                found["exif"][name] = text[1].strip()
    for name in ("iptc", "xmp"):
        content = kept.get(f"{name}-data")
        if content is not None and 0 < len(content) <= PACKET_BYTES_MAX:
            found[name] = b64encode(bytes(content)).decode()
    return found


def decode(pyvips: Any, path: str, loader: str) -> None:
    """Read every pixel once, strip by strip, and stop at the first error."""
    pages = {"n": -1} if loader in ANIMATED else {}
    getattr(pyvips.Image, loader)(path, access="sequential", fail_on="error", **pages).avg()


def look(pyvips: Any, path: str, loader: str) -> dict[str, Any]:
    """What the picture looks like: its pixels in small, its strongest colour, and the point that draws the eye, in shares of its sides."""
    options = {"shrink": 8} if loader == "jpegload" else {}
    image = getattr(pyvips.Image, loader)(path, access="sequential", **options)
    if loader == "jpegload" and min(image.width, image.height) < LOOK_SIDE:
        image = getattr(pyvips.Image, loader)(path, access="sequential")
    small = image.thumbnail_image(LOOK_SIDE, height=LOOK_SIDE, size="down").colourspace("srgb")
    small = small if small.hasalpha() else small.bandjoin(255)
    small = small.cast("uchar").copy_memory()
    _, point = small.smartcrop(1, 1, interesting="attention", attention_x=True, attention_y=True)
    pixels = bytes(small.write_to_memory())
    return {
        "look": {"width": small.width, "height": small.height, "rgba": b64encode(pixels).decode()},
        "colour": dominant(pixels),
        "attention": [
            min(max((point[f"attention_{axis}"] + 0.5) / side, 0.0), 1.0)
            for axis, side in (("x", small.width), ("y", small.height))
        ],
    }


def dominant(rgba: bytes) -> str | None:
    """The mean of the colours in the fullest of 512 drawers, as `#rrggbb`; None where everything can be seen through."""
    drawers: dict[int, list[int]] = {}
    for red, green, blue, alpha in zip(rgba[::4], rgba[1::4], rgba[2::4], rgba[3::4], strict=True):
        if alpha > 127:
            drawer = drawers.setdefault(red >> 5 << 6 | green >> 5 << 3 | blue >> 5, [0, 0, 0, 0])
            for index, value in enumerate((red, green, blue, 1)):
                drawer[index] += value
    if not drawers:
        return None
    *sums, count = max(drawers.values(), key=lambda drawer: drawer[3])
    return "#" + "".join(f"{round(value / count):02x}" for value in sums)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1], sys.argv[2], json.loads(sys.argv[3]))))
