"""Pages: every row once, in both directions and every order, while others write; and no cursor makes a server error."""

import asyncio
import base64
import itertools
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cms.articles.deleting import delete_article
from cms.articles.editing import update_article
from cms.articles.inputs import ArticleChanges
from cms.database import Database
from cms.ids import public_id
from cms.permissions import SYSTEM
from tests.factories import make_article, version_number
from tests.reading.asking import DRAFT_VIEW, PUBLIC_VIEW, Questions, View
from tests.reading.newsroom import BEGINNING

FORWARD = """query($n: Int, $c: String, $o: [ArticleOrder!]) { articles(first: $n, after: $c, orderBy: $o) {
totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { id } } } }"""
BACKWARD = FORWARD.replace("first: $n, after", "last: $n, before")
FIELDS = ["PUBLISHED_AT", "UPDATED_AT", "CREATED_AT", "TITLE", "WORD_COUNT", "READING_MINUTES"]
ONE_KEY = [
    [{"field": field, "direction": direction, "nulls": nulls}]
    for field, direction, nulls in itertools.product(FIELDS, ("ASC", "DESC"), ("FIRST", "LAST"))
]
SEVERAL_KEYS = [
    [{"field": "READING_MINUTES", "direction": "DESC"}, {"field": "TITLE", "direction": "ASC"}],
    [{"field": "PUBLISHED_AT", "direction": "ASC", "nulls": "FIRST"}, {"field": "WORD_COUNT", "direction": "DESC"}],
    [{"field": "PUBLISHED_AT", "direction": "DESC", "nulls": "FIRST"}, {"field": "CREATED_AT"}],
    [{"field": "WORD_COUNT"}, {"field": "READING_MINUTES"}, {"field": "PUBLISHED_AT", "direction": "DESC"}, {"field": "TITLE"}],
]  # fmt: skip


async def walk(questions: Questions, order: Any, size: int, view: View, *, backward: bool) -> list[str]:
    """The ids of all pages in the list's own order; checks what each page says of itself."""
    found: list[str] = []
    cursor: str | None = None
    while True:
        variables = {"n": size, "c": cursor, "o": order}
        answer = await questions.planned(BACKWARD if backward else FORWARD, variables, view)
        assert answer.errors == []
        page = answer.data["articles"]
        ids, info = [edge["node"]["id"] for edge in page["edges"]], page["pageInfo"]
        found = ids + found if backward else found + ids
        assert [info["startCursor"], info["endCursor"]] == [
            page["edges"][0]["cursor"],
            page["edges"][-1]["cursor"],
        ]
        assert info["hasNextPage" if backward else "hasPreviousPage"] == (cursor is not None)
        if not info["hasPreviousPage" if backward else "hasNextPage"]:
            return found
        cursor = info["startCursor" if backward else "endCursor"]


@pytest.mark.parametrize("order", [*ONE_KEY, *SEVERAL_KEYS, None], ids=str)
async def test_all_pages_give_every_row_once_in_both_directions(order: Any, questions: Questions) -> None:
    for view in (PUBLIC_VIEW, DRAFT_VIEW):
        whole = (await questions.ask(FORWARD, {"n": 100, "c": None, "o": order}, view))["articles"]
        ids = [edge["node"]["id"] for edge in whole["edges"]]
        assert len(set(ids)) == len(ids) == whole["totalCount"]
        assert await walk(questions, order, 13, view, backward=False) == ids
        assert await walk(questions, order, 13, view, backward=True) == ids


async def test_the_order_is_what_was_asked_for(questions: Questions) -> None:
    text = """query($o: [ArticleOrder!]) { articles(first: 100, orderBy: $o) { nodes { readingMinutes wordCount publishedAt } } }"""
    order = [
        {"field": "PUBLISHED_AT", "direction": "DESC", "nulls": "FIRST"},
        {"field": "READING_MINUTES", "direction": "ASC"},
        {"field": "WORD_COUNT", "direction": "DESC"},
    ]
    nodes = (await questions.ask(text, {"o": order}, DRAFT_VIEW))["articles"]["nodes"]
    keys = [
        (n["publishedAt"] is not None, -seconds(n["publishedAt"]), n["readingMinutes"], -n["wordCount"])
        for n in nodes
    ]  # fmt: skip
    assert keys == sorted(keys)
    assert {n["publishedAt"] is None for n in nodes} == {True, False}


def seconds(time: str | None) -> float:
    """Seconds since the epoch; none for no time."""
    return 0 if time is None else datetime.fromisoformat(time).timestamp()


