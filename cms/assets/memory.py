"""Bytes kept in memory beside the bucket: those that were asked for last. They never change under their key."""

from collections import OrderedDict

SHARE_MAX = 16


class Memory:
    """At most `bytes_max` bytes in all; nothing that would take more than a sixteenth of it."""

    def __init__(self, bytes_max: int) -> None:
        self.bytes_max, self._size = bytes_max, 0
        self._kept: OrderedDict[str, bytes] = OrderedDict()

    def keeps(self, size: int) -> bool:
        """Whether something of this size has a place."""
        return size * SHARE_MAX <= self.bytes_max

    def get(self, key: str) -> bytes | None:
        """What is kept under the key, if anything."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def keep(self, key: str, content: bytes) -> None:
        """Keep it; what was asked for least recently gives way."""
        if not self.keeps(len(content)) or key in self._kept:
            return
        self._kept[key] = content
        self._size += len(content)
        while self._size > self.bytes_max:
            _, dropped = self._kept.popitem(last=False)
            self._size -= len(dropped)
