"""Transactions that write: one for SQLAlchemy's way and the direct one, ended whatever happens, on connections that are alive."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from psycopg.errors import (
    DivisionByZero,
    FeatureNotSupported,
    InvalidSqlStatementName,
    StringDataRightTruncation,
    UniqueViolation,
)
from sqlalchemy import ARRAY, Integer, Text, Uuid, bindparam, func, literal_column, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.creating import create_article
from cms.articles.inputs import BylineEntry, NewArticle
from cms.articles.slugs import claim_first_slug
from cms.database import Database
from cms.ids import new_id
from cms.insertion import insert_rows, insert_rows_at_end, insert_rows_if_new
from cms.permissions import SYSTEM
from cms.prepared import Prepared
from cms.taxonomy.models import Tag
from tests.factories import make_author, make_tag

COUNT = Prepared(select(func.count().label("number")).select_from(tables.tag))
SLEEP = Prepared(select(func.pg_sleep(bindparam("seconds"))))
WHO = Prepared(select(literal_column("pg_backend_pid()").label("pid")))


@pytest.fixture
async def database(database_url: str) -> AsyncGenerator[Database]:
    """The worker's database without tags and articles, before and after."""
    found = Database(database_url, pool_size=3)
    await _empty(found)
    yield found
    await _empty(found)
    await found.close()


