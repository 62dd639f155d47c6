"""Makes renditions in a process of its own, so that no file can harm the server: one JSON object a line in, one a line out, until the end of input.

Nothing of Kiosque is imported. A job names the files (`source`, `target`), the `loader` that may read the one, and what the other shall be
(`crop`, `width`, `height`, `fit`, `x`, `y`, `enlarged`, `format`, `quality`, `animated`). The answer is `width` and `height`, or a `problem`.
Pictures come out upright, in 8 bits, with no metadata but a colour profile; CMYK, and what has a huge profile, as sRGB.
"""

import json
import os
import sys
from collections.abc import Sequence
from typing import Any

MEMORY_BYTES_MAX = 1_200_000_000
FILE_BYTES_MAX = 300_000_000
CPU_SECONDS_A_JOB_MAX = 30
# What a format can hold at the most, a side.
SIDES_MAX = {"webp": 16_383, "avif": 16_384, "gif": 65_535, "jpg": 65_500, "png": 2**30}
# A colour profile that weighs more than a small picture is not sent along with it.
PROFILE_BYTES_MAX = 20_000
PROGRESSIVE_PIXELS_MAX = 8_000_000
QUALITIES = {"webp": 80, "avif": 60, "jpg": 82}
WEBP_EFFORT = 2
# How much larger than wanted a picture is decoded, so that the last step, which is the sharp one, has something to choose from.
SPARE = 1.2
ON_THE_SIDE = range(5, 9)
# A crop is its left and top edge, its width and height, in so many parts of the whole picture.
CROP_UNIT = 10_000
WHITE = [255, 255, 255]


def main() -> None:
    """Work until nobody sends jobs any more."""
    bound_resources()
    # Loaders that libvips does not trust stay shut.
    os.environ.update(VIPS_BLOCK_UNTRUSTED="1", VIPS_CONCURRENCY="1", VIPS_DISC_THRESHOLD="4g")
    import pyvips  # noqa: PLC0415  (the environment and the limits must be set before)

    pyvips.cache_set_max(0)
    for line in sys.stdin:
        bound_time()
        sys.stdout.write(json.dumps(answer(pyvips, json.loads(line))) + "\n")
        sys.stdout.flush()


def answer(pyvips: Any, job: dict[str, Any]) -> dict[str, Any]:
    """What became of a job."""
    try:
        return render(pyvips, job)
    except (pyvips.Error, MemoryError) as error:
        lines = str(error).replace(job["source"], "the file").split("\n")
        return {"problem": next((line.strip() for line in reversed(lines) if line.strip()), "unknown")[:200]}


def bound_resources() -> None:
    """Let the system end this process before it takes what others need."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415  (it is not there on every platform)

    bounds = {
        resource.RLIMIT_AS: MEMORY_BYTES_MAX,
        resource.RLIMIT_FSIZE: FILE_BYTES_MAX,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in bounds.items():
        resource.setrlimit(kind, (most, most))


def bound_time() -> None:
    """Give the next job its seconds of processor time."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415  (it is not there on every platform)

    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime) + CPU_SECONDS_A_JOB_MAX
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def render(pyvips: Any, job: dict[str, Any]) -> dict[str, Any]:
    """Make one rendition."""
    load = getattr(pyvips.Image, job["loader"])
    header = load(job["source"], access="sequential")
    turned = orientation_of(header) in ON_THE_SIDE
    size = header.width, page_height(header)
    _, _, *part = part_of(job["crop"], *(reversed(size) if turned else size))
    scaled, window = measured(job, *part)
    stored = (scaled[1], scaled[0]) if turned else scaled
    crop = as_stored(job["crop"], orientation_of(header))
    if job["animated"]:
        frames = frames_of(load(job["source"], n=-1).copy_memory())
        shown = [finished(resized(cut(frame, crop), stored), window) for frame in frames]
        joined(pyvips, header, shown, job)
    else:
        options = shrinking(job["loader"], part_of(crop, *size)[2:], stored)
        image = load(job["source"], access="sequential", fail_on="error", **options)
        save(finished(resized(cut(image, crop), stored), window), job)
    return {"width": window[2], "height": window[3]}


def orientation_of(image: Any) -> int:
    """How the picture must be turned (Exif 2.32, section 4.6.4)."""
    return image.get("orientation") if image.get_typeof("orientation") else 1


def page_height(image: Any) -> int:
    """The height of one frame."""
    return image.get("page-height") if image.get_typeof("page-height") else image.height


def part_of(crop: Sequence[int] | None, width: int, height: int) -> tuple[int, int, int, int]:
    """The part of a picture that a crop names, in pixels: left, top, width, height. Never less than one."""
    if crop is None:
        return 0, 0, width, height
    (left, wide), (top, high) = along(crop[0], crop[2], width), along(crop[1], crop[3], height)
    return left, top, wide, high


def along(start: int, length: int, pixels: int) -> tuple[int, int]:
    """Where a part begins along a side, and how long it is."""
    begin = min(round(start * pixels / CROP_UNIT), pixels - 1)
    end = min(round((start + length) * pixels / CROP_UNIT), pixels)
    return begin, max(end - begin, 1)


def as_stored(crop: Sequence[int] | None, orientation: int) -> tuple[int, int, int, int] | None:
    """A crop of the upright picture, as one of the picture in the file (Exif 2.32, section 4.6.4)."""
    if crop is None:
        return None
    x, y, width, height = crop
    from_right, from_below = CROP_UNIT - x - width, CROP_UNIT - y - height
    turned = {
        2: (from_right, y),
        3: (from_right, from_below),
        4: (x, from_below),
        5: (y, x),
        6: (y, from_right),
        7: (from_below, from_right),
        8: (from_below, x),
    }
    sides = (height, width) if orientation in ON_THE_SIDE else (width, height)
    return (*turned.get(orientation, (x, y)), *sides)


