"""A cover as its article frames it: the part that is shown, the point that no cut loses, and what readers get of both."""

from datetime import timedelta
from typing import Any

import pytest

from cms.database import now
from cms.permissions import Role
from tests.api.asking import Api, Json, problems_of
from tests.api.test_uploading import UPLOAD
from tests.pictures import QUARTERS, colour_at, decoded, quartered

CREATE = """mutation($input: CreateArticleInput!) { done: createArticle(input: $input) {
  article { id } errors { code path message } } }"""
PUBLISH = "mutation($id: ID!) { publishArticle(input: {id: $id, expectedVersion: 1}) { errors { code } } }"
SHOWN = """query($id: ID!) { article(id: $id) { cover {
  width height focalPoint { x y } crop { x y width height }
  url square: url(width: 40, height: 40) srcSet(widths: [50, 1000]) wide: srcSet(widths: [60], aspectRatio: 3)
  asset { url width height focalPoint { x y } }
} } }"""
EXPIRE = """mutation($input: UpdateAssetInput!) { done: updateAsset(input: $input) { errors { code } } }"""
RIGHT = {"x": 0.5, "y": 0, "width": 0.5, "height": 1}


async def send(api: Api, **words: Any) -> Json:
    file = ("quarters.jpg", quartered(), "image/jpeg")
    return (await api.send_file(UPLOAD, words, file, Role.EDITOR))["data"]["done"]["asset"]


async def written(api: Api, cover: Json) -> str:
    """A published article with the cover."""
    done = (await api.data(CREATE, {"input": {"title": "Framed", "cover": cover}}))["done"]
    assert done["errors"] == []
    await api.data(PUBLISH, {"id": done["article"]["id"]})
    return done["article"]["id"]


async def shown(api: Api, article: str, **how: Any) -> Json:
    return (await api.data(SHOWN, {"id": article}, **{"role": None, **how}))["article"]["cover"]


async def loaded(api: Api, address: str) -> Any:
    answer = await api.client.get(address, headers={"Accept": "image/webp"})
    assert answer.status_code == 200
    return decoded(answer.content)


def names(source_set: str) -> list[tuple[str, str]]:
    return [
        (url.rpartition("/")[2], width) for url, width in (part.split() for part in source_set.split(", "))
    ]


async def test_without_a_frame_of_its_own_a_place_shows_the_whole_picture(api: Api) -> None:
    asset = await send(api, focalPoint={"x": 0.25, "y": 0.75})
    cover = await shown(api, await written(api, {"assetId": asset["id"]}))
    assert (cover["width"], cover["height"], cover["crop"]) == (160, 80, None)
    assert cover["focalPoint"] == cover["asset"]["focalPoint"] == {"x": 0.25, "y": 0.75}
    assert cover["url"] == cover["asset"]["url"]


async def test_readers_get_the_part_and_the_point_that_the_article_names(api: Api) -> None:
    asset = await send(api)
    framed = {"assetId": asset["id"], "crop": RIGHT, "focalPoint": {"x": 0.75, "y": 1}}
    article = await written(api, framed)
    cover = await shown(api, article)
    assert (cover["width"], cover["height"]) == (80, 80)
    assert (cover["crop"], cover["focalPoint"]) == (RIGHT, {"x": 0.75, "y": 1})
    assert cover["asset"]["width"] == 160
    assert names(cover["srcSet"]) == [("c5000x0x5000x10000-w64", "64w"), ("c5000x0x5000x10000-w80", "80w")]
    assert names(cover["wide"]) == [("c5000x0x5000x10000-w64h21-cover-x500y1000", "64w")]
    half = await loaded(api, cover["url"])
    assert (half.width, half.height) == (80, 80)
    assert (colour_at(half, 0.1, 0.1), colour_at(half, 0.1, 0.9)) == (
        QUARTERS["top right"],
        QUARTERS["bottom right"],
    )
    strip = await loaded(api, cover["wide"].split(" ")[0])
    assert colour_at(strip, 0.5, 0.5) == QUARTERS["bottom right"]
    assert (await loaded(api, cover["asset"]["url"])).width == 160


