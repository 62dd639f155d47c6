"""Ids: UUIDv7 (RFC 9562, section 5.7) in the database, opaque and global in GraphQL.

A public id is the name of its type and the 32 hexadecimal digits of the UUID, as in `article_0198…`.
"""

import re
from uuid import UUID

from uuid_utils.compat import uuid7

from cms.errors import BadInput

_PUBLIC_ID = re.compile(r"([a-z][a-z_]*)_([0-9a-f]{32})\Z")


def new_id() -> UUID:
    """A new UUIDv7: ids made later sort later, to the millisecond."""
    return uuid7()


def public_id(noun: str, key: UUID | str) -> str:
    """The id that clients see for the row `key` of the noun (`article`, `asset`, …)."""
    return f"{noun}_{str(key).replace('-', '')}"


def split_public_id(text: str) -> tuple[str, UUID]:
    """Take a public id apart into noun and key. Raises BadInput if it is none."""
    match = _PUBLIC_ID.match(text)
    if match is None:
        raise BadInput(f"“{text[:80]}” is not an id. Ids look like “article_” and 32 hexadecimal digits.")
    return match[1], UUID(match[2])


def key_of(noun: str, text: str) -> UUID:
    """The key of a public id that must be of the given noun. Raises BadInput if it is not."""
    found, key = split_public_id(text)
    if found != noun:
        raise BadInput(f"“{text[:80]}” is the id of another type ({found}); {noun} is expected here.")
    return key
