"""A cache that is bounded twice: in entries and in the sum of their weights."""

from collections import OrderedDict
from typing import Generic, TypeVar

Value = TypeVar("Value")


class BoundedCache(Generic[Value]):
    """Keeps what was used last. An entry over `weight_each_max` is never kept, so that one cannot push out many."""

    def __init__(self, *, entries_max: int, weight_max: int, weight_each_max: int) -> None:
        self._entries: OrderedDict[str, tuple[Value, int]] = OrderedDict()
        self._entries_max = entries_max
        self._weight_max = weight_max
        self._weight_each_max = weight_each_max
        self.weight = 0

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: str) -> Value | None:
        """The value under the key, which counts as used now."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        self._entries.move_to_end(key)
        return entry[0]

    def put(self, key: str, value: Value, *, weight: int) -> None:
        """Keep the value under the key, and drop what was not used for longest if there is no room."""
        if weight > self._weight_each_max or self._entries_max == 0:
            return
        self._drop(key)
        self._entries[key] = (value, weight)
        self.weight += weight
        while len(self._entries) > self._entries_max or self.weight > self._weight_max:
            self._drop(next(iter(self._entries)))

    def _drop(self, key: str) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self.weight -= entry[1]
