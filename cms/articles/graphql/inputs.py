"""What is sent to the mutations of articles. Absent is left alone, null clears."""

from typing import Any

import strawberry
from strawberry import UNSET

from cms.articles import inputs
from cms.articles.kinds import ArticleKind, BylineRole, DisclosureKind, RelationKind
from cms.assets.graphql_inputs import CropInput, FocalPointInput, crop_in, point_in
from cms.errors import Invalid
from cms.mutations import (
    EXPECTED,
    OnConflict,
    key_in,
    needed,
    on_conflict_field,
    optional,
    sent,
    sent_key,
    sent_keys,
    sent_value,
)
from cms.reading.scalars import Locale, Markdown, Url

MESSAGE = "Why, for the history."
EXPECTED_BY_CHOICE = (
    f"{EXPECTED} Without it, the change is made whatever others have saved: it touches this one link alone."
)


@strawberry.input(description="Somebody in the byline.")
class BylineInput:
    author_id: strawberry.ID = needed("Who.")
    role: BylineRole = strawberry.field(default=BylineRole.AUTHOR, description="What they did.")


@strawberry.input(description="A picture in its place. What is left out comes from the asset.")
class ImagePlacementInput:
    asset_id: strawberry.ID = needed("The picture.")
    alt: str | None = optional(
        "What a reader who cannot see it should know; empty or null leaves it to the asset."
    )
    is_decorative: bool | None = optional(
        "Whether it says nothing here that a reader who cannot see it would miss: its `alt` is empty on purpose."
    )
    caption: str | None = optional("What it shows.")
    credit: str | None = optional("Who is to be named beside it.")
    focal_point: FocalPointInput | None = optional(
        "The point that no cut should lose here, in shares of the whole picture; null leaves it to the asset."
    )
    crop: CropInput | None = optional("The part of the picture that is shown here; null shows all of it.")


@strawberry.input(description="A link to a related article.")
class RelatedLinkInput:
    article_id: strawberry.ID = needed("The article to point to.")
    kind: RelationKind = strawberry.field(
        default=RelationKind.SEE_ALSO, description="What it is to this one."
    )
    note: str | None = optional("What to say of the link.")


@strawberry.input(description="Something that a reader should know.")
class DisclosureInput:
    kind: DisclosureKind = needed("What sort of thing.")
    text: str | None = optional("The words; the site's for this kind and locale when left out.")


@strawberry.input(
    description="What search engines and social networks are told in place of the article's own."
)
class SeoInput:
    title: str | None = optional("The title.")
    description: str | None = optional("The description.")
    canonical_url: Url | None = optional("The address that counts.")
    no_index: bool | None = optional("Whether search engines are asked to leave it out.")
    image_id: strawberry.ID | None = optional("The picture for previews.")
    image_focal_point: FocalPointInput | None = optional(
        "The point of that picture that no cut for previews should lose, in shares of the whole picture; null leaves it to the asset. Goes when `imageId` names another."
    )
    image_crop: CropInput | None = optional(
        "The part of that picture that previews show; null shows all of it. Goes when `imageId` names another."
    )


@strawberry.input(description="An article to be written, as a draft.")
class CreateArticleInput:
    title: str = needed("The headline, 1 to 500 characters.")
    locale: Locale | None = optional("One of the site's locales; its default when left out.")
    kind: ArticleKind = strawberry.field(
        default=ArticleKind.NEWS, description="What sort of journalism it is."
    )
    slug: str | None = optional("The name in URLs; made from the title when left out.")
    subtitle: str | None = optional("The line below the headline.")
    excerpt: str | None = optional("What it says in short; cut from the text when left out.")
    body: Markdown = strawberry.field(default=Markdown(""), description="What it says, in Markdown.")
    byline: list[BylineInput] | None = optional("Who made it, in order.")
    section_id: strawberry.ID | None = optional("The part of the site it belongs to.")
    tag_ids: list[strawberry.ID] | None = optional("Its tags, in order.")
    cover: ImagePlacementInput | None = optional("The picture at its head.")
    related: list[RelatedLinkInput] | None = optional("The articles to name as related, in order.")
    seo: SeoInput | None = optional("What search engines and social networks are told.")
    disclosures: list[DisclosureInput] | None = optional("What a reader should know about how it came to be.")
    message: str | None = optional(MESSAGE)


@strawberry.input(description="Changes to an article. What is left out stays as it is.")
class UpdateArticleInput:
    id: strawberry.ID = needed("The article.")
    expected_version: int = needed(EXPECTED)
    on_conflict: OnConflict = on_conflict_field()
    title: str | None = optional("The headline, 1 to 500 characters.")
    kind: ArticleKind | None = optional("What sort of journalism it is.")
    slug: str | None = optional(
        "The name in URLs; null makes one from the title. The old one goes on leading here."
    )
    subtitle: str | None = optional("The line below the headline.")
    excerpt: str | None = optional("What it says in short; null cuts it from the text.")
    body: Markdown | None = optional("What it says, in Markdown.")
    byline: list[BylineInput] | None = optional("Who made it, in order; the whole list.")
    section_id: strawberry.ID | None = optional("The part of the site it belongs to.")
    tag_ids: list[strawberry.ID] | None = optional("Its tags, in order; the whole list.")
    cover: ImagePlacementInput | None = optional("The picture at its head.")
    related: list[RelatedLinkInput] | None = optional(
        "The articles to name as related, in order; the whole list."
    )
    seo: SeoInput | None = optional("What search engines and social networks are told.")
    disclosures: list[DisclosureInput] | None = optional(
        "What a reader should know about how it came to be; the whole list."
    )
    message: str | None = optional(MESSAGE)


