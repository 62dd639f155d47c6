"""Assets of which it is not known what they look like are looked at again: once, without touching what editors have said."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from cms.assets.describing import Described, count_undescribed, describe_assets
from cms.assets.description import AssetFields
from cms.assets.framing import FocalPoint
from cms.assets.library import update_asset
from cms.assets.models import Asset
from cms.assets.uploads import Depot, store_asset
from cms.changes import Noun
from cms.errors import EditConflict, Forbidden, Unauthenticated
from cms.permissions import SYSTEM, Permission
from cms.revisions import Expected
from tests.desk import Announcement, actors_without
from tests.pictures import animated, encoded, quartered

NOTHING_KNOWN: dict[str, Any] = {
    "thumb_hash": None, "dominant_color": None, "attention_x": None, "attention_y": None, "file_words": {},
}  # fmt: skip
NO_FOCAL_POINT: dict[str, Any] = {"focal_x": None, "focal_y": None}


async def forgotten(depot: Depot, *assets: Asset, **more: Any) -> None:
    """Make the rows as they were before pictures were looked at."""
    async with depot.database.transaction() as session:
        mine = col(Asset.id).in_([asset.id for asset in assets])
        await session.execute(update(Asset).where(mine).values(**NOTHING_KNOWN, **more))


async def row_of(depot: Depot, asset: Asset) -> dict[str, Any]:
    async with depot.database.transaction() as session:
        found = (await session.scalars(select(Asset).where(col(Asset.id) == asset.id))).one()
    return {name: getattr(found, name) for name in (*NOTHING_KNOWN, *NO_FOCAL_POINT)}


async def described(depot: Depot) -> list[Described]:
    return [one async for one in describe_assets(depot, SYSTEM)]


async def test_a_picture_is_described_as_if_it_were_uploaded_today(
    depot: Depot, heard: list[Announcement]
) -> None:
    asset = await store_asset(depot, SYSTEM, quartered(), "quarters.jpg")
    at_first = await row_of(depot, asset)
    await forgotten(depot, asset, **NO_FOCAL_POINT)
    assert await count_undescribed(depot) == 1
    heard.clear()
    assert await described(depot) == [Described(asset.id, "quarters.jpg")]
    assert await row_of(depot, asset) == at_first
    # Whoever embeds it is told in the same transaction.
    assert heard == [("changed", Noun.ASSET, asset.id)]
    assert (await count_undescribed(depot), await described(depot)) == (0, [])


async def test_a_description_is_a_change_that_others_are_told_of(depot: Depot) -> None:
    asset = await store_asset(depot, SYSTEM, quartered(), "quarters.jpg")
    await forgotten(depot, asset, **NO_FOCAL_POINT)
    await described(depot)
    read_before = Expected(1, merges=True)
    async with depot.database.transaction() as session:
        with pytest.raises(EditConflict) as refused:
            mine = AssetFields(focal_point=FocalPoint(0.5, 0.5))
            await update_asset(session, SYSTEM, asset.id, mine, expected=read_before)
        assert [clash.field for clash in refused.value.clashes] == ["focalPoint"]
        merged = await update_asset(session, SYSTEM, asset.id, AssetFields(alt="A"), expected=read_before)
        assert (merged.version, merged.alt) == (3, "A")
    assert await described(depot) == []


async def test_the_focal_point_of_an_editor_stays(depot: Depot) -> None:
    fields = AssetFields(focal_point=FocalPoint(0.125, 0.25))
    asset = await store_asset(depot, SYSTEM, quartered(), "quarters.jpg", fields)
    at_first = await row_of(depot, asset)
    await forgotten(depot, asset)
    await described(depot)
    found = await row_of(depot, asset)
    assert (found["focal_x"], found["focal_y"]) == (0.125, 0.25)
    assert found == at_first


async def test_a_look_that_was_cut_short_goes_on_where_it_stopped(
    depot: Depot, heard: list[Announcement]
) -> None:
    assets = [await store_asset(depot, SYSTEM, encoded(".png", width=20 + n), f"{n}.png") for n in range(5)]
    await forgotten(depot, *assets, **NO_FOCAL_POINT)
    some = describe_assets(depot, SYSTEM)
    first = await anext(some)
    await some.aclose()
    left = await count_undescribed(depot)
    # Two are looked at side by side; one was told of.
    assert left == 3
    heard.clear()
    rest = await described(depot)
    assert first.id not in {one.id for one in rest}
    assert len(rest) == len(heard) == left
    assert await count_undescribed(depot) == 0


async def test_what_cannot_be_looked_at_is_told_and_the_others_are_described(depot: Depot) -> None:
    lost, broken, sound = [
        await store_asset(depot, SYSTEM, encoded(".png", width=30 + n), f"{n}.png") for n in range(3)
    ]
    await forgotten(depot, lost, broken, sound, **NO_FOCAL_POINT)
    depot.storage.delete(lost.object_key)
    depot.storage.put(broken.object_key, encoded(".png")[:500], content_type="image/png")
    problems = {one.id: one.problem for one in await described(depot)}
    assert problems[lost.id] == "Its bytes are not in the bucket."
    assert (problems[broken.id] or "").startswith("The picture is damaged or incomplete")
    assert problems[sound.id] is None
    assert (await row_of(depot, broken))["thumb_hash"] is None
    assert await count_undescribed(depot) == 2


async def test_an_older_picture_beyond_a_bound_is_told_and_stays(depot: Depot) -> None:
    moving = await store_asset(depot, SYSTEM, animated(), "moving.gif")
    await forgotten(depot, moving)
    strict = replace(depot, settings=depot.settings.model_copy(update={"image_frames_max": 2}))
    (told,) = await described(strict)
    assert told.problem == "The picture has 3 frames; 2 are the most (IMAGE_FRAMES_MAX)."
    assert await count_undescribed(depot) == 1


async def test_a_picture_that_can_be_seen_through_is_not_looked_at_for_ever(depot: Depot) -> None:
    import pyvips

    glass: Any = pyvips.Image.black(8, 8, bands=4)
    content = bytes(glass.copy(interpretation="srgb").write_to_buffer(".png"))
    asset = await store_asset(depot, SYSTEM, content, "glass.png")
    assert (await row_of(depot, asset))["dominant_color"] is None
    assert await count_undescribed(depot) == 0


async def test_pictures_are_described_only_by_whoever_may_change_them(depot: Depot) -> None:
    asset = await store_asset(depot, SYSTEM, quartered(), "quarters.jpg")
    await forgotten(depot, asset)
    for actor in actors_without(Permission.ASSET_UPDATE):
        with pytest.raises((Forbidden, Unauthenticated)):
            [one async for one in describe_assets(depot, actor)]
    assert await count_undescribed(depot) == 1
