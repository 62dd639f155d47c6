"""What is here already: looked up, never written."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables


async def id_of_slug(session: AsyncSession, table: Table, slug: str) -> UUID | None:
    """The row of the table that has the slug."""
    return await session.scalar(select(table.c.id).where(table.c.slug == slug))


async def last_change(session: AsyncSession, table: Table, key: UUID) -> datetime | None:
    """When the row was last written; None if it is gone."""
    return await session.scalar(select(table.c.updated_at).where(table.c.id == key))


@dataclass(frozen=True, slots=True)
class DescribedAsset:
    """What is said about an asset here, and since when."""

    alt: str
    caption: str | None
    credit: str | None
    source_url: str | None
    updated_at: datetime


async def described_asset(session: AsyncSession, key: UUID) -> DescribedAsset | None:
    """What is said about an asset; None if it is gone."""
    asset = tables.asset.c
    query = select(asset.alt, asset.caption, asset.credit, asset.source_url, asset.updated_at)
    row = (await session.execute(query.where(asset.id == key))).one_or_none()
    return None if row is None else DescribedAsset(*row)


async def articles_still_there(session: AsyncSession, keys: list[UUID]) -> set[UUID]:
    """Those of the articles that nobody has deleted."""
    article = tables.article.c
    return set((await session.scalars(select(article.id).where(article.id.in_(keys)))).all())


async def has_translation(session: AsyncSession, article_id: UUID, locale: str) -> bool:
    """Whether the article, or a translation of it, is in the locale."""
    article = tables.article.c
    group = select(article.translation_group_id).where(article.id == article_id).scalar_subquery()
    query = select(article.id).where(article.translation_group_id == group, article.locale == locale)
    return await session.scalar(query.limit(1)) is not None
