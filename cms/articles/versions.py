"""Versions: read the content of one, and write the next one."""

import dataclasses
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Table, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.content import BodyContent, Content
from cms.articles.inputs import BylineEntry, Cover, Disclosure, RelatedLink, Seo
from cms.articles.kinds import AssetPlace, DisclosureKind
from cms.articles.originals import text_digest
from cms.articles.searching import search_vector
from cms.body import cut_excerpt
from cms.database import now
from cms.permissions import Actor

EXCERPT_CHARACTERS = 200


async def load_content(session: AsyncSession, version_id: UUID) -> Content:
    """The content of a version that is there."""
    row = (await session.execute(select(tables.version).where(tables.version.c.id == version_id))).one()
    byline = await _links(session, tables.version_byline, version_id)
    tags = await _links(session, tables.version_tag, version_id)
    related = await _links(session, tables.version_related, version_id)
    return Content(
        kind=row.kind,
        slug=row.slug,
        title=row.title,
        subtitle=row.subtitle,
        excerpt=row.written_excerpt,
        body=await _body(session, row),
        section_id=row.section_id,
        cover=Cover(row.cover_id, row.cover_alt, row.cover_caption, row.cover_credit)
        if row.cover_id
        else None,
        byline=tuple(BylineEntry(entry.author_id, entry.role) for entry in byline),
        tag_ids=tuple(entry.tag_id for entry in tags),
        related=tuple(RelatedLink(link.article_id, link.kind, link.note) for link in related),
        seo=Seo(
            row.seo_title, row.seo_description, row.seo_canonical_url, row.seo_no_index, row.seo_image_id
        ),
        disclosures=tuple(
            Disclosure(DisclosureKind(entry["kind"]), entry["text"]) for entry in row.disclosures
        ),
    )


async def write_version(
    session: AsyncSession,
    actor: Actor,
    content: Content,
    version_id: UUID,
    *,
    article_id: UUID,
    number: int,
    locale: str,
    changed: list[str],
    message: str | None,
    created_at: datetime | None = None,
) -> None:
    """Keep the content as the article's version of that id and number, with its links and what search finds it by."""
    columns = _columns(content)
    search = await search_vector(
        session,
        locale,
        title=content.title,
        subtitle=content.subtitle,
        excerpt=columns["excerpt"],
        text=columns["body_text"],
    )
    about = {
        "id": version_id,
        "article_id": article_id,
        "number": number,
        "changed_fields": changed,
        "message": message,
    }
    who = {"created_by": actor.id, "actor_name": actor.name, "created_at": created_at or now()}
    await session.execute(insert(tables.version).values(**about, **who, **columns, search=search))
    await _write_links(session, version_id, content)


async def _links(session: AsyncSession, table: Table, version_id: UUID) -> list[Any]:
    query = select(table).where(table.c.version_id == version_id).order_by(table.c.position)
    return list((await session.execute(query)).all())


async def _body(session: AsyncSession, row: Any) -> BodyContent:
    assets = select(tables.version_asset.c.asset_id).where(
        tables.version_asset.c.version_id == row.id, tables.version_asset.c.place == AssetPlace.BODY
    )
    articles = select(tables.version_link.c.article_id).where(tables.version_link.c.version_id == row.id)
    return BodyContent(
        markdown=row.body_markdown,
        html=row.body_html,
        text=row.body_text,
        blocks=row.body_blocks,
        outline=row.body_outline,
        word_count=row.word_count,
        reading_minutes=row.reading_minutes,
        asset_ids=frozenset((await session.scalars(assets)).all()),
        article_ids=frozenset((await session.scalars(articles)).all()),
    )


def _columns(content: Content) -> dict[str, Any]:
    body = _body_of(content)
    cover = content.cover
    return {
        "kind": content.kind,
        "slug": content.slug,
        "title": content.title,
        "subtitle": content.subtitle,
        "written_excerpt": content.excerpt,
        "excerpt": content.excerpt or cut_excerpt(body.text, EXCERPT_CHARACTERS),
        "body_markdown": body.markdown,
        "body_html": body.html,
        "body_text": body.text,
        "body_blocks": body.blocks,
        "body_outline": body.outline,
        "word_count": body.word_count,
        "reading_minutes": body.reading_minutes,
        "section_id": content.section_id,
        "cover_id": cover.asset_id if cover else None,
        "cover_alt": cover.alt if cover else None,
        "cover_caption": cover.caption if cover else None,
        "cover_credit": cover.credit if cover else None,
        "seo_title": content.seo.title,
        "seo_description": content.seo.description,
        "seo_canonical_url": content.seo.canonical_url,
        "seo_no_index": content.seo.no_index,
        "seo_image_id": content.seo.image_id,
        "disclosures": [dataclasses.asdict(disclosure) for disclosure in content.disclosures],
        "text_digest": text_digest(content),
    }


async def _write_links(session: AsyncSession, version_id: UUID, content: Content) -> None:
    rows: dict[Table, list[dict[str, Any]]] = {
        tables.version_byline: [
            {"position": position, "author_id": entry.author_id, "role": entry.role}
            for position, entry in enumerate(content.byline)
        ],
        tables.version_tag: [
            {"position": position, "tag_id": tag_id} for position, tag_id in enumerate(content.tag_ids)
        ],
        tables.version_related: [
            {"position": position, "article_id": link.article_id, "kind": link.kind, "note": link.note}
            for position, link in enumerate(content.related)
        ],
        tables.version_asset: [
            {"place": place, "asset_id": asset_id} for place, asset_id in sorted(_assets(content))
        ],
        tables.version_link: [
            {"article_id": article_id} for article_id in sorted(_body_of(content).article_ids)
        ],
    }
    for table, links in rows.items():
        if links:
            await session.execute(insert(table), [{"version_id": version_id, **link} for link in links])


def _assets(content: Content) -> set[tuple[AssetPlace, UUID]]:
    shown = {(AssetPlace.BODY, asset_id) for asset_id in _body_of(content).asset_ids}
    if content.cover:
        shown.add((AssetPlace.COVER, content.cover.asset_id))
    if content.seo.image_id:
        shown.add((AssetPlace.SEO, content.seo.image_id))
    return shown


def _body_of(content: Content) -> BodyContent:
    if content.body is None:
        raise ValueError("A version has a body, if only an empty one.")
    return content.body
