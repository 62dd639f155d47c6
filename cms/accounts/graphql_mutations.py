"""The API face of accounts: what can be changed about tokens."""

from typing import Annotated, Any

import strawberry
from sqlalchemy.ext.asyncio import AsyncSession

from cms.accounts import service
from cms.accounts.entities import TOKEN
from cms.accounts.grants import Grant
from cms.accounts.graphql import ApiToken
from cms.accounts.models import ApiToken as TokenRow
from cms.mutations import (
    DeleteInput,
    DeletePayload,
    Input,
    key_in,
    needed,
    optional,
    perform,
    perform_deletion,
)
from cms.permissions import Actor, Role
from cms.problems import UserError, errors_field
from cms.reading.fields import column, one
from cms.reading.scalars import DateTime
from cms.reading.sources import One

LIMIT = "Where it is to write and publish: in these sections and below them alone; everywhere when left out."


@strawberry.input(
    description="A token to be made. A program's token has one of role, roleId and permissions; a user's may have none of them."
)
class CreateApiTokenInput:
    name: str = needed("What it is for, 1 to 100 characters.")
    role: Role | None = optional("What its bearer may do, as a built-in role: no more than you may.")
    role_id: strawberry.ID | None = optional(
        "What its bearer may do, as a custom role: no more than you may."
    )
    permissions: list[str] | None = optional(
        "What its bearer may do, one by one, as in `article:create`: no more than you may."
    )
    section_ids: list[strawberry.ID] | None = optional(LIMIT)
    user_id: strawberry.ID | None = optional(
        "Whose token it is: it acts as this user, and may what they may. A program's own when left out."
    )
    expires_at: DateTime | None = optional("Until when it is good; for ever when left out.")


@strawberry.input(description="A token that is to get another secret.")
class RotateApiTokenInput:
    id: strawberry.ID = needed("The token.")
    overlap_minutes: int = strawberry.field(
        default=0,
        description="For how many minutes the secret before stays good beside the new one, 0 to 43,200 (30 days).",
    )


@strawberry.type(description="A token with its new secret, or what is wrong with the input.")
class ApiTokenPayload:
    api_token: ApiToken | None = one(One(TOKEN, "token_id"), "The token; null when there are errors.")
    secret: str | None = column(
        "secret", "What its bearer shows. It is told only here; keep it as you keep a password."
    )
    errors: list[UserError] = errors_field()


@strawberry.type
class TokenMutations:
    @strawberry.mutation(
        description="Make an API token; the answer holds its secret, this once. Needs token:manage.",
        graphql_type=ApiTokenPayload,
    )
    async def create_api_token(
        self, info: strawberry.Info, input: Annotated[CreateApiTokenInput, Input]
    ) -> Any:
        async def verb(session: AsyncSession, actor: Actor) -> Any:
            user_id = key_in("user", input.user_id, "userId") if input.user_id else None
            grant, expires_at = _grant(input), input.expires_at or None
            return await service.grant_token(
                session, actor, input.name, grant, user_id=user_id, expires_at=expires_at
            )

        return await _with_secret(info, verb)

    @strawberry.mutation(
        description="Give an API token another secret, which the answer holds, this once. The one before is useless from now on, or "
        "after `overlapMinutes`. Needs token:manage.",
        graphql_type=ApiTokenPayload,
    )
    async def rotate_api_token(
        self, info: strawberry.Info, input: Annotated[RotateApiTokenInput, Input]
    ) -> Any:
        async def verb(session: AsyncSession, actor: Actor) -> Any:
            key = key_in("api_token", input.id, "id")
            return await service.rotate_token(session, actor, key, overlap_minutes=input.overlap_minutes)

        return await _with_secret(info, verb)

    @strawberry.mutation(
        description="Make an API token useless from now on. It stays in the list. Needs token:manage.",
        graphql_type=DeletePayload,
    )
    async def revoke_api_token(self, info: strawberry.Info, input: Annotated[DeleteInput, Input]) -> Any:
        return await perform_deletion(info, "api_token", input, service.revoke_token)


def _grant(input: CreateApiTokenInput) -> Grant:
    sections = [key_in("section", key, "sectionIds", str(i)) for i, key in enumerate(input.section_ids or ())]
    return Grant(
        input.role or None,
        key_in("role", input.role_id, "roleId") if input.role_id else None,
        # No permissions at all are a choice, too.
        input.permissions if isinstance(input.permissions, list) else None,
        sections if isinstance(input.section_ids, list) else None,
    )


async def _with_secret(info: strawberry.Info, verb: Any) -> Any:
    payload = await perform(info, verb, name="made")
    made: tuple[TokenRow, str] | None = payload.pop("made")
    token_id, secret = (None, None) if made is None else (str(made[0].id), made[1])
    return {"token_id": token_id, "secret": secret, **payload}
