"""`python -m tests.docs.illustrating`, which `make illustrations` calls: makes the pictures of docs/pictures.md, and its table of formats.

What they show is what a server with the demo newsroom answers, in a browser; the page is the one that the program of the guide writes.
"""

import asyncio
import shutil
import sys
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import pyvips

from cms.assets.description import AssetFields
from cms.assets.kinds import DigitalSourceType
from cms.assets.library import update_asset
from cms.config import PROJECT_ROOT
from cms.database import Database
from cms.ids import key_of
from cms.permissions import SYSTEM
from tests.docs.fences import fences_of
from tests.docs.newsroom import Newsroom, demo_newsroom
from tests.engines import shared_engines

GUIDE = PROJECT_ROOT / "docs/pictures.md"
IMAGES = PROJECT_ROOT / "docs/images"
BEGIN, END = "<!-- formats: begin (written by make illustrations) -->", "<!-- formats: end -->"
SLUG = "night-trains-return"
WIDTHS = (480, 960, 1_600)
FORMATS = ("JPEG", "WEBP", "AVIF")
BYTES_MAX = 150_000
SHAPES = {"1 : 1": (600, 600), "4 : 5": (480, 600), "16 : 9": (960, 540), "3 : 1": (1_200, 400)}
SECONDS_MAX = 60
STYLE = "<meta charset=utf-8><style>*{margin:0;box-sizing:border-box}body{font:16px Georgia,serif;width:1200px;padding:12px;background:#fff}</style>"


