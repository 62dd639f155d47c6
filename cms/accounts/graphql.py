"""The API face of accounts: who asks, users, API tokens and roles."""

from typing import Annotated, Any

import strawberry

from cms.accounts.entities import (
    ALL_ROLES,
    ALL_TOKENS,
    ROLE_OF_IT,
    USER,
    USER_OF_TOKEN,
    USER_ORDERS,
    author_id,
    permissions_of,
    section_ids,
)
from cms.accounts.graphql_filters import UserFilter, UserOrder
from cms.ids import public_id
from cms.permissions import Actor, Permission, Role
from cms.reading.connections import (
    ABSENT,
    VERSION,
    AfterArgument,
    BeforeArgument,
    FirstArgument,
    LastArgument,
    PageInfo,
    Versioned,
    everything,
    row_of,
)
from cms.reading.enums import describe_enum
from cms.reading.fields import (
    column,
    computed,
    cursor_field,
    edges_field,
    many,
    node_field,
    nodes_field,
    one,
    page_info_field,
    pages,
    total_count_field,
)
from cms.reading.scalars import DateTime
from cms.reading.sources import Facts, Pages

describe_enum(
    Role,
    "A set of permissions under a name; each has what the one before it has, and more.",
    {
        "VIEWER": "Reads drafts and all assets.",
        "CONTRIBUTOR": "Writes articles of its own, and uploads pictures.",
        "AUTHOR": "Publishes and deletes its own articles, and describes pictures.",
        "EDITOR": "Does all that with everybody's articles; keeps authors, tags and sections.",
        "ADMIN": "Keeps the site, users, roles and API tokens, too.",
    },
)
SECTIONS = "The sections that it is limited to: articles are written and published in those and below them alone; null for no limit."
ID = "Opaque, the same everywhere, for ever."


def _id_of(noun: str) -> Any:
    def function(_: Facts, key: str) -> str:
        return public_id(noun, key)

    return computed(function, "id", description=ID)


@strawberry.type(description="Whoever shows the token of this request.")
class Viewer:
    name: str = column("name", "The name of the user, or of the program's token.")
    role: Role | None = column("role", "Its built-in role; null for another, or for none.")
    custom_role: str | None = column(
        "custom_role", "The name of its custom role; null for another, or for none."
    )
    permissions: list[str] = column("permissions", "What it may do, as in `article:publish`, sorted.")
    previewed_article_id: strawberry.ID | None = column(
        "previewed_article_id", "The article whose draft a preview link shows; null for any other token."
    )
    section_limits: list[list[strawberry.ID]] = column(
        "section_limits",
        "Each is a list of sections: articles are written and published in one of them or below, for every list; empty for no limit.",
    )


@strawberry.type(description="A set of permissions that this newsroom has named.")
class CustomRole(Versioned):
    is_type_of = row_of("CustomRole")
    id: strawberry.ID = _id_of("role")
    name: str = column("name", "What it is called.")
    permissions: list[str] = column("permissions", "What it allows, as in `article:publish`, sorted.")
    section_ids: list[strawberry.ID] | None = computed(section_ids, "section_ids", description=SECTIONS)
    version: int = column("version", VERSION)
    created_at: DateTime = column("created_at", "When it was made.")
    updated_at: DateTime = column("updated_at", "When this changed last.")


@strawberry.type(
    description="A person who works here. What they make is theirs, whichever token or sign-in they use."
)
class User(Versioned):
    is_type_of = row_of("User")
    id: strawberry.ID = _id_of("user")
    name: str = column("name", "Their name, as it stands in histories.")
    email: str | None = column("email", "Their e-mail address.")
    role: Role | None = column("role", "Their built-in role; null for whoever has a custom one.")
    custom_role: CustomRole | None = one(
        ROLE_OF_IT, "Their custom role; null for whoever has a built-in one."
    )
    section_ids: list[strawberry.ID] | None = computed(section_ids, "section_ids", description=SECTIONS)
    author_id: strawberry.ID | None = computed(
        author_id, "author_id", description="The author under whose name they write."
    )
    issuer: str | None = column("issuer", "Who vouches for them when they sign in.")
    subject: str | None = column("subject", "The name by which the issuer knows them.")
    version: int = column("version", VERSION)
    created_at: DateTime = column("created_at", "When they were added, or came first.")
    last_seen_at: DateTime | None = column("last_seen_at", "When they signed in last, to the minute.")
    deactivated_at: DateTime | None = column(
        "deactivated_at", "Since when they may do nothing; null while they may."
    )