async def test_every_perspective_shows_the_frame(api: Api) -> None:
    asset = await send(api)
    article = await written(api, {"assetId": asset["id"], "crop": RIGHT})
    published = await shown(api, article)
    for perspective in ("draft", "published", f"at:{now().isoformat()}"):
        assert await shown(api, article, role=Role.EDITOR, perspective=perspective) == published
    version = "query($id: ID!) { articleVersion(articleId: $id, number: 1) { article { cover { crop { x } width url } } } }"
    was = (await api.data(version, {"id": article}))["articleVersion"]["article"]["cover"]
    assert was == {"crop": {"x": 0.5}, "width": 80, "url": published["url"]}


async def test_a_substitute_is_shown_whole(api: Api) -> None:
    asset, other = await send(api), await send_another(api)
    article = await written(api, {"assetId": asset["id"], "crop": RIGHT, "focalPoint": {"x": 1, "y": 1}})
    over = {"rightsExpireAt": (now() - timedelta(seconds=1)).isoformat(), "substituteId": other["id"]}
    done = await api.data(EXPIRE, {"input": {"id": asset["id"], "expectedVersion": 1, **over}})
    assert done["done"]["errors"] == []
    cover = await shown(api, article)
    assert (cover["crop"], cover["width"], cover["url"]) == (None, 120, cover["asset"]["url"])
    assert cover["focalPoint"] == cover["asset"]["focalPoint"]


async def send_another(api: Api) -> Json:
    file = ("other.jpg", quartered(width=120), "image/jpeg")
    return (await api.send_file(UPLOAD, {}, file, Role.EDITOR))["data"]["done"]["asset"]


@pytest.mark.parametrize(
    ("frame", "path"),
    [
        ({"crop": {**RIGHT, "width": 0.6}}, ["cover", "crop"]),
        ({"crop": {**RIGHT, "height": 0}}, ["cover", "crop"]),
        ({"focalPoint": {"x": 1.5, "y": 0}}, ["cover", "focalPoint"]),
    ],
)
async def test_a_frame_outside_of_the_picture_is_refused(api: Api, frame: Json, path: list[str]) -> None:
    asset = await send(api)
    given = {"title": "Framed", "cover": {"assetId": asset["id"], **frame}}
    done = (await api.data(CREATE, {"input": given}))["done"]
    assert (done["article"], problems_of(done)) == (None, [("VALIDATION", path)])


async def test_another_frame_is_another_version_and_told_in_comparison(api: Api) -> None:
    asset = await send(api)
    article = await written(api, {"assetId": asset["id"]})
    update = """mutation($input: UpdateArticleInput!) { done: updateArticle(input: $input) { article { version } errors { code } } }"""
    framed = {"assetId": asset["id"], "crop": RIGHT, "focalPoint": {"x": 0.5, "y": 0.25}}
    done = await api.data(update, {"input": {"id": article, "expectedVersion": 1, "cover": framed}})
    assert done["done"] == {"article": {"version": 2}, "errors": []}
    compare = "query($id: ID!) { compareVersions(articleId: $id, from: 1, to: 2) { fields { field before after } } }"
    fields = (await api.data(compare, {"id": article}))["compareVersions"]["fields"]
    assert fields == [
        {"field": "cover.focalPoint", "before": None, "after": "x 0.5, y 0.25"},
        {"field": "cover.crop", "before": None, "after": "x 0.5, y 0, width 0.5, height 1"},
    ]


BODY = """query($id: ID!) { article(id: $id) { body { html blocks { ... on ImageBlock {
  url width height srcSet(widths: [50, 1000]) crop { x y width height } asset { width }
} } } } }"""


