"""What a process that serves does not load before somebody needs it: each of these takes a part of the time of a start, and memory."""

import subprocess
import sys

LATER = {
    "alembic",
    "botocore",
    "boto3",
    "c2pa",
    "httpx",
    "httpx_secure",
    "joserfc",
    "procrastinate",
    "pyvips",
}
TOLD = "import sys, cms.app; print(*sys.modules)"


def test_the_application_is_there_without_what_few_requests_need() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", TOLD], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "cms.app" in loaded
    assert LATER & set(loaded) == set()
