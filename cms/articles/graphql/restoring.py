"""The mutation that brings an old version back."""

from typing import Annotated, Any

import strawberry
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles.graphql.inputs import MESSAGE
from cms.articles.graphql.mutations import ArticlePayload
from cms.articles.restoring import restore_version
from cms.mutations import EXPECTED, Input, key_in, needed, optional, perform
from cms.permissions import Actor


@strawberry.input(description="A version to bring back.")
class RestoreArticleVersionInput:
    id: strawberry.ID = needed("The article.")
    expected_version: int = needed(EXPECTED)
    version: int = needed("The number of the version to bring back.")
    message: str | None = optional(f"{MESSAGE} “Restored version N.” when left out.")


@strawberry.type
class RestoringMutations:
    @strawberry.mutation(
        description="Save what an older version says as the next version; the public sees it once it is published. What cannot be brought "
        "back (a slug that another article has by now, a section that was deleted) is told in `warnings`. Needs article:update, or "
        "article:update_own for what you have created.",
        graphql_type=ArticlePayload,
    )
    async def restore_article_version(
        self, info: strawberry.Info, input: Annotated[RestoreArticleVersionInput, Input]
    ) -> Any:
        warnings: list[dict[str, Any]] = []

        async def verb(session: AsyncSession, actor: Actor) -> Any:
            key = key_in("article", input.id, "id")
            told = await restore_version(
                session,
                actor,
                key,
                expected_version=input.expected_version,
                number=input.version,
                message=input.message or None,
            )
            warnings[:] = [{"path": one.path, "message": one.message} for one in told]
            return key

        return {**await perform(info, verb, name="article_id"), "warnings": warnings}
