"""Posts and pages, as articles."""

from collections.abc import Iterator
from datetime import datetime

from cms.importing.documents import ContentKind, ImportedArticle, ImportedStatus, ImportEvent, ImportWarning
from cms.importing.html import plain_text
from cms.importing.wordpress.addresses import SourceSite, joined, reduced_address
from cms.importing.wordpress.authors import Credit, cleaned, public_name
from cms.importing.wordpress.body import BodySource, converted_body, excerpt_of
from cms.importing.wordpress.dates import ItemDates, dates_of
from cms.importing.wordpress.index import SourceIndex
from cms.importing.wordpress.names import (
    CONTENT,
    CREATOR,
    EXCERPTS,
    XmlElement,
    export_field,
    field,
    first_text,
    meta_values,
    raw_field,
)
from cms.importing.wordpress.shortcodes import Attachments
from cms.importing.wordpress.slugs import decoded_slug
from cms.importing.wordpress.statuses import Standing, standing_of
from cms.importing.wordpress.targets import WordPressTargets
from cms.importing.wordpress.terms import item_terms, locale_of, section_of

SUBTITLES = (
    "_subtitle",
    "subtitle",
    "wps_subtitle",
    "secondary_title",
    "_secondary_title",
    "newspack_post_subtitle",
)
SEO_TITLES = ("_yoast_wpseo_title", "rank_math_title", "_aioseop_title")
SEO_DESCRIPTIONS = ("_yoast_wpseo_metadesc", "rank_math_description", "_aioseop_description")


class ArticleReading:
    """One item being read: its fields, its targets, and the warnings that gather on the way."""

    def __init__(self, item: XmlElement, key: str, site: SourceSite, index: SourceIndex, where: str) -> None:
        self.item = item
        self.key = key
        self.site = site
        self.index = index
        self.where = where
        self.meta: dict[str, str] = {}
        for name, value in meta_values(item):
            self.meta.setdefault(name, value)
        self.targets = WordPressTargets(index, site)

    def first_meta(self, names: tuple[str, ...]) -> str | None:
        """The words of the first of these custom fields that has any. Templates (`%%title%%`) are no words."""
        values = (plain_text(self.meta.get(name, "")) for name in names)
        return next((value for value in values if value and "%%" not in value and "%" not in value[:1]), None)


def read_article(reading: ArticleReading, *, is_page: bool, now: datetime) -> Iterator[ImportEvent]:
    """The article of an item, before it the images that only its body names, and what is to be told about it."""
    article = built_article(reading, is_page=is_page, now=now)
    yield from reading.targets.found_assets.values()
    if article.status_reason and article.status is not ImportedStatus.PUBLISHED:
        yield ImportWarning(reading.where, article.status_reason)
    if reading.targets.files:
        names = ", ".join(list(reading.targets.files)[:3])
        yield ImportWarning(
            reading.where, f"Links to {len(reading.targets.files)} file(s) that stay on the old site: {names}"
        )
    for message in reading.targets.warnings:
        yield ImportWarning(reading.where, message)
    yield article


def built_article(reading: ArticleReading, *, is_page: bool, now: datetime) -> ImportedArticle:
    """Every field of the article."""
    item, index, site = reading.item, reading.index, reading.site
    dates = dates_of(item)
    warn_of_guess(reading, dates)
    has_password = bool(export_field(item, "post_password"))
    standing = standing_of(export_field(item, "status"), dates.dated, has_password=has_password, now=now)
    content = raw_field(item, (CONTENT,))
    body = converted_body(content, reading.meta.get("footnotes", ""), body_source(reading))
    slug = decoded_slug(export_field(item, "post_name"))
    terms = item_terms(index, site.name, item)
    locale, group = language_of(reading)
    return ImportedArticle(
        source_key=reading.key,
        where=reading.where,
        kind=ContentKind.PAGE if is_page else ContentKind.ARTICLE,
        slug=slug,
        title=title_of(item),
        markdown=body.markdown,
        status=standing.status,
        status_reason=standing.reason,
        subtitle=reading.first_meta(SUBTITLES),
        excerpt=excerpt_of(first_text(item, EXCERPTS), content),
        locale=locale,
        translation_group=group,
        published_at=publication_date(standing, dates),
        scheduled_for=standing.scheduled_for,
        created_at=dates.dated or dates.modified,
        updated_at=dates.modified or dates.dated,
        author_keys=author_keys(reading),
        section_key=section_of(
            index, site.name, terms, reading.meta.get("_yoast_wpseo_primary_category", "").strip()
        ),
        term_keys=terms,
        cover_key=cover_key(reading),
        old_slugs=old_slugs(item, slug),
        old_links=old_links(reading),
        parent_key=index.article_keys_by_id.get(f"{site.name}/{export_field(item, 'post_parent')}")
        if is_page
        else None,
        seo_title=reading.first_meta(SEO_TITLES),
        seo_description=reading.first_meta(SEO_DESCRIPTIONS),
        password_protected=has_password,
        sticky=export_field(item, "is_sticky") == "1",
        asset_keys=body.asset_keys,
        linked_article_keys=body.linked_article_keys,
    )


