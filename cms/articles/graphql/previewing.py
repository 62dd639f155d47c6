"""Preview links in the API: what is told of one, and the mutations that make and revoke them."""

from typing import Annotated, Any

import strawberry
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles.previews.entities import PREVIEW_LINK
from cms.articles.previews.links import (
    MadeLink,
    PreviewLinkFields,
    create_preview_link,
    revoke_preview_link,
)
from cms.ids import public_id
from cms.mutations import (
    DeleteInput,
    DeletePayload,
    Input,
    UserError,
    errors_field,
    key_in,
    needed,
    optional,
    perform,
    perform_deletion,
)
from cms.permissions import Actor
from cms.reading.fields import column, computed, one
from cms.reading.scalars import DateTime, Url
from cms.reading.sources import Facts, One

RIGHT = "Needs article:preview, or article:preview_own for what you have created."


def _id(_: Facts, key: str) -> str:
    return public_id("preview_link", key)


@strawberry.type(
    description="A link by which somebody without a token of the newsroom reads the draft of one article, for a while."
)
class PreviewLink:
    id: strawberry.ID = computed(_id, "id", description="Opaque, the same everywhere, for ever.")
    note: str | None = column("note", "For whom it is, or why.")
    actor_name: str = column("actor_name", "Who made it.")
    created_at: DateTime = column("created_at", "When it was made.")
    expires_at: DateTime = column("expires_at", "Until when it is good.")


@strawberry.input(description="A preview link to be made.")
class CreatePreviewLinkInput:
    article_id: strawberry.ID = needed("The article whose draft is to be read.")
    expires_in: int | None = optional(
        "For how many seconds it is good: 60 to the setting PREVIEW_SECONDS_MAX. For a day when left out, or for so long if that is less."
    )
    note: str | None = optional("For whom it is, or why: up to 200 characters.")


@strawberry.type(description="A preview link with its token, or what is wrong with the input.")
class PreviewLinkPayload:
    preview_link: PreviewLink | None = one(
        One(PREVIEW_LINK, "link_id"), "The link; null when there are errors."
    )
    token: str | None = column(
        "token",
        "What its bearer shows, as `Authorization: Bearer …` or as the parameter `preview` of the endpoint's URL. It is told only here.",
    )
    url: Url | None = column(
        "url",
        "Where the draft is on the site, with the token in the parameter `preview`; null while the site has no URL.",
    )
    errors: list[UserError] = errors_field()


@strawberry.type
class PreviewMutations:
    @strawberry.mutation(
        description="Make a link by which anybody who has it reads the draft of one article, its pictures included, as it is at that "
        f"moment; nothing else that is not published, and only for a while. The answer holds its token, this once. {RIGHT}",
        graphql_type=PreviewLinkPayload,
    )
    async def create_preview_link(
        self, info: strawberry.Info, input: Annotated[CreatePreviewLinkInput, Input]
    ) -> Any:
        context = info.context

        async def verb(session: AsyncSession, actor: Actor) -> MadeLink:
            seconds = input.expires_in if isinstance(input.expires_in, int) else None
            return await create_preview_link(
                session,
                actor,
                context.facts.signing_key,
                key_in("article", input.article_id, "articleId"),
                PreviewLinkFields(seconds, input.note or None),
                seconds_max=context.settings.preview_seconds_max,
            )

        payload = await perform(info, verb, name="made")
        made: MadeLink | None = payload.pop("made")
        if made is None:
            return {"link_id": None, "token": None, "url": None, **payload}
        return {"link_id": str(made.link.id), "token": made.token, "url": made.url, **payload}

    @strawberry.mutation(
        description=f"Make a preview link useless from now on. {RIGHT}", graphql_type=DeletePayload
    )
    async def revoke_preview_link(self, info: strawberry.Info, input: Annotated[DeleteInput, Input]) -> Any:
        return await perform_deletion(info, "preview_link", input, revoke_preview_link)
