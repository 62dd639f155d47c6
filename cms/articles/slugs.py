"""Which slug leads to which article. A slug that was live leads to its article for ever."""

from collections.abc import Awaitable, Callable, Iterator
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, String, Table, bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.errors import SlugTaken
from cms.insertion import Rows, insert_rows_at_end, insert_rows_if_new
from cms.prepared import Prepared
from cms.slugs import make_slug, numbered_slugs

_CANDIDATES_AT_ONCE = 50
Reserve = Callable[[AsyncSession, str, str, UUID, Callable[[str], Rows]], Awaitable[None]]
_slug = tables.article_slug.c
_TAKEN = Prepared(
    select(_slug.slug).where(
        _slug.locale == bindparam("locale"),
        _slug.slug == func.any(bindparam("slugs", type_=ARRAY(String()))),
        _slug.article_id != bindparam("article_id"),
    )
)
_OWNER = Prepared(
    select(_slug.article_id).where(_slug.locale == bindparam("locale"), _slug.slug == bindparam("slug"))
)

_MARK_LIVE = Prepared(
    update(tables.article_slug)
    .where(_slug.locale == bindparam("of_locale"), _slug.slug == bindparam("of_slug"))
    .values(was_live=True)
)


def slug_from_title(title: str, article_id: UUID) -> str:
    """The slug that a title gives, else the end of the article's id."""
    return make_slug(title) or article_id.hex[-12:]


async def check_slug_is_free(session: AsyncSession, locale: str, slug: str, article_id: UUID) -> None:
    """Raise SlugTaken if the slug leads to another article of the locale, or did once."""
    if slug in await _taken(session, locale, [slug], article_id):
        await _refuse(session, locale, slug, article_id)


async def free_slug(session: AsyncSession, locale: str, wanted: str, article_id: UUID) -> str:
    """The wanted slug, or the first one with a number that no other article of the locale has."""
    candidates: Iterator[str] = numbered_slugs(wanted)
    while True:
        some = list(islice(candidates, _CANDIDATES_AT_ONCE))
        taken = await _taken(session, locale, some, article_id)
        free = next((slug for slug in some if slug not in taken), None)
        if free is not None:
            return free


async def reserve_slug(session: AsyncSession, locale: str, slug: str, article_id: UUID) -> None:
    """Let the slug lead to the article. Raises SlugTaken if somebody was faster."""
    if not await _reserve(session, locale, slug, article_id):
        await _refuse(session, locale, slug, article_id)


async def reserve_first_slug(
    session: AsyncSession, locale: str, wanted: str, article_id: UUID, rows: Callable[[str], Rows]
) -> None:
    """Let the wanted slug, or the first free one with a number, lead to a new article; `rows` of the slug are written with it."""
    slug = wanted
    while not await insert_rows_if_new(session, *_reservation(locale, slug, article_id), rows(slug)):
        slug = await free_slug(session, locale, wanted, article_id)


async def claim_first_slug(
    session: AsyncSession, locale: str, wanted: str, article_id: UUID, rows: Callable[[str], Rows]
) -> None:
    """Let the wanted slug lead to a new article, with the commit: that fails with an IntegrityError where the slug leads to another one."""
    table, row = _reservation(locale, wanted, article_id)
    await insert_rows_at_end(session, {table: row, **rows(wanted)})


async def reserve_given_slug(
    session: AsyncSession, locale: str, slug: str, article_id: UUID, rows: Callable[[str], Rows]
) -> None:
    """Let the slug lead to a new article, and write the `rows` of the slug with it. Raises SlugTaken if somebody was faster."""
    if not await insert_rows_if_new(session, *_reservation(locale, slug, article_id), rows(slug)):
        await _refuse(session, locale, slug, article_id)


async def release_slug(session: AsyncSession, locale: str, slug: str, article_id: UUID) -> None:
    """Drop a slug that the public has never seen."""
    reservation = tables.article_slug
    await session.execute(
        delete(reservation).where(
            reservation.c.locale == locale,
            reservation.c.slug == slug,
            reservation.c.article_id == article_id,
            ~reservation.c.was_live,
        )
    )


async def mark_slug_live(session: AsyncSession, locale: str, slug: str) -> None:
    """Keep the slug for ever: from now on the public may know it."""
    await _MARK_LIVE.rows(session, {"of_locale": locale, "of_slug": slug})


async def _reserve(session: AsyncSession, locale: str, slug: str, article_id: UUID) -> bool:
    table, row = _reservation(locale, slug, article_id)
    if await insert_rows_if_new(session, table, row, {}):
        return True
    owner = await _OWNER.rows(session, {"slug": slug, "locale": locale})
    return [row.article_id for row in owner] == [article_id]


def _reservation(locale: str, slug: str, article_id: UUID) -> tuple[Table, dict[str, Any]]:
    return tables.article_slug, {"locale": locale, "slug": slug, "article_id": article_id, "was_live": False}


async def _taken(session: AsyncSession, locale: str, slugs: list[str], article_id: UUID) -> set[str]:
    rows = await _TAKEN.rows(session, {"locale": locale, "slugs": slugs, "article_id": article_id})
    return {row.slug for row in rows}


async def _refuse(session: AsyncSession, locale: str, slug: str, article_id: UUID) -> None:
    suggestion = await free_slug(session, locale, slug, article_id)
    raise SlugTaken(
        f"“{slug}” leads to another article already; “{suggestion}” is free.", "slug", suggestion=suggestion
    )
