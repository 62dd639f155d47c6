"""The drawings of the demo: the files of the package are what the code draws, and an instance can read them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]  lxml has no types.

from cms.demo.drawings.catalogue import DRAWINGS, IMAGES
from cms.demo.drawings.svg import chance, scatter

# The environment of this process may forbid libvips to load SVG or to load what is untrusted: both cases are set by hand.
BARE = {name: value for name, value in os.environ.items() if not name.startswith("VIPS_")}
MEASURE = """
import json, sys
from pathlib import Path
import pyvips
sizes = {}
for path in sorted(Path(sys.argv[1]).glob("*.webp")):
    image = pyvips.Image.new_from_file(str(path), fail_on="truncated")
    sizes[path.name] = [image.width, image.height, image.bands, round(image.deviate())]
print(json.dumps(sizes))
"""

COMPARE = """
import json, sys
from pathlib import Path
import pyvips
def read(folder, name):
    return pyvips.Image.new_from_file(str(Path(folder) / name))
names = [path.name for path in Path(sys.argv[1]).glob("*.webp")]
print(json.dumps({name: (read(sys.argv[1], name) - read(sys.argv[2], name)).abs().avg() for name in names}))
"""


def run(*arguments: str, environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        cwd=Path.cwd(),
    )
    return done.stdout


def test_the_package_holds_every_drawing_and_nothing_else() -> None:
    assert {path.name for path in IMAGES.iterdir()} == set(DRAWINGS)
    assert max(path.stat().st_size for path in IMAGES.iterdir()) < 70_000


def test_the_files_are_read_where_untrusted_loaders_are_blocked() -> None:
    sizes = json.loads(run("-c", MEASURE, str(IMAGES), environment={**BARE, "VIPS_BLOCK_UNTRUSTED": "1"}))

    assert set(sizes) == set(DRAWINGS)
    for name, (width, height, bands, spread) in sizes.items():
        assert (width, height, bands) == ((512, 512, 3) if name.startswith("avatar-") else (1600, 1000, 3))
        assert spread > 20, f"{name} is nearly of one colour"


def test_drawing_again_gives_the_same_pictures(tmp_path: Path) -> None:
    run("-m", "cms.demo.drawings", str(tmp_path), environment={**BARE, "VIPS_BLOCK_UNTRUSTED": "1"})

    levels = json.loads(run("-c", COMPARE, str(IMAGES), str(tmp_path), environment=BARE))
    assert set(levels) == set(DRAWINGS)
    # Another release of libvips may round a pixel otherwise; two levels of 255 on average nobody can see.
    assert {name: apart for name, apart in levels.items() if apart >= 2} == {}


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_is_well_formed_draws_no_text_and_names_nothing_outside(name: str) -> None:
    document = etree.fromstring(DRAWINGS[name]().encode())
    names = [etree.QName(element).localname for element in document.iter()]
    ids = [str(each) for each in document.xpath("//@id")]

    assert not {"text", "image", "use", "script", "style", "foreignObject"} & set(names)
    assert len(ids) == len(set(ids))
    assert document.xpath("//@*[contains(., 'href') or contains(., '://')]") == []


def test_scattered_numbers_stay_in_bounds_and_never_change() -> None:
    points = [*scatter(500, seed=3)]
    chances = [chance(7, index) for index in range(500)]

    assert all(0 <= x < 1 and 0 <= y < 1 for x, y in points)
    assert 0 <= min(chances) < 0.02 and 0.98 < max(chances) <= 1
    assert len(set(chances)) == 500
    assert chances[0] == chance(7, 0)
