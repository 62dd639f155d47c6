"""Look-ups that share a statement answer what each would answer alone, and one does not harm another."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from random import Random
from typing import Any

import asyncpg
import pytest

from cms.database import Database
from cms.errors import BadInput, Unavailable
from cms.reading.look_ups import SHARED_MAX, LookUps, shared_text
from cms.reading.planning.plans import Plan
from cms.reading.pool import ReadPool
from cms.secret_keys import load_signing_key
from tests.reading.asking import Questions, View
from tests.reading.documents import make_document
from tests.reading.newsroom import Newsroom
from tests.reading.values import Pool

ARTICLE = """query($slug: String!) { article(slug: $slug) { id title body { html } byline { author { name } } tags { name }
related(first: 4) { nodes { title slug } } backlinks(first: 2) { nodes { title } } } }"""
AUTHOR = "query($slug: String!) { author(slug: $slug) { name articles(first: 3) { nodes { title } } } }"
NODE = "query($id: ID!) { node(id: $id) { id __typename ... on Article { title } ... on Tag { name } } }"
LENGTH = "SELECT length($1::TEXT) + $2::INTEGER WHERE $1::TEXT <> 'nothing'"


class Asked:
    """Look-ups over a real pool, and the statements that reached it."""

    def __init__(self, pool: ReadPool) -> None:
        self._pool = pool
        self.statements: list[str] = []
        self.look_ups = LookUps(self._run)

    async def _run(self, sql: str, *values: object) -> Sequence[Any]:
        self.statements.append(sql)
        return await self._pool.fetch(sql, *values)

    async def length(self, text: str, more: int = 0) -> int | None:
        """What LENGTH says of the text."""
        rows = await self.look_ups.fetch(LENGTH, text, more)
        return rows[0][0] if rows else None


@pytest.fixture
async def asked(reading_url: str) -> AsyncGenerator[Asked]:
    """Look-ups on a pool of two connections."""
    pool = ReadPool(reading_url, size=2)
    yield Asked(pool)
    await pool.close()


async def test_look_ups_of_one_moment_share_a_statement(asked: Asked) -> None:
    texts = ["x" * length for length in range(SHARED_MAX + 3)]
    found = await asyncio.gather(*(asked.length(text, 100) for text in texts), asked.length("nothing"))
    assert found == [*(100 + len(text) for text in texts), None]
    assert asked.statements == [shared_text(LENGTH, SHARED_MAX), shared_text(LENGTH, 4)]


async def test_a_look_up_alone_is_its_own_statement(asked: Asked) -> None:
    assert [await asked.length(text) for text in ("a", "nothing", "")] == [1, None, 0]
    assert asked.statements == [LENGTH] * 3


async def test_a_value_that_cannot_be_harms_nobody_else(asked: Asked) -> None:
    texts = ["one", "t\0wo", "three", "nothing"]
    found = await asyncio.gather(*(asked.length(text) for text in texts), return_exceptions=True)
    assert isinstance(found[1], BadInput)
    assert [found[0], *found[2:]] == [3, 5, None]


@pytest.mark.parametrize("leaver", range(4))
@pytest.mark.parametrize("turns", range(4))
async def test_whoever_leaves_takes_nobody_along(asked: Asked, leaver: int, turns: int) -> None:
    tasks = [asyncio.create_task(asked.length("x" * number)) for number in range(4)]
    for _ in range(turns):
        await asyncio.sleep(0)
    tasks[leaver].cancel()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(found.pop(leaver), asyncio.CancelledError)
    assert found == [number for number in range(4) if number != leaver]
    assert await asked.length("still there") == 11


async def test_a_parameter_of_no_known_type_is_asked_for_alone(asked: Asked) -> None:
    sql = "SELECT id FROM article WHERE id = $1 AND locale = $2::VARCHAR"
    assert shared_text(sql, 2) is None
    key = "018f0000-0000-7000-8000-000000000000"
    assert [
        list(rows) for rows in await asyncio.gather(*(asked.look_ups.fetch(sql, key, "en") for _ in range(3)))
    ] == [[]] * 3
    assert asked.statements == [sql] * 3


def test_every_kind_of_parameter_keeps_its_type() -> None:
    text = shared_text(
        "SELECT 1 WHERE a = $1::UUID[] AND b > $2::TIMESTAMP WITH TIME ZONE AND c = $3::VARCHAR(60) AND d = $1::UUID[]",
        2,
    )
    assert text is not None
    values = "(0, $1::UUID[], $2::TIMESTAMP WITH TIME ZONE, $3::VARCHAR(60)), (1, $4::UUID[], $5::TIMESTAMP WITH TIME ZONE, $6::VARCHAR(60))"
    assert values in text
    assert "a = asked.p1 AND b > asked.p2 AND c = asked.p3 AND d = asked.p1)" in text


async def test_many_at_once_are_answered_as_one_after_the_other(
    questions: Questions, newsroom: Newsroom, views: list[View]
) -> None:
    data = await questions.ask("{ articles(first: 40) { nodes { slug } } }")
    slugs = [*(node["slug"] for node in data["articles"]["nodes"]), "nowhere", "the-river-rises", "n\0wh"]
    ids = [one for noun in ("article", "tag", "author") for one in newsroom.ids(noun)[:12]]
    asked = [(ARTICLE, {"slug": slug}) for slug in slugs]
    asked += [(AUTHOR, {"slug": slug}) for slug in ("ada", "elodie", "nobody")] + [
        (NODE, {"id": one}) for one in ids
    ]
    for view in views:
        together = await asyncio.gather(*(questions.planned(text, given, view) for text, given in asked))
        for (text, given), found in zip(asked, together, strict=True):
            alone = await questions.planned(text, given, view)
            assert (found.text, found.errors) == (alone.text, alone.errors), (text, given)


@pytest.mark.parametrize(("text", "name"), [(ARTICLE, "slug"), (AUTHOR, "slug"), (NODE, "id")])
async def test_published_look_ups_share_a_statement_and_it_succeeds(
    reading_url: str, questions: Questions, newsroom: Newsroom, views: list[View], text: str, name: str
) -> None:
    """Were it refused, each would ask alone, and nobody would notice but by the time that it takes."""
    ran: list[tuple[str, bool]] = []

    async def watch(connection: asyncpg.Connection) -> None:
        connection.add_query_logger(lambda query: ran.append((query.query, query.exception is None)))

    database = Database(reading_url, pool_size=1)
    await load_signing_key(database)
    own = Questions(questions.settings, database)
    asked = newsroom.ids("article")[:8] if name == "id" else ["the-river-falls", "ada", "nowhere", "x"] * 2
    try:
        await database.reads.use(watch)
        # Reads of drafts have parameters that name no type, and are asked for alone.
        for view in (one for one in views if one.perspective.is_published):
            ran.clear()
            await asyncio.gather(*(own.planned(text, {name: value}, view) for value in asked))
            shared = [sql for sql, is_well in ran if is_well and "AS asked (place" in sql]
            assert len(shared) == 1, ran
    finally:
        await database.close()


async def test_without_a_database_nobody_asks_twice() -> None:
    tries: list[str] = []

    async def away(sql: str, *_: object) -> Sequence[Any]:
        tries.append(sql)
        raise Unavailable("The database does not answer.")

    look_ups = LookUps(away)
    asking = (look_ups.fetch(LENGTH, text, 0) for text in ("a", "b", "c"))
    found = await asyncio.gather(*asking, return_exceptions=True)
    assert [type(one) for one in found] == [Unavailable] * 3
    assert tries == [shared_text(LENGTH, 4)]


async def test_any_document_is_answered_alike_in_company(
    questions: Questions, newsroom: Newsroom, views: list[View]
) -> None:
    pool = Pool({noun: newsroom.ids(noun) for noun in ("article", "author", "tag", "section", "asset")}, {})
    for seed in range(200):
        random = Random(seed)
        text, variables = make_document(questions.graphql_schema, pool, random)
        view = random.choice(views)
        alone = await questions.planned(text, variables, view)
        together = await asyncio.gather(*(questions.planned(text, variables, view) for _ in range(3)))
        assert all(alone.is_as_good_as(answer) for answer in together), f"seed {seed}\n{text}\n{variables}"


@pytest.mark.parametrize(
    ("selection", "shares"),
    [
        ("title related(first: 20) { nodes { title } }", True),
        ("related(first: 60) { nodes { title } }", False),
    ],
)
async def test_what_holds_many_rows_is_asked_for_alone(
    questions: Questions, selection: str, shares: bool
) -> None:
    text = f'{{ article(slug: "the-river-falls") {{ {selection} }} }}'
    await questions.planned(text)
    identity = questions.documents.read(text).sha256
    kept = questions.plans._kept.items()  # pyright: ignore[reportPrivateUsage]  (nothing else tells of plans)
    plans = [plan.fields["article"] for key, variants in kept if key[0] == identity for _, plan in variants]
    assert [isinstance(plan, Plan) and plan.shape.is_look_up for plan in plans] == [shares]
