"""Addresses of a WordPress site, reduced so that two ways to write one address are equal."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import parse_qs, unquote, urljoin, urlsplit

ID_QUERIES = ("p", "page_id", "attachment_id")
SIZED = re.compile(r"(?:-\d+x\d+|-scaled|-rotated)+(?=\.[A-Za-z0-9]+$)")
IMAGE_EXTENSIONS = frozenset(
    ["jpg", "jpeg", "jpe", "png", "gif", "webp", "avif", "heic", "heif", "svg", "bmp", "tif", "tiff", "ico"]
)
UPLOADS = "/wp-content/uploads/"


@dataclass(frozen=True, slots=True)
class SourceSite:
    """The site that a file was exported from. `name` is its host and path, and begins every source key."""

    name: str
    url: str


def site_of(url: str) -> SourceSite:
    """The site with this address, however its scheme, `www.` or slash are written."""
    return SourceSite(name=reduced_address(url) or "wordpress", url=url.rstrip("/") + "/" if url else "")


def reduced_address(url: str) -> str:
    """Host and path without scheme, `www.`, port 80 and slash at the end; the query only where it names an item."""
    try:
        parts = urlsplit(url.strip())
        identity = [
            f"{name}={values[0]}" for name, values in parse_qs(parts.query).items() if name in ID_QUERIES
        ]
    except ValueError:
        return ""
    host = parts.netloc.lower().removeprefix("www.").removesuffix(":80").removesuffix(":443")
    path = unquote(parts.path).rstrip("/")
    return f"{host}{path}" + (f"?{identity[0]}" if identity else "")


def reduced_file(url: str) -> str:
    """An image's address without its query and without the suffixes of its smaller copies."""
    return SIZED.sub("", reduced_address(url.split("?", 1)[0].split("#", 1)[0]))


def joined(url: str, base: str) -> str:
    """An address made absolute; as it stands where it is no address."""
    try:
        return urljoin(base, url)
    except ValueError:
        return url


def file_name(url: str) -> str:
    """The name of the file at an address."""
    try:
        return unquote(PurePosixPath(urlsplit(url).path).name)
    except ValueError:
        return ""


def extension(url: str) -> str:
    """The extension of the file at an address, in small letters without the dot."""
    return PurePosixPath(file_name(url)).suffix.lower().removeprefix(".")


def path_below_uploads(url: str) -> str | None:
    """Where a file lies below WordPress's folder of uploads."""
    path = unquote(url.split("?", 1)[0])
    return path.split(UPLOADS, 1)[1] if UPLOADS in path else None
