"""The mutations of authors."""

from typing import Annotated, Any

import strawberry
from sqlalchemy.ext.asyncio import AsyncSession

from cms.authors import service
from cms.authors.entities import AUTHOR
from cms.authors.graphql import Author
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
)
from cms.permissions import Actor
from cms.problems import UserError, errors_field
from cms.reading.fields import one
from cms.reading.scalars import Url
from cms.reading.sources import One


@strawberry.input(description="A link that an author shows.")
class AuthorLinkInput:
    label: str = needed("What it is, as in “Mastodon”; 1 to 100 characters.")
    url: Url = needed("Where it leads.")


@strawberry.input(description="An author to be added.")
class CreateAuthorInput:
    name: str = needed("The name as it is signed, 1 to 200 characters.")
    slug: str | None = optional("The name in URLs; made from the name when left out.")
    title: str | None = optional("What the author does, as in “Rail correspondent”.")
    bio: str | None = optional("A few sentences about the author, in plain text.")
    email: str | None = optional("The e-mail address; only the staff sees it.")
    avatar_id: strawberry.ID | None = optional("A picture of the author: an asset's id.")
    links: list[AuthorLinkInput] | None = optional("Where else the author can be found, at most 10.")


@strawberry.input(description="Changes to an author. What is left out stays as it is.")
class UpdateAuthorInput:
    id: strawberry.ID = needed("The author.")
    expected_version: int = needed(EXPECTED)
    on_conflict: OnConflict = on_conflict_field()
    name: str | None = optional("The name as it is signed, 1 to 200 characters.")
    slug: str | None = optional("The name in URLs; null makes one from the name.")
    title: str | None = optional("What the author does, as in “Rail correspondent”.")
    bio: str | None = optional("A few sentences about the author, in plain text.")
    email: str | None = optional("The e-mail address; only the staff sees it.")
    avatar_id: strawberry.ID | None = optional("A picture of the author: an asset's id.")
    links: list[AuthorLinkInput] | None = optional(
        "Where else the author can be found, at most 10; the whole list."
    )


@strawberry.type(description="An author, or what is wrong with the input.")
class AuthorPayload:
    author: Author | None = one(One(AUTHOR, "author_id"), "The author; null when there are errors.")
    errors: list[UserError] = errors_field()


@strawberry.type
class AuthorMutations:
    @strawberry.mutation(description="Add an author. Needs author:write.", graphql_type=AuthorPayload)
    async def create_author(self, info: strawberry.Info, input: Annotated[CreateAuthorInput, Input]) -> Any:
        async def verb(session: AsyncSession, actor: Actor) -> Any:
            return (await service.create_author(session, actor, _fields(input))).id

        return await perform(info, verb, name="author_id")

    @strawberry.mutation(
        description="Change an author, wherever the author is named. Needs author:write.",
        graphql_type=AuthorPayload,
    )
    async def update_author(self, info: strawberry.Info, input: Annotated[UpdateAuthorInput, Input]) -> Any:
        async def verb(session: AsyncSession, actor: Actor) -> Any:
            key = key_in("author", input.id, "id")
            return (
                await service.update_author(session, actor, key, _fields(input), expected=expected_by(input))
            ).id

        return await perform(info, verb, name="author_id")

    @strawberry.mutation(
        description="Remove an author. Refused while an article names them. Needs author:write.",
        graphql_type=DeletePayload,
    )
    async def delete_author(self, info: strawberry.Info, input: Annotated[DeleteInput, Input]) -> Any:
        return await perform_deletion(info, "author", input, service.delete_author)


def _fields(given: CreateAuthorInput | UpdateAuthorInput) -> service.AuthorFields:
    links = sent(given.links)
    if given.links:
        links = [service.AuthorLink(link.label, link.url) for link in given.links]
    return service.AuthorFields(
        name=sent(given.name),
        slug=sent(given.slug),
        title=sent(given.title),
        bio=sent(given.bio),
        email=sent(given.email),
        avatar_id=sent_key("asset", given.avatar_id, "avatarId"),
        links=links,
    )
