"""Whether the cache had an answer tells nothing of what is not published: neither by what it says, nor by when it forgets."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from uuid import UUID

import httpx
import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.creating import create_article
from cms.articles.deleting import delete_article
from cms.articles.editing import update_article
from cms.articles.inputs import ArticleChanges, Cover, NewArticle, RelatedLink
from cms.articles.kinds import NoticeKind
from cms.articles.noticing import NoticeFields, add_notice
from cms.articles.previews.links import PreviewLinkFields, create_preview_link, revoke_preview_link
from cms.articles.relating import relate
from cms.articles.translating import create_translation
from cms.articles.workflow.reviewing import approve_article, request_changes, submit_article
from cms.articles.workflow.scheduling import Times, cancel_schedule, schedule_article
from cms.database import Database
from cms.ids import public_id
from cms.permissions import SYSTEM
from cms.secret_keys import load_signing_key
from tests.caching.conftest import Cached
from tests.factories import make_asset, version_number
from tests.reading.newsroom import Newsroom

Send = Callable[..., Awaitable[httpx.Response]]
Deed = Callable[[AsyncSession, Newsroom, UUID], Awaitable[object]]
LATER = Times(publish_at=datetime(2999, 1, 1, tzinfo=UTC))
QUERIES = [
    "{ articles(first: 100) { totalCount nodes { title related(first: 9) { nodes { slug } } translations { slug } } } }",
    '{ search(query: "river") { totalCount nodes { title } } }',
    "{ assets(first: 100) { totalCount nodes { id alt } } }",
    "{ authors { nodes { articles { totalCount } } } tags { nodes { articles { totalCount } } } sections { articles { totalCount } } }",
    '{ article(slug: "nobody-has-this") { id } redirect(slug: "nobody-has-this") { targetSlug } }',
]
SAVED = ArticleChanges(title="Not for the public", slug="not-for-the-public", tag_ids=[])


async def post(cached: Cached, query: str, **how: object) -> httpx.Response:
    return await cached.client.post("/graphql", json={"query": query}, **how)  # pyright: ignore[reportArgumentType]


async def get(cached: Cached, query: str, **how: dict[str, str]) -> httpx.Response:
    parameters = {"query": query, **how.pop("params", {})}
    return await cached.client.get("/graphql", params=parameters, **how)  # pyright: ignore[reportArgumentType]


WAYS = [post, get]


def kept(cached: Cached) -> set[int]:
    """What the cache keeps: the very objects, so that what was dropped and made anew is another."""
    return {id(entry) for entry in cached.cache._entries.values()}  # pyright: ignore[reportPrivateUsage]  (what the test is about)


async def edit(session: AsyncSession, _: Newsroom, key: UUID) -> None:
    number = await version_number(session, key)
    await update_article(session, SYSTEM, key, expected_version=number, changes=SAVED)


def step(verb: Callable[..., Awaitable[object]], **how: object) -> Deed:
    async def take(session: AsyncSession, _: Newsroom, key: UUID) -> None:
        await verb(session, SYSTEM, key, expected_version=await version_number(session, key), **how)

    return take


async def edit_what_is_published(session: AsyncSession, room: Newsroom, _: UUID) -> None:
    key = room.published[5]
    changes = ArticleChanges(title="Not yet", slug="not-yet", cover=Cover(room.assets[6]))
    await update_article(
        session, SYSTEM, key, expected_version=await version_number(session, key), changes=changes
    )


async def note(session: AsyncSession, room: Newsroom, _: UUID) -> None:
    fields = NoticeFields(kind=NoticeKind.CORRECTION, text="Not yet told.", is_published=False)
    # One whose live row holds what it would be written with: where rights have expired, writing it anew is heard of.
    live = tables.live_article
    query = select(live.c.id).where(live.c.good_until.is_(None), live.c.id.in_(room.published)).limit(1)
    await add_notice(session, SYSTEM, (await session.scalars(query)).one(), fields)


async def translate(session: AsyncSession, room: Newsroom, _: UUID) -> None:
    query = select(tables.article.c.id).where(
        tables.article.c.locale == "en", tables.article.c.id.in_(room.published)
    )
    for key in (await session.scalars(query)).all():
        taken = select(tables.article.c.locale).where(
            tables.article.c.translation_group_id
            == select(tables.article.c.translation_group_id)
            .where(tables.article.c.id == key)
            .scalar_subquery()
        )
        if "fr" not in (await session.scalars(taken)).all():
            await create_translation(session, SYSTEM, key, "fr", title="Pas encore")
            return
    raise AssertionError("every article is translated")


async def point(session: AsyncSession, room: Newsroom, key: UUID) -> None:
    await relate(session, SYSTEM, key, room.published[9])


async def write(session: AsyncSession, room: Newsroom, _: UUID) -> None:
    body = f"![x](asset:{public_id('asset', room.assets[7])})"
    new = NewArticle(
        title="A new river", body=body, related=[RelatedLink(room.published[0])], tag_ids=room.tags[:2]
    )
    await create_article(session, SYSTEM, new)


async def picture(session: AsyncSession, _: Newsroom, __: UUID) -> None:
    key = await make_asset(session, alt="hidden")
    await session.execute(update(tables.asset).where(tables.asset.c.id == key).values(alt="still hidden"))


async def delete(session: AsyncSession, _: Newsroom, key: UUID) -> None:
    await delete_article(session, SYSTEM, key)


DEEDS: dict[str, Deed] = {
    "save": edit,
    "save what is published": edit_what_is_published,
    "note": note,
    "translate": translate,
    "point to what is published": point,
    "write": write,
    "picture": picture,
    "submit": step(submit_article),
    "give back": step(request_changes),
    "submit again": step(submit_article),
    "approve": step(approve_article),
    "schedule": step(schedule_article, times=LATER),
    "cancel": step(cancel_schedule),
    "delete": delete,
}


async def test_what_the_desk_does_with_drafts_makes_the_cache_forget_nothing(
    cached: Cached, desk: Database, room: Newsroom
) -> None:
    await cached.follower.catch_up()
    for query in QUERIES:
        for send in WAYS:
            await send(cached, query)
    before, draft = kept(cached), room.drafts[-1]
    assert len(before) >= len(QUERIES)
    told: list[str] = []
    for name, deed in DEEDS.items():
        async with desk.transaction() as session:
            await deed(session, room, draft)
        await cached.follower.catch_up()
        if kept(cached) != before:
            told.append(name)
            before = kept(cached)
    assert told == []


async def test_links_to_drafts_make_it_forget_nothing(cached: Cached, desk: Database, room: Newsroom) -> None:
    await load_signing_key(desk)
    before = kept(cached)
    async with desk.transaction() as session:
        made = await create_preview_link(
            session, SYSTEM, desk.signing_key, room.drafts[0], PreviewLinkFields(), seconds_max=3_600
        )
        await revoke_preview_link(session, SYSTEM, made.link.id)
    await cached.follower.catch_up()
    assert kept(cached) == before


async def test_the_test_would_notice(cached: Cached, desk: Database, room: Newsroom) -> None:
    for query in QUERIES:
        await post(cached, query)
    before = kept(cached)
    async with desk.transaction() as session:
        await session.execute(insert(tables.tag).values(id=UUID(int=7), name="Seen", slug="seen"))
    await cached.follower.catch_up()
    assert kept(cached) < before


@pytest.mark.parametrize("send", WAYS)
async def test_an_answer_that_was_kept_is_the_one_that_was_made(cached: Cached, send: Send) -> None:
    query = f"{{ articles(first: 3) {{ nodes {{ title }} }} asked_{send.__name__}: __typename }}"
    made, found, again = [await send(cached, query) for _ in range(3)]
    for answer in (found, again):
        assert (answer.status_code, answer.content, dict(answer.headers)) == (
            made.status_code,
            made.content,
            dict(made.headers),
        )
    hidden = {"age", "x-cache", "cache-status", "server-timing"}
    assert hidden & set(made.headers) == set()


@pytest.mark.parametrize("send", WAYS)
@pytest.mark.parametrize(
    "parameters", [{"perspective": "draft"}, {"preview": "kiosque_preview_x.y"}, {"preview": ""}]
)
async def test_a_parameter_that_asks_for_more_is_not_answered_from_what_everybody_got(
    cached: Cached, send: Send, parameters: dict[str, str]
) -> None:
    for _ in range(3):
        assert (await send(cached, QUERIES[0])).status_code == 200
    assert (await send(cached, QUERIES[0], params=parameters)).status_code == 401


@pytest.mark.parametrize("send", WAYS)
async def test_what_a_preview_shows_is_kept_nowhere(
    cached: Cached, desk: Database, room: Newsroom, send: Send
) -> None:
    await load_signing_key(desk)
    draft = room.drafts[0]
    async with desk.transaction() as session:
        made = await create_preview_link(
            session, SYSTEM, desk.signing_key, draft, PreviewLinkFields(), seconds_max=3_600
        )
    query = f'{{ article(id: "{public_id("article", draft)}") {{ id }} one: articles {{ totalCount }} }}'
    public = [await send(cached, query) for _ in range(2)]
    before = kept(cached)
    for how in ({"params": {"preview": made.token}}, {"headers": {"authorization": f"Bearer {made.token}"}}):
        shown = await send(cached, query, **how)
        assert shown.json()["data"]["article"] == {"id": public_id("article", draft)}
        assert shown.headers["cache-control"] == "private, no-store"
        assert {"etag", "surrogate-key", "cache-tag"} & set(shown.headers) == set()
    assert kept(cached) == before
    after = await send(cached, query)
    assert [(one.content, dict(one.headers)) for one in (*public, after)] == [
        (after.content, dict(after.headers))
    ] * 3
    assert after.json()["data"]["article"] is None
