"""No way through the schema leads the public to what is not published; and every way leads an editor there."""

import json
from collections.abc import AsyncGenerator, Iterator
from typing import Any

import httpx
import pytest_asyncio

from cms.app import create_app
from cms.articles.publishing import publish_article
from cms.config import Settings
from cms.database import Database
from cms.graphql import make_schema
from cms.ids import key_of
from cms.permissions import SYSTEM, Role
from tests.api.asking import Api, Json
from tests.api.previews import token_for
from tests.api.secrets import MARKER, Secrets, make_secrets
from tests.api.views import UNLIMITED
from tests.api.walking import PAGE, Path, Variants, Writer, along, name_of, paths_to_articles

SCHEMA = make_schema()._schema  # pyright: ignore[reportPrivateUsage]  (no public name)
# `node` and `nodes` find things by the same function; one of them is walked on.
PATHS = [path for path in paths_to_articles(SCHEMA) if path[0].name != "nodes" or len(path) == 1]
# The desk is slower to read than what is published.
SHORT = [path for path in PATHS if sum(step.leads_to_thing for step in path) <= 2]
# Those with nothing but pages on the way are asked by every guess, and for all that an article holds.
STRAIGHT = [path for path in PATHS if sum(step.leads_to_thing for step in path) == 1]


@pytest_asyncio.fixture(scope="module")
async def patient(settings: Settings) -> AsyncGenerator[httpx.AsyncClient]:
    """The application without limits for documents."""
    app = create_app(settings.model_copy(update=UNLIMITED))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://kiosque.test") as client,
    ):
        yield client


@pytest_asyncio.fixture
async def secrets(database: Database) -> Secrets:
    async with database.transaction() as session:
        return await make_secrets(session)


@pytest_asyncio.fixture
async def walker(patient: httpx.AsyncClient, database: Database, secrets: Secrets) -> Api:
    return Api(patient, database)


def guesses_of(secrets: Secrets) -> Variants:
    """How to ask the fields that take arguments: by all that somebody could know or guess."""
    ids = [secrets.known, secrets.draft, secrets.newer, secrets.ended, secrets.withdrawn]
    nodes = [*ids, secrets.author, secrets.tag, secrets.section, secrets.asset, secrets.hidden_asset]
    slugs = [
        "harmless",
        f"old-{MARKER}",
        f"{MARKER}-draft",
        "harmless-too",
        f"{MARKER}-newer",
        f"{MARKER}-ended",
        "harmless-again",
    ]
    return {
        "Query.node": [f'id: "{key}"' for key in nodes],
        "Query.nodes": [f"ids: {json.dumps(nodes)}"],
        "Query.article": [
            *(f'id: "{key}"' for key in ids),
            *(f'id: "{secrets.known}", locale: "{locale}"' for locale in ("fr", "de", "it", "es")),
            *(f'slug: "{slug}"' for slug in slugs),
            f'slug: "{MARKER}-draft", locale: "en", fallback: ["fr", "de", "it", "es"]',
        ],
        "Query.author": [f'id: "{secrets.author}"', 'slug: "ada"'],
        "Query.tag": [f'id: "{secrets.tag}"', 'slug: "rivers"'],
        "Query.section": ['slug: "above"', 'slug: "middle"', 'slug: "below"'],
        "Query.asset": [f'id: "{secrets.asset}"', f'id: "{secrets.hidden_asset}"'],
        "Query.search": [f'query: "{word}", {PAGE}' for word in (MARKER, "harmless", "river")],
        "Query.redirect": [f'slug: "{slug}"' for slug in slugs],
        "Query.articleVersion": [f'articleId: "{key}", number: {number}' for key in ids for number in (1, 2)],
        "Article.translation": [f'locale: "{locale}"' for locale in ("en", "fr", "de", "it", "es")],
    }


def knowledge_of(secrets: Secrets) -> Variants:
    """How to ask them by what the public knows, to go on from there."""
    known = {
        "Article": secrets.known,
        "Author": secrets.author,
        "Tag": secrets.tag,
        "Section": secrets.section,
        "Asset": secrets.asset,
    }
    return {
        **{f"Query.node<{kind}>": [f'id: "{key}"'] for kind, key in known.items()},
        "Query.nodes": [f"ids: {json.dumps([secrets.known])}"],
        "Query.article": ['slug: "harmless"'],
        "Query.author": ['slug: "ada"'],
        "Query.tag": ['slug: "rivers"'],
        "Query.section": ['slug: "middle"'],
        "Query.asset": [f'id: "{secrets.asset}"'],
        "Query.search": [f'query: "harmless", {PAGE}'],
        "Query.redirect": [f'slug: "old-{MARKER}"', 'slug: "harmless-too"'],
        "Query.articleVersion": [f'articleId: "{secrets.known}", number: 2'],
        "Article.translation": ['locale: "en"', 'locale: "fr"'],
    }


async def walk(
    api: Api, known: Variants, ways: list[Path] = PATHS, **who: Any
) -> list[tuple[Path, list[Any]]]:
    """For each path the whole answer, and what the objects on the way say; one question for each field of the root."""
    writer, found = Writer(SCHEMA, known, depth=0), list[tuple[Path, list[Any]]]()
    for root in dict.fromkeys(path[0].name for path in ways):
        paths = [path for path in ways if path[0].name == root]
        data = await api.data(writer.tree(paths), **who)
        found += [(path, [data, *along(data, path)]) for path in paths]
    return found


