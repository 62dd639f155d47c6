"""The mutations of related links."""

from typing import Annotated, Any

import strawberry
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles.graphql.inputs import (
    RelateArticlesInput,
    SetRelatedArticlesInput,
    UnrelateArticlesInput,
    related_link,
)
from cms.articles.graphql.mutations import ArticlePayload
from cms.articles.relating import relate, set_related, unrelate
from cms.mutations import Input, key_in, perform
from cms.permissions import Actor

RIGHT = "Needs article:update, or article:update_own for what you have created."


@strawberry.type
class RelationMutations:
    @strawberry.mutation(
        description=f"Replace all related links of an article, in this order. {RIGHT}",
        graphql_type=ArticlePayload,
    )
    async def set_related_articles(
        self, info: strawberry.Info, input: Annotated[SetRelatedArticlesInput, Input]
    ) -> Any:
        async def verb(session: AsyncSession, actor: Actor) -> Any:
            key = key_in("article", input.id, "id")
            links = [related_link(link, "links", str(index)) for index, link in enumerate(input.links)]
            await set_related(session, actor, key, expected_version=input.expected_version, links=links)
            return key

        return await perform(info, verb, name="article_id")

    @strawberry.mutation(
        description=f"Add one related link to an article. {RIGHT}", graphql_type=ArticlePayload
    )
    async def relate_articles(
        self, info: strawberry.Info, input: Annotated[RelateArticlesInput, Input]
    ) -> Any:
        async def verb(session: AsyncSession, actor: Actor) -> Any:
            key, to_key = key_in("article", input.id, "id"), key_in("article", input.to_id, "toId")
            await relate(
                session,
                actor,
                key,
                to_key,
                kind=input.kind,
                note=input.note or None,
                position=_number(input.position),
                expected_version=_number(input.expected_version),
            )
            return key

        return await perform(info, verb, name="article_id")

    @strawberry.mutation(
        description=f"Take one related link away from an article. {RIGHT}", graphql_type=ArticlePayload
    )
    async def unrelate_articles(
        self, info: strawberry.Info, input: Annotated[UnrelateArticlesInput, Input]
    ) -> Any:
        async def verb(session: AsyncSession, actor: Actor) -> Any:
            key, to_key = key_in("article", input.id, "id"), key_in("article", input.to_id, "toId")
            await unrelate(session, actor, key, to_key, expected_version=_number(input.expected_version))
            return key

        return await perform(info, verb, name="article_id")


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) else None
