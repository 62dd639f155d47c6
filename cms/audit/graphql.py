"""The API face of the audit log."""

from typing import Annotated, Any

import strawberry

from cms.audit.entities import AUDIT_ENTRY, NEWEST_FIRST
from cms.audit.models import AuditOutcome
from cms.ids import public_id
from cms.permissions import Permission
from cms.reading.connections import (
    ABSENT,
    AfterArgument,
    BeforeArgument,
    FirstArgument,
    LastArgument,
    PageInfo,
    everything,
)
from cms.reading.enums import describe_enum
from cms.reading.fields import (
    column,
    computed,
    cursor_field,
    edges_field,
    node_field,
    nodes_field,
    page_info_field,
    pages,
    total_count_field,
)
from cms.reading.filters import (
    ByColumn,
    DateTimeFilter,
    IdFilter,
    StringFilter,
    all_of,
    any_of,
    by_id,
    none_of,
    where_field,
)
from cms.reading.scalars import DateTime
from cms.reading.sources import Facts, Pages

describe_enum(
    AuditOutcome,
    "What became of a deed.",
    {
        "DONE": "It was done.",
        "FORBIDDEN": "It was refused to somebody who may not do it.",
        "UNAUTHENTICATED": "Somebody showed a token that is good no more.",
    },
)


def _id_of(noun: str) -> Any:
    def function(_: Facts, key: str | None) -> str | None:
        return None if key is None else public_id(noun, key)

    return function


@strawberry.type(description="One deed: something that was done, or refused. It is never changed.")
class AuditEntry:
    id: strawberry.ID = computed(
        _id_of("audit_entry"), "id", description="Opaque, the same everywhere, for ever."
    )
    at: DateTime = column("at", "When.")
    actor_id: strawberry.ID | None = computed(
        _id_of("account"), "actor_id", description="Who, over all their tokens; null for the command line."
    )
    actor_name: str = column("actor_name", "Who, by the name of that time.")
    token_id: strawberry.ID | None = computed(
        _id_of("api_token"), "token_id", description="By which token, if by one."
    )
    action: str = column("action", "What, as the name of a mutation or of a command.")
    outcome: AuditOutcome = column("outcome", "What became of it.")
    permission: str | None = column("permission", "The permission that was missing, if one was.")
    things: list[str] = column(
        "things", "The ids of what it was about, those that it made first; at most 200."
    )
    fields: list[str] = column("fields", "The names of the fields that were sent; never what they held.")
    message: str | None = column("message", "The reason that was given.")
    request_id: str | None = column(
        "request_id", "The request, as `X-Request-Id` named it or as the logs do."
    )


@strawberry.input(description="Which deeds. Several fields in one object must all hold.")
class AuditFilter:
    at: DateTimeFilter | None = where_field(ByColumn("at"), "By when.")
    actor_id: IdFilter | None = by_id("account", "actor_id", "By who.")
    actor_name: StringFilter | None = where_field(ByColumn("actor_name"), "By who, by the name of that time.")
    token_id: IdFilter | None = by_id("api_token", "token_id", "By which token.")
    action: StringFilter | None = where_field(ByColumn("action"), "By what, as in `publishArticle`.")
    outcome: StringFilter | None = where_field(
        ByColumn("outcome"), "By what became of it, as in `FORBIDDEN`."
    )
    things: StringFilter | None = where_field(
        ByColumn("things_together"), "By what it was about: `contains` with an id."
    )
    request_id: StringFilter | None = where_field(ByColumn("request_id"), "By the request.")
    and_: "list[AuditFilter] | None" = all_of()
    or_: "list[AuditFilter] | None" = any_of()
    not_: "AuditFilter | None" = none_of()


@strawberry.type(description="A deed on a page of a connection.")
class AuditEntryEdge:
    cursor: str = cursor_field()
    node: AuditEntry = node_field("The deed.")


@strawberry.type(description="A page of deeds.")
class AuditEntryConnection:
    edges: list[AuditEntryEdge] = edges_field()
    nodes: list[AuditEntry] = nodes_field()
    page_info: PageInfo = page_info_field()
    total_count: int = total_count_field()


@strawberry.type
class AuditQueries:
    @pages(Pages(AUDIT_ENTRY, everything, NEWEST_FIRST, filters="AuditFilter"), needs=Permission.AUDIT_READ)
    def audit_log(
        self,
        first: FirstArgument = ABSENT,
        after: AfterArgument = ABSENT,
        last: LastArgument = ABSENT,
        before: BeforeArgument = ABSENT,
        where: Annotated[AuditFilter | None, strawberry.argument(description="Which deeds.")] = ABSENT,
    ) -> AuditEntryConnection:
        """Who changed what, and who was refused, the newest first. Needs audit:read."""
        ...
