"""Which parts of a picture can be shown: one rule, for covers, for previews, and for what a text names."""

import math

# A part is told in shares of the picture's width and height; a smaller one would be a few pixels.
SHARE_MIN = 0.01
# What adding up shares in floating point may be off by.
_SLACK = 1e-9


def is_part(x: float, y: float, width: float, height: float) -> bool:
    """Whether the part, by its left and top edge, its width and its height, lies in the picture and is large enough to see."""
    return _is_part_along(x, width) and _is_part_along(y, height)


def _is_part_along(start: float, length: float) -> bool:
    in_bounds = math.isfinite(start) and start >= 0 and math.isfinite(length) and length >= SHARE_MIN
    return in_bounds and start + length <= 1 + _SLACK
