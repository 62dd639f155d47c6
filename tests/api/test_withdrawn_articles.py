"""A withdrawn article answers under its address, with the reason and nothing that it said."""

from datetime import UTC, datetime
from typing import Any

from cms.articles.kinds import ArticleStatus
from cms.permissions import Role
from tests.api.asking import Api

WRITE = "mutation($i: CreateArticleInput!) { createArticle(input: $i) { article { id } errors { message } } }"
PUBLISH = "mutation($i: PublishArticleInput!) { publishArticle(input: $i) { article { status } errors { message } } }"
WITHDRAW = """mutation($i: WithdrawArticleInput!) { withdrawArticle(input: $i) {
  article { status title notices { kind text } } errors { code path } } }"""
EVERYTHING = """id status slug title excerpt wordCount readingMinutes subtitle publishedAt
  body { markdown html text blocks { key } outline { text } } byline { role } authors { name } tags { name } section { name }
  cover { alt } related { totalCount } backlinks { totalCount } translations { slug } disclosures { kind }
  seo { noIndex title image { id } } notices { kind text }"""
EMPTY: dict[str, Any] = {
    "status": "WITHDRAWN", "slug": "a-scoop", "title": "A scoop", "excerpt": "", "wordCount": 0, "readingMinutes": 1, "subtitle": None,
    "body": {"markdown": "", "html": "", "text": "", "blocks": [], "outline": []}, "byline": [], "authors": [], "tags": [], "section": None,
    "cover": None, "related": {"totalCount": 0}, "backlinks": {"totalCount": 0}, "translations": [], "disclosures": [],
    "seo": {"noIndex": True, "title": "A scoop", "image": None}, "notices": [{"kind": "WITHDRAWAL", "text": "It was not so."}],
}  # fmt: skip


async def withdrawn_article(api: Api) -> str:
    """An article that was public for a moment; answers its id."""
    input = {"title": "A scoop", "body": "Everything was a lie.", "subtitle": "Really"}
    key = (await api.data(WRITE, {"i": input}))["createArticle"]["article"]["id"]
    await api.data(PUBLISH, {"i": {"id": key, "expectedVersion": 1}})
    input = {"id": key, "expectedVersion": 1, "reason": "It was not so."}
    payload = (await api.data(WITHDRAW, {"i": input}))["withdrawArticle"]
    assert payload["errors"] == []
    assert payload["article"]["status"] == ArticleStatus.WITHDRAWN
    assert payload["article"]["notices"] == EMPTY["notices"]
    return key


async def test_it_answers_by_id_and_slug_with_nothing_that_it_said(api: Api) -> None:
    key = await withdrawn_article(api)
    query = f"""query($id: ID!) {{ a: article(id: $id) {{ {EVERYTHING} }} b: article(slug: "a-scoop") {{ {EVERYTHING} }}
      node(id: $id) {{ ... on Article {{ {EVERYTHING} }} }} nodes(ids: [$id]) {{ ... on Article {{ {EVERYTHING} }} }} }}"""
    data = await api.data(query, {"id": key}, role=None)
    found = [data["a"], data["b"], data["node"], *data["nodes"]]
    assert [{**one, "publishedAt": None} for one in found] == [
        {"id": key, "publishedAt": None, **EMPTY} for _ in range(4)
    ]


async def test_it_is_in_no_list_and_no_search(api: Api) -> None:
    await withdrawn_article(api)
    query = """{ articles { totalCount } search(query: "scoop") { totalCount } }"""
    data = await api.data(query, role=None)
    assert (data["articles"]["totalCount"], data["search"]["totalCount"]) == (0, 0)
    desk = await api.data(query)
    assert (desk["articles"]["totalCount"], desk["search"]["totalCount"]) == (1, 1)


async def test_the_desk_still_reads_it_whole(api: Api) -> None:
    await withdrawn_article(api)
    article = (await api.data('{ article(slug: "a-scoop") { status body { text } } }'))["article"]
    assert article == {"status": "WITHDRAWN", "body": {"text": "Everything was a lie."}}


async def test_as_it_was_before_it_was_published_and_after_it_was_withdrawn(api: Api) -> None:
    await withdrawn_article(api)
    at = f"at:{datetime.now(UTC).isoformat()}"
    query = '{ article(slug: "a-scoop") { status body { text } notices { text } } articles { totalCount } }'
    now = await api.data(query, perspective=at, role=Role.VIEWER)
    assert now["article"] == {
        "status": "WITHDRAWN",
        "body": {"text": ""},
        "notices": [{"text": "It was not so."}],
    }
    assert now["articles"]["totalCount"] == 0
    before = await api.data(query, perspective="at:2020-01-01T00:00:00Z")
    assert before["article"] is None


async def test_an_old_slug_leads_there(api: Api) -> None:
    key = await withdrawn_article(api)
    update = "mutation($i: UpdateArticleInput!) { updateArticle(input: $i) { errors { message } } }"
    await api.data(update, {"i": {"id": key, "expectedVersion": 1, "slug": "true-now"}})
    await api.data(PUBLISH, {"i": {"id": key, "expectedVersion": 2}})
    await api.data(WITHDRAW, {"i": {"id": key, "expectedVersion": 2, "reason": "Again"}})
    query = """{ article(slug: "a-scoop") { slug status } redirect(slug: "a-scoop") { targetSlug article { status } } }"""
    data = await api.data(query, role=None)
    assert data["article"] == {"slug": "true-now", "status": "WITHDRAWN"}
    assert data["redirect"] == {"targetSlug": "true-now", "article": {"status": "WITHDRAWN"}}
