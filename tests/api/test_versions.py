"""The history of an article through the API: listed, read, compared, restored; and nothing of it for others."""

from typing import Any

import pytest

from cms.articles.editing import update_article
from cms.articles.inputs import ArticleChanges, BylineEntry, Cover, RelatedLink
from cms.articles.publishing import publish_article
from cms.ids import public_id
from cms.permissions import SYSTEM, Role
from tests.api.asking import Api, problems_of
from tests.factories import make_article, make_asset, make_author, make_section, make_tag

PAGE = """query($id: ID!, $after: String) { article(id: $id) { versions(first: 2, after: $after) {
  totalCount pageInfo { hasNextPage endCursor } nodes { number actor message changedFields wasPublished article { title } } } } }"""
ONE = """query($id: ID!, $number: Int!) { articleVersion(articleId: $id, number: $number) { number lost { path id name replacedBy } article {
  kind locale slug title subtitle excerpt body { markdown html text blocks { key } } byline { role author { name } } section { name }
  tags { name } cover { alt caption asset { filename } } related { articleId kind note article { title } } seo { title noIndex }
  disclosures { kind text } wordCount readingMinutes } } }"""
COMPARED = """query($id: ID!, $from: Int!, $to: Int!) { compareVersions(articleId: $id, from: $from, to: $to) { fromNumber toNumber
  fields { field before after entries { change key before after } } blocks { change type before after words { change text } } } }"""
RESTORE = """mutation($input: RestoreArticleVersionInput!) { done: restoreArticleVersion(input: $input) {
  article { version title versions(first: 1) { nodes { number message } } } warnings { path message } errors { code path message } } }"""


@pytest.fixture
async def article_id(api: Api) -> str:
    """An article of three versions: rich, then plain and published, then under another title."""
    async with api.database.transaction() as session:
        key = await make_article(
            session,
            title="A river runs",
            subtitle="Through it",
            body="The river.\n\nIt runs.",
            byline=[BylineEntry(await make_author(session, name="Ada"))],
            section_id=await make_section(session, name="Science"),
            tag_ids=[await make_tag(session, name="Rivers")],
            cover=Cover(await make_asset(session, filename="river.jpg"), caption="At noon"),
            related=[RelatedLink(await make_article(session, title="A brook"), note="Read it")],
            message="First words",
        )
        plain = ArticleChanges(
            subtitle=None, byline=None, section_id=None, tag_ids=None, cover=None, related=None, body="The river.\n\nIt ran."
        )  # fmt: skip
        await update_article(session, SYSTEM, key, expected_version=1, changes=plain)
        await publish_article(session, SYSTEM, key, expected_version=2)
        await update_article(
            session, SYSTEM, key, expected_version=2, changes=ArticleChanges(title="A river ran")
        )
    return public_id("article", key)


@pytest.mark.parametrize("perspective", ["draft", "published"])
async def test_versions_are_listed_from_the_newest(api: Api, article_id: str, perspective: str) -> None:
    first = await api.data(PAGE, {"id": article_id}, role=Role.VIEWER, perspective=perspective)
    page = first["article"]["versions"]
    assert (page["totalCount"], page["pageInfo"]["hasNextPage"]) == (3, True)
    said = {"actor": "command line", "message": None}
    assert page["nodes"] == [
        {**said, "number": 3, "changedFields": ["title"], "wasPublished": False, "article": {"title": "A river ran"}},
        {
            **said,
            "number": 2,
            "changedFields": ["subtitle", "body", "sectionId", "cover", "byline", "tagIds", "related"],
            "wasPublished": True,
            "article": {"title": "A river runs"},
        },
    ]  # fmt: skip
    after = {"id": article_id, "after": page["pageInfo"]["endCursor"]}
    rest = (await api.data(PAGE, after, role=Role.VIEWER, perspective=perspective))["article"]["versions"]
    assert [(one["number"], one["message"]) for one in rest["nodes"]] == [(1, "First words")]
    assert rest["pageInfo"]["hasNextPage"] is False


