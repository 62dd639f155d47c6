"""What the bearer of a preview link reads: one draft with what hangs on it, and else what everybody reads."""

from typing import Any

import pytest_asyncio

from cms.articles.editing import update_article
from cms.articles.inputs import ArticleChanges
from cms.articles.publishing import publish_article, unpublish_article
from cms.articles.workflow.scheduling import schedule_article
from cms.articles.workflow.withdrawing import withdraw_article
from cms.ids import key_of
from cms.permissions import SYSTEM, Role
from tests.api.asking import Api, Json, code_of
from tests.api.previews import Previewed, make_previewed
from tests.factories import FAR_OFF, version_number

EVERYTHING = """id title slug status isLive version body { html blocks { __typename ... on ImageBlock { asset { id } }
  ... on ArticleLinkBlock { article { id } } } } byline { author { name } } tags { slug } cover { asset { id alt url } }
  related { totalCount nodes { id } } backlinks { totalCount } translations { id } schedule { message } scheduledFor
  versions { totalCount } transitions { totalCount } previewLinks { id }"""


@pytest_asyncio.fixture
async def room(api: Api) -> Previewed:
    return await make_previewed(api.database)


async def ask(api: Api, room: Previewed, query: str, **variables: Any) -> Json:
    """The data that the bearer of the link gets."""
    return await api.data(query, variables, secret=room.token, perspective=None)


async def test_the_draft_is_found_in_every_way_with_all_that_it_shows(api: Api, room: Previewed) -> None:
    data = await ask(
        api,
        room,
        f"""query($id: ID!) {{ byId: article(id: $id) {{ ...F }} bySlug: article(slug: "unseen") {{ ...F }}
        node(id: $id) {{ ...F }} nodes(ids: [$id]) {{ ...F }} }} fragment F on Article {{ {EVERYTHING} }}""",
        id=room.draft,
    )
    found = data["byId"]
    assert data == {"byId": found, "bySlug": found, "node": found, "nodes": [found]}
    assert (found["title"], found["status"], found["isLive"]) == ("A river unseen", "DRAFT", False)
    assert found["cover"]["asset"]["id"] == room.cover
    assert [b["asset"]["id"] for b in found["body"]["blocks"] if b["__typename"] == "ImageBlock"] == [
        room.inside
    ]
    assert (found["byline"], found["tags"]) == ([{"author": {"name": "Ada Deschamps"}}], [{"slug": "rivers"}])


async def test_it_leads_to_what_is_published_and_to_no_other_draft(api: Api, room: Previewed) -> None:
    found = (await ask(api, room, f'{{ article(slug: "unseen") {{ {EVERYTHING} }} }}'))["article"]
    assert found["related"] == {"totalCount": 1, "nodes": [{"id": room.published}]}
    linked = [b["article"] for b in found["body"]["blocks"] if b["__typename"] == "ArticleLinkBlock"]
    assert linked == [{"id": room.published}]
    assert "Other secret" not in str(found)


async def test_the_desk_keeps_its_own(api: Api, room: Previewed) -> None:
    async with api.database.transaction() as session:
        key = key_of("article", room.draft)
        await schedule_article(session, SYSTEM, key, expected_version=1, times=FAR_OFF, message="secret time")
    found = (await ask(api, room, f'{{ article(slug: "unseen") {{ {EVERYTHING} }} }}'))["article"]
    assert (found["schedule"], found["scheduledFor"], found["previewLinks"]) == (None, None, [])
    assert (found["versions"], found["transitions"]) == ({"totalCount": 0}, {"totalCount": 0})


async def test_its_pictures_can_be_seen_and_those_of_other_drafts_cannot(api: Api, room: Previewed) -> None:
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } assets { totalCount } }"
    ids = [room.cover, room.inside, room.other_cover]
    shown = await ask(api, room, query, ids=ids)
    assert shown == {"nodes": [{"id": room.cover}, {"id": room.inside}, None], "assets": {"totalCount": 2}}
    public = await api.data(query, {"ids": ids}, role=None)
    assert public == {"nodes": [None, None, None], "assets": {"totalCount": 0}}
    query = "query($id: ID!) { asset(id: $id) { original alt } }"
    assert (await ask(api, room, query, id=room.cover))["asset"] == {"original": None, "alt": "cover"}


LISTS = """{ articles { totalCount nodes { title } } search(query: "river") { totalCount nodes { title } }
  author(slug: "ada") { articles { totalCount nodes { title } } } tag(slug: "rivers") { articles { totalCount nodes { title } } }
  scheduledArticles { totalCount } seen: article(slug: "seen") { backlinks { totalCount nodes { title } } }
  other: article(slug: "other") { id } redirect(slug: "other") { targetSlug } }"""


async def test_lists_counts_and_searches_hold_what_is_published(api: Api, room: Previewed) -> None:
    assert await ask(api, room, LISTS) == await api.data(LISTS, role=None)


