"""The GraphQL types that every connection shares."""

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any, TypeAlias

import strawberry
from sqlalchemy import ColumnElement, Text, Uuid, true
from strawberry import UNSET

from cms.errors import BadInput
from cms.ids import key_of
from cms.reading.entities import Columns, Scope
from cms.reading.enums import describe_enum
from cms.reading.fields import page_part
from cms.reading.sources import Arguments
from cms.reading.values import bound

FirstArgument: TypeAlias = Annotated[
    int | None, strawberry.argument(description="How many from the front: 0 to 100, default 20.")
]
AfterArgument: TypeAlias = Annotated[
    str | None, strawberry.argument(description="Only what comes after this cursor.")
]
LastArgument: TypeAlias = Annotated[
    int | None,
    strawberry.argument(description="How many from the back: 0 to 100. Not together with `first`."),
]
BeforeArgument: TypeAlias = Annotated[
    str | None, strawberry.argument(description="Only what comes before this cursor.")
]
IdArgument: TypeAlias = Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
OptionalIdArgument: TypeAlias = Annotated[
    strawberry.ID | None, strawberry.argument(description="Its id. Give the id or the slug, not both.")
]
OptionalSlugArgument: TypeAlias = Annotated[
    str | None, strawberry.argument(description="Its slug. Give the id or the slug, not both.")
]
ABSENT: Any = UNSET


def everything(_: Columns, __: Columns, ___: Arguments, ____: Scope) -> ColumnElement[bool]:
    """The join of a connection that lists all rows of its entity."""
    return true()


def by_id_or_slug(noun: str) -> Callable[[Columns, Columns, Arguments, Scope], ColumnElement[bool]]:
    """The join of a field that takes exactly one of `id` and `slug`."""

    def on(_: Columns, child: Columns, arguments: Arguments, __: Scope) -> ColumnElement[bool]:
        key, slug = arguments.get("id"), arguments.get("slug")
        if (key is None) == (slug is None):
            raise BadInput("Give exactly one of id and slug.")
        if key is not None:
            return child["id"] == bound(key, Uuid(), lambda text: key_of(noun, text))
        return child["slug"] == bound(slug, Text())

    return on


def _info_part(name: str, description: str) -> Any:
    def resolve(root: Any) -> Any:
        return root[name]

    return page_part(name, resolve, description)


@strawberry.type(description="Where a page of a connection stands in the whole list.")
class PageInfo:
    has_next_page: bool = _info_part("has_next_page", "Whether there is more after this page.")
    has_previous_page: bool = _info_part("has_previous_page", "Whether there is more before this page.")
    start_cursor: str | None = _info_part(
        "start_cursor", "The cursor of the first edge; null on an empty page."
    )
    end_cursor: str | None = _info_part("end_cursor", "The cursor of the last edge; null on an empty page.")


class OrderDirection(StrEnum):
    """Which way to sort."""

    ASC = "ASC"
    DESC = "DESC"


class NullsOrder(StrEnum):
    """Where to put what has no value for the key."""

    FIRST = "FIRST"
    LAST = "LAST"


describe_enum(
    OrderDirection,
    "Which way to sort.",
    {
        "ASC": "Smallest, earliest or first in the alphabet at the front.",
        "DESC": "Largest, latest or last in the alphabet at the front.",
    },
)
describe_enum(
    NullsOrder,
    "Where to put what has no value for the key.",
    {"FIRST": "At the front.", "LAST": "At the back."},
)

DIRECTION = "Which way; default ascending."
NULLS = "Where to put what has no value; default at the back."


VERSION = "How many times it was written: send it as `expectedVersion` to change it."


@strawberry.interface(description="Anything that is changed by saying which version of it one has read.")
class Versioned:
    version: int = strawberry.field(description=VERSION)


@strawberry.interface(description="Anything with an id of its own.")
class Node:
    id: strawberry.ID = strawberry.field(description="Opaque, the same everywhere, for ever.")


def row_of(type_name: str) -> Any:
    """`is_type_of` of a Node: an object is of the type whose entity its row belongs to."""

    def is_type_of(_: type, row: Any, __: Any) -> bool:
        return row.entity.type_name == type_name

    return classmethod(is_type_of)