async def test_a_picture_in_a_body_shows_the_part_that_the_text_names(api: Api) -> None:
    asset = await send(api, alt="Quarters")
    markdown = f"![](asset:{asset['id']}#xywh=percent:50,0,50,100)\n\n![](asset:{asset['id']})"
    done = (await api.data(CREATE, {"input": {"title": "Cut", "body": markdown}}))["done"]
    assert done["errors"] == []
    await api.data(PUBLISH, {"id": done["article"]["id"]})
    body = (await api.data(BODY, {"id": done["article"]["id"]}, role=None))["article"]["body"]
    part, whole = body["blocks"]
    assert (part["width"], part["height"], part["crop"]) == (80, 80, RIGHT)
    assert (whole["width"], whole["height"], whole["crop"]) == (160, 80, None)
    assert part["asset"]["width"] == whole["asset"]["width"] == 160
    assert names(part["srcSet"]) == [("c5000x0x5000x10000-w64", "64w"), ("c5000x0x5000x10000-w80", "80w")]
    half = await loaded(api, part["url"])
    assert (half.width, half.height) == (80, 80)
    assert colour_at(half, 0.1, 0.1) == QUARTERS["top right"]
    assert (await loaded(api, whole["url"])).width == 160
    assert part["url"] in body["html"]
    assert 'width="80" height="80"' in body["html"]


async def test_a_part_that_lies_outside_is_refused(api: Api) -> None:
    asset = await send(api)
    given = {"title": "Cut", "body": f"![](asset:{asset['id']}#xywh=percent:50,0,60,100)"}
    done = (await api.data(CREATE, {"input": given}))["done"]
    assert (done["article"], problems_of(done)) == (None, [("VALIDATION", ["body"])])
    assert "must lie inside it" in done["errors"][0]["message"]


SHARED = """query($id: ID!) { article(id: $id) { seo { image { id } shareImage {
  alt width height focalPoint { x y } crop { x y width height }
  url card: url(width: 60, height: 20, format: JPEG) asset { id width filename }
} } } }"""
UPDATE = """mutation($input: UpdateArticleInput!) { done: updateArticle(input: $input) {
  article { version seo { shareImage { crop { x } } } } errors { code path message } } }"""


async def shared(api: Api, article: str, **how: Any) -> Json:
    return (await api.data(SHARED, {"id": article}, **{"role": None, **how}))["article"]["seo"]["shareImage"]


async def with_share_image(api: Api, seo: Json, **fields: Any) -> str:
    done = (await api.data(CREATE, {"input": {"title": "Shared", "seo": seo, **fields}}))["done"]
    assert done["errors"] == []
    await api.data(PUBLISH, {"id": done["article"]["id"]})
    return done["article"]["id"]


async def test_previews_show_the_part_and_the_point_that_the_article_names_for_them(api: Api) -> None:
    asset = await send(api, alt="Quarters")
    frame = {"imageCrop": RIGHT, "imageFocalPoint": {"x": 0.75, "y": 1}}
    article = await with_share_image(api, {"imageId": asset["id"], **frame})
    found = await shared(api, article)
    assert (found["alt"], found["width"], found["height"]) == ("Quarters", 80, 80)
    assert (found["crop"], found["focalPoint"]) == (RIGHT, {"x": 0.75, "y": 1})
    assert found["asset"] == {"id": asset["id"], "width": 160, "filename": "quarters.jpg"}
    assert found["card"].rpartition("/")[2] == "c5000x0x5000x10000-w64h21-cover-x500y1000.jpg"
    card = await loaded(api, found["card"])
    assert (card.width, card.height) == (64, 21)
    assert colour_at(card, 0.5, 0.5) == QUARTERS["bottom right"]
    for perspective in ("draft", "published", f"at:{now().isoformat()}"):
        assert await shared(api, article, role=Role.EDITOR, perspective=perspective) == found
    version = "query($id: ID!) { articleVersion(articleId: $id, number: 1) { article { seo { shareImage { crop { x } url } } } } }"
    was = (await api.data(version, {"id": article}))["articleVersion"]["article"]["seo"]["shareImage"]
    assert was == {"crop": {"x": 0.5}, "url": found["url"]}


