"""Files on their way in: their names, and their bytes on this machine's disk for as long as they are looked at."""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from cms.errors import Invalid

FILENAME_CHARACTERS_MAX = 255
ENDING_CHARACTERS_KEPT = 16
CHUNK_BYTES = 262_144
# Control and formatting characters (which can turn a name around), lone surrogates, and what Unicode has not assigned.
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn"}


@dataclass(frozen=True)
class ReceivedFile:
    """A file that has been received whole; the SHA-256 is in hexadecimal."""

    path: Path
    byte_size: int
    sha256: str


def clean_filename(value: str, *path: str) -> str:
    """The last part of a file's name, without characters that nobody sees; a long one loses its middle. Raises Invalid for none."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", value))[-1]
    name = " ".join("".join(c for c in last if c.isspace() or unicodedata.category(c) not in _UNSEEN).split())
    if not name.strip(". "):
        raise Invalid("The file needs a name, like “bridge.jpg”.", *path)
    if len(name) <= FILENAME_CHARACTERS_MAX:
        return name
    return name[: FILENAME_CHARACTERS_MAX - ENDING_CHARACTERS_KEPT] + name[-ENDING_CHARACTERS_KEPT:]


@contextmanager
def waiting_room() -> Generator[Path]:
    """The path for one file, which is gone afterwards."""
    with TemporaryDirectory(prefix="kiosque-upload-") as directory:
        yield Path(directory) / "file"


def receive(read: Callable[[int], bytes], target: Path, *path: str, bytes_max: int) -> ReceivedFile:
    """Copy what `read` gives into a file. Raises Invalid, naming the field, as soon as there is more than `bytes_max`."""
    digest, size = hashlib.sha256(), 0
    with target.open("xb") as file:
        while chunk := read(CHUNK_BYTES):
            size += len(chunk)
            if size > bytes_max:
                raise Invalid(f"The file has more than {bytes_max:,} bytes, which are the most here.", *path)
            digest.update(chunk)
            file.write(chunk)
    return ReceivedFile(target, size, digest.hexdigest())