async def _empty(database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(text("TRUNCATE article, author, tag CASCADE"))


async def tags_of(session: AsyncSession) -> int:
    """How many tags the session sees."""
    (row,) = await COUNT.rows(session)
    return row.number


def tag(name: str, **values: Any) -> dict[str, Any]:
    """The row of a tag."""
    return {"name": name, "slug": name.lower(), **values}


async def test_both_ways_are_one_transaction(database: Database) -> None:
    async with database.transaction() as session:
        await insert_rows(session, {tables.tag: tag("One")})
        session.add(Tag(name="Two", slug="two"))
        assert await tags_of(session) == 2
        assert await session.scalar(select(func.count()).select_from(Tag)) == 2
    async with database.transaction() as session:
        assert await tags_of(session) == 2


async def test_an_error_undoes_both_ways(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.transaction() as session:
            session.add(Tag(name="Two", slug="two"))
            await insert_rows(session, {tables.tag: tag("One")})
            raise ZeroDivisionError
    async with database.transaction() as session:
        assert await tags_of(session) == 0


async def test_a_savepoint_holds_both_ways(database: Database) -> None:
    async with database.transaction() as session:
        await insert_rows(session, {tables.tag: tag("One")})
        with pytest.raises(ZeroDivisionError):
            async with session.begin_nested():
                await insert_rows(session, {tables.tag: tag("Two")})
                raise ZeroDivisionError
        assert await tags_of(session) == 1


async def test_errors_are_sqlalchemy_s(database: Database) -> None:
    with pytest.raises(IntegrityError) as caught:
        async with database.transaction() as session:
            for _ in range(2):
                await insert_rows(session, {tables.tag: tag("One")})
    assert isinstance(caught.value.orig, UniqueViolation)


async def test_a_text_that_is_too_long_is_refused_and_not_cut(database: Database) -> None:
    for rows in (tag("x" * 1_000, slug="x"), [tag("x" * 1_000, slug="x")]):
        with pytest.raises(DBAPIError) as caught:
            async with database.transaction() as session:
                await insert_rows(session, {tables.tag: rows})
        assert isinstance(caught.value.orig, StringDataRightTruncation)


@pytest.mark.parametrize(
    "items",
    [
        [],
        [None],
        [
            "",
            "NULL",
            "null",
            None,
            " blank ",
            "a,b",
            "{c}",
            '"',
            "\\",
            '\\"',
            "\n\t\r",
            "é\U0001f5de",
            "'; --",
        ],
        None,
    ],
)
async def test_lists_arrive_as_they_are(database: Database, items: list[str | None] | None) -> None:
    told = Prepared(select(bindparam("items", type_=ARRAY(Text())).label("items")))
    async with database.transaction() as session:
        (row,) = await told.rows(session, {"items": items})
    assert row.items == items


async def test_ids_and_numbers_arrive_in_lists(database: Database) -> None:
    values = {"keys": [new_id(), None, new_id()], "numbers": [1, -2, None]}
    told = Prepared(
        select(
            bindparam("keys", type_=ARRAY(Uuid())).label("keys"),
            bindparam("numbers", type_=ARRAY(Integer())).label("numbers"),
        )
    )
    async with database.transaction() as session:
        (row,) = await told.rows(session, values)
    assert (row.keys, row.numbers) == (values["keys"], values["numbers"])


async def test_many_rows_of_several_tables_are_one_statement(database: Database) -> None:
    async with database.transaction() as session:
        author = await make_author(session)
        await insert_rows(
            session,
            {
                tables.tag: [tag(f"T{number}") for number in range(40)],
                tables.author: {
                    "id": new_id(),
                    "name": "B",
                    "slug": "b",
                    "links": [{"label": "L", "url": "u"}],
                },
            },
        )
        assert await tags_of(session) == 40
        found = await session.execute(select(tables.author.c.links).where(tables.author.c.id != author))
        assert found.scalar_one() == [{"label": "L", "url": "u"}]


async def test_rows_wait_for_the_key_that_another_one_is_taking(database: Database) -> None:
    done: list[bool] = []

    async def write(name: str) -> None:
        async with database.transaction() as session:
            first = {"id": new_id(), **tag(name)}
            done.append(await insert_rows_if_new(session, tables.tag, first | {"slug": "same"}, {}))
            await asyncio.sleep(0.05)

    await asyncio.gather(write("One"), write("Two"))
    assert sorted(done) == [False, True]


async def test_writing_an_article_takes_few_messages_and_the_next_one_a_single_one(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with database.transaction() as session:
        author, tags = await make_author(session), [await make_tag(session) for _ in range(2)]
    new = NewArticle(title="A river", body="# One\n\nTwo.", byline=[BylineEntry(author)], tag_ids=tags)
    trips = 0
    wait = psycopg.AsyncConnection[Any].wait

    async def counted(self: psycopg.AsyncConnection[Any], *arguments: Any, **options: Any) -> Any:
        nonlocal trips
        trips += 1
        return await wait(self, *arguments, **options)

    async with database.transaction() as session:
        monkeypatch.setattr(psycopg.AsyncConnection, "wait", counted)
        await create_article(session, SYSTEM, new)
    # BEGIN and the site's locales with the author and the tags; all rows that are written; COMMIT.
    assert trips == 3
    trips = 0
    async with database.transaction(may_run_again=True) as session:
        await create_article(session, SYSTEM, replace(new, title="A lake"), reserve_first=claim_first_slug)
    # What the first one has found is taken for granted, so that everything goes out together.
    assert trips == 1


async def _sleeping(database: Database) -> int:
    rows = await database.reads.fetch(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle' AND query LIKE '%pg_sleep(%'"
        " AND pid <> pg_backend_pid()"
    )
    return rows[0][0]


@pytest.mark.parametrize("ordinary", [True, False])
async def test_a_cancelled_transaction_ends_on_the_server_at_once(
    database: Database, *, ordinary: bool
) -> None:
    async def write() -> None:
        async with database.transaction() as session:
            await insert_rows(session, {tables.tag: tag("One")})
            if ordinary:
                await session.execute(text("SELECT pg_sleep(60)"))
            else:
                await SLEEP.rows(session, {"seconds": 60.0})

    task = asyncio.get_running_loop().create_task(write())
    async with asyncio.timeout(30):
        while await _sleeping(database) == 0:  # noqa: ASYNC110  (it happens on the server)
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    async with asyncio.timeout(5):
        while await _sleeping(database):  # noqa: ASYNC110  (it happens on the server)
            await asyncio.sleep(0.01)
    async with database.transaction() as session:
        assert await tags_of(session) == 0


async def test_transactions_cancelled_at_any_moment_leave_the_pool_whole(database: Database) -> None:
    async def write() -> None:
        async with database.transaction() as session:
            await insert_rows(session, {tables.tag: {"id": new_id(), **tag(new_id().hex)}})
            await SLEEP.rows(session, {"seconds": 0.01})
            raise ZeroDivisionError

    for pause in range(25):
        writing = [asyncio.get_running_loop().create_task(write()) for _ in range(5)]
        await asyncio.sleep(pause / 1000)
        for task in writing:
            task.cancel()
        await asyncio.gather(*writing, return_exceptions=True)
    async with database.transaction() as one, database.transaction() as two, database.transaction() as three:
        assert [await tags_of(session) for session in (one, two, three)] == [0, 0, 0]
    rows = await database.reads.fetch(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'"
    )
    assert rows[0][0] == 0


async def test_a_connection_that_died_says_that_nothing_was_written(database: Database) -> None:
    async with database.transaction() as session:
        pid = (await WHO.rows(session))[0].pid
    await database.reads.fetch("SELECT pg_terminate_backend($1, 5000)", pid)
    with pytest.raises(DBAPIError) as caught:
        async with database.transaction() as session:
            await tags_of(session)
    assert caught.value.connection_invalidated
    async with database.transaction() as session:
        assert await tags_of(session) == 0


async def test_a_connection_that_has_been_idle_is_asked_first(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with database.transaction() as session:
        pid = (await WHO.rows(session))[0].pid
    await database.reads.fetch("SELECT pg_terminate_backend($1, 5000)", pid)
    monkeypatch.setattr("cms.transactions.TRUSTED_SECONDS_MAX", 0.0)
    async with database.transaction() as session:
        assert (await WHO.rows(session))[0].pid != pid


async def test_what_waits_for_the_commit_is_written_with_it(database: Database) -> None:
    async with database.transaction() as session:
        await insert_rows_at_end(session, {tables.tag: tag("One")})
        assert await tags_of(session) == 0
    async with database.transaction() as session:
        assert await tags_of(session) == 1


async def test_what_waits_for_the_commit_is_written_with_sqlalchemy_s_rows(database: Database) -> None:
    async with database.transaction() as session:
        await insert_rows_at_end(session, {tables.tag: tag("One")})
        session.add(Tag(name="Two", slug="two"))
    async with database.transaction() as session:
        assert await tags_of(session) == 2


async def test_if_what_waits_for_the_commit_fails_nothing_is_written(database: Database) -> None:
    with pytest.raises(IntegrityError) as caught:
        async with database.transaction() as session:
            await insert_rows(session, {tables.tag: tag("One")})
            await insert_rows_at_end(session, {tables.tag: tag("One")})
    assert isinstance(caught.value.orig, UniqueViolation)
    async with database.transaction() as session:
        assert await tags_of(session) == 0


async def test_an_error_leaves_statements_prepared(database: Database) -> None:
    async with database.transaction() as session:
        await tags_of(session)
    with pytest.raises(IntegrityError):
        async with database.transaction() as session:
            await insert_rows(session, {tables.tag: tag("One")})
            await insert_rows(session, {tables.tag: tag("One")})
    async with database.transaction() as session:
        names = await session.scalars(text("SELECT name FROM pg_prepared_statements"))
        assert len(names.all()) >= 2
        assert await tags_of(session) == 0


async def test_a_statement_that_the_server_has_forgotten_is_prepared_anew(database: Database) -> None:
    async with database.transaction() as session:
        await tags_of(session)
        await session.execute(text("DEALLOCATE ALL"))
    with pytest.raises(DBAPIError) as caught:
        async with database.transaction() as session:
            await tags_of(session)
    assert isinstance(caught.value.orig, InvalidSqlStatementName)
    async with database.transaction() as session:
        assert await tags_of(session) == 0


async def test_no_more_statements_stay_prepared_than_may(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cms.wire.STATEMENTS_KEPT_MAX", 5)
    statements = [Prepared(select(literal_column(str(number)).label("found"))) for number in range(20)]
    for number, statement in enumerate(statements + statements):
        async with database.transaction() as session:
            assert [row.found for row in await statement.rows(session)] == [number % 20]
            kept = await session.scalars(text("SELECT name FROM pg_prepared_statements"))
            assert 1 <= len(kept.all()) <= 5


async def test_a_table_may_change_under_a_statement(database: Database) -> None:
    every_column = Prepared(select(literal_column("*")).select_from(text("changing")))
    async with database.transaction() as session:
        await session.execute(text("CREATE TEMPORARY TABLE changing (a integer)"))
        assert await every_column.rows(session) == []
        await session.execute(text("ALTER TABLE changing ADD COLUMN b integer"))
        with pytest.raises(DBAPIError) as caught:
            await every_column.rows(session)
        assert isinstance(caught.value.orig, FeatureNotSupported)
        await session.rollback()


async def test_a_statement_with_a_broken_first_one_answers_its_error(database: Database) -> None:
    divided = Prepared(select((literal_column("1") / bindparam("by", type_=Integer())).label("quotient")))
    with pytest.raises(DBAPIError) as caught:
        async with database.transaction() as session:
            await divided.rows(session, {"by": 0})
    assert isinstance(caught.value.orig, DivisionByZero)
    async with database.transaction() as session:
        (row,) = await divided.rows(session, {"by": 1})
        assert row.quotient == 1