@pytest.mark.parametrize("backward", [False, True])
async def test_nothing_is_missed_or_doubled_while_others_write(
    backward: bool, asked: Questions, empty: Database
) -> None:
    random, keys = Random(3), list[UUID]()
    async with empty.transaction() as session:
        for index in range(60):
            keys.append(await make_article(session, created_at=BEGINNING + timedelta(seconds=index // 3)))
    lasting = [public_id("article", key) for key in reversed(keys[::2])]
    stop, written = asyncio.Event(), list[int]()
    writing = asyncio.create_task(_write(empty, random, keys[1::2], stop, written))
    order = [{"field": "CREATED_AT", "direction": "DESC"}]
    try:
        while len(written) < 6:
            found = await walk(asked, order, 4, DRAFT_VIEW, backward=backward)
            assert len(set(found)) == len(found)
            assert [key for key in found if key in lasting] == lasting
    finally:
        stop.set()
        await writing


async def _write(
    database: Database, random: Random, passing: list[UUID], stop: asyncio.Event, written: list[int]
) -> None:
    """Insert, delete and change articles until it is time to stop."""
    while not stop.is_set():
        async with database.transaction() as session:
            at = BEGINNING + timedelta(seconds=random.randrange(20))
            passing.append(await make_article(session, created_at=at))
            await delete_article(session, SYSTEM, passing.pop(random.randrange(len(passing))))
            key = random.choice(passing)
            number = await version_number(session, key)
            changes = ArticleChanges(title=f"Changed {len(written)}")
            await update_article(session, SYSTEM, key, expected_version=number, changes=changes)
        written.append(len(written))


TITLE = [{"field": "TITLE"}]
WRONG = [
    {"first": 1, "last": 1}, {"first": -1}, {"first": 101}, {"last": 101}, {"last": -1}, {"before": "x"}, {"after": "x", "last": 1},
    {"before": "x", "first": 1}, {"after": ""}, {"after": "é"}, {"after": "\ud800"}, {"orderBy": [*TITLE, *TITLE]},
    {"orderBy": [{"field": field} for field in FIELDS]},
]  # fmt: skip
ARGUMENTS = """query($first: Int, $last: Int, $after: String, $before: String, $orderBy: [ArticleOrder!]) {
articles(first: $first, last: $last, after: $after, before: $before, orderBy: $orderBy) { nodes { id } } }"""


@pytest.mark.parametrize("arguments", WRONG, ids=str)
async def test_arguments_that_cannot_be_are_refused(arguments: dict[str, Any], questions: Questions) -> None:
    await questions.refused(ARGUMENTS, arguments)


async def test_a_page_of_nothing_says_whether_there_is_something(questions: Questions) -> None:
    empty = {"startCursor": None, "endCursor": None, "hasPreviousPage": False, "hasNextPage": True}
    page = (await questions.ask(FORWARD, {"n": 0}))["articles"]
    assert (page["edges"], page["pageInfo"]) == ([], empty)
    page = (await questions.ask(BACKWARD, {"n": 0}))["articles"]
    assert page["pageInfo"] == {**empty, "hasPreviousPage": True, "hasNextPage": False}


async def test_a_cursor_of_another_order_or_list_is_refused(questions: Questions) -> None:
    data = await questions.ask(
        "{ articles(first: 1) { pageInfo { endCursor } } tags(first: 1) { pageInfo { endCursor } } }"
    )
    newest, tag = (data[name]["pageInfo"]["endCursor"] for name in ("articles", "tags"))
    assert "orderBy" in await questions.refused(ARGUMENTS, {"after": newest, "orderBy": TITLE})
    await questions.refused(ARGUMENTS, {"after": tag})
    for length in range(0, len(newest), 5):
        await questions.refused(ARGUMENTS, {"after": newest[:length]})


def packed(*values: Any) -> str:
    """A cursor with these values."""
    return base64.urlsafe_b64encode(orjson.dumps([*values])).decode().rstrip("=")


PARTS: list[Any] = [
    None,
    True,
    5,
    -1,
    1.5,
    2**63 - 1,
    10**18,
    "x",
    "",
    "\x00",
    [],
    {},
    "0" * 32,
    "a" * 10_000,
]


@pytest.mark.parametrize("connection", ["articles", "tags", "assets"])
async def test_forged_cursors_never_make_a_server_error(connection: str, questions: Questions) -> None:
    order = {"articles": '[{field: WORD_COUNT}]', "tags": "[{field: NAME}]", "assets": "[{field: CREATED_AT}]"}[connection]  # fmt: skip
    data = await questions.ask(f"{{ {connection}(first: 1, orderBy: {order}) {{ edges {{ cursor }} }} }}")
    real = data[connection]["edges"][0]["cursor"]
    tie, key, unique = orjson.loads(base64.urlsafe_b64decode(real + "=="))
    text = f"query($c: String) {{ {connection}(first: 1, after: $c, orderBy: {order}) {{ nodes {{ id }} }} }}"
    forged = [packed(tie, part, unique) for part in PARTS] + [packed(tie, key, part) for part in PARTS]
    forged += [packed(tie, *parts) for parts in ([], [key], [key, unique, unique])]
    forged += [packed(part, key, unique) for part in PARTS] + [base64.urlsafe_b64encode(b"[" * 999).decode()]
    for cursor in forged:
        planned, ordinary = await questions.both(text, {"c": cursor})
        assert planned.text == ordinary.text, cursor
        assert set(planned.codes) <= {"BAD_USER_INPUT"}, cursor


@given(
    cursor=st.text(max_size=60) | st.binary(max_size=60).map(lambda b: base64.urlsafe_b64encode(b).decode())
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_text_is_no_cursor(cursor: str, questions: Questions) -> None:
    planned = await questions.planned(ARGUMENTS, {"after": cursor})
    assert planned.codes == ["BAD_USER_INPUT"]
