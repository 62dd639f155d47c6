"""Versions outlive what they name: when that goes, they remember what it was called."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table, Text, literal, null, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.kinds import AssetPlace
from cms.ids import public_id

_PATHS = {AssetPlace.COVER: "cover", AssetPlace.SEO: "seo.imageId", AssetPlace.BODY: "body"}


async def remember_tag(session: AsyncSession, tag_id: UUID, *, into: UUID | None = None) -> None:
    """Note in every version with the tag that it goes; `into` is the tag that takes its place."""
    tag, link = tables.tag, tables.version_tag
    source = select(link.c.version_id, *_told("tagIds", "tag", tag_id, tag.c.name, into)).join_from(
        link, tag, tag.c.id == link.c.tag_id
    )
    await _remember(session, source.where(link.c.tag_id == tag_id))


async def remember_section(session: AsyncSession, section_id: UUID) -> None:
    """Note in every version of the section that it goes."""
    section, version = tables.section, tables.version
    source = select(version.c.id, *_told("sectionId", "section", section_id, section.c.name)).join_from(
        version, section, section.c.id == version.c.section_id
    )
    await _remember(session, source.where(version.c.section_id == section_id))


async def remember_asset(session: AsyncSession, asset_id: UUID) -> None:
    """Note in every version that shows the asset that it goes, for each place where it is shown."""
    asset, link = tables.asset, tables.version_asset
    for place, path in _PATHS.items():
        source = select(link.c.version_id, *_told(path, "asset", asset_id, asset.c.filename)).join_from(
            link, asset, asset.c.id == link.c.asset_id
        )
        await _remember(session, source.where(link.c.asset_id == asset_id, link.c.place == place))


async def remember_article(session: AsyncSession, article_id: UUID) -> None:
    """Note in every version that points to the article that it goes."""
    for link, path in ((tables.version_related, "related"), (tables.version_link, "body")):
        await _remember(session, _pointing(link, path, article_id))


def _pointing(link: Table, path: str, article_id: UUID) -> Select[Any]:
    article, draft = tables.article, tables.version.alias("draft")
    joined = link.join(article, article.c.id == link.c.article_id).join(
        draft, draft.c.id == article.c.draft_version_id
    )
    told = _told(path, "article", article_id, draft.c.title)
    return select(link.c.version_id, *told).select_from(joined).where(link.c.article_id == article_id)


def _told(
    path: str, noun: str, key: UUID, name: ColumnElement[Any], into: UUID | None = None
) -> list[ColumnElement[Any]]:
    replaced_by = null() if into is None else literal(public_id(noun, into), Text())
    return [literal(path, Text()), literal(public_id(noun, key), Text()), name, replaced_by]


async def _remember(session: AsyncSession, rows: Select[Any]) -> None:
    names = ["version_id", "path", "lost_id", "name", "replaced_by"]
    await session.execute(insert(tables.version_loss).from_select(names, rows).on_conflict_do_nothing())
