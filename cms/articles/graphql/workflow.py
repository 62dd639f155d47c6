"""The mutations that lead an article from the first draft to the archive."""

from typing import Annotated, Any

import strawberry
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles.graphql.inputs import EXPECTED, MESSAGE
from cms.articles.graphql.mutations import ArticlePayload
from cms.articles.workflow.withdrawing import withdraw_article
from cms.mutations import Input, key_in, needed, optional, perform
from cms.permissions import Actor


@strawberry.input(description="An article to take back.")
class WithdrawArticleInput:
    id: strawberry.ID = needed("The article.")
    expected_version: int = needed(EXPECTED)
    reason: str = needed("Why, for the public, which reads it in the article's place: 1 to 5,000 characters.")
    message: str | None = optional(MESSAGE)


@strawberry.type
class WorkflowMutations:
    @strawberry.mutation(
        description="Take an article back. It leaves every list; under its address, the public reads its headline and the reason, "
        "with the status WITHDRAWN and an empty body. The slug stays taken, and the draft stays: publishing it takes the "
        "withdrawal back. Needs article:withdraw.",
        graphql_type=ArticlePayload,
    )
    async def withdraw_article(
        self, info: strawberry.Info, input: Annotated[WithdrawArticleInput, Input]
    ) -> Any:
        async def verb(session: AsyncSession, actor: Actor) -> Any:
            key = key_in("article", input.id, "id")
            await withdraw_article(
                session,
                actor,
                key,
                expected_version=input.expected_version,
                reason=input.reason,
                message=input.message or None,
            )
            return key

        return await perform(info, verb, name="article_id")
