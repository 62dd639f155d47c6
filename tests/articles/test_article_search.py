"""What search finds an article by."""

import random

import pytest
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from tests.factories import make_article


async def is_found(session: AsyncSession, query: str, locale: str = "en") -> bool:
    """Whether a version matches the query in the language of the locale."""
    return await _rank(session, query, locale) is not None


async def _rank(session: AsyncSession, query: str, locale: str) -> float | None:
    wanted: ColumnElement[str] = func.websearch_to_tsquery(func.search_config(locale), query)
    vector = tables.version.c.search
    return await session.scalar(select(func.ts_rank(vector, wanted)).where(vector.op("@@")(wanted)))


@pytest.mark.parametrize("query", ["eleve", "élèves", "ELEVE"])
async def test_accents_case_and_number_do_not_matter(session: AsyncSession, query: str) -> None:
    await make_article(session, locale="fr", title="Une élève")
    assert await is_found(session, query, "fr")
    assert not await is_found(session, "maître", "fr")


async def test_title_subtitle_excerpt_and_body_are_found_and_weigh_less_and_less(
    session: AsyncSession,
) -> None:
    await make_article(session, title="Alpha", subtitle="Beta", excerpt="Gamma", body="*Delta*")
    ranks = [await _rank(session, word, "en") or 0 for word in ("alpha", "beta", "gamma", "delta")]
    assert ranks[0] > ranks[1] == ranks[2] > ranks[3] > 0


@pytest.mark.parametrize("pattern", ["{a}{b}", "{a}-{b}", "{a}.{b}/x"])
async def test_a_body_of_a_million_characters_of_different_words_is_kept(
    session: AsyncSession, pattern: str
) -> None:
    chance = random.Random(7)
    letters = "abcdefghijklmnopqrstuvwxyzéàüñøßжщ"
    body = "firstword "
    while len(body) < 999_900:
        words = ["".join(chance.choices(letters, k=6)) for _ in range(4_000)]
        body += (
            " ".join(pattern.format(a=a, b=b) for a, b in zip(words[::2], words[1::2], strict=True)) + "\n\n"
        )
    await make_article(session, body=body[:999_900])
    assert await is_found(session, "firstword")


async def test_a_long_body_that_fits_is_found_to_its_last_word(session: AsyncSession) -> None:
    await make_article(session, body="water under the bridge " * 30_000 + "lastword")
    assert await is_found(session, "lastword")
