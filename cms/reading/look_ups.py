"""Look-ups that are asked for at the same moment share a statement.

Where many readers ask for one article each, by the same document, half of what PostgreSQL does is to begin and to end a statement. So whoever
asks waits for the rest of what the event loop has at hand, some microseconds, and asks for all who want the same of other values. Nothing is
remembered: the statement begins after everybody has asked, and each look-up is carried out for itself within it.
"""

import asyncio
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from cms.errors import Unavailable

SHARED_MAX = 8
TEXTS_KEPT_MAX = 500

Fetch = Callable[..., Awaitable[Sequence[Any]]]
Waiting = list[tuple[Sequence[Any], asyncio.Future[Sequence[Any] | None]]]

_ANY = re.compile(r"\$\d")
_TYPED = re.compile(
    r"\$(\d+)::((?:TIMESTAMP WITH(?:OUT)? TIME ZONE|DOUBLE PRECISION|[A-Z]+(?:\(\d+\))?)(?:\[\])*)"
)


class LookUps:
    """Statements that answer one row at most, run by `fetch(sql, *values)`."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._waiting: dict[str, Waiting] = {}
        self._texts: OrderedDict[tuple[str, int], str | None] = OrderedDict()

    async def fetch(self, sql: str, *values: object) -> Sequence[Any]:
        """The rows of the statement. Raises what `fetch` raises for these values alone."""
        waiting = self._waiting.get(sql)
        found = await (self._lead(sql, values) if waiting is None else self._join(sql, values, waiting))
        return await self._fetch(sql, *values) if found is None else found

    async def _join(self, sql: str, values: Sequence[Any], waiting: Waiting) -> Sequence[Any] | None:
        answer = asyncio.get_running_loop().create_future()
        waiting.append((values, answer))
        if len(waiting) == SHARED_MAX - 1:
            del self._waiting[sql]
        return await answer

    async def _lead(self, sql: str, values: Sequence[Any]) -> Sequence[Any] | None:
        """The rows of the first who asks, and those of all who join; None for whoever must ask alone."""
        joined: Waiting = []
        self._waiting[sql] = joined
        try:
            await self._gather(sql, joined)
            return await self._shared(sql, values, joined)
        except Unavailable as away:
            # Nobody would find the database where the leader has not.
            for _, answer in joined:
                if not answer.done():
                    answer.set_exception(Unavailable(*away.args))
            raise
        finally:
            # If the leader was cancelled or its statement failed, each asks alone.
            for _, answer in joined:
                if not answer.done():
                    answer.set_result(None)

    async def _gather(self, sql: str, joined: Waiting) -> None:
        try:
            await asyncio.sleep(0)
        finally:
            if self._waiting.get(sql) is joined:
                del self._waiting[sql]

    async def _shared(self, sql: str, values: Sequence[Any], joined: Waiting) -> Sequence[Any] | None:
        joined[:] = [one for one in joined if not one[1].done()]
        count = 1 + len(joined)
        size = 1 << (count - 1).bit_length()
        text = self._text(sql, size) if joined else None
        if text is None:
            return None
        asked = [*values, *(value for others, _ in joined for value in others)]
        try:
            rows = await self._fetch(text, *asked, *[None] * (size * len(values) - len(asked)))
        except Unavailable:
            raise
        except Exception:
            # One of them is to blame, and hears of it when it asks alone.
            return None
        found: list[list[Any]] = [[] for _ in range(size)]
        for row in rows:
            found[row[-1]].append(row)
        for (_, answer), its in zip(joined, found[1:], strict=False):
            if not answer.done():
                answer.set_result(its)
        return found[0]

    def _text(self, sql: str, size: int) -> str | None:
        key = (sql, size)
        if key not in self._texts:
            self._texts[key] = shared_text(sql, size)
            if len(self._texts) > TEXTS_KEPT_MAX:
                self._texts.popitem(last=False)
        self._texts.move_to_end(key)
        return self._texts[key]


def shared_text(sql: str, size: int) -> str | None:
    """The statement for `size` look-ups at once, each row with the number of its look-up at the end; None if a parameter says no type.

    Its parameters are those of the look-ups one after the other. A list of values, and not an array: PostgreSQL plans for their number, and
    keeps the plan.
    """
    kinds = {int(number): kind for number, kind in _TYPED.findall(sql)}
    if not kinds or len(_ANY.findall(sql)) != len(_TYPED.findall(sql)):
        return None
    numbers = sorted(kinds)
    rows = [
        ", ".join([str(place), *(f"${place * len(numbers) + number}::{kinds[number]}" for number in numbers)])
        for place in range(size)
    ]
    names = ", ".join(["place", *(f"p{number}" for number in numbers)])
    one = _TYPED.sub(lambda match: f"asked.p{match[1]}", sql)
    asked = f"(VALUES ({'), ('.join(rows)})) AS asked ({names})"
    return f"SELECT found.*, asked.place FROM {asked} CROSS JOIN LATERAL ({one}) AS found"  # noqa: S608  (the planner's own text)
