"""A folder of pictures on this machine: a copy of the old site's uploads, or any other."""

import os
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from cms.importing.documents import ImportedAsset
from cms.importing.missing import PictureMissing

# WordPress keeps smaller copies beside each picture, with the size in their names, and one that it has scaled down.
_SIZE = re.compile(r"-(?:\d{1,5}x\d{1,5}|scaled)(?=\.[^.]+$)")


class MediaFolder:
    """The files of a folder by name. Nothing outside it is ever opened: names are looked up, not joined, and links are not followed."""

    def __init__(self, folder: Path) -> None:
        self._by_name: dict[str, list[Path]] = defaultdict(list)
        self._folder = folder
        for path in _files(folder):
            self._by_name[path.name.casefold()].append(path)

    def find(self, asset: ImportedAsset) -> Path | None:
        """The file with the asset's path below the uploads, else the one with its name; a smaller copy stands for none.

        Raises PictureMissing where several files have the name and no path tells which.
        """
        address = unquote(urlsplit(asset.url).path).strip("/")
        for path in (asset.uploaded_path, address, asset.filename):
            if path and (found := self._best(path.replace("\\", "/").split("/"))) is not None:
                return found
        return None

    def _best(self, parts: list[str]) -> Path | None:
        name = parts[-1].casefold()
        for candidate in dict.fromkeys((name, _SIZE.sub("", name))):
            if (files := self._by_name.get(candidate)) is not None:
                return self._closest(files, parts[:-1])
        return None

    def _closest(self, files: list[Path], folders: list[str]) -> Path:
        likeness = {path: _common(path.relative_to(self._folder).parts[:-1], folders) for path in files}
        most = max(likeness.values())
        best = [path for path, found in likeness.items() if found == most]
        if len(best) > 1:
            raise PictureMissing("several files in the folder of --media have its name")
        return best[0]


def _files(folder: Path) -> Iterator[Path]:
    for parent, _, names in os.walk(folder):
        for name in sorted(names):
            path = Path(parent, name)
            if path.is_file() and not path.is_symlink():
                yield path


def _common(folders: tuple[str, ...], wanted: list[str]) -> int:
    """How many folders, counted from the file upwards, two paths share."""
    shared = 0
    for one, other in zip(reversed(folders), reversed(wanted), strict=False):
        if one != other:
            break
        shared += 1
    return shared
