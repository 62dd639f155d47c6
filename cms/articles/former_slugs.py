"""Slugs that an article had elsewhere, before it came here: they lead to it like its own."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles.editing import lock_article
from cms.articles.slugs import check_slug_is_free, mark_slug_live, reserve_slug
from cms.errors import Problem
from cms.permissions import Actor, Permission
from cms.slugs import check_slug


async def keep_former_slugs(
    session: AsyncSession, actor: Actor, article_id: UUID, slugs: Sequence[str]
) -> list[Problem]:
    """Let each slug lead to the article for ever, as if it had been live here; those that it has already stay.

    Answers why a slug could not be kept (Invalid, SlugTaken); the others are kept all the same. Raises NotFound, Forbidden.
    """
    locked = await lock_article(
        session,
        actor,
        article_id,
        all_permission=Permission.ARTICLE_PUBLISH,
        own_permission=Permission.ARTICLE_PUBLISH_OWN,
    )
    problems: list[Problem] = []
    for slug in slugs:
        try:
            await _keep(session, locked.locale, slug, article_id)
        except Problem as problem:
            problems.append(problem)
    return problems


async def _keep(session: AsyncSession, locale: str, slug: str, article_id: UUID) -> None:
    checked = check_slug(slug, "slug")
    await check_slug_is_free(session, locale, checked, article_id)
    await reserve_slug(session, locale, checked, article_id)
    await mark_slug_live(session, locale, checked)
