"""The public addresses of pictures: `{base}/media/{id}/{hash}/{signature}/{recipe}`, each part of it computed from the asset's own columns.

Other bytes, another focal point, another size: another address. So whoever has one may keep what is there for good.
"""

import time
from collections.abc import Sequence
from functools import lru_cache

from cms.assets.formats import PICTURE_FORMATS
from cms.assets.framing import within
from cms.assets.recipes import WIDTHS_MAX, CropUnits, ImageFit, ImageFormat, step, written, written_crop
from cms.assets.renderer import part_of
from cms.errors import BadInput
from cms.reading.sources import Facts
from cms.signing import SigningKey

SHA256_DIGITS = 16
# The link to an original is good for one to two of these.
ORIGINAL_SECONDS = 900
ORIGINAL = "original-"
ADDRESSES_KEPT = 8_192


def signed_path(asset_hex: str, sha256: str, name: str) -> str:
    """What the signature of an address is for."""
    return f"{asset_hex}/{sha256[:SHA256_DIGITS]}/{name}"


def media_url(facts: Facts, key: str, sha256: str, name: str) -> str:
    """The signed address of something that is made of an asset."""
    asset_hex, digits = key.replace("-", ""), sha256[:SHA256_DIGITS]
    signature = facts.signing_key.sign(f"{asset_hex}/{digits}/{name}")
    return f"{facts.base_url}/media/{asset_hex}/{digits}/{signature}/{name}"


def rendition_url(
    facts: Facts,
    key: str,
    sha256: str,
    focal_x: float | None,
    focal_y: float | None,
    width: int | None = None,
    height: int | None = None,
    fit: str = ImageFit.COVER,
    format: str = ImageFormat.AUTO,
    quality: int | None = None,
    dpr: float | None = None,
    enlarge: bool = False,
    crop: CropUnits | None = None,
) -> str:
    """The address of a rendition, under the arguments of `Asset.url`; of a part of the picture with a crop. Raises BadInput, naming the argument."""
    key_is_set = facts.signing_key.times_set
    return _address(facts.base_url, facts.signing_key, key_is_set, key, sha256, focal_x, focal_y, width, height, fit, format, quality, dpr, enlarge, crop)  # fmt: skip


@lru_cache(maxsize=ADDRESSES_KEPT)
def _address(
    base_url: str,
    signing_key: SigningKey,
    _: int,
    key: str,
    sha256: str,
    focal_x: float | None,
    focal_y: float | None,
    width: int | None,
    height: int | None,
    fit: str,
    format: str,
    quality: int | None,
    dpr: float | None,
    enlarge: bool,
    crop: CropUnits | None,
) -> str:
    """Twenty addresses make up a third of the time in which a page of articles is put together; the same ones come again and again."""
    start, end, is_cut = written(width, height, fit, quality, dpr, enlarge)
    if is_cut and focal_x is not None and focal_y is not None:
        x, y = within(crop, focal_x, focal_y)
        start = f"{start}-x{round(x * 1_000)}y{round(y * 1_000)}"
    start = written_crop(crop) + start
    name = f"{start}{end}.{format}" if format else start + end
    return media_url(Facts(base_url, signing_key), key, sha256, name)


def source_set(
    facts: Facts,
    key: str,
    sha256: str,
    focal_x: float | None,
    focal_y: float | None,
    own_width: int,
    own_height: int,
    widths: Sequence[int],
    format: str = ImageFormat.AUTO,
    aspectRatio: float | None = None,
    crop: CropUnits | None = None,
) -> str:
    """The value of the attribute `srcset`: addresses with the width that each really has. Raises BadInput, naming the argument."""
    _check_set(widths, aspectRatio)
    _, _, own_width, own_height = part_of(crop, own_width, own_height)
    largest = own_width if aspectRatio is None else min(own_width, max(1, round(own_height * aspectRatio)))
    found: dict[int, str] = {}
    for width in sorted({step(min(asked, largest)) for asked in widths}):
        height = None if aspectRatio is None else max(1, round(width / aspectRatio))
        address = rendition_url(facts, key, sha256, focal_x, focal_y, width, height, format=format, crop=crop)
        found.setdefault(min(width, largest), address)
    return ", ".join(f"{address} {width}w" for width, address in found.items())


def original_url(facts: Facts, key: str, sha256: str, content_type: str) -> str:
    """The address of the bytes as they were sent, for a short time."""
    expires = (int(time.time()) // ORIGINAL_SECONDS + 2) * ORIGINAL_SECONDS
    return media_url(facts, key, sha256, f"{ORIGINAL}{expires}.{PICTURE_FORMATS[content_type].extension}")


def media_name(sha256: str, content_type: str) -> str:
    """The last part of the key under which a file is stored."""
    return f"{sha256[:SHA256_DIGITS]}.{PICTURE_FORMATS[content_type].extension}"


def _check_set(widths: Sequence[int], ratio: float | None) -> None:
    if not 1 <= len(widths) <= WIDTHS_MAX:
        raise BadInput(f"widths has {len(widths)} numbers; allowed are 1 to {WIDTHS_MAX}.")
    for width in widths:
        written(width, None, ImageFit.COVER, None, None, False)
    if ratio is not None and not 0.1 <= ratio <= 10:
        raise BadInput(f"aspectRatio is {ratio}; allowed is 0.1 to 10 (width divided by height).")
