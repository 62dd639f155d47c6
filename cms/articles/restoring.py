"""Bringing an old version back: as the next version, so that nothing is undone that cannot be done again."""

import dataclasses
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.content import Content
from cms.articles.editing import LockedArticle, check_version, lock_for_saving, save
from cms.articles.fields import clean_message
from cms.articles.slugs import check_slug_is_free
from cms.articles.versions import load_content
from cms.checks import Checks
from cms.errors import NotFound, SlugTaken
from cms.permissions import Actor


@dataclass(frozen=True)
class Warned:
    """What could not be done as asked, though the rest was: the field, and a sentence."""

    path: list[str]
    message: str


async def restore_version(
    session: AsyncSession,
    actor: Actor,
    article_id: UUID,
    *,
    expected_version: int,
    number: int,
    message: str | None = None,
) -> list[Warned]:
    """Save what an older version says as the next version; answers what of it could not be brought back.

    Raises NotFound, VersionConflict, or Problems.
    """
    locked = await lock_for_saving(session, actor, article_id)
    check_version(locked, expected_version)
    checks = Checks()
    with checks.gather():
        message = clean_message(message)
    checks.finish()
    version_id = await _version_id(session, article_id, number)
    before = await load_content(session, locked.draft_version_id)
    content, warned = await _with_a_slug(session, locked, before, await load_content(session, version_id))
    await save(session, actor, locked, before, content, message=message or f"Restored version {number}.")
    return [*warned, *await _losses(session, version_id)]


async def _version_id(session: AsyncSession, article_id: UUID, number: int) -> UUID:
    version = tables.version
    query = select(version.c.id).where(version.c.article_id == article_id, version.c.number == number)
    found = await session.scalar(query)
    if found is None:
        raise NotFound(f"The article has no version {number}.", "version")
    return found


async def _with_a_slug(
    session: AsyncSession, locked: LockedArticle, before: Content, old: Content
) -> tuple[Content, list[Warned]]:
    """The old content under its old slug, or under the present one if another article has that by now."""
    if old.slug == before.slug:
        return old, []
    try:
        await check_slug_is_free(session, locked.locale, old.slug, locked.id)
    except SlugTaken:
        told = f"The slug “{old.slug}” leads to another article by now, so “{before.slug}” stays."
        return dataclasses.replace(old, slug=before.slug), [Warned(["slug"], told)]
    return old, []


async def _losses(session: AsyncSession, version_id: UUID) -> list[Warned]:
    loss = tables.version_loss
    query = select(loss).where(loss.c.version_id == version_id).order_by(loss.c.path, loss.c.lost_id)
    return [
        Warned(row.path.split("."), _told(row.path, row.name, row.lost_id, row.replaced_by))
        for row in (await session.execute(query)).all()
    ]


def _told(path: str, name: str, lost_id: str, replaced_by: str | None) -> str:
    if replaced_by is not None:
        return f"“{name}” ({lost_id}) was merged into {replaced_by}, which stands in its place."
    if path == "body":
        return f"The body still names “{name}” ({lost_id}), which is no more: take it out of the text before you save that."
    return f"“{name}” ({lost_id}) is no more, and was left out."
