"""What `make lint` checks, checked with the tests, too: it takes a second."""

import subprocess
import sys
from pathlib import Path

import pytest

from cms.config import PROJECT_ROOT


@pytest.mark.parametrize("words", [["check"], ["format", "--check"]], ids=["lint", "format"])
def test_the_style_is_kept(words: list[str]) -> None:
    ruff = str(Path(sys.executable).with_name("ruff"))
    done = subprocess.run(
        [ruff, *words, "--no-cache", "."], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