@strawberry.input(description="All related links of an article at once.")
class SetRelatedArticlesInput:
    id: strawberry.ID = needed("The article.")
    expected_version: int = needed(EXPECTED)
    links: list[RelatedLinkInput] = needed("The articles to name as related, in order; none clears them.")


@strawberry.input(description="One more related link.")
class RelateArticlesInput:
    id: strawberry.ID = needed("The article that gets the link.")
    expected_version: int | None = optional(EXPECTED_BY_CHOICE)
    to_id: strawberry.ID = needed("The article to point to.")
    kind: RelationKind = strawberry.field(
        default=RelationKind.SEE_ALSO, description="What it is to the first one."
    )
    note: str | None = optional("What to say of the link.")
    position: int | None = optional("Its place among the links, from 0; the last one when left out.")


@strawberry.input(description="One related link less.")
class UnrelateArticlesInput:
    id: strawberry.ID = needed("The article that has the link.")
    expected_version: int | None = optional(EXPECTED_BY_CHOICE)
    to_id: strawberry.ID = needed("The article that it points to.")


@strawberry.input(description="An article to be written in another locale.")
class CreateTranslationInput:
    article_id: strawberry.ID = needed("The article to translate.")
    locale: Locale = needed("The locale to write it in: one of the site's that the article is not in yet.")
    title: str | None = optional("The headline in that locale; the original one when left out.")
    body: Markdown | None = optional("What it says in that locale, in Markdown; empty when left out.")


@strawberry.input(description="A draft to show to the public.")
class PublishArticleInput:
    id: strawberry.ID = needed("The article.")
    expected_version: int = needed(EXPECTED)
    message: str | None = optional(MESSAGE)


@strawberry.input(description="A step in the life of an article.")
class ArticleTransitionInput:
    id: strawberry.ID = needed("The article.")
    expected_version: int = needed(EXPECTED)
    message: str | None = optional(MESSAGE)


def content_of(given: CreateArticleInput | UpdateArticleInput) -> dict[str, Any]:
    """The fields that both inputs share, as the services take them. Raises Invalid for an id that is none."""
    return {
        "kind": sent_value(given.kind, "kind"),
        "slug": sent(given.slug),
        "title": sent_value(given.title, "title"),
        "subtitle": sent(given.subtitle),
        "excerpt": sent(given.excerpt),
        "body": "" if given.body is None else sent(given.body),
        "byline": _each(given.byline, byline_entry, "byline"),
        "section_id": sent_key("section", given.section_id, "sectionId"),
        "tag_ids": sent_keys("tag", given.tag_ids, "tagIds"),
        "cover": _one(given.cover, _cover),
        "related": _each(given.related, related_link, "related"),
        "seo": _one(given.seo, _seo),
        "disclosures": _each(given.disclosures, _disclosure, "disclosures"),
        "message": given.message or None,
    }


def _one(value: Any, convert: Any) -> Any:
    return sent(value) if value is UNSET or value is None else convert(value)


def _each(values: Any, convert: Any, path: str) -> Any:
    if values is UNSET or values is None:
        return sent(values)
    return [convert(value, path, str(index)) for index, value in enumerate(values)]


def byline_entry(given: BylineInput, *path: str) -> inputs.BylineEntry:
    """A byline entry as the services take it."""
    return inputs.BylineEntry(key_in("author", given.author_id, *path, "authorId"), given.role)


def related_link(given: RelatedLinkInput, *path: str) -> inputs.RelatedLink:
    """A related link as the services take it."""
    return inputs.RelatedLink(
        key_in("article", given.article_id, *path, "articleId"), given.kind, given.note or None
    )


def _cover(given: ImagePlacementInput) -> inputs.Cover:
    texts = {name: getattr(given, name) for name in ("alt", "caption", "credit")}
    own = {name: None if text is UNSET else text for name, text in texts.items()}
    own["alt"] = own["alt"] or None
    if given.is_decorative:
        if own["alt"]:
            told = "A decorative picture has no alternative text; leave out alt, or isDecorative."
            raise Invalid(told, "cover", "isDecorative")
        own["alt"] = ""
    return inputs.Cover(
        key_in("asset", given.asset_id, "cover", "assetId"),
        **own,
        focal_point=point_in(given.focal_point) if given.focal_point else None,
        crop=crop_in(given.crop) if given.crop else None,
    )


def _seo(given: SeoInput) -> inputs.SeoChanges:
    return inputs.SeoChanges(
        title=sent(given.title),
        description=sent(given.description),
        canonical_url=sent(given.canonical_url),
        no_index=sent(given.no_index),
        image_id=sent_key("asset", given.image_id, "seo", "imageId"),
        image_focal_point=_one(given.image_focal_point, point_in),
        image_crop=_one(given.image_crop, crop_in),
    )


def _disclosure(given: DisclosureInput, *_: str) -> inputs.Disclosure:
    return inputs.Disclosure(given.kind, given.text or None)