async def test_what_is_published_already_is_the_draft_wherever_it_stands(api: Api, room: Previewed) -> None:
    async with api.database.transaction() as session:
        key = key_of("article", room.draft)
        await publish_article(session, SYSTEM, key, expected_version=1)
        changes = ArticleChanges(title="A river unseen again", slug="unseen-again", tag_ids=[])
        await update_article(session, SYSTEM, key, expected_version=1, changes=changes)
    data = await ask(api, room, LISTS)
    titles = ["A river unseen again", "A river is seen"]
    assert [node["title"] for node in data["articles"]["nodes"]] == titles
    assert {node["title"] for node in data["search"]["nodes"]} == set(titles)
    assert [node["title"] for node in data["author"]["articles"]["nodes"]] == titles
    assert data["tag"]["articles"] == {"totalCount": 1, "nodes": [{"title": "A river is seen"}]}
    assert data["seen"]["backlinks"] == {"totalCount": 1, "nodes": [{"title": "A river unseen again"}]}
    old = await ask(
        api, room, '{ article(slug: "unseen") { slug isLive } redirect(slug: "unseen") { targetSlug } }'
    )
    assert old == {
        "article": {"slug": "unseen-again", "isLive": True},
        "redirect": {"targetSlug": "unseen-again"},
    }


async def test_a_withdrawn_article_is_its_draft_and_others_are_what_is_left_of_them(
    api: Api, room: Previewed
) -> None:
    async with api.database.transaction() as session:
        for name in (room.draft, room.other):
            key = key_of("article", name)
            await publish_article(session, SYSTEM, key, expected_version=1)
            await withdraw_article(session, SYSTEM, key, expected_version=1, reason="It was not so.")
    data = await ask(
        api,
        room,
        """{ it: article(slug: "unseen") { title status isLive body { text } } other: article(slug: "other") { status isLive body { text } } }""",
    )
    assert data["it"] | {"body": None} == {
        "title": "A river unseen",
        "status": "WITHDRAWN",
        "isLive": False,
        "body": None,
    }
    assert data["it"]["body"]["text"].startswith("Nobody saw the weir.")
    assert data["other"] == {"status": "WITHDRAWN", "isLive": False, "body": {"text": ""}}


async def test_it_follows_the_draft(api: Api, room: Previewed) -> None:
    query = '{ article(slug: "unseen") { title version } articles { totalCount } }'
    async with api.database.transaction() as session:
        key = key_of("article", room.draft)
        await update_article(session, SYSTEM, key, expected_version=1, changes=ArticleChanges(title="Newer"))
    assert await ask(api, room, query) == {
        "article": {"title": "Newer", "version": 2},
        "articles": {"totalCount": 1},
    }
    async with api.database.transaction() as session:
        await publish_article(session, SYSTEM, key, expected_version=2)
        await unpublish_article(session, SYSTEM, key, expected_version=await version_number(session, key))
    assert (await ask(api, room, query))["articles"] == {"totalCount": 1}


async def test_its_bearer_changes_nothing_and_asks_for_nothing_of_the_staff(
    api: Api, room: Previewed
) -> None:
    for query in (
        "{ apiTokens { id } }",
        "{ users { totalCount } }",
        "{ roles { id } }",
        "{ auditLog { totalCount } }",
    ):
        assert code_of(await api(query, secret=room.token, perspective=None)) == "FORBIDDEN"
    write = (
        'mutation { updateArticle(input: {id: "%s", expectedVersion: 1, title: "x"}) { errors { code } } }'
    )
    answer = await api(write % room.draft, secret=room.token, perspective=None)
    assert (code_of(answer), answer["data"]) == ("FORBIDDEN", None)
    assert answer["errors"][0]["message"] == "A preview link is for reading: it may change nothing."
    entry = (await api.data("{ auditLog { nodes { actorName action outcome things } } }", role=Role.ADMIN))[
        "auditLog"
    ]["nodes"][0]
    assert entry == {
        "actorName": "preview link",
        "action": "updateArticle",
        "outcome": "FORBIDDEN",
        "things": [room.draft],
    }


async def test_its_bearer_is_told_what_it_is_for(api: Api, room: Previewed) -> None:
    viewer = (
        await ask(
            api, room, "{ viewer { name role customRole permissions sectionLimits previewedArticleId } }"
        )
    )["viewer"]
    nobody = {
        "name": "preview link",
        "role": None,
        "customRole": None,
        "permissions": [],
        "sectionLimits": [],
    }
    assert viewer == {**nobody, "previewedArticleId": room.draft}
    assert (await api.data("{ viewer { previewedArticleId } }"))["viewer"] == {"previewedArticleId": None}


async def test_another_perspective_must_be_asked_for_and_drafts_are_refused(
    api: Api, room: Previewed
) -> None:
    query = '{ article(slug: "unseen") { id } }'
    published = await api.data(query, secret=room.token, perspective="published")
    assert published == {"article": None}
    for perspective in ("draft", "at:2001-01-01T00:00:00Z", "at:2999-01-01T00:00:00Z"):
        answer = await api(query, secret=room.token, perspective=perspective)
        assert (code_of(answer), answer.get("data")) == ("FORBIDDEN", None)
    unknown = await api(query, secret=room.token, perspective="preview")
    assert code_of(unknown) == "BAD_USER_INPUT"
