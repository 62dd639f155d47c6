"""The API face of users: which, and in which order."""

from enum import StrEnum

import strawberry

from cms.accounts.entities import CUSTOM_ROLE
from cms.reading.connections import DIRECTION, NULLS, NullsOrder, OrderDirection
from cms.reading.enums import describe_enum
from cms.reading.filters import (
    ByColumn,
    ByOne,
    DateTimeFilter,
    IdFilter,
    StringFilter,
    all_of,
    any_of,
    by_id,
    none_of,
    where_field,
)


@strawberry.input(description="Which custom roles. Several fields in one object must all hold.")
class CustomRoleFilter:
    id: IdFilter | None = by_id("role", "id", "By id.")
    name: StringFilter | None = where_field(ByColumn("name"), "By name.")


@strawberry.input(description="Which users. Several fields in one object must all hold.")
class UserFilter:
    id: IdFilter | None = by_id("user", "id", "By id.")
    name: StringFilter | None = where_field(ByColumn("name"), "By name.")
    email: StringFilter | None = where_field(ByColumn("email"), "By e-mail address.")
    role: StringFilter | None = where_field(ByColumn("role"), "By built-in role, as in `EDITOR`.")
    custom_role: CustomRoleFilter | None = where_field(
        ByOne(CUSTOM_ROLE, "custom_role_id"), "By custom role."
    )
    subject: StringFilter | None = where_field(
        ByColumn("subject"), "By the name by which the issuer knows them."
    )
    created_at: DateTimeFilter | None = where_field(ByColumn("created_at"), "By when they were added.")
    last_seen_at: DateTimeFilter | None = where_field(
        ByColumn("last_seen_at"), "By when they signed in last."
    )
    deactivated_at: DateTimeFilter | None = where_field(
        ByColumn("deactivated_at"), "By since when they may do nothing; `{isNull: true}` finds those who may."
    )
    and_: "list[UserFilter] | None" = all_of()
    or_: "list[UserFilter] | None" = any_of()
    not_: "UserFilter | None" = none_of()


class UserOrderField(StrEnum):
    """What users can be sorted by."""

    NAME = "NAME"
    CREATED_AT = "CREATED_AT"
    LAST_SEEN_AT = "LAST_SEEN_AT"


describe_enum(
    UserOrderField,
    "What users can be sorted by.",
    {
        "NAME": "The name, whatever its case and accents.",
        "CREATED_AT": "When they were added.",
        "LAST_SEEN_AT": "When they signed in last.",
    },
)


@strawberry.input(description="One key to sort users by.")
class UserOrder:
    field: UserOrderField = strawberry.field(description="What to sort by.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description=DIRECTION)
    nulls: NullsOrder = strawberry.field(default=NullsOrder.LAST, description=NULLS)
