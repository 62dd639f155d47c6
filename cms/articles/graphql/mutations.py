"""The mutations of articles."""

from typing import Annotated, Any

import strawberry
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles.creating import create_article
from cms.articles.graphql.inputs import CreateArticleInput, content_of
from cms.articles.graphql.types import Article
from cms.articles.inputs import NewArticle
from cms.articles.sources import ARTICLE_OF_PAYLOAD
from cms.mutations import UserError, errors_field, perform
from cms.permissions import Actor
from cms.reading.fields import one

Input = strawberry.argument(description="What to do.")


@strawberry.type(description="An article, or what is wrong with the input.")
class ArticlePayload:
    article: Article | None = one(
        ARTICLE_OF_PAYLOAD, "The article as it is now, drafts included; null when there are errors."
    )
    errors: list[UserError] = errors_field()


@strawberry.type
class ArticleMutations:
    @strawberry.mutation(
        description="Write an article as a draft. Needs article:create.", graphql_type=ArticlePayload
    )
    async def create_article(self, info: strawberry.Info, input: Annotated[CreateArticleInput, Input]) -> Any:
        async def verb(session: AsyncSession, actor: Actor) -> Any:
            new = NewArticle(**content_of(input), locale=input.locale or None)
            return await create_article(
                session, actor, new, body_characters_max=info.context.settings.body_characters_max
            )

        return await perform(info, verb, name="article_id")
