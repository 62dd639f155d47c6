"""The picture formats that are taken, and why others are not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cms.errors import Invalid


@dataclass(frozen=True)
class PictureFormat:
    """A format: its name for people, its media type, the ending of its files, and the one loader that may read it."""

    name: str
    content_type: str
    extension: str
    loader: str


PICTURE_FORMATS: Mapping[str, PictureFormat] = {
    known.content_type: known
    for known in (
        PictureFormat("JPEG", "image/jpeg", "jpg", "jpegload"),
        PictureFormat("PNG", "image/png", "png", "pngload"),
        PictureFormat("WebP", "image/webp", "webp", "webpload"),
        PictureFormat("AVIF", "image/avif", "avif", "heifload"),
        PictureFormat("GIF", "image/gif", "gif", "gifload"),
        PictureFormat("TIFF", "image/tiff", "tif", "tiffload"),
    )
}
# Names that browsers and operating systems give to the same formats.
_ALIASES = {
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/x-png": "image/png",
    "image/apng": "image/png",
}
_REASONS = {
    "image/svg+xml": "SVG is a program that runs in the reader's browser; export the drawing as PNG or WebP.",
    "image/heic": "HEIC cannot be read here, nor by most browsers; export the picture as JPEG or AVIF.",
    "image/heif": "HEIF cannot be read here, nor by most browsers; export the picture as JPEG or AVIF.",
}


def picture_format(content_type: str, *path: str) -> PictureFormat:
    """The format of a media type. Raises Invalid with the reason, naming the field, for one that is not taken."""
    wanted = content_type.split(";", maxsplit=1)[0].strip().lower()
    found = PICTURE_FORMATS.get(_ALIASES.get(wanted, wanted))
    if found is None:
        names = ", ".join(known.name for known in PICTURE_FORMATS.values())
        reason = _REASONS.get(wanted, f"“{wanted[:80]}” is not the type of a picture that is taken.")
        raise Invalid(f"{reason} Taken are {names}.", *path)
    return found


def why_not(beginning: bytes) -> str | None:
    """Why a file is not taken, by its first 32 bytes; None where it begins like nothing that we know."""
    if beginning[4:8] == b"ftyp" and any(
        brand in beginning[8:32] for brand in (b"hei", b"hev", b"mif1", b"msf1")
    ):
        return _REASONS["image/heic"]
    text = beginning.lstrip(b"\xef\xbb\xbf \t\r\n")
    return _REASONS["image/svg+xml"] if text.startswith((b"<svg", b"<?xml", b"\x1f\x8b")) else None


def guess_format(beginning: bytes) -> PictureFormat | None:
    """The format that a file's first 32 bytes announce; whether the rest keeps the promise, only reading it can tell."""
    for content_type, is_one in _SIGNATURES.items():
        if is_one(beginning):
            return PICTURE_FORMATS[content_type]
    return None


def _is_avif(beginning: bytes) -> bool:
    # ISO/IEC 14496-12, section 4.3: the brands stand after “ftyp”; the major one or a compatible one says AVIF.
    return beginning[4:8] == b"ftyp" and any(brand in beginning[8:32] for brand in (b"avif", b"avis"))


_SIGNATURES: Mapping[str, Callable[[bytes], bool]] = {
    "image/jpeg": lambda beginning: beginning.startswith(b"\xff\xd8\xff"),
    "image/png": lambda beginning: beginning.startswith(b"\x89PNG\r\n\x1a\n"),
    "image/webp": lambda beginning: beginning[:4] == b"RIFF" and beginning[8:12] == b"WEBP",
    "image/avif": _is_avif,
    "image/gif": lambda beginning: beginning.startswith((b"GIF87a", b"GIF89a")),
    "image/tiff": lambda beginning: beginning.startswith((b"II*\x00", b"MM\x00*")),
}
