"""The search vector of a version: the title weighs most, then subtitle and excerpt, then the body."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from psycopg.errors import ProgramLimitExceeded
from sqlalchemy import ColumnElement, Select, Text, bindparam, func, literal_column, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from cms.insertion import Sql
from cms.prepared import prepared

# A tsvector holds 1 MiB. A body of this many bytes fits even if it is all different words with hyphens or parts of addresses,
# which are kept whole and in parts.
_ALWAYS_FITS_BYTES = 150_000


async def search_vector(
    session: AsyncSession, locale: str, *, title: str, subtitle: str | None, excerpt: str, text: str
) -> Sql:
    """The vector, in the language of the locale, over as much of the text's beginning as a tsvector holds."""
    values = {"search_locale": locale, "search_A": title, "search_C": text}
    values["search_B"] = "\n".join(filter(None, (subtitle, excerpt)))
    while len(text.encode()) > _ALWAYS_FITS_BYTES and not await _fits(session, values):
        values["search_C"] = text = text[: len(text) * 3 // 4]
    return Sql(_vector(), values)


async def _fits(session: AsyncSession, values: Mapping[str, Any]) -> bool:
    try:
        async with session.begin_nested():
            await _length().rows(session, values)
    except DBAPIError as error:
        if isinstance(error.orig, ProgramLimitExceeded):
            return False
        raise
    return True


@prepared
def _length() -> Select[Any]:
    return select(func.length(_vector()))


@cache
def _vector() -> ColumnElement[Any]:
    first, *others = [
        func.setweight(_words(weight), literal_column(f"'{weight}'")) for weight in ("A", "B", "C")
    ]
    vector: ColumnElement[Any] = first
    for other in others:
        vector = vector.op("||")(other)
    return vector


def _words(weight: str) -> ColumnElement[Any]:
    locale = bindparam("search_locale", type_=Text())
    return func.to_tsvector(func.search_config(locale), bindparam(f"search_{weight}", type_=Text()))
