"""The mutations that write notices."""

from typing import Annotated, Any

import strawberry
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles.graphql.mutations import ArticlePayload
from cms.articles.kinds import NoticeKind
from cms.articles.noticing import NoticeFields, add_notice, remove_notice, update_notice
from cms.mutations import (
    DeleteInput,
    Input,
    OnConflict,
    expected_by,
    key_in,
    needed,
    on_conflict_field,
    optional,
    perform,
    sent_value,
)
from cms.permissions import Actor
from cms.reading.scalars import DateTime

RIGHT = "Needs article:publish, or article:publish_own for what you have created."
KIND = "What sort of thing; a WITHDRAWAL is what withdrawArticle does."
TEXT = "What happened, for readers: 1 to 5,000 characters."
PUBLISH = "Whether the public reads it where the article is live."


@strawberry.input(description="Something to tell the readers of an article.")
class AddNoticeInput:
    article_id: strawberry.ID = needed("The article.")
    kind: NoticeKind = needed(KIND)
    text: str = needed(TEXT)
    version: int | None = optional(
        "The number of the version that it is about; the live one when left out, or the draft if none is live."
    )
    date: DateTime | None = optional("Its date, in the past; now when left out.")
    publish: bool = strawberry.field(default=True, description=PUBLISH)


@strawberry.input(description="Changes to a notice. What is left out stays as it is.")
class UpdateNoticeInput:
    id: strawberry.ID = needed("The notice.")
    expected_version: int = needed(
        "The `revision` of the notice that you have read. If somebody has changed it since, nothing is changed."
    )
    on_conflict: OnConflict = on_conflict_field()
    kind: NoticeKind | None = optional(KIND)
    text: str | None = optional(TEXT)
    version: int | None = optional("The number of the version that it is about.")
    date: DateTime | None = optional("Its date, in the past.")
    publish: bool | None = optional(
        f"{PUBLISH} What the public reads already cannot be taken back by this, but removed."
    )


@strawberry.type
class NoticeMutations:
    @strawberry.mutation(
        description="Tell readers what became of an article: a correction, an update, …. It belongs to the article, so no version is made, "
        f"and readers see it at once. {RIGHT}",
        graphql_type=ArticlePayload,
    )
    async def add_notice(self, info: strawberry.Info, input: Annotated[AddNoticeInput, Input]) -> Any:
        async def verb(session: AsyncSession, actor: Actor) -> Any:
            key = key_in("article", input.article_id, "articleId")
            await add_notice(session, actor, key, _fields(input))
            return key

        return await perform(info, verb, name="article_id")

    @strawberry.mutation(
        description=f"Change a notice, for readers at once. {RIGHT}", graphql_type=ArticlePayload
    )
    async def update_notice(self, info: strawberry.Info, input: Annotated[UpdateNoticeInput, Input]) -> Any:
        async def verb(session: AsyncSession, actor: Actor) -> Any:
            key = key_in("notice", input.id, "id")
            return await update_notice(session, actor, key, _fields(input), expected=expected_by(input))

        return await perform(info, verb, name="article_id")

    @strawberry.mutation(
        description=f"Take a notice away; the site as it was at a time goes on showing it. {RIGHT}",
        graphql_type=ArticlePayload,
    )
    async def remove_notice(self, info: strawberry.Info, input: Annotated[DeleteInput, Input]) -> Any:
        async def verb(session: AsyncSession, actor: Actor) -> Any:
            return await remove_notice(session, actor, key_in("notice", input.id, "id"))

        return await perform(info, verb, name="article_id")


def _fields(given: AddNoticeInput | UpdateNoticeInput) -> NoticeFields:
    is_new = isinstance(given, AddNoticeInput)
    # A new one takes null for absent, as its defaults are what both mean.
    version, date = ((None if is_new and value is None else value) for value in (given.version, given.date))
    return NoticeFields(
        kind=sent_value(given.kind, "kind"),
        text=sent_value(given.text, "text"),
        version=sent_value(strawberry.UNSET if is_new and version is None else version, "version"),
        dated=sent_value(strawberry.UNSET if is_new and date is None else date, "date"),
        is_published=sent_value(given.publish, "publish"),
    )
