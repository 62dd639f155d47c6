"""What keeps a picture: all of it is told, and when the last use has gone, the picture may go."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles.editing import update_article
from cms.articles.inputs import ArticleChanges, Cover, SeoChanges
from cms.articles.publishing import publish_article
from cms.articles.workflow.scheduling import cancel_schedule
from cms.assets.description import AssetFields
from cms.assets.library import update_asset
from cms.authors.service import AuthorFields, update_author
from cms.ids import public_id
from cms.permissions import PERMISSIONS_OF_ROLE, SYSTEM, Permission, Role
from tests.api.asking import Api, Json
from tests.articles.test_workflow import CAREFUL
from tests.factories import (
    make_article,
    make_asset,
    make_author,
    make_published_article,
    make_scheduled_article,
)

USES = """query($id: ID!, $after: String) { asset(id: $id) {
  uses(first: 2, after: $after) { totalCount pageInfo { hasNextPage endCursor } nodes {
    place inDraft isLive isScheduled article { id } author { id } asset { id }
  } }
  usedBy { totalCount nodes { id } }
} }"""
DELETE = "mutation($id: ID!) { done: deleteAsset(input: {id: $id}) { deletedId errors { code } } }"
Step = Callable[[AsyncSession], Awaitable[object]]


async def uses_of(api: Api, asset: str, **how: object) -> list[Json]:
    """All of them, page by page."""
    found: list[Json] = []
    after: str | None = None
    while True:
        page = (await api.data(USES, {"id": asset, "after": after}, **how))["asset"]["uses"]
        found += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            assert page["totalCount"] == len(found)
            return found
        after = page["pageInfo"]["endCursor"]


async def codes_of_deletion(api: Api, asset: str) -> list[str]:
    done = (await api.data(DELETE, {"id": asset}))["done"]
    return [error["code"] for error in done["errors"]]


def flags(use: Json) -> tuple[bool, bool, bool]:
    return use["inDraft"], use["isLive"], use["isScheduled"]


async def test_every_use_is_told_and_nothing_else_keeps_the_picture(api: Api) -> None:
    nothing = ArticleChanges(cover=None, body="", seo=SeoChanges(image_id=None))
    async with api.database.transaction() as session:
        key = await make_asset(session)
        body = f"![](asset:{public_id('asset', key)})"
        draft = await make_article(session, body=body, cover=Cover(key))
        live = await make_published_article(session, seo=SeoChanges(image_id=key))
        await update_article(session, SYSTEM, live, expected_version=1, changes=nothing)
        scheduled = await make_scheduled_article(session, cover=Cover(key))
        await update_article(session, CAREFUL, scheduled, expected_version=1, changes=nothing)
        past = await make_article(session, cover=Cover(key))
        await update_article(session, SYSTEM, past, expected_version=1, changes=nothing)
        author = await make_author(session, avatar_id=key)
        expiring = await make_asset(session, substitute_id=key)

    asset = public_id("asset", key)
    found = {(use["place"], *map(str, flags(use))): use for use in await uses_of(api, asset)}
    articles = {name: use["article"] for name, use in found.items() if use["article"]}
    yes, no = "True", "False"
    assert articles == {
        ("COVER", yes, no, no): {"id": public_id("article", draft)},
        ("BODY", yes, no, no): {"id": public_id("article", draft)},
        ("SEO", no, yes, no): {"id": public_id("article", live)},
        ("COVER", no, no, yes): {"id": public_id("article", scheduled)},
    }
    assert found["AVATAR", no, no, no]["author"] == {"id": public_id("author", author)}
    assert found["SUBSTITUTE", no, no, no]["asset"] == {"id": public_id("asset", expiring)}
    assert len(found) == 6
    used_by = (await api.data(USES, {"id": asset}))["asset"]["usedBy"]
    told = {node["id"] for node in used_by["nodes"]}
    assert told == {public_id("article", one) for one in (draft, live, scheduled)}
    assert used_by["totalCount"] == 3

    steps: list[tuple[Step, int]] = [
        (lambda s: update_article(s, SYSTEM, draft, expected_version=1, changes=nothing), 4),
        (lambda s: publish_again(s, live), 3),
        (lambda s: cancel_schedule(s, SYSTEM, scheduled, expected_version=2), 2),
        (lambda s: update_author(s, SYSTEM, author, AuthorFields(avatar_id=None)), 1),
        (lambda s: update_asset(s, SYSTEM, expiring, AssetFields(substitute_id=None)), 0),
    ]
    for step, left in steps:
        assert await codes_of_deletion(api, asset) == ["IN_USE"]
        async with api.database.transaction() as session:
            await step(session)
        assert len(await uses_of(api, asset)) == left
    assert await codes_of_deletion(api, asset) == []


async def publish_again(session: AsyncSession, article: UUID) -> None:
    await publish_article(session, SYSTEM, article, expected_version=2)


@pytest.mark.parametrize("role", [None, Role.EDITOR])
async def test_uses_are_for_those_who_read_every_asset(api: Api, role: Role | None) -> None:
    async with api.database.transaction() as session:
        key = await make_asset(session)
        await make_published_article(session, cover=Cover(key))
        await make_author(session, avatar_id=key)
    seen = role is not None and Permission.ASSET_READ in PERMISSIONS_OF_ROLE[role]
    found = await api.data(USES, {"id": public_id("asset", key)}, role=role, perspective="published")
    assert found["asset"]["uses"]["totalCount"] == (2 if seen else 0)
    assert found["asset"]["usedBy"]["totalCount"] == 1
