"""The API face of accounts: who asks, and API tokens."""

from typing import Annotated, Any

import strawberry
from sqlalchemy.ext.asyncio import AsyncSession

from cms.accounts import service
from cms.accounts.models import ApiToken as TokenRow
from cms.context import Context
from cms.ids import public_id
from cms.mutations import (
    DeleteInput,
    DeletePayload,
    Input,
    UserError,
    errors_field,
    needed,
    optional,
    perform,
    perform_deletion,
)
from cms.permissions import Actor, Role
from cms.reading.enums import describe_enum
from cms.reading.fields import column
from cms.reading.scalars import DateTime

describe_enum(
    Role,
    "A set of permissions under a name; each has what the one before it has, and more.",
    {
        "VIEWER": "Reads drafts and all assets.",
        "CONTRIBUTOR": "Writes articles of its own, and uploads pictures.",
        "AUTHOR": "Publishes and deletes its own articles, and describes pictures.",
        "EDITOR": "Does all that with everybody's articles; keeps authors, tags and sections.",
        "ADMIN": "Keeps the site and the API tokens, too.",
    },
)


@strawberry.type(description="Whoever shows the token of this request.")
class Viewer:
    name: str = column("name", "The name of the token.")
    role: Role = column("role", "Its role.")
    permissions: list[str] = column("permissions", "What it may do, as in `article:publish`, sorted.")


@strawberry.type(description="A token for a person or a program. Its secret is shown once, when it is made.")
class ApiToken:
    id: strawberry.ID = column("id", "Opaque, the same everywhere, for ever.")
    name: str = column("name", "What it is for.")
    role: Role = column("role", "What its bearer may do.")
    hint: str = column("hint", "How the secret begins, to tell tokens apart.")
    created_at: DateTime = column("created_at", "When it was made.")
    expires_at: DateTime | None = column("expires_at", "Until when it is good; null for ever.")
    last_used_at: DateTime | None = column("last_used_at", "When it was shown last, to the minute.")
    revoked_at: DateTime | None = column("revoked_at", "Since when it is good no more; null while it is.")


@strawberry.input(description="A token to be made.")
class CreateApiTokenInput:
    name: str = needed("What it is for, 1 to 100 characters.")
    role: Role = needed("What its bearer may do: no more than you may.")
    expires_at: DateTime | None = optional("Until when it is good; for ever when left out.")


@strawberry.type(description="A new token, or what is wrong with the input.")
class ApiTokenPayload:
    api_token: ApiToken | None = column("api_token", "The token; null when there are errors.")
    secret: str | None = column(
        "secret", "What its bearer shows. It is told only here; keep it as you keep a password."
    )
    errors: list[UserError] = errors_field()


@strawberry.type
class AccountQueries:
    @strawberry.field(
        description="Who you are; null without a token.",
        graphql_type=Viewer | None,
    )
    async def viewer(self, info: strawberry.Info) -> Any:
        actor: Actor = info.context.actor
        if actor.role is None:
            return None
        permissions = sorted(str(permission) for permission in actor.permissions)
        return {"name": actor.name, "role": actor.role, "permissions": permissions}

    @strawberry.field(
        description="All API tokens, those in force first, then the newest first; at most 1,000. Needs token:manage.",
        graphql_type=list[ApiToken],
    )
    async def api_tokens(self, info: strawberry.Info) -> Any:
        context: Context = info.context
        async with context.database.transaction() as session:
            return [_row(token) for token in await service.list_tokens(session, context.actor)]


@strawberry.type
class AccountMutations:
    @strawberry.mutation(
        description="Make an API token; the answer holds its secret, this once. Needs token:manage.",
        graphql_type=ApiTokenPayload,
    )
    async def create_api_token(
        self, info: strawberry.Info, input: Annotated[CreateApiTokenInput, Input]
    ) -> Any:
        async def verb(session: AsyncSession, actor: Actor) -> Any:
            expires_at = input.expires_at or None
            token, secret = await service.create_token(session, actor, input.name, input.role, expires_at)
            return {"api_token": _row(token), "secret": secret}

        payload = await perform(info, verb, name="made")
        made = payload.pop("made") or {"api_token": None, "secret": None}
        return {**made, **payload}

    @strawberry.mutation(
        description="Make an API token useless from now on. It stays in the list. Needs token:manage.",
        graphql_type=DeletePayload,
    )
    async def revoke_api_token(self, info: strawberry.Info, input: Annotated[DeleteInput, Input]) -> Any:
        return await perform_deletion(info, "api_token", input, service.revoke_token)


def _row(token: TokenRow) -> dict[str, Any]:
    # Nothing of the secret but the hint leaves the service.
    names = ("name", "role", "hint", "created_at", "expires_at", "last_used_at", "revoked_at")
    return {"id": public_id("api_token", token.id), **{name: getattr(token, name) for name in names}}
