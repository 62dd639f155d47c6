"""What is asked together with a commit, and answered after it."""

from contextlib import suppress
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from cms.articles import tables
from cms.database import Database
from cms.ids import new_id
from cms.insertion import insert_rows_at_end
from cms.transactions import Afterwards, TransactionSession
from cms.wire import Question
from tests.desk import database
from tests.test_transactions import tag, tags_of

__all__ = ["database"]


async def test_what_is_read_after_the_commit_sees_it_and_cannot_undo_it(database: Database) -> None:
    taken: list[Any] = []
    asked = (
        Question(b"SELECT count(*), '{\"a\": [1.5]}'::jsonb, NULL::text FROM tag", []),
        Question(b"SELECT $1::bigint / 0", ["1"]),
        Question(b"SELECT 1", []),
    )
    for name in ("One", "Two"):
        async with database.transaction() as session:
            assert isinstance(session, TransactionSession)
            await insert_rows_at_end(session, {tables.tag: {"id": new_id(), **tag(name)}})
            session.after_end += [Afterwards(question, taken.append) for question in asked]
    assert taken == [[(1, {"a": [1.5]}, None)], None, None, [(2, {"a": [1.5]}, None)], None, None]
    async with database.transaction() as session:
        assert await tags_of(session) == 2


async def test_nothing_is_read_after_a_commit_that_failed(database: Database) -> None:
    taken: list[Any] = []
    same = new_id()
    for _ in range(2):
        with suppress(IntegrityError):
            async with database.transaction() as session:
                assert isinstance(session, TransactionSession)
                await insert_rows_at_end(session, {tables.tag: {"id": same, **tag("One")}})
                session.after_end.append(Afterwards(Question(b"SELECT 1", []), taken.append))
    assert taken == [[(1,)]]


async def test_what_only_the_pool_for_reads_reads_is_left_to_it(database: Database) -> None:
    taken: list[Any] = []
    async with database.transaction() as session:
        assert isinstance(session, TransactionSession)
        await insert_rows_at_end(session, {tables.tag: {"id": new_id(), **tag("One")}})
        session.after_end.append(Afterwards(Question(b"SELECT id FROM tag", []), taken.append))
    assert taken == [None]


async def test_rows_of_several_tables_go_out_with_the_commit_by_one_statement(database: Database) -> None:
    async with database.transaction() as session:
        assert isinstance(session, TransactionSession)
        for name in ("One", "Two"):
            await insert_rows_at_end(session, {tables.tag: {"id": new_id(), **tag(name)}})
            author = {"id": new_id(), "name": name, "slug": name.lower(), "links": []}
            await insert_rows_at_end(session, {tables.author: author})
        assert len(session.at_end) == 2
    async with database.transaction() as session:
        assert await tags_of(session) == 2
        assert await session.scalar(select(func.count()).select_from(tables.author)) == 2
