"""`at:` shows what the public read at that moment, whatever has happened since."""

from datetime import UTC, datetime
from random import Random
from uuid import UUID

import pytest

from cms.articles.editing import update_article
from cms.articles.inputs import ArticleChanges, RelatedLink
from cms.articles.publishing import publish_article, unpublish_article
from cms.database import Database
from cms.ids import public_id
from cms.permissions import SYSTEM, Actor, Permission
from cms.perspective import DRAFT, Perspective, PerspectiveKind
from tests.factories import make_article, version_number
from tests.reading.asking import DRAFT_VIEW, Questions, View, at_view
from tests.reading.newsroom import Newsroom

READ = """{ articles(first: 100) { totalCount nodes { id title version related(first: 9) { nodes { title } } } }
search(query: "state", first: 100) { totalCount } }"""
Model = dict[UUID, str]


@pytest.mark.parametrize("seed", range(3))
async def test_the_past_is_read_as_it_was(seed: int, asked: Questions, empty: Database) -> None:
    random, live, drafts = Random(seed), Model(), Model()
    history: list[tuple[datetime, Model]] = []
    keys = await _first_drafts(empty, drafts)
    for step in range(16):
        await _do_something(empty, random, keys, drafts, live, step)
        history.append((datetime.now(UTC), dict(live)))
    for moment, then in history:
        data = await asked.ask(READ, view=at_view(moment))
        found = {node["id"]: node["title"] for node in data["articles"]["nodes"]}
        assert found == {public_id("article", key): title for key, title in then.items()}
        assert data["search"]["totalCount"] == data["articles"]["totalCount"] == len(then)
        ends = {link["title"] for node in data["articles"]["nodes"] for link in node["related"]["nodes"]}
        assert ends <= set(then.values())
    public = (await asked.ask(READ))["articles"]["nodes"]
    assert {node["title"] for node in public} == set(live.values())
    desk = (await asked.ask(READ, view=DRAFT_VIEW))["articles"]["nodes"]
    assert {node["title"] for node in desk} == set(drafts.values())


async def _first_drafts(database: Database, drafts: Model) -> list[UUID]:
    keys: list[UUID] = []
    async with database.transaction() as session:
        for index in range(5):
            title = f"State {index}.0"
            keys.append(await make_article(session, title=title, related=[RelatedLink(key) for key in keys]))
            drafts[keys[-1]] = title
    return keys


async def _do_something(
    database: Database, random: Random, keys: list[UUID], drafts: Model, live: Model, step: int
) -> None:
    key, action = random.choice(keys), random.choice(["save", "publish", "publish", "unpublish"])
    async with database.transaction() as session:
        number = await version_number(session, key)
        if action == "save":
            drafts[key] = f"State {keys.index(key)}.{step + 1}"
            changes = ArticleChanges(title=drafts[key])
            await update_article(session, SYSTEM, key, expected_version=number, changes=changes)
        elif action == "publish":
            await publish_article(session, SYSTEM, key, expected_version=number)
            live[key] = drafts[key]
        else:
            await unpublish_article(session, SYSTEM, key, expected_version=number)
            live.pop(key, None)


async def test_before_the_first_publication_there_is_nothing(questions: Questions) -> None:
    data = await questions.ask(READ, view=at_view(datetime(2020, 1, 1, tzinfo=UTC)))
    assert data == {"articles": {"totalCount": 0, "nodes": []}, "search": {"totalCount": 0}}


READER = Actor(None, "reader", "", frozenset({Permission.ARTICLE_READ_DRAFTS}))
PICTURES = "{ articles(first: 100) { nodes { title cover { asset { filename } } body { blocks { ... on ImageBlock { asset { filename } } } } } } }"


async def test_whoever_reads_drafts_reads_the_past_without_seeing_what_is_scheduled(
    questions: Questions, newsroom: Newsroom
) -> None:
    for time in newsroom.times[:3]:
        view = View(READER, Perspective(PerspectiveKind.AT, time))
        data = await questions.ask(READ, view=view)
        assert data == await questions.ask(READ, view=at_view(time))
        assert data["articles"]["totalCount"] > 0


async def test_whoever_reads_drafts_sees_their_pictures(questions: Questions) -> None:
    data = await questions.ask(PICTURES, view=View(READER, DRAFT))
    assert data == await questions.ask(PICTURES, view=DRAFT_VIEW)
    assert "only-in-a-draft.jpg" in str(data)
    assets = "{ assets(first: 100) { nodes { filename } } }"
    told = str(await questions.ask(assets, view=View(READER, DRAFT)))
    assert ("only-in-a-draft.jpg" in told, "never-used.jpg" in told) == (True, False)
