"""What somebody who asks for a rendition gets: the format, by what the client takes and what the picture is."""

from functools import lru_cache

from cms.assets.recipes import ImageFormat, Recipe
from cms.assets.renditions import WEBP_PIXELS_MAX, Original, output_size

ACCEPT_CHARACTERS_MAX = 1_000
NOTHING: frozenset[str] = frozenset()


def chosen_format(accept: str, original: Original, recipe: Recipe, *, avif_pixels_max: int) -> ImageFormat:
    """The format for a client that leaves the choice to us: the smallest that it names and that is quick to make."""
    taken = accepted(accept) if len(accept) <= ACCEPT_CHARACTERS_MAX else NOTHING
    if original.is_animated:
        return ImageFormat.WEBP if "image/webp" in taken else ImageFormat.GIF
    width, height = output_size(original, recipe, ImageFormat.WEBP)
    pixels = width * height
    if "image/avif" in taken and pixels <= avif_pixels_max:
        return ImageFormat.AVIF
    if "image/webp" in taken and pixels <= WEBP_PIXELS_MAX:
        return ImageFormat.WEBP
    return ImageFormat.PNG if original.has_alpha else ImageFormat.JPEG


def wants_avif(accept: str, original: Original, recipe: Recipe, *, avif_pixels_max: int) -> bool:
    """Whether the client would take AVIF of something that is too large to be made while it waits, and not too large for a job."""
    taken = accepted(accept) if len(accept) <= ACCEPT_CHARACTERS_MAX else NOTHING
    if "image/avif" not in taken or original.is_animated:
        return False
    width, height = output_size(original, recipe, ImageFormat.AVIF)
    return width * height <= avif_pixels_max


@lru_cache(maxsize=256)
def accepted(accept: str) -> frozenset[str]:
    """The media types that a header `Accept` names and does not exclude (RFC 9110, section 12.5.1). Wildcards name none: many who send them can show only JPEG."""
    parts = [[piece.strip().lower() for piece in part.split(";")] for part in accept.split(",")]
    return frozenset(kind for kind, *more in parts if not any(_is_zero(piece) for piece in more))


def _is_zero(parameter: str) -> bool:
    name, _, value = parameter.partition("=")
    return name.strip() == "q" and value.strip().rstrip("0").rstrip(".") in {"", "0"}
