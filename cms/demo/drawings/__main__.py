"""`python -m cms.demo.drawings [FOLDER]` draws the pictures of the demo newsroom again, the same to the byte."""

import sys
from pathlib import Path

import pyvips

from cms.demo.drawings.catalogue import IMAGES
from cms.demo.drawings.render import write

# Whatever the environment says of untrusted loaders: this process reads only the SVG that it has written itself.
pyvips.operation_block_set("VipsForeignLoadSvg", False)

for drawn in write(Path(sys.argv[1]) if len(sys.argv) > 1 else IMAGES):
    sys.stdout.write(f"{drawn.stat().st_size:>8} {drawn}\n")
