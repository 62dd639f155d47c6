"""The sections that rights are limited to."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import column, select, table
from sqlalchemy.ext.asyncio import AsyncSession

from cms.errors import Invalid, NotFound

SECTIONS_MAX = 100
# The slice of sections stands above this one, so its table is named and not imported.
_SECTION = table("section", column("id"))


async def check_sections(session: AsyncSession, keys: Sequence[UUID] | None, *path: str) -> list[UUID] | None:
    """The sections of a limit, each once; None for no limit. Raises Invalid or NotFound naming the field."""
    if keys is None:
        return None
    if len(keys) > SECTIONS_MAX:
        raise Invalid(f"A limit names at most {SECTIONS_MAX} sections; these are {len(keys)}.", *path)
    found = set((await session.scalars(select(_SECTION.c.id).where(_SECTION.c.id.in_(keys)))).all())
    for index, key in enumerate(keys):
        if key not in found:
            raise NotFound("There is no such section.", *path, str(index))
    return list(dict.fromkeys(keys))
