"""What mutations answer with is planned: one statement for the thing in a payload, after its commit, as ordinary execution reads it."""

from collections.abc import Mapping
from random import Random
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from cms.articles import tables
from cms.articles.inputs import BylineEntry, RelatedLink
from cms.articles.kinds import NoticeKind
from cms.articles.noticing import NoticeFields, add_notice
from cms.articles.translating import create_translation
from cms.config import Settings
from cms.database import Database
from cms.ids import public_id
from cms.permissions import SYSTEM, Role, actor_of_role
from cms.perspective import PUBLISHED
from cms.reading.pool import ReadPool
from tests.factories import (
    make_article,
    make_asset,
    make_author,
    make_published_article,
    make_revised_article,
    make_scheduled_article,
    make_section,
    make_submitted_article,
    make_tag,
)
from tests.reading.asking import DRAFT_VIEW, Questions, View
from tests.reading.documents import make_mutation
from tests.reading.newsroom import Newsroom
from tests.reading.values import Pool

DOCUMENTS, BATCHES = 100, 2
ADMIN_VIEW = View(actor_of_role(Role.ADMIN, actor_id=None, name="admin"), PUBLISHED)
EVERYTHING_OF_AN_ARTICLE = """id version status locale slug title body { html text blocks { __typename key html } outline { text } }
byline { role author { name avatar { url } } } tags { name articles(first: 2) { totalCount nodes { title } } }
section { name parent { name } } cover { alt asset { url } } related(first: 3) { totalCount edges { note node { title } } }
seo { title image { url } } disclosures { kind text } translations { locale }"""


@pytest.fixture(scope="module")
def writing(settings: Settings, open_database: Database) -> Questions:
    """Mutations of the worker's database."""
    return Questions(settings, open_database)


async def unchanging(database: Database, newsroom: Newsroom) -> list[tuple[str, str]]:
    """Mutations of the newsroom's articles that change nothing: a save without changes, and a publication of what is published."""
    async with database.transaction() as session:
        article = tables.article
        rows = (
            await session.execute(
                select(
                    article.c.id, article.c.version, article.c.draft_version_id == article.c.live_version_id
                )
            )
        ).all()
    found: list[tuple[str, str]] = []
    for key, version, is_live in rows:
        names = ["updateArticle", *(["publishArticle"] if is_live else [])]
        given = f'(input: {{id: "{public_id("article", key)}", expectedVersion: {version}}})'
        found += [(f"{name}{given}", "article") for name in names]
        found.append(
            (f'updateArticle(input: {{id: "{public_id("article", key)}", expectedVersion: 0}})', "article")
        )
    return found


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
@pytest.mark.parametrize("batch", range(BATCHES))
async def test_payloads_answer_what_ordinary_execution_answers(
    batch: int, questions: Questions, newsroom: Newsroom, reading_database: Database
) -> None:
    nouns = ("article", "author", "tag", "section", "asset")
    pool = Pool({noun: newsroom.ids(noun) for noun in nouns}, {})
    mutations = await unchanging(reading_database, newsroom)
    answered = 0
    for seed in range(batch, DOCUMENTS, BATCHES):
        random = Random(seed)
        roots = {f"m{index}": random.choice(mutations) for index in range(random.choice([1, 1, 2]))}
        text, variables = make_mutation(questions.graphql_schema, pool, random, roots)
        planned, ordinary = await questions.both(text, variables, DRAFT_VIEW)
        assert planned.is_as_good_as(ordinary), (
            f"seed {seed}\n{text}\n{variables}\n{planned.text!r}\n{ordinary.text!r}"
        )
        assert "INTERNAL" not in ordinary.codes, f"seed {seed}\n{text}\n{ordinary.errors}"
        things = [root for root in (planned.data or {}).values() if root and "article" in root]
        if not planned.errors:
            assert planned.text == ordinary.text
            again = await questions.planned(text, variables, DRAFT_VIEW)
            assert (again.text, again.statements) == (planned.text, planned.statements)
            assert planned.statements <= ordinary.statements
            answered += len(things)
    assert answered > DOCUMENTS // BATCHES // 2


