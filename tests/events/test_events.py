"""What changes is an event: one a thing and transaction, in the order of commits, with the tags of what it makes old."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.deleting import delete_article
from cms.articles.inputs import BylineEntry, Cover, RelatedLink
from cms.articles.publishing import publish_article, unpublish_article
from cms.authors.service import AuthorFields, delete_author, update_author
from cms.database import Database, now
from cms.events.cleaning import clean_old_events
from cms.events.models import Event as EventRow
from cms.events.reading import CHANNEL, Action, Event, current_position, read_since
from cms.ids import new_id, public_id
from cms.permissions import SYSTEM
from cms.site.service import SiteFields, update_site
from cms.taxonomy.tags import TagFields, create_tag, update_tag
from tests.factories import make_article, make_asset, make_author, make_published_article, make_tag

Told = tuple[str, UUID | None, Action, bool]


def told(events: Sequence[Event]) -> set[Told]:
    """What the events say, but for their tags."""
    return {(event.noun, event.thing_id, event.action, event.is_public) for event in events}


def tags_in(events: Sequence[Event]) -> set[str]:
    """The tags of all events."""
    return {tag for event in events for tag in event.tags}


async def rename(session: AsyncSession, tag_id: UUID, name: str) -> None:
    """Change a tag without the lock under which one verb at a time writes what is live."""
    await session.execute(tables.tag.update().where(tables.tag.c.id == tag_id).values(name=name))


async def test_publishing_is_one_public_event_of_the_article(
    database: Database, reader: asyncpg.Connection
) -> None:
    async with database.transaction() as session:
        author, asset, other = await make_author(session), await make_asset(session), await make_published_article(session)  # fmt: skip
        fields: dict[str, Any] = {
            "byline": [BylineEntry(author)],
            "cover": Cover(asset),
            "related": [RelatedLink(other)],
        }
        key = await make_article(session, title="Another river", **fields)
    position = await current_position(reader)
    async with database.transaction() as session:
        await publish_article(session, SYSTEM, key, expected_version=1)
    events, *_ = await read_since(reader, position)
    assert told(events) == {
        ("article", key, Action.CREATED, True),
        ("article", key, Action.UPDATED, False),
        ("asset", asset, Action.CREATED, True),
    }
    assert len(events) == 3
    article_tags = next(event.tags for event in events if event.noun == "article" and event.is_public)
    assert article_tags == {"articles", public_id("article", key), public_id("article", other)}
    assert tags_in(events) == article_tags | {"assets", public_id("asset", asset)}


async def test_a_draft_is_no_business_of_the_public(database: Database, reader: asyncpg.Connection) -> None:
    position = await current_position(reader)
    async with database.transaction() as session:
        key = await make_article(session)
        asset = await make_asset(session)
    async with database.transaction() as session:
        await delete_article(session, SYSTEM, key)
    events, *_ = await read_since(reader, position)
    assert told(events) == {
        ("article", key, Action.CREATED, False),
        ("asset", asset, Action.CREATED, False),
        ("article", key, Action.DELETED, False),
    }
    assert tags_in(events) == set()


async def test_only_what_the_public_sees_is_announced(database: Database, reader: asyncpg.Connection) -> None:
    heard: asyncio.Queue[object] = asyncio.Queue()
    await reader.add_listener(CHANNEL, lambda *told: heard.put_nowait(told[-1]))
    async with database.transaction() as session:
        key = await make_article(session)
    await reader.execute("SELECT pg_notify($1, 'after the draft')", CHANNEL)
    assert await heard.get() == "after the draft"
    async with database.transaction() as session:
        await publish_article(session, SYSTEM, key, expected_version=1)
    assert await heard.get() == ""


async def test_what_is_taken_back_is_gone_for_the_public(
    database: Database, reader: asyncpg.Connection
) -> None:
    async with database.transaction() as session:
        asset = await make_asset(session)
        key = await make_published_article(session, cover=Cover(asset))
    position = await current_position(reader)
    async with database.transaction() as session:
        await unpublish_article(session, SYSTEM, key, expected_version=1)
    events, *_ = await read_since(reader, position)
    assert told(events) == {
        ("article", key, Action.DELETED, True),
        ("article", key, Action.UPDATED, False),
        ("asset", asset, Action.DELETED, True),
    }


async def test_a_picture_that_is_shown_elsewhere_stays_as_it_was(
    database: Database, reader: asyncpg.Connection
) -> None:
    async with database.transaction() as session:
        asset = await make_asset(session)
        key = await make_published_article(session, cover=Cover(asset), title="One")
        await make_published_article(session, cover=Cover(asset), title="Two")
    position = await current_position(reader)
    async with database.transaction() as session:
        await unpublish_article(session, SYSTEM, key, expected_version=1)
    events, *_ = await read_since(reader, position)
    assert {event.noun for event in events} == {"article"}


async def test_a_new_name_is_an_event_of_the_author_and_of_what_shows_it(
    database: Database, reader: asyncpg.Connection
) -> None:
    async with database.transaction() as session:
        author = await make_author(session)
        key = await make_published_article(session, byline=[BylineEntry(author)])
    for fields, nouns in (
        (AuthorFields(name="New"), {"author", "article"}),
        (AuthorFields(bio="New"), {"author"}),
    ):
        position = await current_position(reader)
        async with database.transaction() as session:
            await update_author(session, SYSTEM, author, fields)
        events, *_ = await read_since(reader, position)
        assert {event.noun for event in events} == nouns
        assert {event.action for event in events} == {Action.UPDATED}
        assert {"authors", public_id("author", author)} <= tags_in(events)
        assert (public_id("article", key) in tags_in(events)) == ("article" in nouns)


async def test_what_comes_and_goes_in_one_transaction_is_one_event(
    database: Database, reader: asyncpg.Connection
) -> None:
    position = await current_position(reader)
    async with database.transaction() as session:
        made = await create_tag(session, SYSTEM, TagFields(name="One"))
        await update_tag(session, SYSTEM, made.id, TagFields(name="Two"))
        gone = await make_author(session)
        await delete_author(session, SYSTEM, gone)
    events, position, _ = await read_since(reader, position)
    assert told(events) == {
        ("tag", made.id, Action.CREATED, True),
        ("author", gone, Action.DELETED, True),
    }
    assert len(events) == 2
    # The position itself goes on with every transaction on the server, also those in other databases.
    again, position, _ = await read_since(reader, position)
    assert again == []
    async with database.transaction() as session:
        other = await create_tag(session, SYSTEM, TagFields(name="Three"))
    assert told((await read_since(reader, position))[0]) == {("tag", other.id, Action.CREATED, True)}


async def test_what_is_rolled_back_never_happened(database: Database, reader: asyncpg.Connection) -> None:
    position = await current_position(reader)
    with pytest.raises(RuntimeError):
        async with database.transaction() as session:
            await make_tag(session)
            raise RuntimeError("no")
    assert (await read_since(reader, position)).events == []


async def test_the_site_is_part_of_every_answer(database: Database, reader: asyncpg.Connection) -> None:
    position = await current_position(reader)
    async with database.transaction() as session:
        await update_site(session, SYSTEM, SiteFields(name="Another name"))
    events, *_ = await read_since(reader, position)
    assert (told(events), tags_in(events)) == ({("site", None, Action.UPDATED, True)}, {"site"})


@pytest.mark.parametrize("statement", ["INSERT", "UPDATE", "DELETE", "TRUNCATE"])
async def test_a_change_of_very_many_rows_is_one_event(
    statement: str, database: Database, reader: asyncpg.Connection
) -> None:
    insert = "INSERT INTO tag SELECT gen_random_uuid(), 't' || n, 'Tag', now(), now() FROM generate_series(1, 1001) n"
    texts = {"INSERT": insert, "UPDATE": "UPDATE tag SET name = 'Other'", "DELETE": "DELETE FROM tag", "TRUNCATE": "TRUNCATE tag CASCADE"}  # fmt: skip
    if statement != "INSERT":
        async with database.transaction() as session:
            await session.execute(text(insert))
    columns = "INSERT INTO tag (id, slug, name, created_at, updated_at)"
    position = await current_position(reader)
    async with database.transaction() as session:
        await session.execute(text(texts[statement].replace("INSERT INTO tag", columns)))
    events, *_ = await read_since(reader, position)
    assert (told(events), tags_in(events)) == ({("site", None, Action.UPDATED, True)}, {"site"})


async def test_events_come_in_the_order_of_commits_and_none_is_missed(
    database: Database, reader: asyncpg.Connection
) -> None:
    async with database.transaction() as session:
        first, second = await make_tag(session), await make_tag(session)
    position = await current_position(reader)
    async with database.sessions() as slow, slow.begin():
        await rename(slow, first, "Slow")
        async with database.transaction() as fast:
            await rename(fast, second, "Fast")
        (heard,), position, _ = await read_since(reader, position)
        assert heard.thing_id == second
        assert (await read_since(reader, position)).events == []
    (late,), position, _ = await read_since(reader, position)
    # Written first, committed last: a reader that counts revisions would never have seen it.
    assert (late.thing_id, late.revision < heard.revision) == (first, True)
    assert (await read_since(reader, position)).events == []


async def test_many_writers_at_once_are_all_heard_once(
    database: Database, reader: asyncpg.Connection
) -> None:
    random = Random(5)
    async with database.transaction() as session:
        keys = [await make_tag(session) for _ in range(4)]
    begun, position = await current_position(reader), await current_position(reader)
    open_sessions = [database.sessions() for _ in range(3)]
    heard: list[Event] = []
    written = 0
    busy: dict[int, UUID] = {}
    for _ in range(60):
        index = random.randrange(3)
        session = open_sessions[index]
        if index in busy:
            await session.commit()
            del busy[index]
        else:
            busy[index] = random.choice([key for key in keys if key not in busy.values()])
            await rename(session, busy[index], f"Name {written}")
            written += 1
        found, position, _ = await read_since(reader, position)
        heard += found
    for session in open_sessions:
        await session.commit()
        await session.close()
    found, *_ = await read_since(reader, position)
    heard += found
    assert len(heard) == len({event.revision for event in heard}) == written
    everything, *_ = await read_since(reader, begun)
    assert {event.revision for event in everything} == {event.revision for event in heard}
    for key in keys:
        revisions = [event.revision for event in heard if event.thing_id == key]
        assert revisions == sorted(revisions)


async def test_old_events_are_forgotten(database: Database) -> None:
    table = EventRow.__table__  # pyright: ignore[reportAttributeAccessIssue]  (SQLModel adds it)
    async with database.transaction() as session:
        await session.execute(table.delete())
        await make_tag(session)
        old = {"noun": "tag", "action": "CREATED", "is_public": True, "tags": ["tags"], "happened_at": now() - timedelta(hours=3)}  # fmt: skip
        for _ in range(3):
            await session.execute(table.insert().values(thing_id=new_id(), **old))
    assert await clean_old_events(database, kept_hours=4) == 0
    assert await clean_old_events(database, kept_hours=2) == 3
    async with database.transaction() as session:
        assert len((await session.execute(table.select())).all()) == 1


async def test_events_of_another_server_are_left_alone(
    database: Database, reader: asyncpg.Connection
) -> None:
    # After a restore from a dump, transactions that this server has yet to make may seem to have written them.
    position = await current_position(reader)
    async with database.transaction() as session:
        ahead = {"noun": "tag", "action": "CREATED", "is_public": True, "tags": [], "transaction": 10**15}
        await session.execute(EventRow.__table__.insert().values(**ahead))  # pyright: ignore[reportAttributeAccessIssue]
    assert (await read_since(reader, position)).events == []


async def test_a_slug_that_leads_elsewhere_makes_old_what_it_led_to(
    database: Database, reader: asyncpg.Connection
) -> None:
    async with database.transaction() as session:
        await session.execute(tables.site.update().values(locales=["en", "fr"]))
        first = await make_published_article(session, locale="fr", slug="one-slug")
    position = await current_position(reader)
    async with database.transaction() as session:
        await make_published_article(session, locale="en", slug="one-slug")
    events, *_ = await read_since(reader, position)
    assert public_id("article", first) in tags_in(events)
