"""What is sent to the mutations of articles. Absent is left alone, null clears."""

from typing import Any

import strawberry
from strawberry import UNSET

from cms.articles import inputs
from cms.articles.kinds import ArticleKind, BylineRole, DisclosureKind, RelationKind
from cms.mutations import key_in, sent, sent_key, sent_keys
from cms.reading.scalars import Locale, Markdown, Url


def _optional(description: str) -> Any:
    return strawberry.field(default=UNSET, description=description)


def _needed(description: str) -> Any:
    return strawberry.field(description=description)


MESSAGE = "Why, for the history."
EXPECTED = "The `version` that you have read. If somebody has saved since, nothing is changed."


@strawberry.input(description="Somebody in the byline.")
class BylineInput:
    author_id: strawberry.ID = _needed("Who.")
    role: BylineRole = strawberry.field(default=BylineRole.AUTHOR, description="What they did.")


@strawberry.input(description="A picture in its place. What is left out comes from the asset.")
class ImagePlacementInput:
    asset_id: strawberry.ID = _needed("The picture.")
    alt: str | None = _optional("What a reader who cannot see it should know.")
    caption: str | None = _optional("What it shows.")
    credit: str | None = _optional("Who is to be named beside it.")


@strawberry.input(description="A link to a related article.")
class RelatedLinkInput:
    article_id: strawberry.ID = _needed("The article to point to.")
    kind: RelationKind = strawberry.field(
        default=RelationKind.SEE_ALSO, description="What it is to this one."
    )
    note: str | None = _optional("What to say of the link.")


@strawberry.input(description="Something that a reader should know.")
class DisclosureInput:
    kind: DisclosureKind = _needed("What sort of thing.")
    text: str | None = _optional("The words; the site's for this kind and locale when left out.")


@strawberry.input(
    description="What search engines and social networks are told in place of the article's own."
)
class SeoInput:
    title: str | None = _optional("The title.")
    description: str | None = _optional("The description.")
    canonical_url: Url | None = _optional("The address that counts.")
    no_index: bool | None = _optional("Whether search engines are asked to leave it out.")
    image_id: strawberry.ID | None = _optional("The picture for previews.")


@strawberry.input(description="An article to be written, as a draft.")
class CreateArticleInput:
    title: str = _needed("The headline, 1 to 500 characters.")
    locale: Locale | None = _optional("One of the site's locales; its default when left out.")
    kind: ArticleKind = strawberry.field(
        default=ArticleKind.NEWS, description="What sort of journalism it is."
    )
    slug: str | None = _optional("The name in URLs; made from the title when left out.")
    subtitle: str | None = _optional("The line below the headline.")
    excerpt: str | None = _optional("What it says in short; cut from the text when left out.")
    body: Markdown = strawberry.field(default=Markdown(""), description="What it says, in Markdown.")
    byline: list[BylineInput] | None = _optional("Who made it, in order.")
    section_id: strawberry.ID | None = _optional("The part of the site it belongs to.")
    tag_ids: list[strawberry.ID] | None = _optional("Its tags, in order.")
    cover: ImagePlacementInput | None = _optional("The picture at its head.")
    related: list[RelatedLinkInput] | None = _optional("The articles to name as related, in order.")
    seo: SeoInput | None = _optional("What search engines and social networks are told.")
    disclosures: list[DisclosureInput] | None = _optional(
        "What a reader should know about how it came to be."
    )
    message: str | None = _optional(MESSAGE)


@strawberry.input(description="Changes to an article. What is left out stays as it is.")
class UpdateArticleInput:
    id: strawberry.ID = _needed("The article.")
    expected_version: int = _needed(EXPECTED)
    title: str | None = _optional("The headline, 1 to 500 characters.")
    kind: ArticleKind | None = _optional("What sort of journalism it is.")
    slug: str | None = _optional(
        "The name in URLs; null makes one from the title. The old one goes on leading here."
    )
    subtitle: str | None = _optional("The line below the headline.")
    excerpt: str | None = _optional("What it says in short; null cuts it from the text.")
    body: Markdown | None = _optional("What it says, in Markdown.")
    byline: list[BylineInput] | None = _optional("Who made it, in order; the whole list.")
    section_id: strawberry.ID | None = _optional("The part of the site it belongs to.")
    tag_ids: list[strawberry.ID] | None = _optional("Its tags, in order; the whole list.")
    cover: ImagePlacementInput | None = _optional("The picture at its head.")
    related: list[RelatedLinkInput] | None = _optional(
        "The articles to name as related, in order; the whole list."
    )
    seo: SeoInput | None = _optional("What search engines and social networks are told.")
    disclosures: list[DisclosureInput] | None = _optional(
        "What a reader should know about how it came to be; the whole list."
    )
    message: str | None = _optional(MESSAGE)


def content_of(given: CreateArticleInput | UpdateArticleInput) -> dict[str, Any]:
    """The fields that both inputs share, as the services take them. Raises Invalid for an id that is none."""
    return {
        "kind": sent(given.kind),
        "slug": sent(given.slug),
        "title": sent(given.title),
        "subtitle": sent(given.subtitle),
        "excerpt": sent(given.excerpt),
        "body": sent(given.body),
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
    return inputs.Cover(key_in("asset", given.asset_id, "cover", "assetId"), **own)


def _seo(given: SeoInput) -> inputs.SeoChanges:
    return inputs.SeoChanges(
        title=sent(given.title),
        description=sent(given.description),
        canonical_url=sent(given.canonical_url),
        no_index=sent(given.no_index),
        image_id=sent_key("asset", given.image_id, "seo", "imageId"),
    )


def _disclosure(given: DisclosureInput, *_: str) -> inputs.Disclosure:
    return inputs.Disclosure(given.kind, given.text or None)