def title_of(item: XmlElement) -> str:
    """The title in plain text. One that is nothing but tags is kept as it stands."""
    written = field(item, "title")
    return plain_text(written) or written


def publication_date(standing: Standing, dates: ItemDates) -> datetime | None:
    """When a published piece came out."""
    return dates.dated if standing.status is ImportedStatus.PUBLISHED else None


def warn_of_guess(reading: ArticleReading, dates: ItemDates) -> None:
    """A local date without an offset is off by up to half a day; tell so where it becomes public."""
    if dates.is_guessed and export_field(reading.item, "status") in ("publish", "future"):
        reading.targets.warn("The export has only a local date; it was taken as UTC")


def body_source(reading: ArticleReading) -> BodySource:
    """What this item's body may refer to."""
    index, site = reading.index, reading.site.name
    attachments = Attachments(
        by_id=lambda attachment_id: index.attachments.get(f"{site}/attachment/{attachment_id}"),
        of_item=index.attachments_of(f"{site}/{export_field(reading.item, 'post_id')}"),
        warn=reading.targets.warn,
    )
    return BodySource(
        reading.targets, attachments, lambda block_id: index.reusable_blocks.get(f"{site}/{block_id}")
    )


def credits_of(item: XmlElement) -> list[Credit]:
    """Who wrote an item: the co-authors in their order where a plugin notes them, else the creator."""
    together = [
        Credit(
            login=(node.get("nicename") or "").removeprefix("cap-"),
            name="".join(node.itertext()).strip(),
            slug=node.get("nicename"),
        )
        for node in item.iterfind("category")
        if node.get("domain") == "author"
    ]
    creator = field(item, CREATOR) or export_field(item, "author")
    return together or ([Credit(creator)] if creator else [])


def author_keys(reading: ArticleReading) -> tuple[str, ...]:
    """The authors of an item, each once."""
    for credit in credits_of(reading.item):
        if cleaned(credit.login) != credit.login:
            written, read = (f"“{public_name(name)[:60]}”" for name in (credit.login, cleaned(credit.login)))
            reading.targets.warn(f"The creator was written {written} and read as {read}")
    found = (reading.index.authors.key_of(reading.site.name, credit) for credit in credits_of(reading.item))
    return tuple(dict.fromkeys(key for key in found if key))


def cover_key(reading: ArticleReading) -> str | None:
    """The featured image, if the import holds it."""
    attachment_id = reading.meta.get("_thumbnail_id", "").strip()
    if not attachment_id or attachment_id in ("0", "-1"):
        return None
    key = f"{reading.site.name}/attachment/{attachment_id}"
    if key in reading.index.attachments:
        return key
    reading.targets.warn(f"The featured image {attachment_id} is in none of the files")
    return None


def language_of(reading: ArticleReading) -> tuple[str | None, str | None]:
    """Locale and group of translations, as Polylang notes them on the item or in its map."""
    labels = {node.get("domain"): node.get("nicename") or "" for node in reading.item.iterfind("category")}
    group, slug = reading.index.translations.get(
        f"{reading.site.name}/{export_field(reading.item, 'post_id')}", (None, "")
    )
    slug = labels.get("language") or slug
    if labels.get("post_translations"):
        group = f"{reading.site.name}/translations/{labels['post_translations']}"
    return (reading.index.locales.get(slug) or locale_of(slug)) or None, group


def old_slugs(item: XmlElement, slug: str | None) -> tuple[str, ...]:
    """The slugs that the item had before, without the present one."""
    values = (decoded_slug(value) for name, value in meta_values(item) if name == "_wp_old_slug")
    return tuple(dict.fromkeys(value for value in values if value and value != slug))


def old_links(reading: ArticleReading) -> tuple[str, ...]:
    """The addresses under which the item was found on the old site: its permalink and its short link."""
    item, site = reading.item, reading.site
    links = [joined(field(item, "link"), site.url)]
    if (guid := field(item, "guid")) and reduced_address(guid).startswith(site.name):
        links.append(guid)
    if (item_id := export_field(item, "post_id")) and site.url:
        links.append(
            f"{site.url}?{'page_id' if export_field(item, 'post_type') == 'page' else 'p'}={item_id}"
        )
    by_address = {
        reduced_address(link): link for link in reversed(links) if link.startswith(("http://", "https://"))
    }
    by_address.pop(site.name, None)
    return tuple(reversed(by_address.values()))
