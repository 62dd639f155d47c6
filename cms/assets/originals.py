"""Originals on this machine's disk, for the processes that make renditions of them: the last ones stay a while.

One picture is asked for in many sizes right after it is published, so that the second size finds the original here. Kept are bytes under a key of the
bucket, where they never change; whether a picture may be shown is asked of the database, each time and before. Each process has a folder of its
own, which goes with it.
"""

import asyncio
import os
from collections import OrderedDict
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from weakref import WeakValueDictionary

from anyio import to_thread

from cms.assets.folders import Folder
from cms.assets.storage import Storage

# A file that takes more than such a share of all is not kept.
SHARE_MAX = 4
# Nothing stays longer, however often it is asked for: what has been deleted lies here no longer than that.
KEPT_SECONDS = 600


class Originals:
    """At most `bytes_max` bytes of originals, each a file, and a place for what is made of them."""

    def __init__(self, storage: Storage, bytes_max: int) -> None:
        self.storage, self.bytes_max = storage, bytes_max
        self.fetched = 0
        self._folder: Folder | None = None
        self._size = 0
        self._kept: OrderedDict[str, tuple[Path, int, asyncio.TimerHandle]] = OrderedDict()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @contextmanager
    def room(self) -> Generator[Path]:
        """A folder for one piece of work, which is gone afterwards."""
        if self._folder is None or not self._folder.path.is_dir():
            self.close()
            self._folder = Folder()
        with TemporaryDirectory(dir=self._folder.path) as directory:
            yield Path(directory)

    async def bring(self, key: str, size: int, target: Path) -> None:
        """Put the original of this key and size under a path in a room. Those who want the same at once wait for the first. Raises ObjectMissing."""
        if size * SHARE_MAX > self.bytes_max:
            await self._fetch(key, target)
            return
        turn = self._turns.setdefault(key, asyncio.Lock())
        async with turn:
            if not self._linked(key, target):
                await self._fetch(key, target)
                self._keep(key, size, target)

    def close(self) -> None:
        """Remove all."""
        for key in list(self._kept):
            self._drop(key)
        if self._folder is not None:
            self._folder.remove()
            self._folder = None

    async def _fetch(self, key: str, target: Path) -> None:
        await to_thread.run_sync(partial(self.storage.fetch, key, target))
        self.fetched += 1

    def _linked(self, key: str, target: Path) -> bool:
        if key not in self._kept:
            return False
        self._kept.move_to_end(key)
        # A name of its own: what gives way meanwhile stays readable under it.
        return _done(partial(os.link, self._kept[key][0], target))

    def _keep(self, key: str, size: int, source: Path) -> None:
        if self._folder is None or source.stat().st_size != size:
            return
        self._drop(key)
        path = self._folder.path / f"original-{self.fetched}"
        source.chmod(0o600)
        if not _done(partial(os.link, source, path)):
            return
        timer = asyncio.get_running_loop().call_later(KEPT_SECONDS, self._drop, key)
        self._kept[key] = (path, size, timer)
        self._size += size
        while self._size > self.bytes_max:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: str) -> None:
        if (found := self._kept.pop(key, None)) is None:
            return
        path, size, timer = found
        timer.cancel()
        self._size -= size
        with suppress(OSError):
            path.unlink()


def _done(step: Callable[[], None]) -> bool:
    """Whether a step on the disk has succeeded: somebody may have cleared the temporary folder, or it may know no links."""
    try:
        step()
    except OSError:
        return False
    return True
