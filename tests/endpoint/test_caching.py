"""Public answers: what they say to caches, and when a process keeps them."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import httpx
import pytest

from cms.endpoint.answers import Answer
from cms.endpoint.execution import execute_operation
from cms.endpoint.responses import Entry, ResponseCache
from tests.endpoint.asking import LEGACY, MODERN, codes, get, post
from tests.endpoint.sample import Desk, app_with, client_of

ARTICLE = "article_" + "0" * 32
CACHED = "{ cached }"


@dataclass
class Change:
    """Something that makes answers old."""

    tags: Iterable[str]


class Counted:
    """Executes operations, and counts them; holds each back while it is told to."""

    def __init__(self) -> None:
        self.count = 0
        self.began, self.go = asyncio.Event(), asyncio.Event()
        self.go.set()

    async def __call__(self, *operation: Any) -> Any:
        self.count += 1
        self.began.set()
        await self.go.wait()
        return await execute_operation(*operation)


@pytest.fixture
def runs() -> Counted:
    return Counted()


@pytest.fixture
def cache() -> ResponseCache:
    """A cache that has heard everything."""
    found = ResponseCache(entries_max=3, bytes_max=1_000_000, stale_seconds_max=600)
    found.begin(time.monotonic())
    return found


@pytest.fixture
async def cached(desk: Desk, runs: Counted, cache: ResponseCache) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an endpoint with that cache."""
    async with client_of(app_with(desk, run=runs, cache=cache)) as client:
        yield client


def answer(length: int) -> Answer:
    """An answer of so many bytes."""
    return Answer(200, b"x" * length, {"etag": '"e"'})


def hear(cache: ResponseCache, *tags: str) -> None:
    """Tell the cache that the tags are old."""
    cache.hear([Change(tags)], time.monotonic())


async def test_a_public_answer_says_how_long_it_is_good_and_what_it_shows(client: httpx.AsyncClient) -> None:
    headers = (await get(client, query=CACHED)).headers
    assert headers["cache-control"] == "public, max-age=0, s-maxage=60, stale-while-revalidate=30"
    assert headers["surrogate-key"] == f"{ARTICLE} site"
    assert headers["cache-tag"] == f"{ARTICLE},site"
    assert headers["vary"] == "Accept, Authorization, X-Perspective"


async def test_the_settings_decide_what_it_says(desk: Desk) -> None:
    changes: dict[str, Any] = {
        "cache_seconds": 5,
        "cache_shared_seconds": 600,
        "cache_revalidate_seconds": 0,
        "cache_tag_headers": ["cache-tag"],
    }
    async with client_of(app_with(desk, **changes)) as client:
        headers = (await get(client, query=CACHED)).headers
    assert headers["cache-control"] == "public, max-age=5, s-maxage=600, stale-while-revalidate=0"
    assert ("surrogate-key" in headers, headers["cache-tag"]) == (False, f"{ARTICLE},site")


@pytest.mark.parametrize(
    "query", ["{ cached broken }", "{ hello }", "mutation { write(text: \"x\") }"], ids=["error", "not public", "mutation"]
)  # fmt: skip
async def test_any_other_answer_is_never_to_be_kept(
    query: str, cached: httpx.AsyncClient, cache: ResponseCache
) -> None:
    response = await post(cached, query)
    assert response.headers["cache-control"] == "private, no-store"
    assert {"etag", "surrogate-key", "cache-tag"}.isdisjoint(response.headers)
    assert len(cache) == 0


async def test_a_refused_request_is_never_to_be_kept(cached: httpx.AsyncClient, cache: ResponseCache) -> None:
    response = await post(cached, "{ nothing }")
    assert (response.status_code, response.headers["cache-control"], len(cache)) == (
        400,
        "private, no-store",
        0,
    )


