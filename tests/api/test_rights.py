"""A picture whose rights expire is gone from all that the public reads at that moment, although nobody writes anything."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

from cms.articles.refreshing import compare_live
from cms.assets.rights import end_rights
from cms.assets.uploads import Depot
from cms.ids import public_id
from tests.api.asking import Api, Json, problems_of
from tests.api.rights import EVERYWHERE, SOON, Scene, limit_rights, make_scene, pass_the_moment

UPDATE = """mutation($input: UpdateAssetInput!) { done: updateAsset(input: $input) {
  asset { id rightsExpireAt isExpired usageRestrictions substitute { id } } errors { code path message } } }"""
LISTED = """{ assets(where: {rightsExpireAt: {lt: "2999-01-01T00:00:00Z"}, isUsed: {eq: true}},
  orderBy: [{field: RIGHTS_EXPIRE_AT}]) { nodes { id isExpired usedBy { nodes { id } } } } }"""


async def changed(api: Api, given: Json) -> Json:
    """The payload of a change to an asset, as it was read before."""
    read = await api.data("query($id: ID!) { asset(id: $id) { version } }", {"id": given["id"]})
    return (await api.data(UPDATE, {"input": {**given, "expectedVersion": read["asset"]["version"]}}))["done"]


async def scene_of(api: Api) -> Scene:
    async with api.database.transaction() as session:
        return await make_scene(session)


def traces_of(answer: object, scene: Scene) -> list[str]:
    """What of the expired picture stands in an answer."""
    text = json.dumps(answer)
    return [trace for trace in (scene.expiring.hex, "expiring.jpg", "Expiring") if trace in text]


async def test_until_the_moment_it_is_shown_everywhere(api: Api) -> None:
    scene = await scene_of(api)
    await limit_rights(api.database, scene.expiring)
    data = await api.data(EVERYWHERE, scene.asked(scene.expiring), role=None)
    assert data["article"]["cover"]["alt"] == "Its own words"
    assert data["article"]["disclosures"] == [{"kind": "MADE_BY_AI", "isDerived": True}]
    assert data["asset"]["id"] == public_id("asset", scene.expiring)
    assert {node["filename"] for node in data["assets"]["nodes"]} == {"expiring.jpg", "portrait.jpg"}


async def test_from_the_moment_on_nothing_of_it_is_left(api: Api, depot: Depot) -> None:
    scene = await scene_of(api)
    await limit_rights(api.database, scene.expiring)
    await pass_the_moment(api.database)
    read = [await api.data(EVERYWHERE, scene.asked(scene.expiring), role=None)]
    assert await end_rights(api.database, depot.storage) == 1
    read.append(await api.data(EVERYWHERE, scene.asked(scene.expiring), role=None))
    assert read[0] == read[1]
    for data in read:
        assert traces_of(data, scene) == []
        article = data["article"]
        assert (article["cover"], article["seo"]["image"], article["disclosures"]) == (None, None, [])
        assert (article["body"]["html"], len(article["body"]["blocks"])) == ("<p>A bridge.</p>\n", 1)
        assert (data["asset"], data["node"], data["nodes"], data["covered"]["nodes"]) == (
            None,
            None,
            [None],
            [],
        )
        assert data["assets"]["totalCount"] == 1


async def test_the_substitute_takes_its_place_with_its_own_words(api: Api, depot: Depot) -> None:
    scene = await scene_of(api)
    await limit_rights(api.database, scene.expiring, substitute=scene.substitute)
    asked = scene.asked(scene.substitute)
    assert (await api.data(EVERYWHERE, asked, role=None))["asset"] is None
    await pass_the_moment(api.database)
    read = [await api.data(EVERYWHERE, asked, role=None)]
    assert await end_rights(api.database, depot.storage) == 1
    read.append(await api.data(EVERYWHERE, asked, role=None))
    assert read[0] == read[1]
    for data in read:
        assert traces_of(data, scene) == []
        cover = data["article"]["cover"]
        assert (cover["alt"], cover["caption"], cover["credit"]) == ("A plain bridge", "Any bridge", None)
        assert cover["asset"]["id"] == public_id("asset", scene.substitute)
        block = data["article"]["body"]["blocks"][1]
        assert (block["alt"], block["caption"]) == ("A plain bridge", "Any bridge")
        assert block["asset"]["id"] == public_id("asset", scene.substitute)
        assert 'alt="A plain bridge"' in data["article"]["body"]["html"]
        assert "Written" not in json.dumps(data)
        assert data["asset"]["filename"] == "substitute.jpg"
        assert len(data["covered"]["nodes"]) == 2


async def test_a_portrait_goes_with_its_author_and_the_byline(api: Api, depot: Depot) -> None:
    scene = await scene_of(api)
    await limit_rights(api.database, scene.portrait, substitute=scene.substitute)
    await pass_the_moment(api.database)
    for _ in range(2):
        data = await api.data(EVERYWHERE, scene.asked(scene.portrait), role=None)
        faces = [data["author"]["avatar"], data["article"]["byline"][0]["author"]["avatar"]]
        faces.append(data["article"]["authors"][0]["avatar"])
        assert {face["filename"] for face in faces} == {"substitute.jpg"}
        assert data["asset"] is None
        await end_rights(api.database, depot.storage)


async def test_a_substitute_that_has_expired_too_leaves_nothing(api: Api) -> None:
    scene = await scene_of(api)
    await limit_rights(api.database, scene.expiring, substitute=scene.substitute)
    await limit_rights(api.database, scene.substitute)
    await pass_the_moment(api.database)
    data = await api.data(EVERYWHERE, scene.asked(scene.substitute), role=None)
    assert (data["article"]["cover"], data["asset"]) == (None, None)


async def test_a_time_in_the_past_acts_at_once_and_may_be_taken_back(api: Api) -> None:
    scene = await scene_of(api)
    expiring = public_id("asset", scene.expiring)
    past = {"id": expiring, "rightsExpireAt": "2020-01-01T00:00:00Z", "usageRestrictions": "Print only."}
    done = await changed(api, past)
    assert done["errors"] == []
    assert done["asset"]["isExpired"] is True
    gone = await api.data(EVERYWHERE, scene.asked(scene.expiring), role=None)
    assert traces_of(gone, scene) == []
    again = {"id": expiring, "rightsExpireAt": None}
    assert (await changed(api, again))["asset"]["isExpired"] is False
    back = await api.data(EVERYWHERE, scene.asked(scene.expiring), role=None)
    assert back["article"]["cover"]["asset"]["filename"] == "expiring.jpg"
    async with api.database.transaction() as session:
        assert await compare_live(session) == []


async def test_the_desk_goes_on_seeing_it_and_finds_it(api: Api) -> None:
    scene = await scene_of(api)
    await limit_rights(api.database, scene.expiring, substitute=scene.substitute)
    await limit_rights(api.database, scene.portrait, SOON + timedelta(days=1))
    await pass_the_moment(api.database)
    draft = await api.data(EVERYWHERE, scene.asked(scene.expiring))
    assert draft["article"]["cover"]["asset"]["filename"] == "expiring.jpg"
    assert draft["article"]["cover"]["alt"] == "Its own words"
    listed = (await api.data(LISTED))["assets"]["nodes"]
    assert [(node["id"], node["isExpired"]) for node in listed] == [
        (public_id("asset", scene.expiring), True),
        (public_id("asset", scene.portrait), False),
    ]
    assert len(listed[0]["usedBy"]["nodes"]) == 2


async def test_a_look_at_the_past_does_not_bring_it_back(api: Api) -> None:
    scene = await scene_of(api)
    await limit_rights(api.database, scene.expiring)
    before = datetime.now(UTC).isoformat()
    asked = scene.asked(scene.expiring)
    shown = await api.data(EVERYWHERE, asked, perspective=f"at:{before}")
    assert shown["article"]["cover"]["asset"]["filename"] == "expiring.jpg"
    later = (SOON + timedelta(hours=1)).isoformat()
    assert (await api.data(EVERYWHERE, asked, perspective=f"at:{later}"))["article"]["cover"] is None
    await pass_the_moment(api.database)
    assert (await api.data(EVERYWHERE, asked, perspective=f"at:{before}"))["article"]["cover"] is None


async def test_what_the_contract_says_is_for_the_desk(api: Api) -> None:
    scene = await scene_of(api)
    given = {"id": public_id("asset", scene.expiring), "usageRestrictions": "No reuse abroad."}
    given |= {"substituteId": public_id("asset", scene.substitute)}
    done = await changed(api, given)
    assert done["asset"]["usageRestrictions"] == "No reuse abroad."
    assert done["asset"]["substitute"] == {"id": public_id("asset", scene.substitute)}
    public = "query($id: ID!) { asset(id: $id) { usageRestrictions substitute { id } } }"
    told = await api.data(public, {"id": given["id"]}, role=None)
    assert told["asset"] == {"usageRestrictions": None, "substitute": None}


async def test_a_substitute_must_be_another_picture_that_stays(api: Api) -> None:
    scene = await scene_of(api)
    expiring, substitute = (public_id("asset", key) for key in (scene.expiring, scene.substitute))
    nowhere = public_id("asset", scene.article)
    for wrong, code in ((expiring, "VALIDATION"), (nowhere, "NOT_FOUND")):
        payload = await changed(api, {"id": expiring, "substituteId": wrong})
        assert problems_of(payload) == [(code, ["substituteId"])]
    await limit_rights(api.database, scene.expiring, substitute=scene.substitute)
    delete = "mutation($id: ID!) { done: deleteAsset(input: {id: $id}) { deletedId errors { code path ... on InUseError { usedBy { id } } } } }"
    payload = (await api.data(delete, {"id": substitute}))["done"]
    assert payload["errors"] == [{"code": "IN_USE", "path": ["id"], "usedBy": [{"id": expiring}]}]


async def test_by_the_real_clock_no_answer_shows_it_after_its_time(api: Api) -> None:
    scene = await scene_of(api)
    until = datetime.now(UTC) + timedelta(seconds=1.5)
    await limit_rights(api.database, scene.expiring, until)
    seen = {False: 0, True: 0}
    while seen[True] < 5:
        is_over = datetime.now(UTC) >= until
        data = await api.data(EVERYWHERE, scene.asked(scene.expiring), role=None)
        assert not (is_over and traces_of(data, scene))
        seen[is_over] += 1
        await asyncio.sleep(0.02)
