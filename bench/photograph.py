"""The photograph that is made smaller: 24 megapixels, drawn by a program, and as heavy as one from a camera."""

from pathlib import Path
from typing import Any

import pyvips

from bench.errors import BenchError

WIDTH, HEIGHT = 6_000, 4_000
QUALITY = 92
# Waves of light and dark (how wide in pixels, how strong), from clouds to the grain of a sensor.
_LIGHT = ((400, 60), (100, 35), (25, 18), (6, 9), (1, 3))
_COLOURS = ((500, 30), (300, 20), (450, 30))


def photograph(path: Path) -> Path:
    """The file, drawn unless an earlier run has; the same each time. Raises BenchError if it is no larger than a drawing would be."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".new")
        unfinished.write_bytes(_drawn().jpegsave_buffer(Q=QUALITY))
        unfinished.rename(path)
    if path.stat().st_size < WIDTH * HEIGHT / 8:
        raise BenchError(f"{path} is too light for a photograph; remove it, and it is drawn anew.")
    return path


def _drawn() -> Any:
    # pyvips makes its methods at run time, so its images have no type.
    images: Any = pyvips.Image
    down = images.xyz(WIDTH, HEIGHT)[1]
    light = 90 + down * (60 / HEIGHT) + sum(_waves(width, strength) for width, strength in _LIGHT)
    bands = [
        light + _waves(width, strength, seed=number) for number, (width, strength) in enumerate(_COLOURS, 1)
    ]
    return bands[0].bandjoin(bands[1:]).cast("uchar").copy(interpretation="srgb")


def _waves(width: int, strength: int, *, seed: int = 0) -> Any:
    images: Any = pyvips.Image
    noise = images.gaussnoise(WIDTH // width + 4, HEIGHT // width + 4, mean=0, sigma=strength, seed=seed)
    larger = noise if width == 1 else noise.resize(width, kernel="cubic")
    return larger.crop(0, 0, WIDTH, HEIGHT)
