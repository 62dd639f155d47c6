"""Where the images and links of a body lead, by the index of the import."""

import re
from collections.abc import Mapping

from cms.importing.documents import ImportedAsset, MediaKind
from cms.importing.html.targets import ImageTarget, absolute_url
from cms.importing.references import article_target, asset_target
from cms.importing.wordpress.addresses import (
    IMAGE_EXTENSIONS,
    SourceSite,
    extension,
    file_name,
    path_below_uploads,
    reduced_address,
    reduced_file,
)
from cms.importing.wordpress.index import SourceIndex

IMAGE_CLASS = re.compile(r"\bwp-image-(\d+)\b")


class WordPressTargets:
    """The answers for one body. It gathers the images that no attachment describes, the files, and the warnings."""

    def __init__(self, index: SourceIndex, site: SourceSite) -> None:
        self._index = index
        self._site = site
        self.found_assets: dict[str, ImportedAsset] = {}
        self.warnings: dict[str, None] = {}
        self.files: dict[str, None] = {}

    def warn(self, message: str) -> None:
        """Take note, once."""
        self.warnings[message] = None

    def image(self, url: str, attributes: Mapping[str, str]) -> ImageTarget | None:
        """The attachment with this number or, failing that, this address; any other address is an asset of its own."""
        address = absolute_url(url, self._site.url)
        if address is None or not address.startswith(("http://", "https://")):
            return None
        known = self._by_class(address, attributes.get("class", "")) or self._index.attachment_at(address)
        if known is not None:
            return ImageTarget(known.source_key, known.alt)
        key = f"url/{address}"
        self.found_assets[key] = ImportedAsset(
            source_key=key,
            url=address,
            filename=file_name(address) or "image",
            media_kind=MediaKind.IMAGE,
            alt=attributes.get("alt") or None,
            uploaded_path=path_below_uploads(address),
        )
        return ImageTarget(key, None)

    def _by_class(self, address: str, classes: str) -> ImportedAsset | None:
        """The attachment that the image's class names, if the file is called alike: ids of another site lead astray."""
        match = IMAGE_CLASS.search(classes)
        asset = self._index.attachments.get(f"{self._site.name}/attachment/{match[1]}") if match else None
        if asset is None:
            return None
        alike = reduced_file(asset.url).rsplit("/", 1)[-1] == reduced_file(address).rsplit("/", 1)[-1]
        return asset if alike else None

    def link(self, url: str) -> str | None:
        """A piece or image of this import, or the absolute address."""
        address = absolute_url(url, self._site.url)
        if address is None:
            return None
        if not address.startswith(("http://", "https://")):
            return address
        if key := self._index.permalinks.get(reduced_address(address)):
            return article_target(key)
        asset = self._index.attachment_pages.get(reduced_address(address)) or self._asset_key(address)
        if asset is not None and self._index.attachments[asset].media_kind is MediaKind.IMAGE:
            return asset_target(asset)
        if path_below_uploads(address) and extension(address) not in IMAGE_EXTENSIONS:
            self.files[address] = None
        return address

    def _asset_key(self, address: str) -> str | None:
        asset = self._index.attachment_at(address)
        return asset.source_key if asset else None
