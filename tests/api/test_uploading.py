"""Pictures through the API and the real bucket: announced, sent, checked, shown."""

from hashlib import sha256
from typing import Any

import httpx
import pytest

from cms.app import create_app
from cms.assets.uploads import Depot
from cms.config import Settings
from cms.database import Database
from cms.endpoint.documents import Documents
from cms.graphql import make_schema
from cms.permissions import Role
from tests.api.asking import Api, Json, code_of, problems_of
from tests.api.newsroom import PICTURE
from tests.pictures import decoded, encoded, png
from tests.schema.running import send_file
from tests.websites import LOOPBACK, found, website

CREATE = """mutation($input: CreateUploadInput!) { done: createUpload(input: $input) {
  upload { id method url headers { name value } fields { name value } expiresAt } errors { code path message }
} }"""
COMPLETE = """mutation($input: CompleteUploadInput!) { done: completeUpload(input: $input) {
  asset { id state contentType byteSize sha256 width height alt url aiGenerated } errors { code path message }
} }"""
UPLOAD = """mutation($input: UploadAssetInput!) { done: uploadAsset(input: $input) {
  asset { id contentType byteSize alt url } errors { code path message }
} }"""
IMPORT = """mutation($input: ImportAssetInput!) { done: importAsset(input: $input) {
  asset { width } errors { code path message }
} }"""
DELETE = "mutation($id: ID!) { done: deleteAsset(input: {id: $id}) { deletedId errors { code path } } }"
PUBLISH = """mutation($id: ID!) { publishArticle(input: {id: $id, expectedVersion: 1}) { article { id } errors { code } } }"""


def announcement(content: bytes, **changes: Any) -> Json:
    told = {"contentType": "image/png", "byteSize": len(content), "sha256": sha256(content).hexdigest()}
    return {"input": {"filename": "grey.png", **told, **changes}}


async def announce(api: Api, content: bytes, **changes: Any) -> Json:
    payload = (await api.data(CREATE, announcement(content, **changes), role=Role.CONTRIBUTOR))["done"]
    assert payload["errors"] == []
    return payload["upload"]


async def complete(api: Api, upload: Json, **words: Any) -> Json:
    given = {"input": {"uploadId": upload["id"], **words}}
    return (await api.data(COMPLETE, given, role=Role.CONTRIBUTOR))["done"]


async def publish_with_cover(api: Api, asset_id: str) -> str:
    """An article that shows the picture to the public."""
    document = "mutation($input: CreateArticleInput!) { createArticle(input: $input) { article { id } } }"
    created = await api.data(document, {"input": {"title": "A river", "cover": {"assetId": asset_id}}})
    article_id = created["createArticle"]["article"]["id"]
    await api.data(PUBLISH, {"id": article_id})
    return article_id


@pytest.mark.parametrize("method", ["POST", "PUT"])
async def test_a_file_goes_straight_to_the_bucket_and_is_served(api: Api, depot: Depot, method: str) -> None:
    upload = await announce(api, PICTURE, method=method)
    assert (await send_file(upload, PICTURE)).status_code in (200, 204)
    payload = await complete(api, upload, alt="Grey", digitalSourceType="TRAINED_ALGORITHMIC_MEDIA")
    assert payload["errors"] == []
    asset = payload["asset"]
    assert (asset["state"], asset["contentType"], asset["alt"]) == ("READY", "image/png", "Grey")
    assert (asset["byteSize"], asset["width"], asset["height"]) == (len(PICTURE), 4, 3)
    assert asset["aiGenerated"] is True
    await publish_with_cover(api, asset["id"])
    shown = await api.client.get(asset["url"])
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
    assert (decoded(shown.content).width, decoded(shown.content).height) == (4, 3)
    assert "immutable" in shown.headers["cache-control"]
    assert (await complete(api, upload))["asset"]["id"] == asset["id"]


async def test_a_small_file_comes_with_the_request(api: Api, depot: Depot) -> None:
    answer = await api.send_file(
        UPLOAD, {"alt": "Grey"}, ("grey.png", PICTURE, "image/png"), Role.CONTRIBUTOR
    )
    payload = answer["data"]["done"]
    assert payload["errors"] == []
    assert (payload["asset"]["byteSize"], payload["asset"]["alt"]) == (len(PICTURE), "Grey")
    await publish_with_cover(api, payload["asset"]["id"])
    shown = await api.client.get(payload["asset"]["url"])
    assert (decoded(shown.content).width, decoded(shown.content).height) == (4, 3)


async def test_a_file_that_is_no_picture_leaves_nothing_behind(api: Api, depot: Depot) -> None:
    sent = ("grey.png", b"<svg onload='alert(1)'/>", "image/png")
    payload = (await api.send_file(UPLOAD, {}, sent, Role.CONTRIBUTOR))["data"]["done"]
    assert problems_of(payload) == [("VALIDATION", ["file"])]
    assert await everything(api, depot) == (0, [])


