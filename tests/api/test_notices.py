"""Notices and disclosures through the API, as editors, the public and the past see them."""

from datetime import UTC, datetime
from typing import Any

from cms.articles.inputs import Cover
from cms.ids import public_id
from cms.permissions import Role
from cms.site.kinds import DisclosureKind
from tests.api.asking import Api, problems_of
from tests.factories import make_asset, make_published_article

ADD = """mutation($input: AddNoticeInput!) { done: addNotice(input: $input) {
  article { notices { id kind text version isPublished createdAt } } errors { code path message } } }"""
CHANGE = """mutation($input: UpdateNoticeInput!) { done: updateNotice(input: $input) {
  article { notices { text kind } } errors { code path } } }"""
REMOVE = "mutation($id: ID!) { done: removeNotice(input: {id: $id}) { article { notices { text } } errors { code path } } }"
READ = "query($id: ID!) { article(id: $id) { notices { kind text } } }"


async def make_live(api: Api, **fields: Any) -> str:
    async with api.database.transaction() as session:
        return public_id("article", await make_published_article(session, **fields))


async def test_a_correction_is_added_changed_and_removed(api: Api) -> None:
    article_id = await make_live(api)
    date = "2026-01-02T03:04:05Z"
    wanted = {"articleId": article_id, "kind": "CORRECTION", "text": "It was Tuesday.", "date": date}
    done = (await api.data(ADD, {"input": wanted}))["done"]
    (notice,) = done["article"]["notices"]
    key = notice.pop("id")
    told = {"kind": "CORRECTION", "text": "It was Tuesday.", "version": 1, "isPublished": True}
    assert (notice, done["errors"]) == ({**told, "createdAt": date}, [])
    public = await api.data(READ, {"id": article_id}, role=None)
    assert public["article"]["notices"] == [{"kind": "CORRECTION", "text": "It was Tuesday."}]
    moment = datetime.now(UTC).isoformat()
    changed = await api.data(
        CHANGE, {"input": {"id": key, "expectedVersion": 1, "text": "It was Monday.", "kind": "UPDATE"}}
    )
    assert changed["done"]["article"]["notices"] == [{"kind": "UPDATE", "text": "It was Monday."}]
    assert (await api.data(REMOVE, {"id": key}))["done"] == {"article": {"notices": []}, "errors": []}
    assert (await api.data(READ, {"id": article_id}, role=None))["article"]["notices"] == []
    past = await api.data(READ, {"id": article_id}, role=Role.VIEWER, perspective=f"at:{moment}")
    assert past["article"]["notices"] == [{"kind": "UPDATE", "text": "It was Monday."}]
    assert problems_of((await api.data(REMOVE, {"id": key}))["done"]) == [("NOT_FOUND", ["id"])]


async def test_a_notice_that_waits_is_a_secret(api: Api) -> None:
    article_id = await make_live(api)
    wanted = {"articleId": article_id, "kind": "RETRACTION", "text": "Not yet.", "publish": False}
    await api.data(ADD, {"input": wanted})
    assert (await api.data(READ, {"id": article_id}, role=None))["article"]["notices"] == []
    staff = await api.data(READ, {"id": article_id}, role=Role.VIEWER, perspective="published")
    assert staff["article"]["notices"] == []
    drafts = await api.data(READ, {"id": article_id}, role=Role.VIEWER)
    assert [notice["text"] for notice in drafts["article"]["notices"]] == ["Not yet."]


async def test_notices_are_told_from_the_oldest(api: Api) -> None:
    article_id = await make_live(api)
    for text, date in (("Second", "2026-02-01T00:00:00Z"), ("First", "2026-01-01T00:00:00Z")):
        wanted = {"articleId": article_id, "kind": "UPDATE", "text": text, "date": date}
        await api.data(ADD, {"input": wanted})
    for role in (None, Role.EDITOR):
        found = await api.data(READ, {"id": article_id}, role=role)
        assert [notice["text"] for notice in found["article"]["notices"]] == ["First", "Second"]


async def test_what_cannot_be_a_notice_is_told_by_field(api: Api) -> None:
    article_id = await make_live(api)
    wanted = {
        "articleId": article_id,
        "kind": "WITHDRAWAL",
        "text": "",
        "version": 9,
        "date": "2999-01-01T00:00:00Z",
    }
    assert problems_of((await api.data(ADD, {"input": wanted}))["done"]) == [
        ("VALIDATION", ["kind"]),
        ("VALIDATION", ["text"]),
        ("VALIDATION", ["date"]),
        ("NOT_FOUND", ["version"]),
    ]
    for name in ("kind", "text", "publish"):
        answer = await api.data(
            CHANGE, {"input": {"id": f"notice_{'0' * 32}", "expectedVersion": 1, name: None}}
        )
        assert problems_of(answer["done"]) == [("VALIDATION", [name])]


async def test_a_disclosure_of_an_ai_made_cover_adds_itself_in_the_sites_words(api: Api) -> None:
    async with api.database.transaction() as session:
        asset = await make_asset(session, digital_source_type="trainedAlgorithmicMedia")
    article_id = await make_live(api, cover=Cover(asset))
    texts = [{"kind": DisclosureKind.MADE_BY_AI.value, "locale": "en", "text": "Drawn by a machine."}]
    site = "mutation($texts: [DisclosureTextInput!]) { updateSite(input: {expectedVersion: 1, disclosureTexts: $texts}) { errors { code } } }"
    await api.data(site, {"texts": texts}, role=Role.ADMIN)
    query = "query($id: ID!) { article(id: $id) { disclosures { kind text isDerived } } }"
    wanted = [{"kind": "MADE_BY_AI", "text": "Drawn by a machine.", "isDerived": True}]
    assert (await api.data(query, {"id": article_id}, role=None))["article"]["disclosures"] == wanted
    assert (await api.data(query, {"id": article_id}))["article"]["disclosures"] == wanted
    asset_id = public_id("asset", asset)
    change = "mutation($id: ID!) { updateAsset(input: {id: $id, expectedVersion: 1, digitalSourceType: DIGITAL_CAPTURE}) { errors { code } } }"
    await api.data(change, {"id": asset_id})
    assert (await api.data(query, {"id": article_id}, role=None))["article"]["disclosures"] == []