def cut(image: Any, crop: Sequence[int] | None) -> Any:
    """The part of a picture as it is stored, however much smaller it was decoded."""
    return image if crop is None else image.crop(*part_of(crop, image.width, image.height))


def measured(
    job: dict[str, Any], width: int, height: int
) -> tuple[tuple[int, int], tuple[int, int, int, int]]:
    """The size to scale the upright picture or its part to, and the window (left, top, width, height) to cut out of that."""
    wide, high = job["width"], job["height"]
    shares = [wide / width if wide else None, high / height if high else None]
    asked = [share for share in shares if share is not None] or [1.0]
    is_cut = bool(wide and high) and job["fit"] == "cover"
    scale = max(asked) if is_cut else min(asked)
    box = (wide / scale, high / scale) if is_cut else (width, height)
    if not job["enlarged"]:
        scale = min(scale, 1.0)
    scale = min(scale, SIDES_MAX[job["format"]] / max(width, height))
    scaled = (max(1, round(width * scale)), max(1, round(height * scale)))
    shown = (min(scaled[0], max(1, round(box[0] * scale))), min(scaled[1], max(1, round(box[1] * scale))))
    left, top = around(job["x"], scaled[0], shown[0]), around(job["y"], scaled[1], shown[1])
    return scaled, (left, top, *shown)


def around(share: float, whole: int, part: int) -> int:
    """Where a part begins that has the point in its middle, as far as the whole allows."""
    return min(max(round(share * whole - part / 2), 0), whole - part)


def shrinking(loader: str, size: tuple[int, int], wanted: tuple[int, int]) -> dict[str, Any]:
    """What a loader can leave out while it decodes: it stays somewhat above the size that is wanted, so that the result is sharp."""
    shrink = min(size[0] / wanted[0], size[1] / wanted[1])
    if loader == "jpegload":
        return {"shrink": next((factor for factor in (8, 4, 2) if shrink >= SPARE * factor), 1)}
    return {"scale": 2 / shrink} if loader == "webpload" and shrink > 2 else {}


def resized(image: Any, size: tuple[int, int]) -> Any:
    """The picture in 8 bits and this size, as it is stored: not upright yet."""
    image = image.copy()
    if image.interpretation not in ("cmyk", "b-w", "srgb"):
        image = image.colourspace("b-w" if image.interpretation == "grey16" else "srgb")
    if (image.width, image.height) != size:
        kind, has_alpha = image.format, image.hasalpha()
        image = image.premultiply() if has_alpha else image
        image = image.resize(size[0] / image.width, vscale=size[1] / image.height)
        image = image.unpremultiply().cast(kind) if has_alpha else image
        image = image.crop(0, 0, min(size[0], image.width), min(size[1], image.height))
    if image.interpretation == "cmyk" or profile_bytes(image) > PROFILE_BYTES_MAX:
        fallback = "cmyk" if image.interpretation == "cmyk" else "srgb"
        image = image.icc_transform("srgb", embedded=True, input_profile=fallback).copy()
        image.remove("icc-profile-data")
    return image if image.format == "uchar" else image.cast("uchar")


def profile_bytes(image: Any) -> int:
    """How large the colour profile is."""
    return len(image.get("icc-profile-data")) if image.get_typeof("icc-profile-data") else 0


def finished(image: Any, window: tuple[int, int, int, int]) -> Any:
    """The part that is shown, upright."""
    if orientation_of(image) != 1:
        image = image.copy_memory().autorot()
    left, top, width, height = window
    width, height = min(width, image.width), min(height, image.height)
    if (width, height) == (image.width, image.height):
        return image
    return image.crop(min(left, image.width - width), min(top, image.height - height), width, height)


def frames_of(image: Any) -> list[Any]:
    """The frames of an animation."""
    height = page_height(image)
    return [image.crop(0, top, image.width, height) for top in range(0, image.height - height + 1, height)]


def joined(pyvips: Any, header: Any, frames: list[Any], job: dict[str, Any]) -> None:
    """Save frames as one animation, at its old pace."""
    strip = pyvips.Image.arrayjoin(frames, across=1).copy()
    strip.set_type(pyvips.GValue.gint_type, "page-height", frames[0].height)
    for name in ("delay", "loop", "gif-delay"):
        if header.get_typeof(name):
            strip.set_type(header.get_typeof(name), name, header.get(name))
    save(strip, job)


def save(image: Any, job: dict[str, Any]) -> None:
    """Encode the picture. Nothing goes with it but its colour profile."""
    quality = job["quality"] or QUALITIES.get(job["format"])
    target, kept = job["target"], {"keep": "icc"}
    match job["format"]:
        case "webp":
            image.webpsave(target, Q=quality, effort=WEBP_EFFORT, **kept)
        case "avif":
            image.heifsave(target, Q=quality, compression="av1", effort=2, bitdepth=8, **kept)
        case "png":
            image.pngsave(target, **kept)
        case "gif":
            image.gifsave(target, **kept)
        case _:
            flat = image.flatten(background=WHITE[: image.bands - 1]) if image.hasalpha() else image
            small = image.width * image.height <= PROGRESSIVE_PIXELS_MAX
            flat.jpegsave(target, Q=quality, optimize_coding=small, interlace=small, **kept)


if __name__ == "__main__":
    main()