async def test_a_version_is_read_whole_as_it_was(api: Api, article_id: str) -> None:
    found = (await api.data(ONE, {"id": article_id, "number": 1}))["articleVersion"]["article"]
    (related,) = found.pop("related")
    assert (related["note"], related["article"]["title"]) == ("Read it", "A brook")
    body = found.pop("body")
    assert (body["markdown"], len(body["blocks"])) == ("The river.\n\nIt runs.", 2)
    assert found == {
        "kind": "NEWS",
        "locale": "en",
        "slug": "a-river-runs",
        "title": "A river runs",
        "subtitle": "Through it",
        "excerpt": "The river. It runs.",
        "byline": [{"role": "AUTHOR", "author": {"name": "Ada"}}],
        "section": {"name": "Science"},
        "tags": [{"name": "Rivers"}],
        "cover": {"alt": "A river", "caption": "At noon", "asset": {"filename": "river.jpg"}},
        "seo": {"title": "A river runs", "noIndex": False},
        "disclosures": [],
        "wordCount": 4,
        "readingMinutes": 1,
    }


async def test_a_related_draft_is_named_but_not_shown_where_drafts_are_not(api: Api, article_id: str) -> None:
    asked = {"id": article_id, "number": 1}
    found = (await api.data(ONE, asked, perspective="published"))["articleVersion"]["article"]["related"]
    assert [(one["article"], one["articleId"].startswith("article_")) for one in found] == [(None, True)]


async def test_two_versions_are_compared(api: Api, article_id: str) -> None:
    found = (await api.data(COMPARED, {"id": article_id, "from": 1, "to": 3}))["compareVersions"]
    assert (found["fromNumber"], found["toNumber"]) == (1, 3)
    fields = {one["field"]: one for one in found["fields"]}
    assert set(fields) == {
        "title", "subtitle", "section", "cover.asset", "cover.caption", "byline", "tags", "related",
    }  # fmt: skip
    assert (fields["title"]["before"], fields["title"]["after"]) == ("A river runs", "A river ran")
    assert [(one["change"], one["before"]) for one in fields["tags"]["entries"]] == [("REMOVED", "Rivers")]
    assert [(one["change"], one["type"], one["after"]) for one in found["blocks"]] == [
        ("KEPT", "PARAGRAPH", "The river."),
        ("CHANGED", "PARAGRAPH", "It ran."),
    ]
    assert [one["text"] for one in found["blocks"][1]["words"]] == ["It ", "runs", "ran", "."]
    backwards = (await api.data(COMPARED, {"id": article_id, "from": 3, "to": 1}))["compareVersions"]
    turned = {one["field"]: one for one in backwards["fields"]}
    assert (turned["title"]["before"], turned["title"]["after"]) == ("A river ran", "A river runs")


async def test_an_old_version_is_restored(api: Api, article_id: str) -> None:
    wanted = {"id": article_id, "expectedVersion": 3, "version": 1, "message": "The first was better"}
    done = (await api.data(RESTORE, {"input": wanted}))["done"]
    assert (done["errors"], done["warnings"]) == ([], [])
    assert done["article"] == {
        "version": 4,
        "title": "A river runs",
        "versions": {"nodes": [{"number": 4, "message": "The first was better"}]},
    }
    again = (await api.data(RESTORE, {"input": wanted}))["done"]
    assert (again["article"], problems_of(again)) == (None, [("VERSION_CONFLICT", ["expectedVersion"])])
    missing = {**wanted, "expectedVersion": 4, "version": 9}
    assert problems_of((await api.data(RESTORE, {"input": missing}))["done"]) == [("NOT_FOUND", ["version"])]


