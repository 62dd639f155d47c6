"""The mutation that says that a translation has caught up with its source."""

from typing import Annotated, Any

import strawberry
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles.graphql.mutations import ArticlePayload
from cms.articles.translating import mark_up_to_date
from cms.mutations import Input, key_in, needed, optional, perform
from cms.permissions import Actor


@strawberry.input(description="A translation that has caught up with its source.")
class MarkTranslationUpToDateInput:
    id: strawberry.ID = needed("The translation.")
    source_id: strawberry.ID | None = optional(
        "The article that it is a translation of, one of its siblings; the one that is known when left out."
    )
    source_version: int | None = optional(
        "The number of the source's version that it says the same as; its draft when left out."
    )


@strawberry.type
class TranslationMutations:
    @strawberry.mutation(
        description="Say that a translation has all that its source says, so that it is outdated no more; it makes no version. Needs "
        "article:update, or article:update_own for what you have created.",
        graphql_type=ArticlePayload,
    )
    async def mark_translation_up_to_date(
        self, info: strawberry.Info, input: Annotated[MarkTranslationUpToDateInput, Input]
    ) -> Any:
        async def verb(session: AsyncSession, actor: Actor) -> Any:
            key = key_in("article", input.id, "id")
            source = key_in("article", input.source_id, "sourceId") if input.source_id else None
            number = input.source_version if isinstance(input.source_version, int) else None
            await mark_up_to_date(session, actor, key, source_id=source, source_version=number)
            return key

        return await perform(info, verb, name="article_id")