async def guess(api: Api, secrets: Secrets, **who: Any) -> dict[Path, Json]:
    """What is at the ends of the short paths, asked by all that somebody could know or guess."""
    writer = Writer(SCHEMA, guesses_of(secrets), depth=0)
    return {path: await api.data(writer.document(path), **who) for path in STRAIGHT}


def test_there_are_paths_through_every_field_that_leads_to_an_article() -> None:
    last = {path[-1].label for path in PATHS}
    assert {
        "Query.article", "Query.node", "Query.nodes", "ArticleEdge.node", "SearchEdge.node", "RelatedEdge.node",
        "Redirect.article", "Article.translation", "Article.translations", "ArticleLinkBlock.article",
    } <= last  # fmt: skip
    assert len(PATHS) > 130


async def test_the_public_finds_and_counts_no_secret_on_any_path(walker: Api, secrets: Secrets) -> None:
    told = [secrets.draft, secrets.ended, secrets.hidden_asset]
    answers = dict(await walk(walker, knowledge_of(secrets), role=None))
    assert {name_of(path) for path, (data, *_) in answers.items() if leaks_in(data, told)} == set()
    counted = [page for data, *_ in answers.values() for page in pages_in(data)]
    assert len(counted) > 200
    assert {(count, shown) for count, shown in counted if count != shown} == set()


async def test_an_editor_finds_a_secret_on_every_short_path(walker: Api, secrets: Secrets) -> None:
    desk: dict[str, Any] = {"role": Role.EDITOR, "perspective": "draft"}
    answers = await walk(walker, knowledge_of(secrets), SHORT, **desk)
    said: dict[Path, Any] = {path: objects for path, (_, *objects) in answers} | await guess(
        walker, secrets, **desk
    )
    assert {name_of(path) for path, objects in said.items() if MARKER not in json.dumps(objects)} == set()
    everything = json.dumps([data for _, (data, *_) in answers])
    for secret in (secrets.draft, secrets.ended, f"{MARKER}-newer"):
        assert secret in everything


async def test_a_preview_leads_to_one_secret_and_to_no_other(
    walker: Api, secrets: Secrets, database: Database
) -> None:
    async with database.transaction() as session:
        token = await token_for(database, session, key_of("article", secrets.draft))
    by_id = [f'id: "{secrets.draft}"']
    known = {**knowledge_of(secrets), "Query.article": by_id, "Query.node<Article>": by_id}
    answers = await walk(walker, known, secret=token, perspective=None)
    everything = json.dumps([data for _, (data, *_) in answers])
    assert f"{MARKER} draft" in everything
    told = [f"{MARKER}{space}{word}" for word in ("newer", "ended", "withdrawn") for space in " -"]
    assert [secret for secret in told if secret in everything] == []


async def test_a_picture_that_only_a_draft_shows_is_as_secret(api: Api, secrets: Secrets) -> None:
    document = """query($id: ID!) {
      asset(id: $id) { alt url } node(id: $id) { id } nodes(ids: [$id]) { id } assets { totalCount nodes { id } }
    }"""
    staff = await api.data(document, {"id": secrets.hidden_asset}, role=Role.VIEWER)
    assert (staff["asset"]["alt"], staff["assets"]["totalCount"]) == (f"{MARKER} alt", 2)
    public = await api.data(document, {"id": secrets.hidden_asset}, role=None)
    assert (public["asset"], public["node"], public["nodes"]) == (None, None, [None])
    assert public["assets"] == {"totalCount": 1, "nodes": [{"id": secrets.asset}]}
    assert (await api.client.get(staff["asset"]["url"])).status_code == 404


async def test_the_walk_would_notice_a_leak(walker: Api, secrets: Secrets, database: Database) -> None:
    """The test of the test: what is published after all is found."""
    async with database.transaction() as session:
        key = key_of("article", secrets.draft)
        await publish_article(session, SYSTEM, key, expected_version=2)
    answers = await guess(walker, secrets, role=None)
    unnoticed = [path for path, data in answers.items() if not leaks_in(data, [secrets.draft])]
    # What is published is scheduled no more; the old slug was never live, so it goes on leading nowhere; and what is live has no history for the public.
    histories = [path for path in STRAIGHT if any(step.target.name == "ArticleVersion" for step in path)]
    assert histories
    others = [name_of(path) for path in unnoticed if path not in histories]
    assert (others, set(histories) - set(unnoticed)) == (
        ["scheduledArticles.edges.node", "redirect.article"],
        set(),
    )


def leaks_in(data: Any, ids: list[str]) -> bool:
    """Whether the marker is anywhere in an answer, or one of the ids anywhere but in Markdown.

    The Markdown of a published text holds the ids that its editor wrote, whatever became of them.
    """
    return any(
        MARKER in text.lower() or (name != "markdown" and any(key in text for key in ids))
        for name, text in texts_in(data)
    )


def texts_in(data: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every text in an answer, with the name of its field."""
    if isinstance(data, str):
        yield name, data
    for inner, value in items_in(data):
        yield from texts_in(value, inner or name)


def pages_in(data: Any) -> Iterator[tuple[int, int]]:
    """Of every connection in an answer: how many it counts, and how many it shows."""
    if isinstance(data, dict) and "totalCount" in data:
        edges = [value for name, value in data.items() if name.startswith("edges")]
        yield from ((data["totalCount"], len(shown)) for shown in edges)
    for _, value in items_in(data):
        yield from pages_in(value)


def items_in(data: Any) -> list[tuple[str, Any]]:
    """What is inside a value of JSON; a list's items have no names."""
    if isinstance(data, dict):
        return list(data.items())
    return [("", value) for value in data] if isinstance(data, list) else []
