"""Stores the articles of the demo newsroom through the verbs of the articles slice."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import inputs
from cms.articles.creating import create_article
from cms.articles.editing import update_article
from cms.articles.publishing import publish_article
from cms.demo import newsroom
from cms.demo.references import linked_slugs, with_ids
from cms.ids import public_id
from cms.permissions import Actor

# How long before its publication an article was begun, so that no history starts on the minute of its end.
WRITING_HOURS = 3


@dataclass(frozen=True)
class Keys:
    """What stands for the names in the files: authors, sections and tags by slug, assets by file name."""

    authors: Mapping[str, UUID]
    sections: Mapping[str, UUID]
    tags: Mapping[str, UUID]
    assets: Mapping[str, UUID]


async def store_articles(
    session: AsyncSession, actor: Actor, articles: tuple[newsroom.Article, ...], keys: Keys, *, now: datetime
) -> dict[str, UUID]:
    """Write all articles, link them, and publish those that are not drafts; answers their ids by slug.

    Three passes, because articles link to one another in circles and a link to nothing is refused. The dates count back from
    `now`, which must not be in the future. The caller commits.
    """
    written: dict[str, UUID] = {}
    for article in articles:
        new = _new_article(article, keys, written, now=now)
        written[article.slug] = await create_article(session, actor, new)
    for article in articles:
        if _is_linked(article):
            changes = _links(article, keys, written)
            await update_article(session, actor, written[article.slug], expected_version=1, changes=changes)
    for article in articles:
        if article.status == "published":
            await publish_article(
                session,
                actor,
                written[article.slug],
                expected_version=2 if _is_linked(article) else 1,
                published_at=_moment(article, now),
            )
    return written


def _new_article(
    article: newsroom.Article, keys: Keys, written: Mapping[str, UUID], *, now: datetime
) -> inputs.NewArticle:
    return inputs.NewArticle(
        title=article.title,
        slug=article.slug,
        locale=article.locale,
        kind=article.kind,
        subtitle=article.subtitle,
        excerpt=article.excerpt,
        body=_body(article, keys, {}),
        section_id=keys.sections[article.section],
        tag_ids=[keys.tags[slug] for slug in article.tags],
        byline=[inputs.BylineEntry(keys.authors[entry.author], entry.role) for entry in article.byline],
        cover=_cover(article.cover, keys),
        seo=inputs.SeoChanges(title=article.seo.title, description=article.seo.description),
        disclosures=[inputs.Disclosure(each.kind, each.text) for each in article.disclosures],
        translation_of=written[article.translation_of] if article.translation_of else None,
        created_at=_moment(article, now) - timedelta(hours=WRITING_HOURS),
    )


def _links(article: newsroom.Article, keys: Keys, written: Mapping[str, UUID]) -> inputs.ArticleChanges:
    return inputs.ArticleChanges(
        body=_body(article, keys, written),
        related=[inputs.RelatedLink(written[link.slug], link.kind, link.note) for link in article.related],
        message="Link to the other articles",
    )


def _is_linked(article: newsroom.Article) -> bool:
    return bool(article.related or linked_slugs(article.body))


def _body(article: newsroom.Article, keys: Keys, written: Mapping[str, UUID]) -> str:
    return with_ids(
        article.body,
        assets={name: public_id("asset", key) for name, key in keys.assets.items()},
        articles={slug: public_id("article", key) for slug, key in written.items()},
    )


def _cover(cover: newsroom.Cover | None, keys: Keys) -> inputs.Cover | None:
    if cover is None:
        return None
    return inputs.Cover(keys.assets[cover.image], cover.alt, cover.caption, cover.credit)


def _moment(article: newsroom.Article, now: datetime) -> datetime:
    return now - timedelta(days=article.days_ago)
