"""Reads one picture in a process of its own, so that no file can harm the server: `python inspector.py FILE LOADER PIXELS_MAX`.

Nothing of Kiosque is imported, which keeps its start at a tenth of a second. The answer is one line of JSON: `width` and `height` as
shown, `frames` and `has_alpha`; or `problem`: `unreadable`, `too_large` or `broken`, with a `detail`.
"""

import json
import os
import sys
from typing import Any

MEMORY_BYTES_MAX = 1_000_000_000
CPU_SECONDS_MAX = 20
ORIENTATIONS_ON_THE_SIDE = range(5, 9)
ANIMATED = {"gifload", "webpload"}


def main(path: str, loader: str, pixels_max: int) -> dict[str, Any]:
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
    if header["width"] * header["height"] * header["frames"] > pixels_max:
        return {"problem": "too_large", "detail": "{width} × {height} × {frames}".format(**header)}
    try:
        decode(pyvips, path, loader)
    except pyvips.Error as error:
        return {"problem": "broken", "detail": last_words(error, path)}
    return header


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
    }


def decode(pyvips: Any, path: str, loader: str) -> None:
    """Read every pixel once, strip by strip, and stop at the first error."""
    pages = {"n": -1} if loader in ANIMATED else {}
    getattr(pyvips.Image, loader)(path, access="sequential", fail_on="error", **pages).avg()


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1], sys.argv[2], int(sys.argv[3]))))
