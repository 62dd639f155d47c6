"""The search vector of a version: the title weighs most, then subtitle and excerpt, then the body."""

from typing import Any

from psycopg.errors import ProgramLimitExceeded
from sqlalchemy import ColumnElement, func, literal, literal_column, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

# A tsvector holds 1 MiB. A body of this many bytes fits even if it is all different words with hyphens or parts of addresses,
# which are kept whole and in parts.
_ALWAYS_FITS_BYTES = 150_000


async def search_vector(
    session: AsyncSession, locale: str, *, title: str, subtitle: str | None, excerpt: str, text: str
) -> ColumnElement[Any]:
    """The SQL expression of the vector, in the language of the locale, over as much of the text's beginning as a tsvector holds."""
    beneath = "\n".join(filter(None, (subtitle, excerpt)))
    vector = _weighted(locale, title, beneath, text)
    while len(text.encode()) > _ALWAYS_FITS_BYTES and not await _fits(session, vector):
        text = text[: len(text) * 3 // 4]
        vector = _weighted(locale, title, beneath, text)
    return vector


async def _fits(session: AsyncSession, vector: ColumnElement[Any]) -> bool:
    try:
        async with session.begin_nested():
            await session.execute(select(func.length(vector)))
    except DBAPIError as error:
        if isinstance(error.orig, ProgramLimitExceeded):
            return False
        raise
    return True


def _weighted(locale: str, title: str, beneath: str, text: str) -> ColumnElement[Any]:
    parts = {"A": title, "B": beneath, "C": text}
    first, *others = [
        func.setweight(_words(locale, part), literal_column(f"'{weight}'")) for weight, part in parts.items()
    ]
    vector: ColumnElement[Any] = first
    for other in others:
        vector = vector.op("||")(other)
    return vector


def _words(locale: str, text: str) -> ColumnElement[Any]:
    return func.to_tsvector(func.search_config(locale), literal(text))
