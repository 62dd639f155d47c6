"""Keyset cursors: the sort keys of a row, and the order they belong to."""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import BigInteger, DateTime, Float, Integer, Uuid
from sqlalchemy.types import TypeEngine

from cms.errors import BadInput
from cms.reading.scalars import from_microseconds
from cms.reading.values import storable

BAD_CURSOR = "The cursor is not one of this list in this order. Take cursors from the answer to the same query, with the same orderBy."


def signature(noun: str, order: str) -> str:
    """What ties a cursor to its list and order."""
    return hashlib.sha256(f"{noun}:{order}".encode()).hexdigest()[:8]


def encode_cursor(tie: str, values: Sequence[Any]) -> str:
    """The opaque form of a row's sort keys."""
    return base64.urlsafe_b64encode(orjson.dumps([tie, *values])).rstrip(b"=").decode()


def decode_cursor(tie: str, text: str, kinds: Sequence[TypeEngine[Any]]) -> list[Any]:
    """The sort keys of a cursor, as values for SQL. Raises BadInput unless it was made by this list in this order."""
    try:
        found = orjson.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
        if not isinstance(found, list) or found[0] != tie or len(found) != len(kinds) + 1:
            raise BadInput(BAD_CURSOR)
        return [_value(value, kind) for value, kind in zip(found[1:], kinds, strict=True)]
    except (ValueError, TypeError, AttributeError, IndexError, OverflowError, binascii.Error):
        raise BadInput(BAD_CURSOR) from None


def _value(value: Any, kind: TypeEngine[Any]) -> Any:
    if value is None:
        return None
    if isinstance(kind, Uuid):
        return UUID(value)
    if isinstance(kind, DateTime):
        return from_microseconds(value)
    if isinstance(kind, Float):
        return float(value)
    if isinstance(kind, Integer | BigInteger):
        if not isinstance(value, int) or abs(value) >= 2**63:
            raise ValueError(value)
        return value
    if not isinstance(value, str):
        raise TypeError(value)
    return storable(value)
