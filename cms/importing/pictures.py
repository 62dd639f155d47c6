"""Where the bytes of pictures come from: a folder, the old site, both or neither."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from cms.importing.documents import ImportedAsset
from cms.importing.fetching import WebPictures
from cms.importing.media_folder import MediaFolder
from cms.importing.missing import PictureMissing

NO_SOURCE = (
    "an export holds no pictures: --media DIR takes them from a folder, --fetch-media from the old site"
)


@dataclass(frozen=True)
class Pictures:
    """The folder is asked first, then the old site."""

    folder: MediaFolder | None = None
    web: WebPictures | None = None

    @asynccontextmanager
    async def having(self, asset: ImportedAsset) -> AsyncGenerator[Path]:
        """The file of an asset, for the block. Raises PictureMissing with the reason."""
        found = self.folder.find(asset) if self.folder else None
        if found is not None:
            yield found
        elif self.web is not None:
            async with self.web.having(asset.url) as fetched:
                yield fetched
        else:
            raise PictureMissing("it is not in the folder of --media" if self.folder else NO_SOURCE)
