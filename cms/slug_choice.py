"""Which slug a row gets, where a slug is unique in its table."""

from typing import Any
from uuid import UUID

from sqlalchemy import Table, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cms.changes import Maybe, Unset
from cms.errors import SlugTaken
from cms.slugs import check_slug, make_slug, numbered_slugs

# Numbering changes no more than this many characters at a slug's end.
_NUMBERED_CHARACTERS = 10


async def slug_value(
    session: AsyncSession, table: Table, given: Maybe[str | None], *, name: str, own_id: UUID | None = None
) -> dict[str, str]:
    """The slug to store, under its column's name: as given, else from the name. Empty where a row that exists keeps its own."""
    if isinstance(given, Unset) and own_id is not None:
        return {}
    if isinstance(given, Unset) or given is None:
        return {"slug": await slug_from_name(session, table, name, own_id=own_id)}
    return {"slug": await slug_as_given(session, table, given, own_id=own_id)}


async def slug_from_name(
    session: AsyncSession, table: Table, name: str, *, own_id: UUID | None = None
) -> str:
    """The name as a slug; numbered where others have it, and the noun where the name has neither letters nor digits."""
    wanted = make_slug(name) or table.name
    return _first_free(wanted, await _taken(session, table, wanted, own_id))


async def slug_as_given(
    session: AsyncSession, table: Table, given: str, *, own_id: UUID | None = None
) -> str:
    """The slug that somebody wrote. Raises Invalid if it is none, SlugTaken with a free one if another row has it."""
    slug = check_slug(given, "slug")
    taken = await _taken(session, table, slug, own_id)
    if slug in taken:
        suggestion = _first_free(slug, taken)
        raise SlugTaken(
            f"Another {table.name} has the slug “{slug}”; “{suggestion}” is free.",
            "slug",
            suggestion=suggestion,
        )
    return slug


async def _taken(session: AsyncSession, table: Table, slug: str, own_id: UUID | None) -> set[str]:
    # Nobody else takes a slug of this table before the transaction ends, so what is free now stays free.
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"slugs of {table.name}"))))
    columns: Any = table.c
    beginning = slug[:-_NUMBERED_CHARACTERS] or slug[:1]
    query = select(columns.slug).where(columns.slug.startswith(beginning, autoescape=True))
    if own_id is not None:
        query = query.where(columns.id != own_id)
    return set((await session.scalars(query)).all())


def _first_free(wanted: str, taken: set[str]) -> str:
    return next(slug for slug in numbered_slugs(wanted) if slug not in taken)
