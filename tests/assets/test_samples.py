"""Pictures of many cameras and programs, where the machine has a collection of them: what is read of each, or why it is refused."""

import asyncio
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from cms.assets.formats import guess_format
from cms.assets.render_pool import RenderPool
from cms.assets.verification import inspect
from cms.errors import Invalid
from tests.pictures import BOUNDS, decoded, sample_files

SAMPLES = [path for path in sample_files("images/**/*") if path.suffix not in {".txt", ".md", ".json"}]
ORIENTED = [path for path in SAMPLES if path.parent.name == "orientation-recurser"]
# The same picture eight times, stored in each orientation.
TURNED = [path for path in SAMPLES if re.fullmatch(r"f[1-8]t\.jpg", path.name)]
REFUSED = {
    "cloud_manifest.c2pa": "not a picture",
    "sample1.svg": "SVG is a program",
    "logo.svg": "SVG is a program",
    "logo.svgz": "SVG is a program",
    "struct-image-04-t.svg": "SVG is a program",
    "heic-single.heic": "HEIC cannot be read",
    "favicon.ico": "not a picture",
    # Cut off behind its first picture.
    "ultrahdr.jpg": "damaged or incomplete",
}
# Width and height when upright, frames, and what the file says, as exiftool tells it (a caption by its beginning).
READ: dict[str, tuple[int, int, int, dict[str, str]]] = {
    "iptc-agency-photographer-example.jpg": (527, 350, 1, {
        "caption": "This statue of the 16th President", "creator": "Julie Doe", "credit": "Mugwum Press",
        "source": "Julie Doe / Mugwum Press", "date_created": "2009-06-24",
    }),
    "iptc-independent-photographer-example.jpg": (525, 350, 1, {
        "caption": "Southern Himalayan Mountains", "creator": "David Riecks", "credit": "©1985 David Riecks: www.riecks.com",
        "copyright": "©1985 David Riecks, All Rights Reserved", "source": "David Riecks Photography", "date_created": "1985-11-25",
    }),
    "iptc-staff-photographer-example.jpg": (516, 350, 1, {
        "caption": "After digging the furrows", "creator": "John Doe", "credit": "Big Newspaper",
        "copyright": "©2010 Big Newspaper, all rights reserved", "source": "John Doe / Big Newspaper",
    }),
    "BonTonARTSTORplusIPTC.jpg": (300, 379, 1, {"creator": "Allan Kohl", "source": "Core 4 Sample Database (VCat)"}),
    "tif-with-iptc-icc-xmp.tif": (35, 23, 1, {"copyright": "JET2HOLIDAYS"}),
    "tifftag-photoshop.tiff": (317, 211, 1, {"creator": "Boudewijn Vermeulen", "copyright": "© 2018 - C.B. Vermeulen"}),
    "concert.jpg": (400, 267, 1, {"copyright": "Marsel Minga"}),
    "Nikon_E995_(iptc).jpg": (2048, 1536, 1, {"caption": "Dateiname : DSCN1767.JPG\nDateigröße", "date_created": "2002-08-29T17:31:40"}),
    "Irvine_CA.avif": (480, 640, 1, {"date_created": "2010-05-11T10:51:45"}),
    "avif-orientation-6.avif": (3024, 4032, 1, {"date_created": "2020-03-05T11:28:10"}),
    "Animation_Lossy.webp": (320, 240, 101, {}),
    "rotating-squares.gif": (80, 80, 30, {}),
    "dispose_bgnd.gif": (100, 100, 5, {}),
    "multipage.tiff": (10, 10, 3, {}),
    "Channel_digital_image_CMYK_color_no_profile.jpg": (500, 333, 1, {}),
    "16-bit-grey-alpha.png": (109, 96, 1, {}),
    "hopper_orientation_6.webp": (128, 128, 1, {}),
    "f5t.jpg": (48, 80, 1, {}),
}  # fmt: skip


def named(sample: Path) -> str:
    return sample.name


@pytest_asyncio.fixture(scope="module")
async def pool() -> Any:
    found = RenderPool(1, seconds_max=60)
    yield found
    await found.close()


@pytest.mark.parametrize("sample", SAMPLES, ids=named)
async def test_a_sample_is_read_or_refused_for_the_right_reason(sample: Path) -> None:
    if sample.name in REFUSED:
        with pytest.raises(Invalid, match=REFUSED[sample.name]):
            await inspect(sample, "file", bounds=BOUNDS)
        return
    found = await inspect(sample, "file", bounds=BOUNDS)
    assert found.look is not None
    width, height, frames, words = READ.get(sample.name, (found.width, found.height, found.frames, {}))
    assert (found.width, found.height, found.frames) == (width, height, frames)
    said = {name: found.words.get(name, "")[: len(value)] for name, value in words.items()}
    assert said == words
    if sample in ORIENTED:
        assert (found.width > found.height) == sample.name.startswith("Landscape")


@pytest.mark.parametrize("sample", [one for one in SAMPLES if one.name not in REFUSED], ids=named)
async def test_nothing_made_of_a_sample_tells_its_place_or_camera(
    sample: Path, pool: RenderPool, tmp_path: Path
) -> None:
    image = decoded(await made(pool, sample, tmp_path, width=64, format="jpg"))
    assert not [name for name in image.get_fields() if name.startswith(("exif", "xmp", "iptc", "photoshop"))]