async def _things(database: Database) -> Mapping[str, str]:
    async with database.transaction() as session:
        asset, section = await make_asset(session), await make_section(session)
        author, tags = (
            await make_author(session, avatar_id=asset),
            [await make_tag(session) for _ in range(2)],
        )
        other = await make_published_article(session, title="Another")
        article = await make_article(session, section_id=section, tag_ids=[tags[0]])
        shown = await make_published_article(
            session, title="Shown", byline=[BylineEntry(author)], related=[RelatedLink(other)]
        )
        articles = {
            "revised": await make_revised_article(session),
            "submitted": await make_submitted_article(session),
            "scheduled": await make_scheduled_article(session),
            "translated": await create_translation(session, SYSTEM, other, "fr", title="Un autre"),
        }
        notice = await add_notice(
            session,
            SYSTEM,
            shown,
            NoticeFields(kind=NoticeKind.CORRECTION, text="It was Tuesday.", is_published=True),
        )
        # The one row that stays from test to test.
        site_version = await session.scalar(select(tables.site.c.version))
    keys = {"asset": asset, "section": section, "author": author, "tag": tags[0], "notice": notice}
    found = {noun: public_id(noun, key) for noun, key in keys.items()} | {"site_version": str(site_version)}
    articles |= {"article": article, "other": other, "shown": shown}
    return (
        found
        | {name: public_id("article", key) for name, key in articles.items()}
        | {"merged": public_id("tag", tags[1])}
    )


OF_AUTHOR = (
    "author { id version name slug bio avatar { url } articles(first: 1) { totalCount nodes { title } } }"
)
OF_TAG = "tag { id version name slug articles(first: 3) { nodes { title status } } }"
OF_SECTION = (
    "section { id version name parent { name } children { name } articles(first: 1) { nodes { title } } }"
)
OF_ARTICLE = f"article {{ {EVERYTHING_OF_AN_ARTICLE} }}"
MUTATIONS = {
    "createArticle": ('input: {title: "New", body: "# One", byline: [{authorId: "%(author)s"}], tagIds: ["%(tag)s"]}', OF_ARTICLE),
    "updateArticle": ('input: {id: "%(article)s", expectedVersion: 1, title: "Newer", cover: {assetId: "%(asset)s"}}', OF_ARTICLE),
    "createTranslation": ('input: {articleId: "%(article)s", locale: "fr", title: "Nouveau"}', OF_ARTICLE),
    "publishArticle": ('input: {id: "%(article)s", expectedVersion: 1}', OF_ARTICLE),
    "unpublishArticle": ('input: {id: "%(shown)s", expectedVersion: 1}', OF_ARTICLE),
    "withdrawArticle": ('input: {id: "%(shown)s", expectedVersion: 1, reason: "It was wrong."}', OF_ARTICLE),
    "submitArticle": ('input: {id: "%(article)s", expectedVersion: 1}', OF_ARTICLE),
    "requestChanges": ('input: {id: "%(submitted)s", expectedVersion: 1}', OF_ARTICLE),
    "approveArticle": ('input: {id: "%(submitted)s", expectedVersion: 1}', OF_ARTICLE),
    "scheduleArticle": ('input: {id: "%(article)s", expectedVersion: 1, publishAt: "2999-01-01T00:00:00Z"}', OF_ARTICLE),
    "cancelSchedule": ('input: {id: "%(scheduled)s", expectedVersion: 1}', OF_ARTICLE),
    "restoreArticleVersion": ('input: {id: "%(revised)s", expectedVersion: 2, version: 1}', OF_ARTICLE),
    "markTranslationUpToDate": ('input: {id: "%(translated)s"}', OF_ARTICLE),
    "addNotice": ('input: {articleId: "%(shown)s", kind: UPDATE, text: "There is more."}', OF_ARTICLE),
    "updateNotice": ('input: {id: "%(notice)s", expectedVersion: 1, text: "It was Wednesday."}', OF_ARTICLE),
    "removeNotice": ('input: {id: "%(notice)s"}', OF_ARTICLE),
    "relateArticles": ('input: {id: "%(article)s", toId: "%(other)s", note: "Because"}', OF_ARTICLE),
    "unrelateArticles": ('input: {id: "%(shown)s", toId: "%(other)s"}', OF_ARTICLE),
    "setRelatedArticles": ('input: {id: "%(article)s", expectedVersion: 1, links: [{articleId: "%(other)s"}]}', OF_ARTICLE),
    "createAuthor": ('input: {name: "Ada"}', OF_AUTHOR),
    "updateAuthor": ('input: {id: "%(author)s", expectedVersion: 1, name: "Ada"}', OF_AUTHOR),
    "createTag": ('input: {name: "Rivers"}', OF_TAG),
    "updateTag": ('input: {id: "%(tag)s", expectedVersion: 1, name: "Streams"}', OF_TAG),
    "mergeTags": ('input: {fromIds: ["%(merged)s"], intoId: "%(tag)s"}', OF_TAG),
    "createSection": ('input: {name: "Below", parentId: "%(section)s"}', OF_SECTION),
    "updateSection": ('input: {id: "%(section)s", expectedVersion: 1, name: "Changed"}', OF_SECTION),
    "updateAsset": ('input: {id: "%(asset)s", expectedVersion: 1, alt: "Another river"}', "asset { id version alt url updatedAt usedBy(first: 1) { nodes { title } } }"),
    "updateSite": ('input: {expectedVersion: %(site_version)s, name: "Changed"}', "site { version name locales disclosureTexts { text } }"),
}  # fmt: skip


