"""The mutations that write articles."""

from typing import Annotated, Any

import strawberry
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import creating, deleting, editing, translating
from cms.articles.graphql.inputs import (
    CreateArticleInput,
    CreateTranslationInput,
    UpdateArticleInput,
    content_of,
)
from cms.articles.graphql.types import Article
from cms.articles.inputs import ArticleChanges, NewArticle
from cms.articles.slugs import claim_first_slug, reserve_first_slug
from cms.articles.sources import ARTICLE_OF_PAYLOAD
from cms.mutations import (
    DeleteInput,
    DeletePayload,
    Input,
    OnConflict,
    key_in,
    perform,
    perform_deletion,
)
from cms.permissions import Actor
from cms.problems import UserError, errors_field
from cms.reading.fields import column, one
from cms.transactions import may_run_again


@strawberry.type(description="Something that could not be done as asked, though the rest was.")
class PayloadWarning:
    path: list[str] = column("path", "The field that it is about, from the outside in.")
    message: str = column("message", "What is otherwise than asked, in a sentence.")


@strawberry.type(description="An article, or what is wrong with the input.")
class ArticlePayload:
    article: Article | None = one(
        ARTICLE_OF_PAYLOAD, "The article as it is now, drafts included; null when there are errors."
    )
    errors: list[UserError] = errors_field()

    @strawberry.field(
        description="What could not be done as asked, though the rest was.", graphql_type=list[PayloadWarning]
    )
    async def warnings(self, root: strawberry.Parent[Any]) -> Any:
        return root.get("warnings", [])


@strawberry.type
class ArticleMutations:
    @strawberry.mutation(
        description="Write an article as a draft. Needs article:create.", graphql_type=ArticlePayload
    )
    async def create_article(self, info: strawberry.Info, input: Annotated[CreateArticleInput, Input]) -> Any:
        async def verb(session: AsyncSession, actor: Actor) -> Any:
            new = NewArticle(**content_of(input), locale=input.locale or None)
            # Nothing is asked after it, so that it can go out with the commit.
            reserve = claim_first_slug if may_run_again(session) else reserve_first_slug
            return await creating.create_article(
                session,
                actor,
                new,
                body_characters_max=info.context.settings.body_characters_max,
                reserve_first=reserve,
            )

        return await perform(info, verb, name="article_id")

    @strawberry.mutation(
        description="Save changes of an article as its next version; the public sees them once it is published. Needs "
        "article:update, or article:update_own for what you have created.",
        graphql_type=ArticlePayload,
    )
    async def update_article(self, info: strawberry.Info, input: Annotated[UpdateArticleInput, Input]) -> Any:
        async def verb(session: AsyncSession, actor: Actor) -> Any:
            key, changes = key_in("article", input.id, "id"), ArticleChanges(**content_of(input))
            await editing.update_article(
                session,
                actor,
                key,
                expected_version=input.expected_version,
                changes=changes,
                body_characters_max=info.context.settings.body_characters_max,
                merge=input.on_conflict is OnConflict.MERGE,
            )
            return key

        return await perform(info, verb, name="article_id")

    @strawberry.mutation(
        description="Write an article in another locale, as a draft with a slug of its own. Copies what is not text: kind, byline, "
        "section, tags, pictures, related links, disclosures. Needs article:create.",
        graphql_type=ArticlePayload,
    )
    async def create_translation(
        self, info: strawberry.Info, input: Annotated[CreateTranslationInput, Input]
    ) -> Any:
        async def verb(session: AsyncSession, actor: Actor) -> Any:
            return await translating.create_translation(
                session,
                actor,
                key_in("article", input.article_id, "articleId"),
                input.locale,
                title=input.title or None,
                body=input.body or None,
                body_characters_max=info.context.settings.body_characters_max,
            )

        return await perform(info, verb, name="article_id")

    @strawberry.mutation(
        description="Remove an article with all its versions and the related links to it. Refused while the text of another article "
        "links to it. Needs article:delete, or article:delete_own for what you have created.",
        graphql_type=DeletePayload,
    )
    async def delete_article(self, info: strawberry.Info, input: Annotated[DeleteInput, Input]) -> Any:
        return await perform_deletion(info, "article", input, deleting.delete_article)
