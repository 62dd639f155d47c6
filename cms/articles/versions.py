"""Versions: read the content of one, and write the next one."""

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    ColumnElement,
    ScalarSelect,
    Select,
    Table,
    bindparam,
    func,
    literal,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.alternatives import left_to_assets
from cms.articles.content import BodyContent, Content
from cms.articles.inputs import BylineEntry, Cover, Disclosure, RelatedLink, Seo
from cms.articles.kinds import AssetPlace, BylineRole, DisclosureKind, RelationKind
from cms.articles.originals import text_digest
from cms.articles.searching import search_vector
from cms.assets.framing import Crop, FocalPoint
from cms.body import cut_excerpt, pack_blocks, unpack_blocks
from cms.database import now
from cms.insertion import insert_rows
from cms.permissions import Actor
from cms.prepared import prepared

EXCERPT_CHARACTERS = 200


async def load_content(session: AsyncSession, version_id: UUID) -> Content:
    """The content of a version that is there."""
    (row,) = await _content().rows(session, {"version_id": version_id})
    return Content(
        kind=row.kind,
        slug=row.slug,
        title=row.title,
        subtitle=row.subtitle,
        excerpt=row.written_excerpt,
        body=_body(row),
        section_id=row.section_id,
        cover=_cover(row) if row.cover_id else None,
        byline=tuple(BylineEntry(UUID(key), BylineRole(role)) for key, role in row.byline),
        tag_ids=tuple(UUID(key) for (key,) in row.tags),
        related=tuple(RelatedLink(UUID(key), RelationKind(kind), note) for key, kind, note in row.related),
        seo=_seo(row),
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
    about = {"id": version_id, "article_id": article_id, "number": number}
    about |= {"changed_fields": changed, "message": message}
    rows = await version_rows(session, actor, content, about, locale=locale, created_at=created_at)
    await insert_rows(session, rows)


async def version_rows(
    session: AsyncSession,
    actor: Actor,
    content: Content,
    about: Mapping[str, Any],
    *,
    locale: str,
    created_at: datetime | None = None,
) -> dict[Table, Any]:
    """The rows of a version and its links; `about` has its id, article, number, changed fields and message."""
    columns = _columns(content)
    search = await search_vector(
        session,
        locale,
        title=content.title,
        subtitle=content.subtitle,
        excerpt=columns["excerpt"],
        text=columns["body_text"],
    )
    who = {"created_by": actor.id, "actor_name": actor.name, "created_at": created_at or now()}
    return {tables.version: {**about, **who, **columns, "search": search}, **_link_rows(about["id"], content)}


@prepared
def _content() -> Select[Any]:
    """A version with its links, each kind as a list of lists in order. The search vector is not part of the content."""
    version, byline, tag, related = (
        tables.version,
        tables.version_byline.c,
        tables.version_tag.c,
        tables.version_related.c,
    )
    asset, link = tables.version_asset.c, tables.version_link.c
    own = [column for column in version.c if column.name != "search"]
    lists = {
        "byline": _listed(byline.version_id, byline.position, byline.author_id, byline.role),
        "tags": _listed(tag.version_id, tag.position, tag.tag_id),
        "related": _listed(
            related.version_id, related.position, related.article_id, related.kind, related.note
        ),
        "body_assets": _listed(
            asset.version_id, asset.asset_id, asset.asset_id, only=asset.place == literal(AssetPlace.BODY)
        ),
        "body_articles": _listed(link.version_id, link.article_id, link.article_id),
    }
    columns = [*own, *(query.label(name) for name, query in lists.items())]
    return select(*columns).where(version.c.id == bindparam("version_id"))


def _listed(
    version_id: ColumnElement[Any],
    order: ColumnElement[Any],
    *values: ColumnElement[Any],
    only: ColumnElement[bool] | None = None,
) -> ScalarSelect[Any]:
    entries = func.json_agg(aggregate_order_by(func.json_build_array(*values), order))
    found = select(func.coalesce(entries, literal_column("'[]'::json"), type_=JSON()))
    query = found.where(version_id == tables.version.c.id)
    return (query if only is None else query.where(only)).correlate(tables.version).scalar_subquery()


def _cover(row: Any) -> Cover:
    return Cover(
        row.cover_id,
        row.cover_alt,
        row.cover_caption,
        row.cover_credit,
        row.cover_focal_point and FocalPoint(**row.cover_focal_point),
        row.cover_crop and Crop(**row.cover_crop),
    )


def _seo(row: Any) -> Seo:
    about = (row.seo_title, row.seo_description, row.seo_canonical_url, row.seo_no_index)
    if row.seo_image_id is None:
        return Seo(*about)
    return Seo(
        *about,
        row.seo_image_id,
        row.seo_image_focal_point and FocalPoint(**row.seo_image_focal_point),
        row.seo_image_crop and Crop(**row.seo_image_crop),
    )


def _body(row: Any) -> BodyContent:
    return BodyContent(
        markdown=row.body_markdown,
        html=row.body_html,
        text=row.body_text,
        blocks=unpack_blocks(row.body_blocks),
        outline=row.body_outline,
        word_count=row.word_count,
        reading_minutes=row.reading_minutes,
        asset_ids=frozenset(UUID(key) for (key,) in row.body_assets),
        article_ids=frozenset(UUID(key) for (key,) in row.body_articles),
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
        "body_blocks": pack_blocks(body.blocks),
        "body_outline": body.outline,
        "word_count": body.word_count,
        "reading_minutes": body.reading_minutes,
        "section_id": content.section_id,
        "cover_id": cover.asset_id if cover else None,
        "cover_alt": cover.alt if cover else None,
        "cover_caption": cover.caption if cover else None,
        "cover_credit": cover.credit if cover else None,
        "cover_focal_point": _json(cover and cover.focal_point),
        "cover_crop": _json(cover and cover.crop),
        "seo_title": content.seo.title,
        "seo_description": content.seo.description,
        "seo_canonical_url": content.seo.canonical_url,
        "seo_no_index": content.seo.no_index,
        "seo_image_id": content.seo.image_id,
        "seo_image_focal_point": _json(content.seo.image_focal_point),
        "seo_image_crop": _json(content.seo.image_crop),
        "disclosures": [dataclasses.asdict(disclosure) for disclosure in content.disclosures],
        "text_digest": text_digest(content),
    }


def _json(framing: FocalPoint | Crop | None) -> dict[str, float] | None:
    return None if framing is None else dataclasses.asdict(framing)


def _link_rows(version_id: UUID, content: Content) -> dict[Table, list[dict[str, Any]]]:
    left = left_to_assets(content)
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
            {"place": place, "asset_id": asset_id, "lacks_own_alt": (place, asset_id) in left}
            for place, asset_id in sorted(_assets(content))
        ],
        tables.version_link: [
            {"article_id": article_id} for article_id in sorted(_body_of(content).article_ids)
        ],
    }
    # In order of what they name, so that two transactions whose rows name the same ones never wait for each other in a circle.
    return {
        table: [{"version_id": version_id, **link} for link in sorted(links, key=_named)]
        for table, links in rows.items()
    }


def _named(link: Mapping[str, Any]) -> UUID:
    return next(value for name, value in link.items() if name.endswith("_id"))


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