async def test_what_a_version_has_lost_is_told(api: Api, article_id: str) -> None:
    tags = (await api.data("{ tags { nodes { id name } } }"))["tags"]["nodes"]
    gone = "mutation($id: ID!) { deleteTag(input: {id: $id}) { errors { code } } }"
    await api.data(gone, {"id": tags[0]["id"]})
    lost = (await api.data(ONE, {"id": article_id, "number": 1}))["articleVersion"]["lost"]
    assert lost == [{"path": "tagIds", "id": tags[0]["id"], "name": "Rivers", "replacedBy": None}]
    done = await api.data(RESTORE, {"input": {"id": article_id, "expectedVersion": 3, "version": 1}})
    assert [one["path"] for one in done["done"]["warnings"]] == [["tagIds"]]


async def test_the_public_learns_nothing_of_the_history(api: Api, article_id: str) -> None:
    async def asked(document: str, **more: Any) -> Any:
        return await api.data(document, {"id": article_id, **more}, role=None)

    assert (await asked(PAGE))["article"]["versions"] == {
        "totalCount": 0,
        "pageInfo": {"hasNextPage": False, "endCursor": None},
        "nodes": [],
    }
    assert await asked(ONE, number=2) == {"articleVersion": None}
    assert await asked(COMPARED, **{"from": 1, "to": 2}) == {"compareVersions": None}


async def test_what_is_no_article_or_no_number_is_told_alike(api: Api) -> None:
    nothing = f"article_{'0' * 32}"
    assert await api.data(ONE, {"id": nothing, "number": 1}) == {"articleVersion": None}
    answer = await api(ONE, {"id": "nonsense", "number": 1})
    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


CHANGE = """mutation($input: UpdateArticleInput!) { done: updateArticle(input: $input) { article { version title subtitle }
  errors { code path message ... on VersionConflictError { changedFields clashes { field base yours theirs } current { version title } } } } }"""
PUBLISH = """mutation($input: PublishArticleInput!) { done: publishArticle(input: $input) { errors { code
  ... on VersionConflictError { changedFields clashes { field } current { version } } } } }"""


async def test_a_conflict_tells_both_sides_and_what_others_have_changed(api: Api, article_id: str) -> None:
    mine = {
        "id": article_id,
        "expectedVersion": 1,
        "title": "A river will run",
        "subtitle": "Through it, again",
    }
    (error,) = (await api.data(CHANGE, {"input": mine}))["done"]["errors"]
    assert (error["code"], error["path"]) == ("VERSION_CONFLICT", ["expectedVersion"])
    assert error["current"] == {"version": 3, "title": "A river ran"}
    assert {"title", "subtitle", "body", "cover"} <= set(error["changedFields"])
    clash = {"field": "title", "base": "A river runs", "yours": "A river will run", "theirs": "A river ran"}
    other = {"field": "subtitle", "base": "Through it", "yours": "Through it, again", "theirs": None}
    assert error["clashes"] == [clash, other]


async def test_changes_of_other_fields_are_merged_on_demand(api: Api, article_id: str) -> None:
    mine = {"id": article_id, "expectedVersion": 2, "subtitle": "Through it, again"}
    refused = (await api.data(CHANGE, {"input": mine}))["done"]
    assert problems_of(refused) == [("VERSION_CONFLICT", ["expectedVersion"])]
    done = (await api.data(CHANGE, {"input": {**mine, "onConflict": "MERGE"}}))["done"]
    assert done == {
        "article": {"version": 4, "title": "A river ran", "subtitle": "Through it, again"},
        "errors": [],
    }


async def test_a_step_that_comes_too_late_hears_what_was_saved_since(api: Api, article_id: str) -> None:
    late = {"id": article_id, "expectedVersion": 2}
    (error,) = (await api.data(PUBLISH, {"input": late}))["done"]["errors"]
    assert error == {
        "code": "VERSION_CONFLICT",
        "changedFields": ["title"],
        "clashes": [],
        "current": {"version": 3},
    }
