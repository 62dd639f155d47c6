"""The API face of assets: which are wanted, and in which order."""

from enum import StrEnum

import strawberry

from cms.assets.graphql_enums import DigitalSourceType
from cms.reading.connections import DIRECTION, NULLS, NullsOrder, OrderDirection
from cms.reading.enums import describe_enum
from cms.reading.filters import (
    EQ,
    IN,
    IS_NULL,
    NE,
    NOT_IN,
    BooleanFilter,
    ByColumn,
    DateTimeFilter,
    IdFilter,
    IntFilter,
    StringFilter,
    all_of,
    any_of,
    by_id,
    none_of,
    operator,
    where_field,
)


@strawberry.input(description="Tests of how a picture came to be. Several in one object must all hold.")
class DigitalSourceTypeFilter:
    eq: DigitalSourceType | None = operator(EQ)
    ne: DigitalSourceType | None = operator(NE)
    in_: list[DigitalSourceType] | None = operator(IN, name="in")
    not_in: list[DigitalSourceType] | None = operator(NOT_IN)
    is_null: bool | None = operator(IS_NULL)


@strawberry.input(description="Which assets. Several fields in one object must all hold.")
class AssetFilter:
    id: IdFilter | None = by_id("asset", "id", "By id.")
    filename: StringFilter | None = where_field(ByColumn("filename"), "By file name.")
    content_type: StringFilter | None = where_field(ByColumn("content_type"), "By media type.")
    byte_size: IntFilter | None = where_field(ByColumn("byte_size"), "By size in bytes.")
    sha256: StringFilter | None = where_field(ByColumn("sha256"), "By the hash of the bytes.")
    width: IntFilter | None = where_field(ByColumn("width"), "By width in pixels.")
    height: IntFilter | None = where_field(ByColumn("height"), "By height in pixels.")
    alt: StringFilter | None = where_field(ByColumn("alt"), "By alternative text.")
    lacks_alt: BooleanFilter | None = where_field(
        ByColumn("lacks_alt"), "By whether it has no alternative text and is not marked as decorative."
    )
    caption: StringFilter | None = where_field(ByColumn("caption"), "By caption.")
    credit: StringFilter | None = where_field(ByColumn("credit"), "By credit.")
    creator: StringFilter | None = where_field(ByColumn("creator"), "By creator.")
    digital_source_type: DigitalSourceTypeFilter | None = where_field(
        ByColumn("digital_source_type"), "By how it came to be."
    )
    rights_expire_at: DateTimeFilter | None = where_field(
        ByColumn("rights_expire_at"),
        "By when its rights expire: what has expired and what soon will is `{lt: …}`.",
    )
    is_expired: BooleanFilter | None = where_field(
        ByColumn("is_expired"), "By whether its rights have expired."
    )
    is_used: BooleanFilter | None = where_field(
        ByColumn("is_used"),
        "By whether something published shows it, or would if its rights had not expired.",
    )
    created_at: DateTimeFilter | None = where_field(ByColumn("created_at"), "By the time of upload.")
    updated_at: DateTimeFilter | None = where_field(ByColumn("updated_at"), "By the time of the last change.")
    and_: "list[AssetFilter] | None" = all_of()
    or_: "list[AssetFilter] | None" = any_of()
    not_: "AssetFilter | None" = none_of()


class AssetOrderField(StrEnum):
    """What assets can be sorted by."""

    CREATED_AT = "CREATED_AT"
    UPDATED_AT = "UPDATED_AT"
    FILENAME = "FILENAME"
    BYTE_SIZE = "BYTE_SIZE"
    RIGHTS_EXPIRE_AT = "RIGHTS_EXPIRE_AT"


describe_enum(
    AssetOrderField,
    "What assets can be sorted by.",
    {
        "CREATED_AT": "The time of upload.",
        "UPDATED_AT": "The time of the last change.",
        "FILENAME": "The file name.",
        "BYTE_SIZE": "The size in bytes.",
        "RIGHTS_EXPIRE_AT": "When its rights expire; most never do.",
    },
)


@strawberry.input(description="One key to sort assets by.")
class AssetOrder:
    field: AssetOrderField = strawberry.field(description="What to sort by.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description=DIRECTION)
    nulls: NullsOrder = strawberry.field(default=NullsOrder.LAST, description=NULLS)