async def main() -> None:
    """Make everything. Needs Chromium, and says so."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        sys.exit("The browser Chromium is missing (on Debian: apt install chromium).")
    with shared_engines("illustrations") as engines:
        async with demo_newsroom(engines, "illustrations") as newsroom:
            cover = await cover_of(newsroom)
            await shoot(
                browser, newsroom, "pictures-placeholder", placeholders(newsroom, cover), (1_200, 290)
            )
            await shoot(browser, newsroom, "pictures-crops", crops(cover), (1_200, 690))
            write_table(await sizes(cover, newsroom))
            await mark_as_made_by_a_model(newsroom, cover)
            await shoot(browser, newsroom, "pictures-page", await page_of_the_guide(newsroom), (960, 860))


async def cover_of(newsroom: Newsroom) -> dict[str, Any]:
    """All that the pictures need to know."""
    crops = " ".join(
        f"crop{number}: url(width: {width}, height: {height})"
        for number, (width, height) in enumerate(SHAPES.values())
    )
    formats = " ".join(
        f"{name}{width}: url(width: {width}, format: {name})" for name in FORMATS for width in WIDTHS
    )
    asset = f"id width height thumbHash dominantColor focalPoint {{ x y }} url(width: 960) {crops} {formats}"
    query = f'{{ article(slug: "{SLUG}") {{ cover {{ alt asset {{ {asset} }} }} }} }}'
    async with httpx.AsyncClient() as client:
        response = await client.post(f"{newsroom.url}/graphql", json={"query": query})
    return response.json()["data"]["article"]["cover"]


def placeholders(newsroom: Newsroom, cover: Mapping[str, Any]) -> str:
    """The colour, the blur, the picture."""
    blurred: str = program_of_the_guide(newsroom)["placeholder"](cover["asset"]["thumbHash"])
    backgrounds = (cover["asset"]["dominantColor"], f"url({blurred})", f"url({cover['asset']['url']})")
    boxes = "".join(
        f"<div style='width:384px;height:240px;background:{background} center/cover'></div>"
        for background in backgrounds
    )
    words = "".join(
        f"<p style='width:384px;text-align:center'>{name}</p>"
        for name in ("dominantColor", "thumbHash", "url")
    )
    row = "display:flex;gap:12px;margin-top:4px"
    return f"{STYLE}<div style='{row}'>{boxes}</div><div style='{row}'>{words}</div>"


def crops(cover: Mapping[str, Any]) -> str:
    """The whole with its mark, and four shapes of it."""
    point = cover["asset"]["focalPoint"]
    mark = (
        f"position:absolute;left:{point['x']:.1%};top:{point['y']:.1%};width:44px;height:44px;margin:-22px;border:4px solid #fff;"
        "border-radius:50%;box-shadow:0 0 0 3px #d33"
    )
    whole = f"<div style='position:relative;width:720px;margin:0 auto 12px'><img src='{cover['asset']['url']}' style='width:720px;display:block'><i style='{mark}'></i></div>"
    parts = "".join(
        f"<figure><img src='{cover['asset'][f'crop{number}']}' style='height:170px;display:block'>"
        f"<figcaption style='text-align:center'>{escape(name)}</figcaption></figure>"
        for number, name in enumerate(SHAPES)
    )
    return f"{STYLE}{whole}<div style='display:flex;gap:12px;justify-content:center;align-items:end'>{parts}</div>"


async def sizes(cover: Mapping[str, Any], newsroom: Newsroom) -> dict[str, dict[int, int]]:
    """Bytes by format and width."""
    async with httpx.AsyncClient(timeout=SECONDS_MAX) as client:
        return {
            name: {
                width: len((await client.get(local(newsroom, cover["asset"][f"{name}{width}"]))).content)
                for width in WIDTHS
            }
            for name in FORMATS
        }


def write_table(found: Mapping[str, Mapping[int, int]]) -> None:
    """Put the table into the guide."""
    before, _, rest = GUIDE.read_text().partition(BEGIN)
    GUIDE.write_text(before + BEGIN + "\n" + "\n".join(_rows(found)) + "\n" + END + rest.partition(END)[2])


def _rows(found: Mapping[str, Mapping[int, int]]) -> Iterator[str]:
    yield "| | " + " | ".join(f"{width:,} wide" for width in WIDTHS) + " |"
    yield "|---" + "|---:" * len(WIDTHS) + "|"
    for name, row in found.items():
        yield f"| {name} | " + " | ".join(f"{row[width] / 1_000:.1f}" for width in WIDTHS) + " |"


async def mark_as_made_by_a_model(newsroom: Newsroom, cover: Mapping[str, Any]) -> None:
    """Say of the picture what the page is to show; only here, and only in this newsroom."""
    database = Database(newsroom.environment["DATABASE_URL"], pool_size=2)
    fields = AssetFields(digital_source_type=DigitalSourceType.TRAINED_ALGORITHMIC_MEDIA)
    async with database.transaction() as session:
        await update_asset(session, SYSTEM, key_of("asset", cover["asset"]["id"]), fields)
    await database.close()


async def page_of_the_guide(newsroom: Newsroom) -> str:
    """The page that the program of the guide writes."""
    with TemporaryDirectory() as folder:
        program = Path(folder) / "program.py"
        program.write_text(_program(newsroom))
        process = await asyncio.create_subprocess_exec(sys.executable, str(program), SLUG, cwd=folder)
        if await asyncio.wait_for(process.wait(), SECONDS_MAX):
            sys.exit("The program of the guide fails.")
        return (Path(folder) / "page.html").read_text()


def program_of_the_guide(newsroom: Newsroom) -> dict[str, Any]:
    """The functions of the program, without what it does at its end."""
    names: dict[str, Any] = {}
    exec(_program(newsroom).partition("\nvariables = ")[0], names)  # noqa: S102  (a page of this repository)
    return names


def _program(newsroom: Newsroom) -> str:
    [program] = [block.text for block in fences_of("docs/pictures.md") if block.language == "python"]
    return program.replace("http://localhost:8000", newsroom.url)


async def shoot(browser: str, newsroom: Newsroom, name: str, page: str, size: tuple[int, int]) -> None:
    """Let the browser draw a page, and keep what it shows."""
    with TemporaryDirectory() as folder:
        source, target = Path(folder) / "page.html", Path(folder) / "page.png"
        source.write_text(local(newsroom, page), encoding="utf-8")
        options = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            f"--user-data-dir={folder}/profile",
        ]
        window = f"--window-size={size[0]},{size[1]}"
        command = [browser, *options, window, f"--screenshot={target}", source.as_uri()]
        process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.DEVNULL)
        await asyncio.wait_for(process.wait(), SECONDS_MAX)
        keep(target, IMAGES / f"{name}.webp")


def keep(shot: Path, path: Path) -> None:
    """Store a picture, light enough for a repository."""
    # pyvips makes its methods at run time, so its images have no type.
    image: Any = pyvips.Image.new_from_file(str(shot))
    image.webpsave(str(path), Q=80, effort=6, keep="none")
    if path.stat().st_size > BYTES_MAX:
        sys.exit(f"{path} has {path.stat().st_size:,} bytes; {BYTES_MAX:,} are the most.")
    sys.stdout.write(f"{path.stat().st_size:>8} {path.relative_to(PROJECT_ROOT)}\n")


def local(newsroom: Newsroom, text: str) -> str:
    """A text whose addresses lead to this server, which was started without knowing its own."""
    return text.replace(newsroom.settings.base_url, newsroom.url)


if __name__ == "__main__":
    asyncio.run(main())
