"""What an imported article is to be here: its fields within the bounds that articles have."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from cms.articles.fields import (
    BYLINE_ENTRIES_MAX,
    LINE_CHARACTERS_MAX,
    TAGS_MAX,
    TEXT_CHARACTERS_MAX,
    TITLE_CHARACTERS_MAX,
)
from cms.articles.inputs import BylineEntry, Cover, NewArticle, SeoChanges
from cms.body import derive_body
from cms.importing.bodies import written_body
from cms.importing.documents import ImportedArticle, ImportedStatus
from cms.importing.html.plain import cut_at_word, folded
from cms.importing.records import fingerprint_of
from cms.importing.run import ImportRun
from cms.importing.terms import section_and_tags

TITLE_FROM_BODY_CHARACTERS_MAX = 80
Warn = Callable[[str], None]


@dataclass(frozen=True)
class WantedArticle:
    """The fields to store, but for locale, slug and dates; and what could not be kept as it was."""

    new: NewArticle
    warnings: tuple[str, ...]


def fingerprint(run: ImportRun, document: ImportedArticle) -> str:
    """What decides whether an article has changed: its content at the source, and which of its pictures and links are here.

    Where it stood in the file, its number there, and its dates are not part of it.
    """
    assets = [key for key in (document.cover_key, *document.asset_keys) if key in run.assets]
    links = [key for key in document.linked_article_keys if key in run.articles]
    texts = (document.slug, document.title, document.subtitle, document.excerpt, document.markdown)
    about = (document.seo_title, document.seo_description, document.cover_alt, document.cover_caption)
    labels = (document.author_keys, document.section_key, document.term_keys, document.cover_key)
    is_public = document.status is ImportedStatus.PUBLISHED
    return fingerprint_of(
        texts, about, labels, document.old_slugs, is_public, assets, links, str(run.options.categories)
    )


async def wanted_article(run: ImportRun, document: ImportedArticle) -> WantedArticle:
    """The article as the services take it. Categories that have to be tags are made on the way."""
    warnings: dict[str, None] = {}

    def warn(message: str) -> None:
        warnings[message] = None

    body = written_body(run, document.markdown)
    for message in body.warnings:
        warn(message)
    section_id, tag_ids = await section_and_tags(run, document.section_key, document.term_keys)
    new = NewArticle(
        title=_title(document, warn),
        subtitle=_cut(document.subtitle, "subtitle", LINE_CHARACTERS_MAX, warn),
        excerpt=_cut(document.excerpt, "excerpt", TEXT_CHARACTERS_MAX, warn),
        body=body.markdown,
        section_id=section_id,
        tag_ids=_bounded(tag_ids, "tags", TAGS_MAX, warn),
        byline=_byline(run, document, warn),
        cover=_cover(run, document, warn),
        seo=SeoChanges(
            title=_cut(document.seo_title, "SEO title", TITLE_CHARACTERS_MAX, warn),
            description=_cut(document.seo_description, "SEO description", LINE_CHARACTERS_MAX, warn),
        ),
        message=f"Imported from {run.options.source_name}",
    )
    return WantedArticle(new, tuple(warnings))


def _title(document: ImportedArticle, warn: Warn) -> str:
    if title := folded(document.title):
        return _cut(title, "title", TITLE_CHARACTERS_MAX, warn) or title
    warn("It has no title; one was made from its first words, or from its date")
    words = folded(derive_body(document.markdown, locale=document.locale or "en").text)
    if words:
        return cut_at_word(words, characters_max=TITLE_FROM_BODY_CHARACTERS_MAX)
    dated = document.published_at or document.created_at
    return f"Untitled, {dated:%Y-%m-%d}" if dated else "Untitled"


def _cover(run: ImportRun, document: ImportedArticle, warn: Warn) -> Cover | None:
    if document.cover_key is None:
        return None
    asset = run.assets.get(document.cover_key)
    if asset is None:
        warn("The picture of its cover could not be stored: it has no cover")
        return None
    alt = _cut(document.cover_alt or asset.alt, "cover's alt text", TEXT_CHARACTERS_MAX, warn)
    caption = _cut(document.cover_caption or asset.caption, "cover's caption", TEXT_CHARACTERS_MAX, warn)
    return Cover(asset.asset_id, alt, caption, asset.credit)


def _byline(run: ImportRun, document: ImportedArticle, warn: Warn) -> list[BylineEntry]:
    found = [run.authors[key] for key in document.author_keys if key in run.authors]
    if len(found) < len(document.author_keys):
        warn("An author of it was deleted here; the byline goes without")
    return [
        BylineEntry(key) for key in _bounded(list(dict.fromkeys(found)), "authors", BYLINE_ENTRIES_MAX, warn)
    ]


def _cut(text: str | None, noun: str, characters_max: int, warn: Warn) -> str | None:
    if text is None or len(text) <= characters_max:
        return text
    warn(f"Its {noun} has more than {characters_max:,} characters and was cut")
    return cut_at_word(text, characters_max=characters_max)


def _bounded(keys: list[UUID], noun: str, most: int, warn: Warn) -> list[UUID]:
    if len(keys) > most:
        warn(f"It has more than {most} {noun}; the first {most} were kept")
    return keys[:most]
