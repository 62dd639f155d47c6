"""Which slug leads to which article. A slug that was live leads to its article for ever."""

from collections.abc import Iterator
from itertools import islice
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.errors import SlugTaken
from cms.slugs import make_slug, numbered_slugs

_CANDIDATES_AT_ONCE = 50


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


async def reserve_free_slug(session: AsyncSession, locale: str, wanted: str, article_id: UUID) -> str:
    """Let the wanted slug, or the first free one with a number, lead to the article; answer which."""
    while not await _reserve(
        session, locale, slug := await free_slug(session, locale, wanted, article_id), article_id
    ):
        continue
    return slug


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
    reservation = tables.article_slug
    await session.execute(
        update(reservation)
        .where(reservation.c.locale == locale, reservation.c.slug == slug)
        .values(was_live=True)
    )


async def _reserve(session: AsyncSession, locale: str, slug: str, article_id: UUID) -> bool:
    reservation = tables.article_slug
    new = insert(reservation).values(locale=locale, slug=slug, article_id=article_id, was_live=False)
    # Waits for a transaction that is about to take the same slug.
    await session.execute(new.on_conflict_do_nothing())
    owner = select(reservation.c.article_id).where(reservation.c.locale == locale, reservation.c.slug == slug)
    return await session.scalar(owner) == article_id


async def _taken(session: AsyncSession, locale: str, slugs: list[str], article_id: UUID) -> set[str]:
    reservation = tables.article_slug
    query = select(reservation.c.slug).where(
        reservation.c.locale == locale, reservation.c.slug.in_(slugs), reservation.c.article_id != article_id
    )
    return set((await session.scalars(query)).all())


async def _refuse(session: AsyncSession, locale: str, slug: str, article_id: UUID) -> None:
    suggestion = await free_slug(session, locale, slug, article_id)
    raise SlugTaken(
        f"“{slug}” leads to another article already; “{suggestion}” is free.", "slug", suggestion=suggestion
    )
