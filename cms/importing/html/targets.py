"""What a converter must ask the format about: where an image or a link of a body leads."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote, urljoin, urlsplit

SAFE_SCHEMES = frozenset({"http", "https", "mailto", "tel", "ftp", "ftps"})


@dataclass(frozen=True, slots=True)
class ImageTarget:
    """An image of a body: the key of its asset, and the alt text to use where the body has none."""

    source_key: str
    alt: str | None


class Targets(Protocol):
    """Answers about the addresses in a body."""

    def image(self, url: str, attributes: Mapping[str, str]) -> ImageTarget | None:
        """The asset that an `<img>` shows; None when the address cannot be one."""
        ...

    def link(self, url: str) -> str | None:
        """The Markdown target of a link; None when the link is to be dropped and its text kept."""
        ...

    def warn(self, message: str) -> None:
        """Take note of something that could not be kept as it was."""
        ...


def absolute_url(url: str, base: str) -> str | None:
    """The address as it stands on the web, made of safe characters; None for a scheme that no article needs."""
    try:
        joined = urljoin(base, "".join(url.split("\n")).strip())
        scheme = urlsplit(joined).scheme.lower()
    except ValueError:
        return None
    if scheme not in SAFE_SCHEMES:
        return None
    return quote(joined, safe="!#$%&'()*+,/:;=?@[]~")
