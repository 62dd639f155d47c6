"""The mutation of the site."""

from typing import Annotated, Any

import strawberry
from sqlalchemy.ext.asyncio import AsyncSession

from cms.mutations import (
    EXPECTED,
    Input,
    OnConflict,
    expected_by,
    needed,
    on_conflict_field,
    optional,
    perform,
    sent,
)
from cms.permissions import Actor
from cms.problems import UserError, errors_field
from cms.reading.fields import reads_of, resolve_info
from cms.reading.ordinary import read_first
from cms.reading.scalars import Locale, Url
from cms.site import service
from cms.site.graphql import THE_SITE, Site
from cms.site.kinds import DisclosureKind


@strawberry.input(description="The standing words of a disclosure in a locale.")
class DisclosureTextInput:
    kind: DisclosureKind = needed("The kind of disclosure.")
    locale: Locale = needed("The locale of the words.")
    text: str = needed("The words, 1 to 1,000 characters.")


@strawberry.input(description="Changes to the site. What is left out stays as it is.")
class UpdateSiteInput:
    expected_version: int = needed(EXPECTED)
    on_conflict: OnConflict = on_conflict_field()
    name: str | None = optional("Its name, 1 to 200 characters.")
    url: Url | None = optional("Where it is: the beginning of every article's URL.")
    article_path: str | None = optional(
        "The path of an article below `url`, with `{slug}` once and `{locale}` at most once."
    )
    locales: list[Locale] | None = optional("The locales that articles can be in; the whole list.")
    default_locale: Locale | None = optional("The locale of what says none.")
    disclosure_texts: list[DisclosureTextInput] | None = optional(
        "The standing words of disclosures, by kind and locale; the whole list."
    )
    alt_required: bool | None = optional(
        "Whether an article is published only if each of its pictures has an alternative text or is marked as decorative; null is false."
    )


@strawberry.type(description="The site, or what is wrong with the input.")
class SitePayload:
    @strawberry.field(
        description="The site as it is now; null when there are errors.", graphql_type=Site | None
    )
    async def site(self, root: strawberry.Parent[Any], info: strawberry.Info) -> Any:
        if root["site_id"] is None:
            return None
        reads = reads_of(info)
        planned = await reads.planned(THE_SITE, None, resolve_info(info))
        return planned or await read_first(THE_SITE, None, reads, reads.draft_scope, {}, info.context)

    errors: list[UserError] = errors_field()


@strawberry.type
class SiteMutations:
    @strawberry.mutation(
        description="Change what the site says of itself. Needs site:update.", graphql_type=SitePayload
    )
    async def update_site(self, info: strawberry.Info, input: Annotated[UpdateSiteInput, Input]) -> Any:
        async def verb(session: AsyncSession, actor: Actor) -> Any:
            return (await service.update_site(session, actor, _fields(input), expected=expected_by(input))).id

        return await perform(info, verb, name="site_id")


def _fields(given: UpdateSiteInput) -> service.SiteFields:
    texts = sent(given.disclosure_texts)
    if given.disclosure_texts:
        texts = [
            service.DisclosureText(one.kind.value, one.locale, one.text) for one in given.disclosure_texts
        ]
    return service.SiteFields(
        name=sent(given.name),
        url=sent(given.url),
        article_path=sent(given.article_path),
        locales=sent(given.locales),
        default_locale=sent(given.default_locale),
        disclosure_texts=texts,
        alt_required=sent(given.alt_required),
    )
