"""The parts of an object that is not put together yet, as a store lists them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import TypedDict


class ListedPart(TypedDict):
    """A part as ListParts answers it (Amazon S3 API Reference, ListParts)."""

    PartNumber: int
    Size: int
    ETag: str
    LastModified: datetime


@dataclass(frozen=True)
class StoredPart:
    """A part of an object that is not put together yet."""

    number: int
    size: int
    etag: str
    is_certain: bool = True
    """False if other bytes arrived as this part within the same second, and the store does not tell which came last."""


def last_sent(listed: Iterable[ListedPart]) -> list[StoredPart]:
    """Each part as it was sent last, in order.

    Amazon S3 lists a part once. Some stores, SeaweedFS among them, list one that was sent again with other bytes twice, and tell the
    times in whole seconds.
    """
    by_number = groupby(sorted(listed, key=_number), key=_number)
    return [_last(list(sendings)) for _, sendings in by_number]


def _number(part: ListedPart) -> int:
    return part["PartNumber"]


def _last(sendings: list[ListedPart]) -> StoredPart:
    stored_at = max(part["LastModified"] for part in sendings)
    newest = [part for part in sendings if part["LastModified"] == stored_at]
    is_certain = len({part["ETag"] for part in newest}) == 1
    return StoredPart(_number(newest[0]), newest[0]["Size"], newest[0]["ETag"], is_certain)
