"""A new article in another locale, beside the one that it translates."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.content import Content
from cms.articles.creating import create_article
from cms.articles.editing import BODY_CHARACTERS_MAX, LockedArticle, lock_for_saving
from cms.articles.inputs import Cover, Disclosure, NewArticle, SeoChanges
from cms.articles.kinds import DisclosureKind
from cms.articles.originals import record_source
from cms.articles.references import kept
from cms.articles.refreshing import refresh_live
from cms.articles.versions import load_content
from cms.errors import Invalid, NotFound
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
    translation_id = await create_article(session, actor, new, body_characters_max=body_characters_max)
    await record_source(session, translation_id, article_id)
    return translation_id


async def mark_up_to_date(
    session: AsyncSession,
    actor: Actor,
    article_id: UUID,
    *,
    source_id: UUID | None = None,
    source_version: int | None = None,
) -> None:
    """Say that a translation has all that its source says, in the version of that number, or else in its draft.

    `source_id` names the article that it is a translation of; without it, the one that is known already. Raises NotFound or Invalid.
    """
    locked = await lock_for_saving(session, actor, article_id)
    await _check_source(session, locked, source_id, source_version)
    key = source_id or locked.translated_from_id
    await record_source(session, article_id, key, number=source_version)
    await refresh_live(session, [article_id])


async def _check_source(
    session: AsyncSession, locked: LockedArticle, source_id: UUID | None, source_version: int | None
) -> None:
    article, version = tables.article, tables.version
    if source_id is None and locked.translated_from_id is None:
        raise Invalid("It is not known what this is a translation of: name it in “sourceId”.", "sourceId")
    key = source_id or locked.translated_from_id
    group_id = await session.scalar(select(article.c.translation_group_id).where(article.c.id == key))
    if group_id is None:
        raise NotFound(f"There is no article “{public_id('article', key)}”.", "sourceId")
    if key == locked.id or group_id != locked.translation_group_id:
        raise Invalid("That is no other translation of the same piece.", "sourceId")
    if source_version is not None:
        those = select(version.c.id).where(version.c.article_id == key, version.c.number == source_version)
        if await session.scalar(those) is None:
            raise NotFound(f"The source has no version {source_version}.", "sourceVersion")


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
        cover=Cover(cover.asset_id, focal_point=cover.focal_point, crop=cover.crop) if cover else None,
        related=original.related,
        seo=SeoChanges(
            no_index=original.seo.no_index,
            image_id=original.seo.image_id,
            image_focal_point=original.seo.image_focal_point,
            image_crop=original.seo.image_crop,
        ),
        disclosures=_standing(original),
    )


def _standing(original: Content) -> list[Disclosure]:
    # The words of these are the site's own in each locale; one of the kind OTHER is nothing but its words.
    return [
        Disclosure(disclosure.kind)
        for disclosure in original.disclosures
        if disclosure.kind is not DisclosureKind.OTHER
    ]
