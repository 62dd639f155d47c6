"""Another file for a picture that is there: everything that shows it shows the new one, under the same id."""

from typing import Any
from uuid import UUID

from cms.assets.models import Asset
from cms.assets.strays import clean_strays
from cms.assets.uploads import Depot
from cms.permissions import Role
from tests.api.asking import Api, Json, problems_of
from tests.api.newsroom import PICTURE
from tests.api.test_uploading import UPLOAD, publish_with_cover
from tests.pictures import decoded, encoded

REPLACE = """mutation($input: ReplaceAssetInput!) { done: replaceAsset(input: $input) {
  asset { id version url width height filename alt caption } errors { code path ... on EditConflictError { clashes { field theirs yours } } }
} }"""
CHANGE = "mutation($input: UpdateAssetInput!) { done: updateAsset(input: $input) { asset { version } errors { code } } }"
COVER = "query($id: ID!) { article(id: $id) { cover { asset { id url width alt caption } } } }"


async def send(api: Api, content: bytes, name: str, **words: Any) -> Json:
    payload = (await api.send_file(UPLOAD, words, (name, content, "application/octet-stream"), Role.EDITOR))[
        "data"
    ]["done"]
    assert payload["errors"] == []
    return payload["asset"]


async def replace(api: Api, asset: str, source: str, expected: int = 1, role: Role = Role.EDITOR) -> Json:
    given = {"input": {"id": asset, "expectedVersion": expected, "sourceId": source}}
    return (await api.data(REPLACE, given, role=role))["done"]


async def test_the_picture_is_another_and_what_was_said_of_it_stays(api: Api, depot: Depot) -> None:
    old = await send(api, PICTURE, "old.png", alt="Grey", caption="Said by an editor")
    article = await publish_with_cover(api, old["id"])
    assert (await api.client.get(old["url"])).status_code == 200
    before = await key_in_bucket(depot, old["id"])
    new = await send(api, encoded(".jpg", width=90, height=70), "new.jpg", alt="Noise")
    payload = await replace(api, old["id"], new["id"])
    assert payload["errors"] == []
    asset = payload["asset"]
    assert (asset["id"], asset["version"]) == (old["id"], 2)
    assert (asset["width"], asset["height"], asset["filename"]) == (90, 70, "new.jpg")
    assert (asset["alt"], asset["caption"]) == ("Grey", "Said by an editor")
    shown = (await api.data(COVER, {"id": article}, role=None))["article"]["cover"]["asset"]
    assert (shown["id"], shown["url"], shown["width"]) == (old["id"], asset["url"], 90)
    assert decoded((await api.client.get(shown["url"])).content).width == 90
    assert (await api.client.get(old["url"])).status_code == 404
    gone = "query($id: ID!) { asset(id: $id) { id } }"
    assert await api.data(gone, {"id": new["id"]}) == {"asset": None}
    assert before not in depot.storage.keys("assets/")
    await clean_strays(depot.database, depot.storage)
    kept = await key_in_bucket(depot, old["id"])
    assert list(depot.storage.keys("assets/")) == [kept]


async def test_a_picture_that_is_shown_gives_its_file_to_no_other(api: Api, depot: Depot) -> None:
    one = await send(api, PICTURE, "one.png")
    other = await send(api, encoded(".jpg", width=30, height=20), "other.jpg")
    await publish_with_cover(api, other["id"])
    assert [code for code, _ in problems_of(await replace(api, one["id"], other["id"]))] == ["IN_USE"]
    assert problems_of(await replace(api, one["id"], one["id"])) == [("VALIDATION", ["sourceId"])]
    never = f"asset_{'0' * 32}"
    assert problems_of(await replace(api, one["id"], never)) == [("NOT_FOUND", ["sourceId"])]
    assert problems_of(await replace(api, never, one["id"])) == [("NOT_FOUND", ["id"])]
    assert len(list(depot.storage.keys("assets/"))) == 2


async def test_whoever_has_not_seen_the_last_change_replaces_nothing(api: Api, depot: Depot) -> None:
    one, other = await send(api, PICTURE, "one.png"), await send(api, encoded(".jpg"), "other.jpg")
    assert (await api.data(CHANGE, {"input": {"id": one["id"], "expectedVersion": 1, "alt": "A wall"}}))[
        "done"
    ]["errors"] == []
    refused = await replace(api, one["id"], other["id"])
    assert [error["code"] for error in refused["errors"]] == ["VERSION_CONFLICT"]
    assert (await replace(api, one["id"], other["id"], expected=2))["asset"]["version"] == 3


async def key_in_bucket(depot: Depot, asset_id: str) -> str:
    async with depot.database.transaction() as session:
        asset = await session.get(Asset, UUID(hex=asset_id.partition("_")[2]))
    assert asset is not None
    return asset.object_key
