"""The mutations of sections and tags."""

from typing import Annotated, Any

import strawberry
from sqlalchemy.ext.asyncio import AsyncSession

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
)
from cms.permissions import Actor
from cms.problems import UserError, errors_field
from cms.reading.fields import one
from cms.reading.sources import One
from cms.taxonomy import sections as section_service
from cms.taxonomy import tags as tag_service
from cms.taxonomy.entities import SECTION, TAG
from cms.taxonomy.graphql import Section, Tag


@strawberry.input(description="A tag to be added.")
class CreateTagInput:
    name: str = needed("The name, 1 to 200 characters.")
    slug: str | None = optional("The name in URLs; made from the name when left out.")


@strawberry.input(description="Changes to a tag. What is left out stays as it is.")
class UpdateTagInput:
    id: strawberry.ID = needed("The tag.")
    expected_version: int = needed(EXPECTED)
    on_conflict: OnConflict = on_conflict_field()
    name: str | None = optional("The name, 1 to 200 characters.")
    slug: str | None = optional("The name in URLs; null makes one from the name.")


@strawberry.input(description="Tags that become one.")
class MergeTagsInput:
    from_ids: list[strawberry.ID] = needed("The tags that go, 1 to 100.")
    into_id: strawberry.ID = needed("The tag that takes their places.")


@strawberry.input(description="A section to be added.")
class CreateSectionInput:
    name: str = needed("The name, 1 to 200 characters.")
    slug: str | None = optional("The name in URLs; made from the name when left out.")
    description: str | None = optional("What belongs here.")
    parent_id: strawberry.ID | None = optional("The section above; at the top when left out.")
    position: int | None = optional("Its place among its siblings, from 0; the last when left out.")


@strawberry.input(description="Changes to a section. What is left out stays as it is.")
class UpdateSectionInput:
    id: strawberry.ID = needed("The section.")
    expected_version: int = needed(EXPECTED)
    on_conflict: OnConflict = on_conflict_field()
    name: str | None = optional("The name, 1 to 200 characters.")
    slug: str | None = optional("The name in URLs; null makes one from the name.")
    description: str | None = optional("What belongs here.")
    parent_id: strawberry.ID | None = optional("The section above; null moves it to the top.")
    position: int | None = optional("Its place among its siblings, from 0; null puts it last.")


@strawberry.type(description="A tag, or what is wrong with the input.")
class TagPayload:
    tag: Tag | None = one(One(TAG, "tag_id"), "The tag; null when there are errors.")
    errors: list[UserError] = errors_field()


@strawberry.type(description="A section, or what is wrong with the input.")
class SectionPayload:
    section: Section | None = one(One(SECTION, "section_id"), "The section; null when there are errors.")
    errors: list[UserError] = errors_field()


@strawberry.type
class TagMutations:
    @strawberry.mutation(description="Add a tag. Needs tag:write.", graphql_type=TagPayload)
    async def create_tag(self, info: strawberry.Info, input: Annotated[CreateTagInput, Input]) -> Any:
        async def verb(session: AsyncSession, actor: Actor) -> Any:
            return (await tag_service.create_tag(session, actor, _tag_fields(input))).id

        return await perform(info, verb, name="tag_id")

    @strawberry.mutation(
        description="Change a tag, on all articles that have it. Needs tag:write.", graphql_type=TagPayload
    )
    async def update_tag(self, info: strawberry.Info, input: Annotated[UpdateTagInput, Input]) -> Any:
        async def verb(session: AsyncSession, actor: Actor) -> Any:
            key = key_in("tag", input.id, "id")
            return (
                await tag_service.update_tag(
                    session, actor, key, _tag_fields(input), expected=expected_by(input)
                )
            ).id

        return await perform(info, verb, name="tag_id")

    @strawberry.mutation(
        description="Remove a tag, from the articles that have it too. Needs tag:write.",
        graphql_type=DeletePayload,
    )
    async def delete_tag(self, info: strawberry.Info, input: Annotated[DeleteInput, Input]) -> Any:
        return await perform_deletion(info, "tag", input, tag_service.delete_tag)

    @strawberry.mutation(
        description="Let one tag take the places of others, which vanish. Needs tag:write.",
        graphql_type=TagPayload,
    )
    async def merge_tags(self, info: strawberry.Info, input: Annotated[MergeTagsInput, Input]) -> Any:
        async def verb(session: AsyncSession, actor: Actor) -> Any:
            from_keys = sent_keys("tag", input.from_ids, "fromIds")
            into_key = key_in("tag", input.into_id, "intoId")
            return (await tag_service.merge_tags(session, actor, from_keys, into_key)).id

        return await perform(info, verb, name="tag_id")


@strawberry.type
class SectionMutations:
    @strawberry.mutation(description="Add a section. Needs section:write.", graphql_type=SectionPayload)
    async def create_section(self, info: strawberry.Info, input: Annotated[CreateSectionInput, Input]) -> Any:
        async def verb(session: AsyncSession, actor: Actor) -> Any:
            return (await section_service.create_section(session, actor, _section_fields(input))).id

        return await perform(info, verb, name="section_id")

    @strawberry.mutation(
        description="Change a section, or move it. Needs section:write.", graphql_type=SectionPayload
    )
    async def update_section(self, info: strawberry.Info, input: Annotated[UpdateSectionInput, Input]) -> Any:
        async def verb(session: AsyncSession, actor: Actor) -> Any:
            key = key_in("section", input.id, "id")
            return (
                await section_service.update_section(
                    session, actor, key, _section_fields(input), expected=expected_by(input)
                )
            ).id

        return await perform(info, verb, name="section_id")

    @strawberry.mutation(
        description="Remove a section. Refused while there are sections below it or articles in it. Needs section:write.",
        graphql_type=DeletePayload,
    )
    async def delete_section(self, info: strawberry.Info, input: Annotated[DeleteInput, Input]) -> Any:
        return await perform_deletion(info, "section", input, section_service.delete_section)


def _tag_fields(given: CreateTagInput | UpdateTagInput) -> tag_service.TagFields:
    return tag_service.TagFields(name=sent(given.name), slug=sent(given.slug))


def _section_fields(given: CreateSectionInput | UpdateSectionInput) -> section_service.SectionFields:
    return section_service.SectionFields(
        name=sent(given.name),
        slug=sent(given.slug),
        description=sent(given.description),
        parent_id=sent_key("section", given.parent_id, "parentId"),
        position=sent(given.position),
    )
