"""Whole responses, kept until something that they show changes.

An entry is found by what was asked, and lost by its tags. The cache does not know what tags mean: it hears which of them are old, and is told
up to which moment it has heard everything. Where that moment is too long ago, it answers nothing.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Generator, Hashable, Iterable, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Protocol

from cms.endpoint.answers import Answer, raw_headers
from cms.endpoint.clock import NEVER as FOR_EVER
from cms.endpoint.clock import Clock

NOTHING: Mapping[str, str] = MappingProxyType({})
Headers = list[tuple[bytes, bytes]]
ALIASES_MAX = 8
# What an entry costs beside its body, its tags and its aliases: measured, rounded up.
OVERHEAD_BYTES = 2_000
TAG_BYTES = 100
NEVER = float("-inf")


class Tagged(Protocol):
    """An event, as far as a cache is concerned."""

    @property
    def tags(self) -> Iterable[str]:
        """The tags that are old now."""
        ...


class Entry:
    """A response: as an answer, and as the heads for 200 and for 304 that are sent to somebody who names no origin."""

    __slots__ = ("aliases", "answer", "etag", "headers", "headers_unmodified", "key", "tags", "weight")

    def __init__(
        self, key: Hashable, answer: Answer, tags: frozenset[str], further: Mapping[str, str] = NOTHING
    ) -> None:
        self.key, self.answer, self.tags = key, answer, tags
        self.etag = answer.headers["etag"].encode("latin-1")
        head = raw_headers({**answer.headers, **further})
        self.headers: Headers = [*head, (b"content-length", str(len(answer.body)).encode())]
        self.headers_unmodified: Headers = [
            (name, value) for name, value in head if not name.startswith(b"content-")
        ]
        self.aliases: list[Hashable] = []
        self.weight = len(answer.body) + OVERHEAD_BYTES + TAG_BYTES * len(tags)


class Computation:
    """An answer that is being made, and what has become old since it was begun."""

    def __init__(self, key: Hashable) -> None:
        self.key = key
        self.outcome: asyncio.Future[Entry | None] = asyncio.get_running_loop().create_future()
        self._old: set[str] = set()
        self._is_all_old = False

    @property
    def is_clean(self) -> bool:
        """Whether nothing at all has changed since: only then may somebody who asks now take the same answer."""
        return not self._is_all_old and not self._old

    def spoil(self, tags: Iterable[str]) -> None:
        """What it may have read is old."""
        self._old.update(tags)

    def spoil_all(self) -> None:
        """Everything that it has read may be old."""
        self._is_all_old = True

    def may_keep(self, tags: frozenset[str]) -> bool:
        """Whether an answer with these tags is still what a new one would be."""
        return not self._is_all_old and self._old.isdisjoint(tags)


class ResponseCache:
    """Keeps responses, within bounds of number and bytes; what was not used for longest goes first."""

    def __init__(self, *, entries_max: int, bytes_max: int, stale_seconds_max: float) -> None:
        self._entries_max, self._bytes_max = entries_max, bytes_max
        self._stale_seconds_max = stale_seconds_max
        self._entries: OrderedDict[Hashable, Entry] = OrderedDict()
        self._by_alias: dict[Hashable, Entry] = {}
        self._by_tag: dict[str, set[Entry]] = {}
        self._computations: set[Computation] = set()
        self._shared: dict[Hashable, Computation] = {}
        self._fresh_until = NEVER
        self.clock = Clock()
        self.weight = 0

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def is_on(self) -> bool:
        """Whether it knows enough to answer."""
        return time.monotonic() < self._fresh_until

    def get(self, key: Hashable) -> Entry | None:
        """The response to what was asked; it counts as used now."""
        entry = self._entries.get(key)
        if entry is None or not self.is_on:
            return None
        self._entries.move_to_end(key)
        return entry

    def get_by_alias(self, alias: Hashable) -> Entry | None:
        """The response to a request that came in the same bytes before."""
        entry = self._by_alias.get(alias)
        if entry is None or time.monotonic() >= self._fresh_until:
            return None
        self._entries.move_to_end(entry.key)
        return entry

    def add_alias(self, alias: Hashable, length: int, entry: Entry) -> None:
        """Find the entry by these bytes, too; the oldest of its names goes when it has too many."""
        if self._entries.get(entry.key) is not entry or alias in self._by_alias:
            return
        if len(entry.aliases) >= ALIASES_MAX:
            del self._by_alias[entry.aliases.pop(0)]
        entry.aliases.append(alias)
        self._by_alias[alias] = entry
        entry.weight += length
        self.weight += length
        self._make_room()

    async def shared(self, key: Hashable) -> Entry | None:
        """What somebody else is about to compute, if whoever asks now may have it, too. Whoever stops waiting stops nobody else."""
        found = self._shared.get(key)
        return await asyncio.shield(found.outcome) if found is not None and found.is_clean else None

    @contextmanager
    def computing(self, key: Hashable) -> Generator[Computation]:
        """While the answer is made: note what becomes old meanwhile, and let others wait for it."""
        computation = Computation(key)
        self._computations.add(computation)
        self._shared[key] = computation
        try:
            yield computation
        finally:
            self._computations.discard(computation)
            if self._shared.get(key) is computation:
                del self._shared[key]
            if not computation.outcome.done():
                computation.outcome.set_result(None)

    def keep(self, computation: Computation, entry: Entry) -> bool:
        """Keep the entry and give it to those who wait, unless what it shows has changed since its computation began."""
        if not self.is_on or not computation.may_keep(entry.tags):
            return False
        computation.outcome.set_result(entry)
        if entry.weight <= self._bytes_max // 20:
            self._put(entry)
        return True

    def begin(self, as_of: float, moment: float = FOR_EVER) -> None:
        """Start empty: everything that changes from the monotonic time `as_of` on will be heard. At the `moment` something changes by itself."""
        self.lose()
        self.clock.begin(as_of, moment)
        self._fresh_until = min(as_of + self._stale_seconds_max, moment)

    def hear(self, events: Iterable[Tagged], as_of: float, moment: float = FOR_EVER) -> None:
        """Drop what is old; that was all up to the monotonic time `as_of`. The rest holds until the `moment`."""
        for event in events:
            for tag in event.tags:
                for entry in self._by_tag.pop(tag, ()):
                    self._drop(entry)
            for computation in self._computations:
                computation.spoil(event.tags)
        # Whoever has lost track begins again before what is heard counts.
        if self._fresh_until is not NEVER:
            self.clock.hear(events, as_of, moment)
            self._fresh_until = min(as_of + self._stale_seconds_max, moment)

    def lose(self) -> None:
        """Forget everything, and answer nothing until `begin`."""
        self._fresh_until = NEVER
        self.clock.lose()
        self._entries.clear()
        self._by_alias.clear()
        self._by_tag.clear()
        self.weight = 0
        for computation in self._computations:
            computation.spoil_all()

    def _put(self, entry: Entry) -> None:
        old = self._entries.get(entry.key)
        if old is not None:
            self._drop(old)
        self._entries[entry.key] = entry
        for tag in entry.tags:
            self._by_tag.setdefault(tag, set()).add(entry)
        self.weight += entry.weight
        self._make_room()

    def _make_room(self) -> None:
        while len(self._entries) > self._entries_max or self.weight > self._bytes_max:
            self._drop(next(iter(self._entries.values())))

    def _drop(self, entry: Entry) -> None:
        if self._entries.get(entry.key) is not entry:
            return
        del self._entries[entry.key]
        self.weight -= entry.weight
        for alias in entry.aliases:
            self._by_alias.pop(alias, None)
        for tag in entry.tags:
            holders = self._by_tag.get(tag)
            if holders is not None:
                holders.discard(entry)
                if not holders:
                    del self._by_tag[tag]
