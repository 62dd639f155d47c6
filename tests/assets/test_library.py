"""Assets that are there: who may describe and delete them, and where they are shown."""

import pytest
import pyvips

from cms.assets.cleaning import clean_abandoned_uploads
from cms.assets.description import AssetFields
from cms.assets.framing import FocalPoint
from cms.assets.kinds import DigitalSourceType
from cms.assets.library import delete_asset, update_asset
from cms.assets.models import Asset
from cms.assets.uploads import Depot, store_asset
from cms.changes import Noun
from cms.errors import Forbidden, NotFound, Problems, Unauthenticated
from cms.ids import new_id
from cms.permissions import SYSTEM, Actor, Permission, Role, actor_of_role
from tests.desk import Announcement, actors_without
from tests.pictures import decoded, encoded, png

EDITOR = actor_of_role(Role.EDITOR, actor_id=None, name="editor")


async def make(depot: Depot) -> Asset:
    return await store_asset(depot, SYSTEM, png(), "a.png", AssetFields(alt="A", caption="B"))


async def current(depot: Depot, asset: Asset) -> dict[str, object]:
    async with depot.database.transaction() as session:
        return (await session.get_one(Asset, asset.id)).model_dump()


@pytest.mark.parametrize("actor", actors_without(Permission.ASSET_UPDATE), ids=lambda actor: actor.name)
async def test_who_may_not_describe_assets_changes_nothing(depot: Depot, actor: Actor) -> None:
    asset = await make(depot)
    before = await current(depot, asset)
    async with depot.database.transaction() as session:
        with pytest.raises((Forbidden, Unauthenticated)):
            await update_asset(session, actor, asset.id, AssetFields(alt="C"))
    assert await current(depot, asset) == before


@pytest.mark.parametrize("actor", actors_without(Permission.ASSET_DELETE), ids=lambda actor: actor.name)
async def test_who_may_not_delete_assets_changes_nothing(depot: Depot, actor: Actor) -> None:
    asset = await make(depot)
    before = await current(depot, asset)
    async with depot.database.transaction() as session:
        with pytest.raises((Forbidden, Unauthenticated)):
            await delete_asset(session, actor, asset.id)
    await clean_abandoned_uploads(depot.database, depot.storage)
    assert await current(depot, asset) == before
    assert depot.storage.get(asset.object_key) == png()


async def test_absent_is_left_alone_and_null_clears(depot: Depot, heard: list[Announcement]) -> None:
    asset = await make(depot)
    fields = AssetFields(
        license="CC BY 4.0",
        source_url="https://example.org/a",
        focal_point=FocalPoint(0, 0.5),
        digital_source_type=DigitalSourceType.TRAINED_ALGORITHMIC_MEDIA,
    )
    async with depot.database.transaction() as session:
        changed = await update_asset(session, EDITOR, asset.id, fields)
    assert (changed.alt, changed.caption, changed.license, changed.focal_x, changed.focal_y) == (
        "A",
        "B",
        "CC BY 4.0",
        0,
        0.5,
    )
    cleared_fields = AssetFields(alt=None, caption=None, focal_point=None, digital_source_type=None)
    async with depot.database.transaction() as session:
        await update_asset(session, EDITOR, asset.id, cleared_fields)
    cleared = await current(depot, asset)
    found = [
        cleared[name] for name in ("alt", "caption", "license", "focal_x", "focal_y", "digital_source_type")
    ]
    # The focal point is again where the picture draws the eye.
    point = (asset.attention_x, asset.attention_y)
    assert found == ["", None, "CC BY 4.0", *point, None]
    assert None not in point
    assert heard == [("changed", Noun.ASSET, asset.id)] * 2


async def test_null_leaves_the_word_to_the_file_and_nothing_says_nothing(depot: Depot) -> None:
    image = decoded(encoded(".png")).copy()
    image.set_type(pyvips.GValue.gstr_type, "exif-ifd0-Artist", "Ada")
    content = bytes(image.write_to_buffer(".jpg"))
    asset = await store_asset(depot, EDITOR, content, "a.jpg")
    found = [asset.creator]
    for said in ("Grace", None, "", None):
        async with depot.database.transaction() as session:
            found.append((await update_asset(session, EDITOR, asset.id, AssetFields(creator=said))).creator)
    assert found == ["Ada", "Grace", "Ada", None, "Ada"]
    assert (await current(depot, asset))["file_words"] == {"creator": "Ada"}
    named = await store_asset(depot, EDITOR, content, "b.jpg", AssetFields(creator="Eve"))
    assert (named.creator, named.file_words) == ("Eve", {"creator": "Ada"})


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        (AssetFields(alt="a\x00"), ["alt"]),
        (AssetFields(caption="x" * 5_001), ["caption"]),
        (AssetFields(credit="x" * 501), ["credit"]),
        (AssetFields(source_url="javascript:alert(1)"), ["sourceUrl"]),
        (AssetFields(focal_point=FocalPoint(float("nan"), 0)), ["focalPoint"]),
        (AssetFields(focal_point=FocalPoint(0, -0.1)), ["focalPoint"]),
    ],
)
async def test_what_cannot_be_said_is_named(depot: Depot, fields: AssetFields, path: list[str]) -> None:
    asset = await make(depot)
    before = await current(depot, asset)
    async with depot.database.transaction() as session:
        with pytest.raises(Problems) as refused:
            await update_asset(session, EDITOR, asset.id, fields)
    assert [problem.path for problem in refused.value.problems] == [path]
    assert await current(depot, asset) == before


async def test_a_deleted_asset_takes_its_bytes_with_it(depot: Depot, heard: list[Announcement]) -> None:
    asset, other = await make(depot), await store_asset(depot, SYSTEM, encoded(".jpg"), "b.jpg")
    async with depot.database.transaction() as session:
        assert await delete_asset(session, EDITOR, asset.id) == asset.id
    assert heard == [("leaving", Noun.ASSET, asset.id)]
    assert await clean_abandoned_uploads(depot.database, depot.storage) == 1
    assert depot.storage.keys("assets/") == [other.object_key]


async def test_a_deletion_that_is_rolled_back_keeps_the_bytes(depot: Depot) -> None:
    asset = await make(depot)
    with pytest.raises(RuntimeError):
        async with depot.database.transaction() as session:
            await delete_asset(session, EDITOR, asset.id)
            raise RuntimeError
    assert await clean_abandoned_uploads(depot.database, depot.storage) == 0
    assert depot.storage.get(asset.object_key) == png()


async def test_an_unknown_asset_is_not_found(depot: Depot) -> None:
    async with depot.database.transaction() as session:
        for attempt in (
            update_asset(session, EDITOR, new_id(), AssetFields()),
            delete_asset(session, EDITOR, new_id()),
        ):
            with pytest.raises(NotFound):
                await attempt
