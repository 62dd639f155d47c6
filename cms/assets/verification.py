"""Whether a file is the picture that it claims to be. Every pixel is read once, in a process that may fall without harm."""

import asyncio
import json
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from fast_thumbhash import rgba_to_thumb_hash

from cms.assets import inspector
from cms.assets.credentials import credentials_of, source_type_told
from cms.assets.formats import PICTURE_FORMATS, PictureFormat, guess_format, why_not
from cms.assets.metadata.words import words_of_file
from cms.config import Settings
from cms.errors import Invalid

SECONDS_MAX = 30
BEGINNING_BYTES = 32
# Two pictures are read at a time; others wait their turn, so that many uploads at once do not take the machine's memory.
_TURNS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="inspector")
_TOO_HEAVY = {"problem": "too_heavy", "detail": ""}


@dataclass(frozen=True)
class Bounds:
    """What a picture may claim in its header: width × height × frames, frames, and how many times its longer side is the shorter one."""

    pixels_max: int
    frames_max: int
    ratio_max: float


def bounds_of(settings: Settings) -> Bounds:
    """The bounds that the operator has set."""
    return Bounds(settings.image_pixels_max, settings.image_frames_max, settings.image_ratio_max)


@dataclass(frozen=True)
class Picture:
    """What a file shows: its format, its size in pixels when held upright, how many frames it has, and whether it can be seen through."""

    format: PictureFormat
    width: int
    height: int
    frames: int
    has_alpha: bool
    # What the file says of itself, by the names of an asset's columns.
    words: Mapping[str, str] = field(default_factory=dict[str, str])
    look: "Look | None" = None
    # What its content credentials are worth; None where nobody has looked.
    credentials: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Look:
    """What a picture looks like: its ThumbHash in Base64, its strongest colour as `#rrggbb`, and the point that draws the eye."""

    thumb_hash: str
    dominant_color: str | None
    attention_x: float
    attention_y: float


async def inspect(
    file: Path,
    *path: str,
    bounds: Bounds,
    announced: PictureFormat | None = None,
    trust_anchors: Path | None = None,
) -> Picture:
    """Read the whole file. Raises Invalid with the reason, naming the field, unless it is a sound picture of the announced format.

    Its header is held against the bounds before a pixel is decoded. `trust_anchors` are the certificates of those whose content credentials are trusted.
    """
    format_found = _format_of(file, *path)
    if announced is not None and format_found != announced:
        raise Invalid(f"The file was announced as {announced.name}, but it is {format_found.name}.", *path)
    loop = asyncio.get_running_loop()
    answer = await loop.run_in_executor(_TURNS, _ask_inspector, file, format_found, bounds)
    if "excess" in answer:
        raise Invalid(_excess(answer, bounds), *path)
    if "problem" in answer:
        raise Invalid(_explanation(answer, format_found), *path)
    # Only a sound picture is asked what it says of itself.
    words = await asyncio.to_thread(words_of_file, answer["metadata"])
    credentials = await loop.run_in_executor(
        _TURNS, credentials_of, file, format_found.content_type, trust_anchors
    )
    if (told := source_type_told(credentials)) is not None:
        words["digital_source_type"] = told.value
    return Picture(
        format_found,
        answer["width"],
        answer["height"],
        answer["frames"],
        answer["has_alpha"],
        words,
        _look(answer),
        credentials,
    )


def _look(answer: Mapping[str, Any]) -> Look:
    small = answer["look"]
    thumb_hash = rgba_to_thumb_hash(small["width"], small["height"], b64decode(small["rgba"]))
    return Look(b64encode(bytes(thumb_hash)).decode(), answer["colour"], *answer["attention"])


def _format_of(file: Path, *path: str) -> PictureFormat:
    with file.open("rb") as opened:
        beginning = opened.read(BEGINNING_BYTES)
    if not beginning:
        raise Invalid("The file is empty.", *path)
    found = guess_format(beginning)
    if found is None:
        names = ", ".join(known.name for known in PICTURE_FORMATS.values())
        reason = why_not(beginning) or "The file is not a picture of a format that is taken."
        raise Invalid(f"{reason} Taken are {names}.", *path)
    return found


def _ask_inspector(file: Path, format_found: PictureFormat, bounds: Bounds) -> dict[str, Any]:
    told = json.dumps(asdict(bounds))
    command = [sys.executable, "-I", inspector.__file__, str(file), format_found.loader, told]
    try:
        ended = subprocess.run(command, capture_output=True, timeout=SECONDS_MAX, check=False, env={})
    except subprocess.TimeoutExpired:
        return _TOO_HEAVY
    # A process that was ended by its bounds, or by the file, has said nothing.
    return json.loads(ended.stdout) if ended.returncode == 0 else _TOO_HEAVY


def _excess(answer: dict[str, Any], bounds: Bounds) -> str:
    width, height, frames = (answer[name] for name in ("width", "height", "frames"))
    return {
        "pixels_max": f"The picture has {width} × {height} × {frames} pixels (width × height × frames); {bounds.pixels_max:,} in all are the most (IMAGE_PIXELS_MAX).",
        "frames_max": f"The picture has {frames:,} frames; {bounds.frames_max:,} are the most (IMAGE_FRAMES_MAX).",
        "ratio_max": f"The picture has {width} × {height} pixels, so that one side is {max(width, height) / min(width, height):,.1f} times the other; "
        f"{bounds.ratio_max:g} times is the most (IMAGE_RATIO_MAX).",
    }[answer["excess"]]


def _explanation(answer: dict[str, Any], format_found: PictureFormat) -> str:
    detail = answer["detail"]
    return {
        "unreadable": f"The file begins like {format_found.name}, but cannot be read as such ({detail}).",
        "broken": f"The picture is damaged or incomplete ({detail}); export it again.",
        "too_heavy": "Reading the picture takes more time or memory than a picture may take; make it smaller.",
    }[answer["problem"]]
