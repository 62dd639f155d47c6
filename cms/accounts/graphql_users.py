"""The API face of accounts: what can be changed about users and custom roles."""

from typing import Annotated, Any

import strawberry
from sqlalchemy.ext.asyncio import AsyncSession

from cms.accounts import roles, users
from cms.accounts.entities import CUSTOM_ROLE, USER
from cms.accounts.graphql import CustomRole, User
from cms.accounts.graphql_mutations import LIMIT
from cms.accounts.roles import RoleFields
from cms.accounts.users import UserFields
from cms.mutations import (
    EXPECTED,
    DeleteInput,
    DeletePayload,
    Input,
    OnConflict,
    expected_by,
    key_in,
    needed,
    on_conflict_field,
    optional,
    perform,
    perform_deletion,
    sent,
    sent_key,
    sent_keys,
    sent_value,
)
from cms.permissions import Actor, Role
from cms.problems import UserError, errors_field
from cms.reading.fields import one
from cms.reading.sources import One


@strawberry.input(description="A user to be added. They have exactly one of role and roleId.")
class CreateUserInput:
    name: str = needed("Their name, 1 to 200 characters.")
    email: str | None = optional("Their e-mail address.")
    role: Role | None = optional("Their built-in role: no more than you may.")
    role_id: strawberry.ID | None = optional("Their custom role: no more than you may.")
    section_ids: list[strawberry.ID] | None = optional(LIMIT)
    author_id: strawberry.ID | None = optional("The author under whose name they write.")
    issuer: str | None = optional("Who vouches for them when they sign in; together with the subject.")
    subject: str | None = optional("The name by which the issuer knows them.")


@strawberry.input(description="Changes to a user. What is left out stays as it is.")
class UpdateUserInput:
    id: strawberry.ID = needed("The user.")
    expected_version: int = needed(EXPECTED)
    on_conflict: OnConflict = on_conflict_field()
    name: str | None = optional("Their name, 1 to 200 characters.")
    email: str | None = optional("Their e-mail address.")
    role: Role | None = optional("Their built-in role, in place of the one they have.")
    role_id: strawberry.ID | None = optional("Their custom role, in place of the one they have.")
    section_ids: list[strawberry.ID] | None = optional("Where they write and publish; null for everywhere.")
    author_id: strawberry.ID | None = optional("The author under whose name they write.")
    issuer: str | None = optional("Who vouches for them when they sign in; together with the subject.")
    subject: str | None = optional("The name by which the issuer knows them.")
    is_active: bool | None = optional(
        "Whether they may do anything at all. Their revoked tokens stay revoked."
    )


@strawberry.input(description="A custom role to be made.")
class CreateRoleInput:
    name: str = needed("What it is called, 1 to 60 characters.")
    permissions: list[str] = needed("What it allows, as in `article:publish`: no more than you may.")
    section_ids: list[strawberry.ID] | None = optional(LIMIT)


@strawberry.input(description="Changes to a custom role. What is left out stays as it is.")
class UpdateRoleInput:
    id: strawberry.ID = needed("The role.")
    expected_version: int = needed(EXPECTED)
    on_conflict: OnConflict = on_conflict_field()
    name: str | None = optional("What it is called, 1 to 60 characters.")
    permissions: list[str] | None = optional("What it allows from now on, in place of what it did.")
    section_ids: list[strawberry.ID] | None = optional("Where it holds; null for everywhere.")


@strawberry.type(description="A user, or what is wrong with the input.")
class UserPayload:
    user: User | None = one(One(USER, "user_id"), "The user; null when there are errors.")
    errors: list[UserError] = errors_field()


@strawberry.type(description="A custom role, or what is wrong with the input.")
class RolePayload:
    role: CustomRole | None = one(One(CUSTOM_ROLE, "role_id"), "The role; null when there are errors.")
    errors: list[UserError] = errors_field()


def _user_fields(input: CreateUserInput | UpdateUserInput) -> UserFields:
    is_update = isinstance(input, UpdateUserInput)
    return UserFields(
        name=sent(input.name),
        email=sent(input.email),
        role=sent(input.role),
        role_id=sent_key("role", input.role_id, "roleId"),
        section_ids=sent_keys("section", input.section_ids, "sectionIds"),
        author_id=sent_key("author", input.author_id, "authorId"),
        issuer=sent(input.issuer),
        subject=sent(input.subject),
        **({"is_active": sent_value(input.is_active, "isActive")} if is_update else {}),
    )


def _role_fields(input: CreateRoleInput | UpdateRoleInput) -> RoleFields:
    return RoleFields(
        name=sent_value(input.name, "name"),
        permissions=sent_value(input.permissions, "permissions"),
        section_ids=sent_keys("section", input.section_ids, "sectionIds"),
    )


@strawberry.type
class UserMutations:
    @strawberry.mutation(description="Add a user. Needs user:manage.", graphql_type=UserPayload)
    async def create_user(self, info: strawberry.Info, input: Annotated[CreateUserInput, Input]) -> Any:
        async def verb(session: AsyncSession, actor: Actor) -> Any:
            return (await users.create_user(session, actor, _user_fields(input))).id

        return await perform(info, verb, name="user_id")

    @strawberry.mutation(
        description="Change what is known of a user, or what they may. Refused for who may more than you. Needs user:manage.",
        graphql_type=UserPayload,
    )
    async def update_user(self, info: strawberry.Info, input: Annotated[UpdateUserInput, Input]) -> Any:
        async def verb(session: AsyncSession, actor: Actor) -> Any:
            key = key_in("user", input.id, "id")
            return (
                await users.update_user(session, actor, key, _user_fields(input), expected=expected_by(input))
            ).id

        return await perform(info, verb, name="user_id")

    @strawberry.mutation(
        description="Deactivate a user, and revoke their tokens. What they have made stays theirs, and they stay in the list. Needs "
        "user:manage.",
        graphql_type=DeletePayload,
    )
    async def delete_user(self, info: strawberry.Info, input: Annotated[DeleteInput, Input]) -> Any:
        return await perform_deletion(info, "user", input, users.delete_user)


@strawberry.type
class RoleMutations:
    @strawberry.mutation(
        description="Make a custom role of permissions that you have. Needs role:manage.",
        graphql_type=RolePayload,
    )
    async def create_role(self, info: strawberry.Info, input: Annotated[CreateRoleInput, Input]) -> Any:
        async def verb(session: AsyncSession, actor: Actor) -> Any:
            return (await roles.create_role(session, actor, _role_fields(input))).id

        return await perform(info, verb, name="role_id")

    @strawberry.mutation(
        description="Change a custom role, and with it what everybody may who has it. Needs role:manage.",
        graphql_type=RolePayload,
    )
    async def update_role(self, info: strawberry.Info, input: Annotated[UpdateRoleInput, Input]) -> Any:
        async def verb(session: AsyncSession, actor: Actor) -> Any:
            key = key_in("role", input.id, "id")
            return (
                await roles.update_role(session, actor, key, _role_fields(input), expected=expected_by(input))
            ).id

        return await perform(info, verb, name="role_id")

    @strawberry.mutation(
        description="Remove a custom role. Refused while a user or a token has it. Needs role:manage.",
        graphql_type=DeletePayload,
    )
    async def delete_role(self, info: strawberry.Info, input: Annotated[DeleteInput, Input]) -> Any:
        return await perform_deletion(info, "role", input, roles.delete_role)
