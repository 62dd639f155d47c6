"""What an article points to must be there, and stay there until the transaction ends."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.inputs import RelatedLink
from cms.checks import Checks
from cms.errors import Invalid, NotFound
from cms.ids import public_id


@dataclass(frozen=True)
class Reference:
    """A key in an input, and the field that holds it."""

    table: Table
    key: UUID
    path: tuple[str, ...]


async def check_references(
    session: AsyncSession, cleaned: Mapping[str, Any], checks: Checks, *, article_id: UUID
) -> None:
    """Gather NotFound for each key of the cleaned fields that names nothing, and Invalid for a link of the article to itself."""
    links: Sequence[RelatedLink] = cleaned.get("related", ())
    check_no_self_link(links, checks, "related", article_id=article_id)
    await check_found(session, list(references_of(cleaned)), checks)
    if "body" in cleaned:
        await check_body(session, cleaned["body"].asset_ids, cleaned["body"].article_ids, checks)


def references_of(cleaned: Mapping[str, Any]) -> Iterator[Reference]:
    """The keys in the cleaned fields, but for those in the body."""
    for index, entry in enumerate(cleaned.get("byline", ())):
        yield Reference(tables.author, entry.author_id, ("byline", str(index), "authorId"))
    for index, tag_id in enumerate(cleaned.get("tag_ids", ())):
        yield Reference(tables.tag, tag_id, ("tagIds", str(index)))
    for index, link in enumerate(cleaned.get("related", ())):
        yield Reference(tables.article, link.article_id, ("related", str(index), "articleId"))
    if cleaned.get("section_id"):
        yield Reference(tables.section, cleaned["section_id"], ("sectionId",))
    if cleaned.get("cover"):
        yield Reference(tables.asset, cleaned["cover"].asset_id, ("cover", "assetId"))
    if "seo" in cleaned and cleaned["seo"].image_id:
        yield Reference(tables.asset, cleaned["seo"].image_id, ("seo", "imageId"))


def check_no_self_link(links: Sequence[RelatedLink], checks: Checks, *path: str, article_id: UUID) -> None:
    """Gather Invalid for each link of an article to itself."""
    for index, link in enumerate(links):
        if link.article_id == article_id:
            checks.add(
                Invalid(
                    "An article is not related to itself; leave the link out.", *path, str(index), "articleId"
                )
            )


async def check_found(session: AsyncSession, references: Sequence[Reference], checks: Checks) -> None:
    """Gather NotFound for each reference that names nothing, in their order."""
    found: set[tuple[str, UUID]] = set()
    for table in dict.fromkeys(reference.table for reference in references):
        keys = {reference.key for reference in references if reference.table is table}
        found |= {(table.name, key) for key in await kept(session, table, keys)}
    for reference in references:
        if (reference.table.name, reference.key) not in found:
            public = public_id(reference.table.name, reference.key)
            checks.add(NotFound(f"There is no {reference.table.name} “{public}”.", *reference.path))


async def check_body(
    session: AsyncSession, asset_ids: frozenset[UUID], article_ids: frozenset[UUID], checks: Checks
) -> None:
    """Gather Invalid for each reference of a body that names nothing."""
    for table, keys in ((tables.asset, asset_ids), (tables.article, article_ids)):
        for key in sorted(keys - await kept(session, table, keys)):
            written = f"{table.name}:{public_id(table.name, key)}"
            checks.add(Invalid(f"The body refers to “{written}”, but there is no such {table.name}.", "body"))


async def kept(session: AsyncSession, table: Table, keys: set[UUID] | frozenset[UUID]) -> set[UUID]:
    """Those of the keys that name a row, which then cannot be deleted or get another slug before the transaction ends."""
    # In order of the ids, so that two transactions never wait for each other in a circle.
    if not keys:
        return set()
    query = (
        select(table.c.id)
        .where(table.c.id.in_(keys))
        .order_by(table.c.id)
        .with_for_update(read=True, key_share=True)
    )
    return set((await session.scalars(query)).all())
