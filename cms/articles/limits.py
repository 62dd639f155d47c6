"""Who is limited to sections writes and publishes in those and below them, and nowhere else."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.errors import Forbidden
from cms.permissions import Actor


async def require_within_limits_of_article(session: AsyncSession, actor: Actor, article: Row[Any]) -> None:
    """Raise Forbidden unless the draft and what is published of the article are where the actor may write."""
    if not actor.limits:
        return
    version = tables.version
    keys = [key for key in (article.draft_version_id, article.live_version_id) if key is not None]
    found = await session.scalars(select(version.c.section_id).where(version.c.id.in_(keys)))
    await require_within_limits(session, actor, set(found.all()))


async def require_within_limits(session: AsyncSession, actor: Actor, section_ids: set[UUID | None]) -> None:
    """Raise Forbidden unless the actor may write in each of the sections; None stands for an article without one."""
    if not actor.limits:
        return
    for section_id in section_ids:
        line = await _line(session, section_id)
        if not all(limit & line for limit in actor.limits):
            raise Forbidden(
                f"{actor.standing} is limited to some sections, and this article is, or would be, in none of them nor below one of them."
            )


async def _line(session: AsyncSession, section_id: UUID | None) -> set[UUID]:
    """The section and those above it."""
    section = tables.section
    line = (
        select(section.c.id, section.c.parent_id)
        .where(section.c.id == section_id)
        .cte("line", recursive=True)
    )
    above = select(section.c.id, section.c.parent_id).join(line, section.c.id == line.c.parent_id)
    return set((await session.scalars(select(line.union(above).c.id))).all())
