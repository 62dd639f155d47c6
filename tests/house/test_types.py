"""What `make types` checks, checked with the tests, too."""

import subprocess
import sys
from pathlib import Path

from cms.config import PROJECT_ROOT


def test_the_types_agree() -> None:
    program = str(Path(sys.executable).with_name("basedpyright"))
    done = subprocess.run(
        [program, "--pythonpath", sys.executable],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
