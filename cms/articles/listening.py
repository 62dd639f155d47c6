"""What articles do when an author, a tag, a section or an asset changes, leaves, or is merged. Importing this module is what makes them listen."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Table, delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.losses import remember_asset, remember_section, remember_tag
from cms.articles.refreshing import (
    live_articles_with_asset,
    live_articles_with_author,
    live_articles_with_section,
    live_articles_with_tag,
    refresh_live,
)
from cms.articles.uses import shown_at_the_desk
from cms.changes import Noun, when_changed, when_leaving, when_merging
from cms.errors import InUse

USES_TOLD_MAX = 10


@when_changed(Noun.AUTHOR)
async def author_changed(session: AsyncSession, author_id: UUID) -> None:
    """Show the author's new name, slug, title and face."""
    await refresh_live(session, live_articles_with_author(author_id))


@when_changed(Noun.TAG)
async def tag_changed(session: AsyncSession, tag_id: UUID) -> None:
    """Show the tag's new name and slug."""
    await refresh_live(session, live_articles_with_tag(tag_id))


@when_changed(Noun.SECTION)
async def section_changed(session: AsyncSession, section_id: UUID) -> None:
    """Show the section's new name, slug, place and description."""
    await refresh_live(session, live_articles_with_section(section_id))


@when_changed(Noun.ASSET)
async def asset_changed(session: AsyncSession, asset_id: UUID) -> None:
    """Show the asset's new texts."""
    await refresh_live(session, live_articles_with_asset(asset_id))


@when_leaving(Noun.AUTHOR)
async def author_leaving(session: AsyncSession, author_id: UUID) -> None:
    """Refuse with InUse while any version of an article is signed by the author."""
    link = tables.version_byline
    signed = select(tables.version.c.article_id).join(link, link.c.version_id == tables.version.c.id)
    await _lock(session, tables.author, [author_id])
    await _refuse_if_used(session, signed.where(link.c.author_id == author_id), "sign")


@when_leaving(Noun.ASSET)
async def asset_leaving(session: AsyncSession, asset_id: UUID) -> None:
    """Refuse with InUse while the draft, the published or the scheduled version of an article shows the asset; older versions let go of it."""
    await _lock(session, tables.asset, [asset_id])
    shown = shown_at_the_desk()
    await _refuse_if_used(session, select(shown.c.article_id).where(shown.c.asset_id == asset_id), "show")
    await remember_asset(session, asset_id)


@when_leaving(Noun.TAG)
async def tag_leaving(session: AsyncSession, tag_id: UUID) -> None:
    """Take the tag from every version."""
    await _lock(session, tables.tag, [tag_id])
    live = list((await session.scalars(live_articles_with_tag(tag_id))).all())
    await remember_tag(session, tag_id)
    await session.execute(delete(tables.version_tag).where(tables.version_tag.c.tag_id == tag_id))
    await refresh_live(session, live)


@when_leaving(Noun.SECTION)
async def section_leaving(session: AsyncSession, section_id: UUID) -> None:
    """Take every version out of the section."""
    await _lock(session, tables.section, [section_id])
    live = list((await session.scalars(live_articles_with_section(section_id))).all())
    await remember_section(session, section_id)
    await session.execute(
        update(tables.version).where(tables.version.c.section_id == section_id).values(section_id=None)
    )
    await refresh_live(session, live)


@when_merging(Noun.TAG)
async def tags_merging(session: AsyncSession, merged: Sequence[UUID], into: UUID) -> None:
    """Give every version the one tag where it had any of these, at the first of their places."""
    link, earlier = tables.version_tag, tables.version_tag.alias("earlier")
    all_ids = [*merged, into]
    await _lock(session, tables.tag, merged)
    for tag_id in merged:
        await remember_tag(session, tag_id, into=into)
    has_earlier = exists().where(
        earlier.c.version_id == link.c.version_id,
        earlier.c.position < link.c.position,
        earlier.c.tag_id.in_(all_ids),
    )
    await session.execute(delete(link).where(link.c.tag_id.in_(all_ids), has_earlier))
    await session.execute(update(link).where(link.c.tag_id.in_(merged)).values(tag_id=into))
    await refresh_live(session, live_articles_with_tag(into))


async def _refuse_if_used(session: AsyncSession, article_ids: Select[Any], verb: str) -> None:
    users = list((await session.scalars(article_ids.distinct())).all())
    if users:
        message = f"{len(users)} article(s) {verb} it; change them first."
        raise InUse(message, "id", used_by=[("article", user) for user in sorted(users)[:USES_TOLD_MAX]])


async def _lock(session: AsyncSession, table: Table, keys: Sequence[UUID]) -> None:
    # Nobody can begin to use a row that is about to go, and this comes before the lock of the live side.
    await session.execute(
        select(table.c.id).where(table.c.id.in_(keys)).order_by(table.c.id).with_for_update()
    )


def listen_below() -> None:
    """Make sure that articles hear of what happens below them: importing this module has done it already."""
