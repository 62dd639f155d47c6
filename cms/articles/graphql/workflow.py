"""The mutations that lead an article from the first draft to the archive."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import strawberry
from sqlalchemy.ext.asyncio import AsyncSession
from strawberry import UNSET

from cms.articles.graphql.inputs import MESSAGE, ArticleTransitionInput, PublishArticleInput
from cms.articles.graphql.mutations import ArticlePayload
from cms.articles.publishing import publish_article, unpublish_article
from cms.articles.workflow.reviewing import approve_article, request_changes, submit_article
from cms.articles.workflow.scheduling import Times, cancel_schedule, schedule_article
from cms.articles.workflow.withdrawing import withdraw_article
from cms.mutations import EXPECTED, Input, key_in, needed, optional, perform, sent
from cms.permissions import Actor
from cms.reading.scalars import DateTime

Verb = Callable[..., Awaitable[None]]
SKIPS = "from any other status by whoever has article:skip_review"


@strawberry.input(
    description="When an article is published and unpublished. What is left out stays as it is; null cancels."
)
class ScheduleArticleInput:
    id: strawberry.ID = needed("The article.")
    expected_version: int = needed(EXPECTED)
    publish_at: DateTime | None = optional("When the draft is published: a time to come.")
    unpublish_at: DateTime | None = optional(
        "When the article is unpublished: a time to come, after `publishAt`."
    )
    time_zone: str | None = optional(
        "The zone that the times are meant in, as in `Europe/Paris`, to be shown beside them; the offset that they are written with when "
        "left out. The times themselves are points in time and need no zone."
    )
    message: str | None = optional(MESSAGE)


@strawberry.input(description="An article to take back.")
class WithdrawArticleInput:
    id: strawberry.ID = needed("The article.")
    expected_version: int = needed(EXPECTED)
    reason: str = needed("Why, for the public, which reads it in the article's place: 1 to 5,000 characters.")
    message: str | None = optional(MESSAGE)


Step = ArticleTransitionInput | PublishArticleInput | ScheduleArticleInput | WithdrawArticleInput


@strawberry.type
class WorkflowMutations:
    @strawberry.mutation(
        description="Submit a draft for review: from DRAFT, UNPUBLISHED or WITHDRAWN to IN_REVIEW. Needs article:submit, or "
        "article:submit_own for what you have created.",
        graphql_type=ArticlePayload,
    )
    async def submit_article(
        self, info: strawberry.Info, input: Annotated[ArticleTransitionInput, Input]
    ) -> Any:
        return await _take(info, input, submit_article)

    @strawberry.mutation(
        description="Give a draft back to its writer: from IN_REVIEW or APPROVED to DRAFT. Say in `message` what is to change. Needs "
        "article:review.",
        graphql_type=ArticlePayload,
    )
    async def request_changes(
        self, info: strawberry.Info, input: Annotated[ArticleTransitionInput, Input]
    ) -> Any:
        return await _take(info, input, request_changes)

    @strawberry.mutation(
        description="Approve a draft: from IN_REVIEW to APPROVED. Needs article:approve.",
        graphql_type=ArticlePayload,
    )
    async def approve_article(
        self, info: strawberry.Info, input: Annotated[ArticleTransitionInput, Input]
    ) -> Any:
        return await _take(info, input, approve_article)

    @strawberry.mutation(
        description=f"Show the draft to the public, from now on: from APPROVED or SCHEDULED, and {SKIPS}; nothing happens if it is shown "
        "already. What was scheduled for later is not done again. What was withdrawn needs article:withdraw as well. Needs article:publish, or "
        "article:publish_own for what you have created.",
        graphql_type=ArticlePayload,
    )
    async def publish_article(
        self, info: strawberry.Info, input: Annotated[PublishArticleInput, Input]
    ) -> Any:
        return await _take(info, input, publish_article)

    @strawberry.mutation(
        description="Publish the draft at a set time, unpublish the article at one, or both; once, and as soon as Kiosque runs again if it "
        f"did not at that time. Publishing can be scheduled from APPROVED or SCHEDULED, and {SKIPS}; unpublishing for whatever is live "
        "or scheduled. Needs article:schedule, or article:schedule_own for what you have created.",
        graphql_type=ArticlePayload,
    )
    async def schedule_article(
        self, info: strawberry.Info, input: Annotated[ScheduleArticleInput, Input]
    ) -> Any:
        times = Times(
            publish_at=sent(input.publish_at),
            unpublish_at=sent(input.unpublish_at),
            time_zone=None if input.time_zone is UNSET else input.time_zone,
        )
        return await _take(info, input, schedule_article, times=times)

    @strawberry.mutation(
        description="Do nothing at set times any more: what was SCHEDULED is APPROVED. Needs article:schedule, or article:schedule_own for "
        "what you have created.",
        graphql_type=ArticlePayload,
    )
    async def cancel_schedule(
        self, info: strawberry.Info, input: Annotated[ArticleTransitionInput, Input]
    ) -> Any:
        return await _take(info, input, cancel_schedule)

    @strawberry.mutation(
        description="Take an article from the public; the draft stays. Needs article:publish, or article:publish_own for what you "
        "have created.",
        graphql_type=ArticlePayload,
    )
    async def unpublish_article(
        self, info: strawberry.Info, input: Annotated[ArticleTransitionInput, Input]
    ) -> Any:
        return await _take(info, input, unpublish_article)

    @strawberry.mutation(
        description="Take an article back. It leaves every list; under its address, the public reads its headline and the reason, "
        "with the status WITHDRAWN and an empty body. The slug stays taken, and the draft stays: publishing it takes the "
        "withdrawal back. What was scheduled is cancelled. Needs article:withdraw.",
        graphql_type=ArticlePayload,
    )
    async def withdraw_article(
        self, info: strawberry.Info, input: Annotated[WithdrawArticleInput, Input]
    ) -> Any:
        return await _take(info, input, withdraw_article, reason=input.reason)


async def _take(info: strawberry.Info, input: Step, service: Verb, **more: Any) -> Any:
    async def verb(session: AsyncSession, actor: Actor) -> Any:
        key = key_in("article", input.id, "id")
        expected, message = input.expected_version, input.message or None
        await service(session, actor, key, expected_version=expected, message=message, **more)
        return key

    return await perform(info, verb, name="article_id")
