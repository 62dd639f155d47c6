"""The few words of SVG that the drawings are written in, and number series that look scattered but never change.

No text is drawn and no font is used, so that a picture is the same on every machine.
"""

from collections.abc import Iterable, Iterator, Sequence
from math import cos, radians, sin

WIDTH, HEIGHT = 1600, 1000
Point = tuple[float, float]


def document(*parts: str, width: int = WIDTH, height: int = HEIGHT) -> str:
    """A whole SVG document of that many pixels."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">{"".join(parts)}</svg>'
    )


def rect(
    x: float, y: float, width: float, height: float, fill: str, *, radius: float = 0, opacity: float = 1
) -> str:
    """A rectangle, with round corners if a radius is given."""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="{radius:g}" '
        f'fill="{fill}" opacity="{opacity:g}"/>'
    )


def circle(x: float, y: float, radius: float, fill: str, *, opacity: float = 1) -> str:
    """A filled disc."""
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{fill}" opacity="{opacity:g}"/>'


def ring(x: float, y: float, radius: float, stroke: str, width: float, *, opacity: float = 1) -> str:
    """A circle of which only the line is drawn."""
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="none" stroke="{stroke}" '
        f'stroke-width="{width:g}" opacity="{opacity:g}"/>'
    )


def ellipse(x: float, y: float, across: float, down: float, fill: str, *, opacity: float = 1) -> str:
    """A filled ellipse, given by its two radii."""
    return (
        f'<ellipse cx="{x:.1f}" cy="{y:.1f}" rx="{across:.1f}" ry="{down:.1f}" fill="{fill}" '
        f'opacity="{opacity:g}"/>'
    )


def polygon(points: Iterable[Point], fill: str, *, opacity: float = 1) -> str:
    """A filled shape with straight sides."""
    corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polygon points="{corners}" fill="{fill}" opacity="{opacity:g}"/>'


def shape(outline: str, fill: str, *, opacity: float = 1) -> str:
    """A filled path; holes are cut where outlines overlap."""
    return f'<path d="{outline}" fill="{fill}" fill-rule="evenodd" opacity="{opacity:g}"/>'


def stroke(outline: str, colour: str, width: float, *, opacity: float = 1, dash: str = "none") -> str:
    """A path of which only the line is drawn, with round ends."""
    return (
        f'<path d="{outline}" fill="none" stroke="{colour}" stroke-width="{width:g}" stroke-linecap="round" '
        f'stroke-linejoin="round" stroke-dasharray="{dash}" opacity="{opacity:g}"/>'
    )


def line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float, *, opacity: float = 1) -> str:
    """A straight line."""
    return stroke(f"M{x1:.1f},{y1:.1f}L{x2:.1f},{y2:.1f}", colour, width, opacity=opacity)


def move(x: float, y: float, *parts: str, scale: float = 1, turn: float = 0, mirror: bool = False) -> str:
    """The parts, drawn around (x, y) instead of (0, 0), scaled and turned clockwise by degrees."""
    flip = -scale if mirror else scale
    return (
        f'<g transform="translate({x:.1f} {y:.1f}) rotate({turn:g}) scale({flip:g} {scale:g})">'
        f"{''.join(parts)}</g>"
    )


def clipped(name: str, outline: str, *parts: str) -> str:
    """The parts, seen through an opening of that outline (an SVG element)."""
    return f'<clipPath id="{name}">{outline}</clipPath><g clip-path="url(#{name})">{"".join(parts)}</g>'


def sky(name: str, *colours: str) -> str:
    """A gradient from top to bottom, to be used as the fill `url(#name)`."""
    return f'<linearGradient id="{name}" x1="0" y1="0" x2="0" y2="1">{_stops(colours)}</linearGradient>'


def across(name: str, *colours: str) -> str:
    """A gradient from left to right, to be used as the fill `url(#name)`."""
    return f'<linearGradient id="{name}" x1="0" y1="0" x2="1" y2="0">{_stops(colours)}</linearGradient>'


def glow(name: str, *colours: str) -> str:
    """A gradient from the middle outwards, to be used as the fill `url(#name)`."""
    return f'<radialGradient id="{name}">{_stops(colours)}</radialGradient>'


def light(name: str, colour: str) -> str:
    """A gradient from the middle outwards that fades away to nothing."""
    return (
        f'<radialGradient id="{name}"><stop offset="0" stop-color="{colour}" stop-opacity="0.75"/>'
        f'<stop offset="0.5" stop-color="{colour}" stop-opacity="0.22"/>'
        f'<stop offset="1" stop-color="{colour}" stop-opacity="0"/></radialGradient>'
    )


def backdrop(name: str, *colours: str) -> str:
    """A gradient that fills the whole picture."""
    return sky(name, *colours) + rect(0, 0, WIDTH, HEIGHT, f"url(#{name})")


def hills(base: float, rise: float, fill: str, *, seed: int, bumps: int = 5) -> str:
    """A soft ridge across the whole picture, filled down to the bottom."""
    step = WIDTH / bumps
    heights = [base - rise * chance(seed, index) for index in range(bumps + 2)]
    path = f"M-{step:.1f},{heights[0]:.1f}"
    for index in range(1, bumps + 2):
        x = (index - 1) * step
        path += f"S{x - step / 2:.1f},{heights[index]:.1f} {x:.1f},{heights[index]:.1f}"
    return shape(f"{path}V{HEIGHT}H-{step:.1f}Z", fill)


def stars(count: int, bottom: float, fill: str, *, seed: int = 1) -> str:
    """Stars of different sizes and strengths down to a height."""
    return "".join(
        circle(
            x * WIDTH,
            y * bottom,
            1.2 + 2.4 * chance(seed, n) ** 3,
            fill,
            opacity=0.35 + 0.6 * chance(seed + 7, n),
        )
        for n, (x, y) in enumerate(scatter(count, seed=seed))
    )


def turned(x: float, base: float, profile: Sequence[Point], fill: str) -> str:
    """A shape as a lathe makes it: half-widths at heights above the base, mirrored."""
    right = [(x + half, base - height) for half, height in profile]
    left = [(x - half, base - height) for half, height in reversed(profile)]
    return polygon(right + left, fill)


def around(x: float, y: float, radius: float, degrees: float) -> Point:
    """The point on a circle at that angle, clockwise from the right."""
    return x + radius * cos(radians(degrees)), y + radius * sin(radians(degrees))


def chance(seed: int, index: int) -> float:
    """A number in 0..1 that looks random and depends on nothing but its two arguments."""
    mixed = (seed * 0x9E3779B1 + index * 0x85EBCA77) & 0xFFFFFFFF
    for factor in (0x7FEB352D, 0x846CA68B):
        mixed = ((mixed ^ (mixed >> 15)) * factor) & 0xFFFFFFFF
    return (mixed ^ (mixed >> 16)) / 0xFFFFFFFF


def scatter(count: int, *, seed: int = 0) -> Iterator[Point]:
    """Points spread evenly over the unit square: Roberts' R2 sequence, whose steps are powers of the plastic number."""
    for index in range(seed * 37, seed * 37 + count):
        yield (0.5 + 0.7548776662 * index) % 1, (0.5 + 0.5698402910 * index) % 1


def _stops(colours: Sequence[str]) -> str:
    last = max(len(colours) - 1, 1)
    return "".join(f'<stop offset="{n / last:.3f}" stop-color="{c}"/>' for n, c in enumerate(colours))
