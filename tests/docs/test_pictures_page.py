"""The page that the guide about pictures writes: what it names is there, in the sizes that it says; and the pictures of the guides are light."""

import re
import sys
from base64 import b64decode
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from html import unescape
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select
from sqlmodel import col

from cms.assets.description import AssetFields
from cms.assets.kinds import DigitalSourceType
from cms.assets.library import update_asset
from cms.assets.models import Asset
from cms.config import PROJECT_ROOT
from cms.database import Database
from cms.permissions import SYSTEM
from tests.docs.fences import PAGES, fences_of
from tests.docs.newsroom import Newsroom
from tests.docs.test_guides import SERVER, run_in
from tests.pictures import decoded

BYTES_MAX = 250_000
MADE_BY_AI = "This picture was made with AI."
COVER = "night-train.webp"


async def page_of(newsroom: Newsroom, folder: Path) -> str:
    """The page, with addresses that lead to the server of this test."""
    [program] = [block.text for block in fences_of("docs/pictures.md") if block.language == "python"]
    _write(folder, program.replace(SERVER, newsroom.url))
    await run_in(folder, f"{sys.executable} program.py", newsroom)
    return (folder / "page.html").read_text().replace(newsroom.settings.base_url, newsroom.url)


def _write(folder: Path, program: str) -> None:
    folder.mkdir()
    (folder / "program.py").write_text(program)


async def test_every_picture_of_the_page_is_there_in_the_size_that_it_says(
    newsroom: Newsroom, tmp_path: Path
) -> None:
    page = await page_of(newsroom, tmp_path / "page")
    sets = [unescape(found) for found in re.findall(r'srcset="([^"]+)"', page)]
    shapes: list[list[tuple[int, int]]] = []
    async with httpx.AsyncClient(headers={"Accept": "image/webp"}) as client:
        for told in sets:
            shapes.append([])
            for address, width in (part.split(" ") for part in told.split(", ")):
                image = decoded((await client.get(address)).raise_for_status().content)
                assert f"{image.width}w" == width
                shapes[-1].append((image.width, image.height))
    assert shapes == [
        [(480, 600), (640, 800), (800, 1_000)],
        [(480, 300), (640, 400), (960, 600), (1_440, 900), (1_600, 1_000)],
    ]
    placeholder = re.search(r"url\((data:image/png;base64,[^)]+)\)", page)
    assert placeholder is not None
    async with httpx.AsyncClient() as client:
        address = re.findall(r'<img src="([^"]+)"', page)[0]
        assert (await client.get(unescape(address))).status_code == 200
    blurred = decoded(b64decode(placeholder[1].partition(",")[2]))
    assert (blurred.width, blurred.bands) == (32, 4)


@asynccontextmanager
async def made_by_a_model(newsroom: Newsroom) -> AsyncGenerator[None]:
    """The cover, marked as made by a trained model for the block."""
    database = Database(newsroom.environment["DATABASE_URL"], pool_size=2)
    async with database.transaction() as session:
        asset = (await session.scalars(select(Asset).where(col(Asset.filename) == COVER))).one()
        key, before = asset.id, asset.digital_source_type
    await _say(database, key, DigitalSourceType.TRAINED_ALGORITHMIC_MEDIA)
    try:
        yield
    finally:
        await _say(database, key, before)
        await database.close()


async def _say(database: Database, key: UUID, kind: DigitalSourceType | None) -> None:
    async with database.transaction() as session:
        await update_asset(session, SYSTEM, key, AssetFields(digital_source_type=kind))


async def test_the_page_says_that_a_model_has_made_the_picture_only_where_one_has(
    newsroom: Newsroom, tmp_path: Path
) -> None:
    assert MADE_BY_AI not in await page_of(newsroom, tmp_path / "before")
    async with made_by_a_model(newsroom):
        assert MADE_BY_AI in await page_of(newsroom, tmp_path / "marked")
    assert MADE_BY_AI not in await page_of(newsroom, tmp_path / "after")


@pytest.mark.parametrize("page", PAGES)
def test_the_pictures_of_a_guide_are_there_and_light(page: str) -> None:
    folder = (PROJECT_ROOT / page).parent
    for name in re.findall(r"!\[[^\]]+\]\(((?:docs/)?images/[^)]+)\)", (PROJECT_ROOT / page).read_text()):
        assert 0 < (folder / name).stat().st_size <= BYTES_MAX, name
