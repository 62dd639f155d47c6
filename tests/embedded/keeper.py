"""A program that runs the engines of a data directory until it is stopped, as `cms up` does: `python -m tests.embedded.keeper DIR`."""

import logging
import sys
import threading
from pathlib import Path

from cms.embedded.engines import own_engines


def main(directory: str) -> None:
    """Run the engines; a line on the output says that they answer."""
    logging.basicConfig()
    with own_engines(Path(directory)):
        print("ready", flush=True)  # noqa: T201
        threading.Event().wait()


if __name__ == "__main__":
    main(sys.argv[1])
