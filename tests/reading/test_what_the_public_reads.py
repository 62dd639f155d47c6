"""Every table that an answer to the public comes from has triggers that write events: else caches would keep what is no more."""

import re
from random import Random
from typing import Any

import asyncpg
import psycopg

from cms.config import Settings
from cms.database import Database, metadata, plain_url
from cms.secret_keys import load_signing_key
from tests.reading.asking import PUBLIC_VIEW, Questions
from tests.reading.documents import make_document
from tests.reading.newsroom import Newsroom
from tests.reading.values import Pool

DOCUMENTS = 600
NAMED = re.compile(r'(?:FROM|JOIN|,)\s+"?(\w+)')
# What a version links to and shows in its body never changes: another version does, and with it the live row.
NEVER_CHANGED = {"version_link", "version_asset"}
# The history of an article and the links to its draft: the public's statements name them under a condition that is never true, or for the
# pictures of the version that is live, where the rights of one have expired.
OF_STAFF = {
    "article_version", "preview_link", "publication", "scheduled_step", "transition", "version_byline", "version_loss", "version_related", "version_tag",
}  # fmt: skip
TRIGGERS = """
SELECT c.relname, CASE WHEN t.tgtype & 4 > 0 THEN 'INSERT' WHEN t.tgtype & 8 > 0 THEN 'DELETE' WHEN t.tgtype & 16 > 0 THEN 'UPDATE' ELSE 'TRUNCATE' END
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
WHERE t.tgenabled = 'O' AND p.prosrc LIKE '%record_event(%'
"""


IN_SQL = """
SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prolang = (SELECT oid FROM pg_language WHERE lanname = 'sql')
"""
# One expression, which stands in the statement instead of the call, so that the index of words is found.
PART_OF_STATEMENTS = {"search_config"}


async def statements_read(settings: Settings, reading_url: str, newsroom: Newsroom) -> set[str]:
    """The statements of random documents of the public."""
    database, seen = Database(reading_url, pool_size=1), set[str]()

    def note(query: Any) -> None:
        seen.add(query.query)

    async def watch(connection: asyncpg.Connection) -> None:
        connection.add_query_logger(note)

    await load_signing_key(database)
    questions, random = Questions(settings, database), Random(3)
    pool = Pool({noun: newsroom.ids(noun) for noun in ("article", "author", "tag", "section", "asset")}, {})
    for _ in range(DOCUMENTS):
        # A read that was cancelled takes its connection along.
        await database.reads.use(watch)
        text, variables = make_document(questions.graphql_schema, pool, random)
        await questions.planned(text, variables, PUBLIC_VIEW)
    await database.close()
    return seen


async def test_every_table_that_the_public_reads_writes_events(
    reading_settings: Settings, reading_url: str, newsroom: Newsroom
) -> None:
    statements = await statements_read(reading_settings, reading_url, newsroom)
    read = set(NAMED.findall("\n".join(statements))) & set(metadata.tables)
    assert {"live_article", "live_related", "author", "tag", "section", "site", "article_slug"} <= read
    with psycopg.connect(plain_url(reading_url)) as connection:
        found = set(connection.execute(TRIGGERS).fetchall())
        many = "record_many_events"
        truncating = connection.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgfoid = %s::regproc", [many]
        )
        found |= {(row[0], "TRUNCATE") for row in truncating.fetchall()}
    operations = ("INSERT", "UPDATE", "DELETE", "TRUNCATE")
    wanting = {(table, one) for table in read - NEVER_CHANGED - OF_STAFF for one in operations} - found
    assert wanting == set()


async def test_the_planner_looks_into_no_function(
    reading_settings: Settings, reading_url: str, newsroom: Newsroom
) -> None:
    """PostgreSQL reads a function in SQL anew for each place where a statement names it: planning took ten times as long as all else."""
    statements = "\n".join(await statements_read(reading_settings, reading_url, newsroom))
    with psycopg.connect(plain_url(reading_url)) as connection:
        functions = {name for (name,) in connection.execute(IN_SQL).fetchall()}
    assert functions > PART_OF_STATEMENTS
    assert "current_pictures(" in statements
    assert {name for name in functions if f"{name}(" in statements} <= PART_OF_STATEMENTS
