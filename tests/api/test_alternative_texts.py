"""What readers who cannot see a picture should know: required where the site wants it, and found where it is missing."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from cms.articles import tables
from cms.articles.inputs import Cover
from cms.articles.workflow.running import run_job
from cms.articles.workflow.scheduling import Times
from cms.ids import public_id
from cms.permissions import Role
from tests.api.asking import Api, Json, problems_of
from tests.factories import make_article, make_asset, make_scheduled_article

REQUIRE = "mutation { done: updateSite(input: {expectedVersion: 1, altRequired: true}) { site { altRequired } errors { code } } }"
PUBLISH = """mutation($id: ID!, $version: Int!) { done: publishArticle(input: {id: $id, expectedVersion: $version}) {
  article { status } errors { code path message } } }"""
SCHEDULE = """mutation($id: ID!) { done: scheduleArticle(input: {id: $id, expectedVersion: 1, publishAt: "2999-01-01T00:00:00Z"}) {
  article { status } errors { code path message } } }"""
UPDATE = """mutation($input: UpdateArticleInput!) { done: updateArticle(input: $input) {
  article { version cover { alt isDecorative } } errors { code path message } } }"""
ASSET = "mutation($input: UpdateAssetInput!) { done: updateAsset(input: $input) { asset { isDecorative } errors { code } } }"
LACKING = """{ articles(where: {lacksAlt: {eq: true}}) { nodes { id } } assets(where: {lacksAlt: {eq: true}}) { nodes { filename } } }"""


async def require(api: Api) -> None:
    done = (await api.data(REQUIRE, role=Role.ADMIN))["done"]
    assert done == {"site": {"altRequired": True}, "errors": []}


async def article_without_words(api: Api) -> tuple[str, str, str]:
    """A draft whose cover and body leave the words to assets that have none; its id and those of the pictures."""
    async with api.database.transaction() as session:
        cover = await make_asset(session, filename="cover.jpg", alt="")
        inside = await make_asset(session, filename="inside.jpg", alt="")
        described = await make_asset(session, filename="described.jpg", alt="A river")
        body = f"![](asset:asset_{inside.hex})\n\nText ![](asset:asset_{described.hex})\n"
        article = await make_article(session, cover=Cover(cover), body=body)
    return public_id("article", article), public_id("asset", cover), public_id("asset", inside)


async def publish(api: Api, article: str, version: int = 1) -> Json:
    return (await api.data(PUBLISH, {"id": article, "version": version}))["done"]


async def test_unless_the_site_wants_it_nothing_is_required(api: Api) -> None:
    article, _, _ = await article_without_words(api)
    assert (await publish(api, article))["article"] == {"status": "PUBLISHED"}


@pytest.mark.parametrize("document", [PUBLISH, SCHEDULE])
async def test_every_picture_without_words_is_named(api: Api, document: str) -> None:
    article, cover, inside = await article_without_words(api)
    await require(api)
    variables = {"id": article} | ({"version": 1} if document is PUBLISH else {})
    done = (await api.data(document, variables))["done"]
    assert problems_of(done) == [("VALIDATION", ["cover", "alt"]), ("VALIDATION", ["body"])]
    assert cover in done["errors"][0]["message"]
    assert inside in done["errors"][1]["message"]
    left = "query($id: ID!) { article(id: $id) { status isLive } }"
    assert (await api.data(left, {"id": article}))["article"] == {"status": "DRAFT", "isLive": False}


async def test_decoration_on_purpose_lacks_nothing(api: Api) -> None:
    article, cover, inside = await article_without_words(api)
    await require(api)
    found = await api.data(LACKING)
    assert found["articles"]["nodes"] == [{"id": article}]
    assert {node["filename"] for node in found["assets"]["nodes"]} == {"cover.jpg", "inside.jpg"}
    use = {"id": article, "expectedVersion": 1, "cover": {"assetId": cover, "isDecorative": True}}
    changed = (await api.data(UPDATE, {"input": use}))["done"]
    assert changed["article"]["cover"] == {"alt": "", "isDecorative": True}
    assert problems_of(await publish(api, article, 2)) == [("VALIDATION", ["body"])]
    marked = (await api.data(ASSET, {"input": {"id": inside, "isDecorative": True, "expectedVersion": 1}}))[
        "done"
    ]
    assert marked == {"asset": {"isDecorative": True}, "errors": []}
    found = await api.data(LACKING)
    assert found["articles"]["nodes"] == []
    assert [node["filename"] for node in found["assets"]["nodes"]] == ["cover.jpg"]
    assert (await publish(api, article, 2))["article"] == {"status": "PUBLISHED"}


async def test_words_of_the_use_are_enough(api: Api) -> None:
    article, cover, inside = await article_without_words(api)
    await require(api)
    words = {"cover": {"assetId": cover, "alt": "A bend"}, "body": f"![A boat](asset:{inside})"}
    await api.data(UPDATE, {"input": {"id": article, "expectedVersion": 1, **words}})
    assert (await publish(api, article, 2))["article"] == {"status": "PUBLISHED"}


async def test_words_and_decoration_exclude_each_other(api: Api) -> None:
    article, cover, _ = await article_without_words(api)
    both = {"assetId": cover, "alt": "A bend", "isDecorative": True}
    done = (await api.data(UPDATE, {"input": {"id": article, "expectedVersion": 1, "cover": both}}))["done"]
    assert problems_of(done) == [("VALIDATION", ["cover", "isDecorative"])]


async def test_a_schedule_that_can_no_longer_be_kept_is_told_to_the_desk(api: Api) -> None:
    times = Times(publish_at=datetime.now(UTC) + timedelta(days=1))
    async with api.database.transaction() as session:
        cover = await make_asset(session, filename="cover.jpg", alt="")
        article = await make_scheduled_article(session, cover=Cover(cover), times=times)
    await require(api)
    async with api.database.transaction() as session:
        step = await session.scalar(select(tables.scheduled_step.c.id))
    context = type("Context", (), {"additional_context": {"database": api.database}})()
    await run_job.func(context, str(step))  # pyright: ignore[reportArgumentType]  (all of the context that the job looks at)
    told = await api.data(
        "query($id: ID!) { article(id: $id) { status isLive schedule { error } } }",
        {"id": public_id("article", article)},
    )
    assert (told["article"]["status"], told["article"]["isLive"]) == ("APPROVED", False)
    assert "cover.jpg" in told["article"]["schedule"]["error"]


async def test_a_figure_that_is_marked_lacks_nothing_and_says_nothing(api: Api) -> None:
    """Its asset has words, which are not for this place; and one without words is not missed."""
    async with api.database.transaction() as session:
        described, bare = await make_asset(session, alt="A river"), await make_asset(session, alt="")
        body = "\n\n".join(f"![](asset:asset_{key.hex}){{decorative}}" for key in (described, bare))
        article = public_id("article", await make_article(session, body=body))
    await require(api)
    assert (await publish(api, article))["article"] == {"status": "PUBLISHED"}
    blocks = (
        "query($id: ID!) { article(id: $id) { body { blocks { ... on ImageBlock { alt isDecorative } } } } }"
    )
    found = await api.data(blocks, {"id": article}, role=None)
    assert found["article"]["body"]["blocks"] == [{"alt": "", "isDecorative": True}] * 2
