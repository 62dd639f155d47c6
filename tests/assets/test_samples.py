"""Pictures of many cameras and programs, where the machine has a collection of them: what is read of each, or why it is refused."""

import asyncio
import json
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
from tests.pictures import decoded, sample_files

SAMPLES = [path for path in sample_files("images/**/*") if path.suffix not in {".txt", ".md", ".json"}]
ORIENTED = [path for path in SAMPLES if path.parent.name == "orientation-recurser"]
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
            await inspect(sample, "file", pixels_max=100_000_000)
        return
    found = await inspect(sample, "file", pixels_max=100_000_000)
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
        telling = [
            path for path in SAMPLES if path.name not in REFUSED and tells_much(told_by_exiftool(path)[0])
        ]
        assert len(telling) > 5
        for format in ("jpg", "webp", "png"):
            folder = tmp_path / format
            folder.mkdir()
            for index, sample in enumerate(telling):
                content = await made(pool, sample, tmp_path, width=48, format=format)
                (folder / f"{index}.{format}").write_bytes(content)
            shown = told_by_exiftool(folder)
            assert len(shown) == len(telling)
            assert [one["SourceFile"] for one in shown if tells_much(one)] == []

    async def test_the_words_of_the_table_are_those_that_exiftool_reads() -> None:
        missing = [
            (path.name, field, value)
            for path in SAMPLES
            for field, value in READ.get(path.name, (0, 0, 0, {}))[3].items()
            if field != "date_created" and not any(is_beginning(value, text) for text in texts_of(path))
        ]
        assert missing == []


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
        "source": str(sample), "target": str(folder / "target"), "loader": loader_of(sample), "width": width, "height": None,
        "fit": "cover", "x": 0.5, "y": 0.5, "enlarged": False, "format": format, "quality": None, "animated": False,
    }  # fmt: skip
    await pool.render(job)
    return await asyncio.to_thread((folder / "target").read_bytes)


def loader_of(sample: Path) -> str:
    guessed = guess_format(sample.read_bytes()[:32])
    assert guessed is not None
    return guessed.loader