async def test_the_entity_tag_is_that_of_the_bytes(client: httpx.AsyncClient) -> None:
    first, again = [(await get(client, query=CACHED)).headers["etag"] for _ in range(2)]
    legacy = (await get(client, query=CACHED, accept=LEGACY)).headers["etag"]
    other = (await get(client, query="{ cached hello }")).headers["etag"]
    assert first == again
    assert len({first, legacy, other}) == 3
    assert not first.startswith("W/")


@pytest.mark.parametrize("known", ["{etag}", 'W/{etag}, "x"', '"x",{etag}', "*"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_what_the_client_has_is_not_sent_again(
    known: str, method: str, client: httpx.AsyncClient, cached: httpx.AsyncClient
) -> None:
    for one in (client, cached, cached):
        etag = (await get(one, query=CACHED)).headers["etag"]
        response = await one.request(
            method,
            "/graphql",
            params={"query": CACHED},
            headers={"accept": MODERN, "if-none-match": known.format(etag=etag)},
        )
        assert (response.status_code, response.content, response.headers["etag"]) == (304, b"", etag)
        assert response.headers["surrogate-key"] == f"{ARTICLE} site"
        assert "content-length" not in response.headers


async def test_another_entity_tag_brings_the_answer(cached: httpx.AsyncClient) -> None:
    for _ in range(2):
        response = await cached.get(
            "/graphql", params={"query": CACHED}, headers={"if-none-match": '"other"'}
        )
        assert (response.status_code, response.json()) == (200, {"data": {"cached": "front page"}})


async def test_a_post_is_never_answered_with_304(cached: httpx.AsyncClient) -> None:
    etag = (await post(cached, CACHED)).headers["etag"]
    response = await cached.post("/graphql", json={"query": CACHED}, headers={"if-none-match": etag, "accept": MODERN})  # fmt: skip
    assert (response.status_code, response.json()) == (200, {"data": {"cached": "front page"}})


async def test_an_answer_is_computed_once_whatever_the_spelling(
    cached: httpx.AsyncClient, runs: Counted
) -> None:
    answers = [
        await post(cached, CACHED),
        await post(cached, CACHED),
        await post(cached, CACHED, variables={}),
        await post(cached, CACHED, operationName=None, extensions={}),
        await get(cached, query=CACHED),
        await get(cached, query=CACHED),
    ]
    assert runs.count == 1
    assert {(one.content, *sorted(one.headers.items())) for one in answers} == {
        (answers[0].content, *sorted(answers[0].headers.items()))
    }


async def test_head_has_the_head_of_get(cached: httpx.AsyncClient) -> None:
    for _ in range(3):
        head = await cached.head("/graphql", params={"query": CACHED}, headers={"accept": MODERN})
        whole = await get(cached, query=CACHED)
        assert (head.status_code, head.content, head.headers) == (200, b"", whole.headers)


async def test_what_changes_the_answer_is_told_apart(cached: httpx.AsyncClient, runs: Counted) -> None:
    several = "query A { cached } query B { cached hello } query C($if: Boolean!) { cached hello @include(if: $if) }"
    for name, variables in (("A", {}), ("B", {}), ("C", {"if": True}), ("C", {"if": False})):
        for _ in range(2):
            found = await post(cached, several, operationName=name, variables=variables)
            assert ("hello" in found.json()["data"]) == (name == "B" or variables.get("if", False))
    assert runs.count == 4
    modern, legacy = [(await post(cached, CACHED, accept=accept)).headers["content-type"] for accept in (MODERN, LEGACY)]  # fmt: skip
    assert (modern, legacy) == (f"{MODERN}; charset=utf-8", f"{LEGACY}; charset=utf-8")


@pytest.mark.parametrize("header", ["authorization", "x-perspective"])
async def test_whoever_may_see_more_is_answered_anew(
    header: str, cached: httpx.AsyncClient, runs: Counted
) -> None:
    await post(cached, CACHED)
    for _ in range(2):
        await cached.post("/graphql", json={"query": CACHED}, headers={header: "something", "accept": MODERN})
    await cached.get("/graphql", params={"query": CACHED, "perspective": "draft"})
    assert runs.count == 4


async def test_a_change_drops_what_shows_it_and_nothing_else(
    cached: httpx.AsyncClient, runs: Counted, cache: ResponseCache
) -> None:
    await post(cached, CACHED)
    hear(cache, "author_x", "articles")
    await post(cached, CACHED)
    assert runs.count == 1
    hear(cache, ARTICLE)
    assert (len(cache), cache.weight) == (0, 0)
    await post(cached, CACHED)
    assert runs.count == 2


async def test_a_change_while_an_answer_is_made_keeps_it_from_being_kept(
    cached: httpx.AsyncClient, runs: Counted, cache: ResponseCache
) -> None:
    for tag, kept in ((ARTICLE, 0), ("author_x", 1)):
        runs.go.clear()
        asking = asyncio.create_task(post(cached, CACHED))
        await runs.began.wait()
        runs.began.clear()
        hear(cache, tag)
        runs.go.set()
        assert (await asking).json() == {"data": {"cached": "front page"}}
        assert len(cache) == kept


async def test_many_who_ask_the_same_at_once_are_one_computation(
    cached: httpx.AsyncClient, runs: Counted
) -> None:
    runs.go.clear()
    asking = [asyncio.create_task(post(cached, CACHED)) for _ in range(20)]
    await runs.began.wait()
    asking[1].cancel()
    await asyncio.sleep(0.01)
    runs.go.set()
    answers = await asyncio.gather(*asking, return_exceptions=True)
    assert runs.count == 1
    assert isinstance(answers.pop(1), asyncio.CancelledError)
    assert {one.content for one in answers if isinstance(one, httpx.Response)} == {b'{"data":{"cached":"front page"}}'}  # fmt: skip


async def test_whoever_computes_and_leaves_stops_nobody_else(
    cached: httpx.AsyncClient, runs: Counted
) -> None:
    runs.go.clear()
    asking = [asyncio.create_task(post(cached, CACHED)) for _ in range(3)]
    await runs.began.wait()
    asking[0].cancel()
    await asyncio.sleep(0.01)
    runs.go.set()
    answers = await asyncio.gather(*asking[1:])
    assert [one.json() for one in answers] == [{"data": {"cached": "front page"}}] * 2


async def test_whoever_asks_after_a_change_does_not_wait_for_what_was_begun_before(
    cached: httpx.AsyncClient, runs: Counted, cache: ResponseCache
) -> None:
    runs.go.clear()
    before = asyncio.create_task(post(cached, CACHED))
    await runs.began.wait()
    hear(cache, "author_x")
    runs.began.clear()
    after = asyncio.create_task(post(cached, CACHED))
    await runs.began.wait()
    runs.go.set()
    assert [(await one).status_code for one in (before, after)] == [200, 200]


async def test_nothing_is_kept_or_given_while_nothing_is_heard(
    cached: httpx.AsyncClient, runs: Counted, cache: ResponseCache
) -> None:
    await post(cached, CACHED)
    cache.lose()
    await post(cached, CACHED)
    await post(cached, CACHED)
    hear(cache)
    await post(cached, CACHED)
    assert (runs.count, len(cache)) == (4, 0)
    cache.begin(time.monotonic())
    await post(cached, CACHED)
    await post(cached, CACHED)
    assert (runs.count, len(cache)) == (5, 1)


async def test_what_was_heard_too_long_ago_counts_for_nothing(
    cached: httpx.AsyncClient, runs: Counted, cache: ResponseCache
) -> None:
    await post(cached, CACHED)
    cache.hear([], time.monotonic() - 601)
    await post(cached, CACHED)
    assert runs.count == 2
    cache.hear([], time.monotonic())
    await post(cached, CACHED)
    assert runs.count == 2


async def test_the_cache_has_bounds(cached: httpx.AsyncClient, runs: Counted, cache: ResponseCache) -> None:
    names = ["a", "b", "c", "d"]
    for name in names:
        await post(cached, f"{{ {name}: cached }}")
    assert len(cache) == 3
    await post(cached, "{ d: cached }")
    await post(cached, "{ a: cached }")
    assert runs.count == 5


def test_the_cache_has_a_bound_of_bytes() -> None:
    cache = ResponseCache(entries_max=1_000, bytes_max=100_000, stale_seconds_max=600)
    cache.begin(time.monotonic())

    async def fill() -> None:
        for number in range(200):
            with cache.computing(number) as computation:
                tags = frozenset({"site", f"tag_{number}"})
                assert cache.keep(computation, Entry(number, answer(1_000), tags))
            entry = cache.get(number)
            assert entry is not None
            for spelling in range(20):
                cache.add_alias((number, spelling), 50, entry)
        with cache.computing("large") as computation:
            assert cache.keep(computation, Entry("large", answer(10_000), frozenset({"site"})))

    asyncio.run(fill())
    assert 20 < len(cache) < 40
    assert 50_000 < cache.weight <= 100_000
    assert cache.get("large") is None
    hear(cache, "site")
    assert (len(cache), cache.weight) == (0, 0)
    assert cache.get_by_alias((199, 19)) is None


async def test_the_tags_are_told_to_whoever_asks(cached: httpx.AsyncClient, runs: Counted) -> None:
    wanted = {"cacheTags": True}
    for _ in range(2):
        answer = await post(cached, CACHED, extensions=wanted)
        assert answer.json()["extensions"] == {"cacheTags": [ARTICLE, "site"]}
        assert (await get(cached, query=CACHED, extensions=wanted)).json() == answer.json()
    assert "extensions" not in (await post(cached, CACHED)).json()
    assert "extensions" not in (await post(cached, "{ cached broken }", extensions=wanted)).json()
    assert "extensions" not in (await post(cached, "{ hello }", extensions=wanted)).json()


@pytest.mark.parametrize("wanted", ["true", 1, None, []])
async def test_to_ask_for_tags_in_another_way_is_refused(
    wanted: object, cached: httpx.AsyncClient, desk: Desk
) -> None:
    for query in (CACHED, 'mutation { write(text: "x") }'):
        answer = await post(cached, query, extensions={"cacheTags": wanted})
        assert (answer.status_code, codes(answer)) == (400, ["BAD_REQUEST"])
        assert "cacheTags" in answer.json()["errors"][0]["message"]
    assert desk.written == []


async def test_a_document_that_is_to_be_remembered_is_remembered_each_time(
    desk: Desk, runs: Counted, cache: ResponseCache
) -> None:
    digest = sha256(CACHED.encode()).hexdigest()
    extensions = {"persistedQuery": {"version": 1, "sha256Hash": digest}}
    async with client_of(app_with(desk, run=runs, cache=cache, persisted_documents_max=1)) as client:
        await post(client, CACHED, extensions=extensions)
        other = "{ cached hello }"
        pushed = {"persistedQuery": {"version": 1, "sha256Hash": sha256(other.encode()).hexdigest()}}
        await post(client, other, extensions=pushed)
        assert codes(await post(client, None, extensions=extensions)) == ["PERSISTED_QUERY_NOT_FOUND"]
        await post(client, CACHED, extensions=extensions)
        assert (await post(client, None, extensions=extensions)).status_code == 200
    assert runs.count == 2


async def test_other_origins_are_answered_from_the_cache_as_well(
    cached: httpx.AsyncClient, runs: Counted
) -> None:
    for _ in range(3):
        answer = await cached.post(
            "/graphql", json={"query": CACHED}, headers={"origin": "https://a.example"}
        )
        assert answer.headers.get_list("access-control-allow-origin") == ["*"]
        assert answer.json() == {"data": {"cached": "front page"}}
    assert runs.count == 1