@pytest.mark.parametrize(
    ("sent", "setting"),
    [
        (("line.png", png(404, 4), "image/png"), "IMAGE_RATIO_MAX"),
        (("long.webp", encoded(".webp", width=8, height=8, frames=1_001), "image/webp"), "IMAGE_FRAMES_MAX"),
    ],
)
async def test_what_goes_beyond_a_bound_is_told_the_setting(
    api: Api, depot: Depot, sent: tuple[str, bytes, str], setting: str
) -> None:
    payload = (await api.send_file(UPLOAD, {}, sent, Role.CONTRIBUTOR))["data"]["done"]
    assert problems_of(payload) == [("VALIDATION", ["file"])]
    assert setting in payload["errors"][0]["message"]
    assert await everything(api, depot) == (0, [])


async def test_a_text_in_the_place_of_a_file_is_refused(api: Api) -> None:
    answer = await api(UPLOAD, {"input": {"file": "grey.png"}}, role=Role.ADMIN)
    assert code_of(answer) == "BAD_USER_INPUT"


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize(
    "sent", [PICTURE + b"!", PICTURE[:-1], png(5, 3)], ids=["longer", "shorter", "other"]
)
async def test_the_bucket_takes_no_other_bytes(api: Api, depot: Depot, method: str, sent: bytes) -> None:
    upload = await announce(api, PICTURE, method=method)
    assert (await send_file({**upload, "headers": without_length(upload)}, sent)).status_code in (400, 403)
    assert problems_of(await complete(api, upload)) == [("VALIDATION", ["uploadId"])]
    assert await everything(api, depot) == (0, [])


async def test_a_picture_of_another_kind_than_announced_is_thrown_away(api: Api, depot: Depot) -> None:
    content = encoded(".jpg")
    upload = await announce(api, content)
    assert (await send_file(upload, content)).status_code in (200, 204)
    assert len(depot.storage.keys("")) == 1
    assert problems_of(await complete(api, upload)) == [("VALIDATION", ["uploadId"])]
    assert await everything(api, depot) == (0, [])


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"byteSize": 0}, "byteSize"),
        ({"byteSize": 2_147_483_647}, "byteSize"),
        ({"contentType": "text/html"}, "contentType"),
        ({"sha256": "abc"}, "sha256"),
        ({"filename": ""}, "filename"),
        ({"method": "MULTIPART"}, "method"),
    ],
)
async def test_what_cannot_be_taken_is_not_announced(api: Api, changes: Json, path: str) -> None:
    payload = (await api.data(CREATE, announcement(PICTURE, **changes), role=Role.CONTRIBUTOR))["done"]
    assert (payload["upload"], problems_of(payload)) == (None, [("VALIDATION", [path])])


async def test_a_picture_is_deleted_with_its_bytes_once_nothing_shows_it(api: Api, depot: Depot) -> None:
    sent = ("grey.png", PICTURE, "image/png")
    uploaded = await api.send_file(UPLOAD, {}, sent, Role.CONTRIBUTOR)
    asset_id = uploaded["data"]["done"]["asset"]["id"]
    article_id = await publish_with_cover(api, asset_id)
    refused = (await api.data(DELETE, {"id": asset_id}))["done"]
    assert (refused["deletedId"], problems_of(refused)) == (None, [("IN_USE", ["id"])])
    assert len(depot.storage.keys("assets/")) == 1
    await api.data(f'mutation {{ deleteArticle(input: {{id: "{article_id}"}}) {{ deletedId }} }}')
    assert (await api.data(DELETE, {"id": asset_id}))["done"] == {"deletedId": asset_id, "errors": []}
    assert await everything(api, depot) == (0, [])


async def everything(api: Api, depot: Depot) -> tuple[int, list[str]]:
    """How many assets there are, and every object of the bucket."""
    assets = await api.data("{ assets { totalCount } }", role=Role.EDITOR)
    return assets["assets"]["totalCount"], depot.storage.keys("")


def without_length(upload: Json) -> list[Json]:
    """The headers but for the length, which the client sets by what it really sends."""
    return [header for header in upload["headers"] if header["name"].lower() != "content-length"]


FILE_TAKERS = {"completeUpload", "importAsset", "uploadAsset"}


def test_what_takes_in_a_file_has_time_for_it(settings: Settings) -> None:
    schema = make_schema()
    documents = Documents(schema, settings.model_copy(update={"intake_seconds_max": 999.0}))
    mutations = schema._schema.mutation_type  # pyright: ignore[reportPrivateUsage]  (no public name)
    assert mutations is not None
    longer: set[str] = set()
    for name, field in mutations.fields.items():
        document = (
            f"mutation($input: {field.args['input'].type}) {{ {name}(input: $input) {{ __typename }} }}"
        )
        if documents.read(document).operations[0].seconds_max == 999.0:
            longer.add(name)
    assert longer == FILE_TAKERS


async def test_a_slow_host_has_longer_than_other_requests(settings: Settings, database: Database) -> None:
    async with website(**{"slow.png": found(PICTURE)}) as site:
        site.seconds = 0.7
        own = settings.model_copy(
            update={"import_ports": [site.port], "request_seconds_max": 0.3, "intake_seconds_max": 60.0}
        )
        app = create_app(own, reach=LOOPBACK)
        transport = httpx.ASGITransport(app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://kiosque.test") as client,
        ):
            api = Api(client, database)
            given = {"input": {"url": f"{site.url}/slow.png"}}
            payload = (await api.data(IMPORT, given, perspective=None))["done"]
    assert (payload["errors"], payload["asset"]["width"]) == ([], 4)