async def test_without_a_picture_of_their_own_previews_show_the_cover_as_it_is_framed(api: Api) -> None:
    asset = await send(api, alt="Quarters")
    cover = {
        "assetId": asset["id"],
        "crop": RIGHT,
        "focalPoint": {"x": 0.75, "y": 1},
        "alt": "The right half",
    }
    article = await with_share_image(api, {}, cover=cover)
    found, placed = await shared(api, article), await shown(api, article)
    assert (found["alt"], found["crop"], found["url"]) == ("The right half", RIGHT, placed["url"])
    assert found["focalPoint"] == {"x": 0.75, "y": 1}
    # The cover's picture, in another frame for previews.
    own = await with_share_image(api, {"imageId": asset["id"]}, cover=cover)
    whole = await shared(api, own)
    assert (whole["alt"], whole["crop"], whole["width"]) == ("Quarters", None, 160)
    assert whole["focalPoint"] != {"x": 0.75, "y": 1}
    assert await shared(api, await with_share_image(api, {})) is None


async def test_what_stands_in_for_a_picture_of_previews_is_shown_whole(api: Api) -> None:
    asset, other = await send(api), await send_another(api)
    article = await with_share_image(api, {"imageId": asset["id"], "imageCrop": RIGHT})
    over = {"rightsExpireAt": (now() - timedelta(seconds=1)).isoformat(), "substituteId": other["id"]}
    done = await api.data(EXPIRE, {"input": {"id": asset["id"], "expectedVersion": 1, **over}})
    assert done["done"]["errors"] == []
    found = await shared(api, article)
    assert (found["crop"], found["width"], found["asset"]["id"]) == (None, 120, other["id"])


@pytest.mark.parametrize(
    ("seo", "path"),
    [
        ({"imageCrop": {**RIGHT, "width": 0.6}}, ["seo", "imageCrop"]),
        ({"imageFocalPoint": {"x": 1.5, "y": 0}}, ["seo", "imageFocalPoint"]),
        ({"imageId": None, "imageCrop": RIGHT}, ["seo", "imageCrop"]),
        ({"imageId": None, "imageFocalPoint": {"x": 0.5, "y": 0}}, ["seo", "imageFocalPoint"]),
    ],
)
async def test_a_frame_outside_of_the_picture_for_previews_or_of_none_is_refused(
    api: Api, seo: Json, path: list[str]
) -> None:
    asset = await send(api)
    given = {"title": "Shared", "seo": {"imageId": asset["id"], **seo}}
    done = (await api.data(CREATE, {"input": given}))["done"]
    assert (done["article"], problems_of(done)) == (None, [("VALIDATION", path)])


async def test_another_frame_for_previews_is_told_in_comparisons_and_conflicts(api: Api) -> None:
    asset = await send(api)
    article = await with_share_image(api, {"imageId": asset["id"]})
    given = {"id": article, "expectedVersion": 1, "seo": {"imageCrop": RIGHT}}
    done = (await api.data(UPDATE, {"input": given}))["done"]
    assert done == {"article": {"version": 2, "seo": {"shareImage": {"crop": {"x": 0.5}}}}, "errors": []}
    compare = "query($id: ID!) { compareVersions(articleId: $id, from: 1, to: 2) { fields { field before after } } }"
    fields = (await api.data(compare, {"id": article}))["compareVersions"]["fields"]
    words = "x 0.5, y 0, width 0.5, height 1"
    assert fields == [{"field": "seo.imageCrop", "before": None, "after": words}]
    mine = {**given, "seo": {"imageCrop": {**RIGHT, "x": 0}}}
    clash = """mutation($input: UpdateArticleInput!) { done: updateArticle(input: $input) { errors {
      ... on VersionConflictError { clashes { field base yours theirs } } } } }"""
    (problem,) = (await api.data(clash, {"input": mine}))["done"]["errors"]
    yours = "x 0, y 0, width 0.5, height 1"
    assert problem["clashes"] == [{"field": "seo.imageCrop", "base": None, "yours": yours, "theirs": words}]
