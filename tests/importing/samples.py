"""The folder of real exports, where there is one."""

import os
from pathlib import Path

from cms.config import PROJECT_ROOT

SAMPLES = Path(os.environ.get("KIOSQUE_SAMPLES") or PROJECT_ROOT.parent / "shared" / "data")


def sample_files(*patterns: str) -> list[Path]:
    """The files of the folder that match, in order; none where there is no folder."""
    return sorted(path for pattern in patterns for path in SAMPLES.glob(pattern) if path.is_file())
