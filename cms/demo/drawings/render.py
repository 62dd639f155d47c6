"""Turns the drawings into the files of the demo newsroom, with libvips. Run it as `python -m cms.demo.drawings`.

The rendered files are part of the package, for two reasons: an instance refuses to rasterise SVG (libvips counts that
loader among the untrusted ones), and a first start should not spend its time drawing.
"""

from pathlib import Path

import pyvips

from cms.demo.drawings.catalogue import DRAWINGS


def render(name: str) -> pyvips.Image:
    """The pixels of a drawing, in RGB. Needs a process in which libvips may load SVG."""
    image = pyvips.Image.svgload_buffer(DRAWINGS[name]().encode())
    return image.flatten(background=[255, 255, 255])  # pyright: ignore[reportReturnType]  pyvips has no types for its operations


def write(folder: Path) -> list[Path]:
    """Draw every picture into the folder as WebP and give the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / name for name in DRAWINGS]
    for path in paths:
        render(path.name).write_to_file(str(path), Q=74, effort=6, smart_subsample=True, keep="none")
    return paths
