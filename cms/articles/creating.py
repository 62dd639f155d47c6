"""The first version of an article."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.content import Content, changed_fields
from cms.articles.editing import BODY_CHARACTERS_MAX, changed_content, is_slug_derived
from cms.articles.inputs import NewArticle
from cms.articles.kinds import ArticleStatus
from cms.articles.limits import require_within_limits
from cms.articles.looking import Look, look, look_taken_for_granted
from cms.articles.slugs import Reserve, reserve_first_slug, reserve_given_slug
from cms.articles.versions import version_rows
from cms.checks import Checks
from cms.database import now
from cms.errors import Invalid, NotFound, Problem, Problems
from cms.ids import new_id, public_id
from cms.insertion import Rows
from cms.permissions import Actor, Permission


async def create_article(
    session: AsyncSession,
    actor: Actor,
    new: NewArticle,
    *,
    body_characters_max: int = BODY_CHARACTERS_MAX,
    reserve_first: Reserve = reserve_first_slug,
) -> UUID:
    """Write an article as a draft; answers its id. Raises Problems that name every field that breaks a rule.

    Its rows are written with a slug that is made from the title by `reserve_first`.
    """
    actor.require(Permission.ARTICLE_CREATE)
    if new.created_at is not None:
        actor.require(Permission.ARTICLE_PUBLISH)
    granted = look_taken_for_granted(session, new)
    if granted is not None:
        # What seems wrong may have become right: only what is looked up now decides on that.
        with suppress(Problem, Problems):
            return await _create(session, actor, new, granted, body_characters_max, reserve_first)
    found = await look(session, new)
    return await _create(session, actor, new, found, body_characters_max, reserve_first)


async def _create(
    session: AsyncSession,
    actor: Actor,
    new: NewArticle,
    seen: Look,
    body_characters_max: int,
    reserve_first: Reserve,
) -> UUID:
    article_id = new_id()
    checks = Checks()
    # Without a good locale, the other fields are still checked in the site's own.
    locale = seen.default_locale
    with checks.gather():
        locale = _locale(new.locale, seen.locales, locale)
    with checks.gather():
        check_past(new.created_at, "createdAt")
    group_id = article_id
    with checks.gather():
        group_id = await _translation_group(session, new.translation_of, locale, article_id)
    content, message = Content(), None
    with checks.gather():
        content, message = await changed_content(
            session,
            content,
            new,
            locale=locale,
            article_id=article_id,
            body_characters_max=body_characters_max,
            known=seen.known,
        )
    checks.finish()
    await require_within_limits(session, actor, {content.section_id})
    await _write(
        session,
        actor,
        new,
        content,
        seen,
        article_id=article_id,
        group_id=group_id,
        locale=locale,
        message=message,
        reserve_first=reserve_first,
    )
    return article_id


def check_past(moment: datetime | None, *path: str) -> None:
    """Raise Invalid for a time without a zone, or in the future."""
    if moment is not None and (moment.tzinfo is None or moment > now()):
        raise Invalid("This must be a time in the past, with its zone.", *path)


def _locale(wanted: str | None, locales: Sequence[str], default: str) -> str:
    for locale in locales:
        if locale.lower() == (wanted or default).lower():
            return locale
    raise Invalid(
        f"“{(wanted or default)[:40]}” is no locale of this site, which has: {', '.join(locales)}.", "locale"
    )


async def _translation_group(
    session: AsyncSession, translation_of: UUID | None, locale: str, article_id: UUID
) -> UUID:
    if translation_of is None:
        return article_id
    article = tables.article
    group_id = await session.scalar(
        select(article.c.translation_group_id).where(article.c.id == translation_of)
    )
    if group_id is None:
        raise NotFound(f"There is no article “{public_id('article', translation_of)}”.", "translationOf")
    # One translation into the same locale at a time.
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(str(group_id), 0))))
    sibling = select(article.c.id).where(
        article.c.translation_group_id == group_id, article.c.locale == locale
    )
    if await session.scalar(sibling):
        raise Invalid(f"The article exists in the locale “{locale}” already.", "locale")
    return group_id


async def _write(
    session: AsyncSession,
    actor: Actor,
    new: NewArticle,
    content: Content,
    seen: Look,
    *,
    article_id: UUID,
    group_id: UUID,
    locale: str,
    message: str | None,
    reserve_first: Reserve,
) -> None:
    version_id, created_at = new_id(), new.created_at or now()
    article = {
        "id": article_id,
        "locale": seen.locale_to_write(locale),
        "translation_group_id": group_id,
        "status": ArticleStatus.DRAFT,
        "version": 1,
        "draft_version_id": version_id,
    }
    when = {"created_by": actor.id, "created_at": created_at, "updated_at": created_at}
    about = {"id": version_id, "article_id": article_id, "number": 1}
    about |= {"changed_fields": changed_fields(Content(), content), "message": message}
    rows = await version_rows(session, actor, content, about, locale=locale, created_at=created_at)
    rows = {tables.article: article | when, **rows}

    def rows_of(slug: str) -> Rows:
        return rows | {tables.version: rows[tables.version] | {"slug": slug}}

    reserve = reserve_first if is_slug_derived(new, Content()) else reserve_given_slug
    await reserve(session, locale, content.slug, article_id, rows_of)
