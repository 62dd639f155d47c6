"""Whether the names in a newsroom lead somewhere: each check gives one sentence for each fault that it finds."""

from collections import Counter
from collections.abc import Iterable, Iterator

from cms.demo.newsroom import Article, Newsroom, Page, Section
from cms.demo.references import image_names, linked_slugs


def faults(newsroom: Newsroom) -> list[str]:
    """All faults of a newsroom, as sentences; none if it can be loaded."""
    return [
        *_repeated("author", (author.slug for author in newsroom.authors)),
        *_repeated("section", section_slugs(newsroom.sections)),
        *_repeated("tag", (tag.slug for tag in newsroom.tags)),
        *_repeated("article", (article.slug for article in newsroom.articles)),
        *_repeated("page", (page.slug for page in newsroom.pages)),
        *_missing_files(newsroom),
        *_unknown_avatars(newsroom),
        *(fault for article in newsroom.articles for fault in _article_faults(article, newsroom)),
        *_translation_faults(newsroom.articles),
        *_translation_faults(newsroom.pages),
        *_unknown_locales(newsroom),
    ]


def section_slugs(sections: Iterable[Section]) -> Iterator[str]:
    """The slugs of a tree of sections, parents first."""
    for section in sections:
        yield section.slug
        yield from section_slugs(section.children)


def _repeated(noun: str, slugs: Iterable[str]) -> Iterator[str]:
    return (
        f"The {noun} slug `{slug}` is used {count} times."
        for slug, count in Counter(slugs).items()
        if count > 1
    )


def _missing_files(newsroom: Newsroom) -> Iterator[str]:
    return (
        f"images.yaml: there is no file `{name}`."
        for name, image in newsroom.images.items()
        if not image.path.is_file()
    )


def _unknown_avatars(newsroom: Newsroom) -> Iterator[str]:
    return (
        f"{each.slug}: no image `{each.avatar}`."
        for each in newsroom.authors
        if each.avatar not in newsroom.images
    )


def _article_faults(article: Article, newsroom: Newsroom) -> Iterator[str]:
    slugs = {each.slug for each in newsroom.articles}
    pictures = image_names(article.body) + ([article.cover.image] if article.cover else [])
    yield from _unknown(article, "section", [article.section], set(section_slugs(newsroom.sections)))
    yield from _unknown(article, "tag", article.tags, {tag.slug for tag in newsroom.tags})
    yield from _unknown(
        article,
        "author",
        (entry.author for entry in article.byline),
        {each.slug for each in newsroom.authors},
    )
    yield from _unknown(article, "image", pictures, set(newsroom.images))
    yield from _unknown(
        article, "related article", (link.slug for link in article.related), slugs - {article.slug}
    )
    yield from _unknown(article, "linked article", linked_slugs(article.body), slugs - {article.slug})
    yield from (
        f"{article.slug}: {text}" for text in _repeated("related", (link.slug for link in article.related))
    )


def _unknown(article: Article, noun: str, names: Iterable[str], known: set[str]) -> Iterator[str]:
    return (f"{article.slug}: there is no {noun} `{name}`." for name in names if name not in known)


def _translation_faults(documents: Iterable[Article] | Iterable[Page]) -> Iterator[str]:
    by_slug: dict[str, Article | Page] = {document.slug: document for document in documents}
    for document in by_slug.values():
        if document.translation_of is None:
            continue
        original = by_slug.get(document.translation_of)
        if original is None or original.translation_of is not None or original.locale == document.locale:
            yield f"{document.slug}: `{document.translation_of}` is not an original in another language."


def _unknown_locales(newsroom: Newsroom) -> Iterator[str]:
    documents = [*newsroom.articles, *newsroom.pages]
    if newsroom.site.default_locale not in newsroom.site.locales:
        yield f"site.yaml: the default locale `{newsroom.site.default_locale}` is not among the locales."
    yield from (
        f"{each.slug}: the site has no locale `{each.locale}`."
        for each in documents
        if each.locale not in newsroom.site.locales
    )