@pytest.mark.parametrize("sample", TURNED, ids=named)
async def test_each_of_the_eight_orientations_comes_out_upright(
    sample: Path, pool: RenderPool, tmp_path: Path
) -> None:
    for format in ("png", "webp"):
        shown, upright = [
            decoded(await made(pool, one, tmp_path, width=48, format=format))
            for one in (sample, sample.with_name("f1t.jpg"))
        ]
        assert (shown.width, shown.height) == (48, 80)
        assert (shown - upright).abs().avg() < 3


@pytest.mark.parametrize("sample", ORIENTED, ids=named)
async def test_a_turned_sample_comes_out_like_the_upright_one(
    sample: Path, pool: RenderPool, tmp_path: Path
) -> None:
    upright = "Landscape_1.jpg" if sample.name.startswith("Landscape") else "Portrait_2.jpg"
    shown = [
        decoded(await made(pool, one, tmp_path, width=48)) for one in (sample, sample.with_name(upright))
    ]
    assert (shown[0] - shown[1]).abs().avg() < 12


if shutil.which("exiftool") is not None and SAMPLES:

    async def test_exiftool_finds_no_place_and_no_camera_in_what_is_made(
        pool: RenderPool, tmp_path: Path
    ) -> None:
        samples = [path for path in SAMPLES if path.name not in REFUSED]
        telling = [path for path in samples if tells_much(told_by_exiftool(path)[0])]
        assert len(telling) > 5
        # All of them in one format; those that have something to tell in every other one, too.
        for format, some in {"jpg": samples, "webp": telling, "png": telling, "avif": telling}.items():
            folder = tmp_path / format
            folder.mkdir()
            for index, sample in enumerate(some):
                content = await made(pool, sample, tmp_path, width=48, format=format)
                (folder / f"{index}.{format}").write_bytes(content)
            shown = told_by_exiftool(folder)
            assert len(shown) == len(some)
            assert [one["SourceFile"] for one in shown if tells_much(one)] == []

    async def test_every_sample_is_as_large_as_exiftool_says_once_it_is_turned() -> None:
        samples = [path for path in SAMPLES if path.name not in REFUSED]
        found = {path.name: await size_of(path) for path in samples}
        told = {path.name: size_by_exiftool(path) for path in samples}
        assert found == told
        on_the_side = [path.name for path in samples if orientation_by_exiftool(path) in range(5, 9)]
        assert len(on_the_side) >= 10

    async def test_the_words_of_the_table_are_those_that_exiftool_reads() -> None:
        missing = [
            (path.name, field, value)
            for path in SAMPLES
            for field, value in READ.get(path.name, (0, 0, 0, {}))[3].items()
            if field != "date_created" and not any(is_beginning(value, text) for text in texts_of(path))
        ]
        assert missing == []


async def size_of(path: Path) -> tuple[int, int]:
    """The size of a picture as it is shown."""
    found = await inspect(path, "file", bounds=BOUNDS)
    return found.width, found.height


def orientation_by_exiftool(path: Path) -> int:
    """How a picture must be turned; its thumbnail has an orientation of its own, which does not count."""
    command = ["exiftool", "-json", "-n", "-IFD0:Orientation", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)[0].get("Orientation", 1)


def size_by_exiftool(path: Path) -> tuple[int, int]:
    """The size of a picture as it is stored, turned as exiftool reads that it must be."""
    command = ["exiftool", "-json", "-n", "-Composite:ImageSize", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    width, height = map(int, str(json.loads(done.stdout)[0]["ImageSize"]).replace("x", " ").split())
    return (height, width) if orientation_by_exiftool(path) in range(5, 9) else (width, height)


def told_by_exiftool(path: Path, charset: str = "UTF8") -> list[dict[str, Any]]:
    """What exiftool reads of a file, or of those in a folder, with the group of each tag."""
    command = ["exiftool", "-json", "-G", "-a", "-charset", f"iptc={charset}", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return json.loads(done.stdout)


def tells_much(told: dict[str, Any]) -> bool:
    """Whether a file tells where it was taken, or with what."""
    telling = ("GPS", "SerialNumber", "Model", "OwnerName")
    return any(word in name for name in told if not name.startswith("ICC_Profile") for word in telling)


def texts_of(path: Path) -> list[str]:
    """Every text that exiftool reads of a file. IPTC often does not say how it is encoded."""
    found = [value for charset in ("UTF8", "Latin") for value in told_by_exiftool(path, charset)[0].values()]
    values = [one for value in found for one in (value if isinstance(value, list) else [value])]
    return [" ".join(str(value).split()) for value in values]


def is_beginning(value: str, text: str) -> bool:
    """Whether a text begins with a value, whatever stands for an end of line."""
    wanted = " ".join(value.split())
    return text.replace("..", " ").startswith(wanted) or text.startswith(wanted)


async def made(pool: RenderPool, sample: Path, folder: Path, *, width: int, format: str = "png") -> bytes:
    job = {
        "source": str(sample), "target": str(folder / "target"), "loader": loader_of(sample), "crop": None, "width": width, "height": None,
        "fit": "cover", "x": 0.5, "y": 0.5, "enlarged": False, "format": format, "quality": None, "animated": False,
    }  # fmt: skip
    await pool.render(job)
    return await asyncio.to_thread((folder / "target").read_bytes)


def loader_of(sample: Path) -> str:
    guessed = guess_format(sample.read_bytes()[:32])
    assert guessed is not None
    return guessed.loader