@strawberry.type(description="A token for a person or a program. Its secret is shown once, when it is made.")
class ApiToken:
    id: strawberry.ID = _id_of("api_token")
    name: str = column("name", "What it is for.")
    role: Role | None = column("role", "Its built-in role; null for another, or for none.")
    custom_role: CustomRole | None = one(ROLE_OF_IT, "Its custom role; null for another, or for none.")
    permissions: list[str] = computed(
        permissions_of,
        "role",
        "granted",
        "user_id",
        "user_role",
        "user_granted",
        description="What its bearer may do now: never more than its user.",
    )
    section_ids: list[strawberry.ID] | None = computed(section_ids, "section_ids", description=SECTIONS)
    user: User | None = one(USER_OF_TOKEN, "Whose token it is; null for a program's.")
    hint: str = column("hint", "How the secret begins, to tell tokens apart.")
    created_at: DateTime = column("created_at", "When it was made.")
    expires_at: DateTime | None = column("expires_at", "Until when it is good; null for ever.")
    last_used_at: DateTime | None = column("last_used_at", "When it was shown last, to the minute.")
    rotated_at: DateTime | None = column(
        "rotated_at", "When it was given its present secret, if not when it was made."
    )
    previous_until: DateTime | None = column(
        "previous_until", "Until when the secret before the present one is, or was, good beside it."
    )
    revoked_at: DateTime | None = column("revoked_at", "Since when it is good no more; null while it is.")


@strawberry.type(description="A user on a page of a connection.")
class UserEdge:
    cursor: str = cursor_field()
    node: User = node_field("The user.")


@strawberry.type(description="A page of users.")
class UserConnection:
    edges: list[UserEdge] = edges_field()
    nodes: list[User] = nodes_field()
    page_info: PageInfo = page_info_field()
    total_count: int = total_count_field()


@strawberry.type
class AccountQueries:
    @strawberry.field(
        description="Who you are; null without a token.",
        graphql_type=Viewer | None,
    )
    async def viewer(self, info: strawberry.Info) -> Any:
        actor: Actor = info.context.actor
        return None if actor.is_public else _viewer(actor)

    api_tokens: list[ApiToken] = many(
        ALL_TOKENS,
        "All API tokens, those in force first, then the newest first; at most 1,000. Needs token:manage.",
        needs=Permission.TOKEN_MANAGE,
    )
    roles: list[CustomRole] = many(
        ALL_ROLES, "The custom roles, by name. Needs role:manage.", needs=Permission.ROLE_MANAGE
    )

    @pages(Pages(USER, everything, USER_ORDERS, filters="UserFilter"), needs=Permission.USER_MANAGE)
    def users(
        self,
        first: FirstArgument = ABSENT,
        after: AfterArgument = ABSENT,
        last: LastArgument = ABSENT,
        before: BeforeArgument = ABSENT,
        where: Annotated[UserFilter | None, strawberry.argument(description="Which users.")] = ABSENT,
        order_by: Annotated[
            list[UserOrder] | None, strawberry.argument(description="By name unless said.")
        ] = ABSENT,
    ) -> UserConnection:
        """The users, by name, deactivated ones too. Needs user:manage."""
        ...


def _viewer(actor: Actor) -> dict[str, Any]:
    is_built_in = actor.role in frozenset(Role)
    return {
        "name": actor.name,
        "role": Role(actor.role) if is_built_in else None,
        "previewed_article_id": None if actor.previews is None else public_id("article", actor.previews),
        "custom_role": None if is_built_in else actor.role or None,
        "permissions": sorted(str(permission) for permission in actor.permissions),
        "section_limits": [sorted(public_id("section", key) for key in limit) for limit in actor.limits],
    }
