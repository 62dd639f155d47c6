"""A new article in another locale, beside the one that it translates."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.content import Content
from cms.articles.creating import create_article
from cms.articles.editing import BODY_CHARACTERS_MAX
from cms.articles.inputs import Cover, Disclosure, NewArticle, SeoChanges
from cms.articles.kinds import DisclosureKind
from cms.articles.references import kept
from cms.articles.versions import load_content
from cms.errors import NotFound
from cms.ids import public_id
from cms.permissions import Actor, Permission


async def create_translation(
    session: AsyncSession,
    actor: Actor,
    article_id: UUID,
    locale: str,
    *,
    title: str | None = None,
    body: str | None = None,
    body_characters_max: int = BODY_CHARACTERS_MAX,
) -> UUID:
    """Begin an article in another locale as a draft; answers its id.

    What is not text comes from the draft of the original: kind, byline, section, tags, pictures, related links, disclosures. Text is
    left to the translator, but for the headline, which is the original one until there is another. Raises NotFound or Problems.
    """
    actor.require(Permission.ARTICLE_CREATE)
    original = await _original(session, article_id)
    new = _without_text(
        original, title=title or original.title, body=body or "", locale=locale, of=article_id
    )
    return await create_article(session, actor, new, body_characters_max=body_characters_max)


async def _original(session: AsyncSession, article_id: UUID) -> Content:
    if not await kept(session, tables.article, {article_id}):
        raise NotFound(f"There is no article “{public_id('article', article_id)}”.", "articleId")
    draft = select(tables.article.c.draft_version_id).where(tables.article.c.id == article_id)
    return await load_content(session, (await session.execute(draft)).scalar_one())


def _without_text(original: Content, *, title: str, body: str, locale: str, of: UUID) -> NewArticle:
    cover = original.cover
    return NewArticle(
        title=title,
        body=body,
        locale=locale,
        translation_of=of,
        kind=original.kind,
        byline=original.byline,
        section_id=original.section_id,
        tag_ids=original.tag_ids,
        cover=Cover(cover.asset_id) if cover else None,
        related=original.related,
        seo=SeoChanges(no_index=original.seo.no_index, image_id=original.seo.image_id),
        disclosures=_standing(original),
    )


def _standing(original: Content) -> list[Disclosure]:
    # The words of these are the site's own in each locale; one of the kind OTHER is nothing but its words.
    return [
        Disclosure(disclosure.kind)
        for disclosure in original.disclosures
        if disclosure.kind is not DisclosureKind.OTHER
    ]