@pytest.mark.parametrize("name", MUTATIONS)
async def test_the_thing_of_a_payload_is_one_statement(
    name: str, writing: Questions, empty: Database
) -> None:
    given, selection = MUTATIONS[name]
    things = await _things(empty)
    text = f"mutation {{ it: {name}({given % things}) {{ {selection} errors {{ message }} }} }}"
    planned = await writing.planned(text, view=ADMIN_VIEW)
    assert (planned.errors, planned.data["it"]["errors"], planned.statements) == ([], [], 1)
    noun = selection.partition(" ")[0]
    thing = planned.data["it"][noun]
    inside = selection.removeprefix(f"{noun} ")
    if noun == "site":
        ordinary = (await writing.ordinary(f"{{ site {inside} }}", view=DRAFT_VIEW)).data["site"]
    else:
        of_type = f"... on {noun.title()} {inside}"
        reading = f'{{ node(id: "{thing["id"]}") {{ {of_type} }} }}'
        ordinary = (await writing.ordinary(reading, view=DRAFT_VIEW)).data["node"]
    assert orjson.dumps(thing) == orjson.dumps(ordinary)


@pytest.mark.parametrize("name", ["createArticle", "updateArticle"])
async def test_what_is_read_with_the_commit_is_what_would_be_read_after_it(
    name: str, writing: Questions, empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    selection, reads = MUTATIONS[name][1], list[str]()
    fetch = ReadPool.fetch

    async def noted(self: ReadPool, sql: str, *values: object) -> Any:
        reads.append(sql)
        return await fetch(self, sql, *values)

    kind = f"{name[0].upper()}{name[1:]}Input!"
    text = f"mutation($input: {kind}) {{ it: {name}(input: $input) {{ {selection} errors {{ message }} }} }}"
    monkeypatch.setattr(ReadPool, "fetch", noted)
    inputs = await _inputs(name, empty)
    for input in inputs:
        reads.clear()
        planned = await writing.planned(text, {"input": input}, ADMIN_VIEW)
        assert (planned.errors, planned.data["it"]["errors"], planned.statements) == ([], [], 1)
        # The second time, it is known what will be read.
        assert len(reads) == (1 if input is inputs[0] else 0)
        thing = planned.data["it"]["article"]
        inside = f"... on Article {selection.removeprefix('article ')}"
        ordinary = await writing.ordinary(f'{{ node(id: "{thing["id"]}") {{ {inside} }} }}', view=DRAFT_VIEW)
        assert orjson.dumps(thing) == orjson.dumps(ordinary.data["node"])


async def _inputs(name: str, database: Database) -> list[dict[str, Any]]:
    """Inputs of the mutation that can be sent one after the other."""
    things = await _things(database)
    author, tag, article = things["author"], things["tag"], things["article"]
    if name == "createArticle":
        new = {"body": "# One", "byline": [{"authorId": author}], "tagIds": [tag]}
        return [{"title": title, **new} for title in ("New", "Newer")]
    changes = {"id": article, "subtitle": "S", "cover": {"assetId": things["asset"]}}
    return [{"expectedVersion": version, **changes} for version in (1, 2)]


async def test_every_mutation_with_a_thing_is_tried_here(questions: Questions) -> None:
    nouns = {"article", "author", "tag", "section", "site", "asset"}
    # Those that need the bytes of a file, or use one up, answer with the same type as updateAsset.
    of_files = {"uploadAsset", "completeUpload", "importAsset", "replaceAsset"}
    with_things = {
        name
        for name, field in questions.graphql_schema.mutation_type.fields.items()
        if nouns & set(field.type.of_type.fields)
    }
    assert with_things - of_files <= set(MUTATIONS)


async def test_a_payload_is_read_after_its_commit_and_before_the_next_mutation(
    writing: Questions, empty: Database
) -> None:
    things = await _things(empty)
    one, two = (
        f'updateArticle(input: {{id: "{things["article"]}", expectedVersion: {version}, title: "T{version}"}}) {{ article {{ title version }} }}'
        for version in (1, 2)
    )
    planned = await writing.planned(f"mutation {{ one: {one} two: {two} }}", view=ADMIN_VIEW)
    assert planned.data == {
        "one": {"article": {"title": "T1", "version": 2}},
        "two": {"article": {"title": "T2", "version": 3}},
    }
    assert planned.statements == 2


async def test_a_problem_in_a_payload_is_told_as_ever(writing: Questions, empty: Database) -> None:
    things = await _things(empty)
    conflict = f"""mutation {{ updateArticle(input: {{id: "{things["article"]}", expectedVersion: 9, title: "x"}}) {{ article {{ title }}
        errors {{ code path ... on VersionConflictError {{ current {{ title version }} }} }} }} }}"""
    in_use = f"""mutation {{ deleteAuthor(input: {{id: "{things["author"]}"}}) {{ deletedId errors {{ code ... on InUseError {{ usedBy {{ id }} }} }} }} }}"""
    answer = await writing.planned(conflict, view=ADMIN_VIEW)
    assert answer.data == {
        "updateArticle": {
            "article": None,
            "errors": [
                {
                    "code": "VERSION_CONFLICT",
                    "path": ["expectedVersion"],
                    "current": {"title": "A river runs", "version": 1},
                }
            ],
        }
    }
    planned, ordinary = await writing.both(in_use, view=ADMIN_VIEW)
    assert planned.text == ordinary.text
    assert planned.data["deleteAuthor"]["errors"] == [{"code": "IN_USE", "usedBy": [{"id": things["shown"]}]}]


async def test_what_cannot_be_planned_is_answered_or_refused_as_ever(
    writing: Questions, empty: Database
) -> None:
    things = await _things(empty)
    text = """mutation($id: ID!, $after: String) { updateArticle(input: {id: $id, expectedVersion: 1}) {
        article { title related(first: 1, after: $after) { nodes { title } } } errors { code } } }"""
    planned, ordinary = await writing.both(text, {"id": things["article"], "after": "nowhere"}, ADMIN_VIEW)
    assert planned.text == ordinary.text
    assert planned.codes == ["BAD_USER_INPUT"]
    assert planned.errors[0]["path"] == ["updateArticle", "article", "related"]


@pytest.mark.usefixtures("empty")
async def test_one_plan_serves_all_inputs(writing: Questions) -> None:
    text = "mutation($input: CreateTagInput!, $more: Boolean!) { createTag(input: $input) { tag { name slug @include(if: $more) } } }"
    inputs: list[dict[str, Any]] = [
        {"name": "One"},
        {"name": "Two", "slug": "zwei"},
        {"name": "Three", "slug": None},
    ]
    kept = writing.plans.payloads._kept  # pyright: ignore[reportPrivateUsage]  (what the test is about)
    kept.clear()
    for given in inputs:
        answer = await writing.planned(text, {"input": given, "more": True}, ADMIN_VIEW)
        assert answer.data["createTag"]["tag"]["name"] == given["name"]
    assert [len(place.variants) for place in kept.values()] == [1]
    answer = await writing.planned(text, {"input": {"name": "Four"}, "more": False}, ADMIN_VIEW)
    assert answer.data["createTag"]["tag"] == {"name": "Four"}
    assert [len(place.variants) for place in kept.values()] == [2]
