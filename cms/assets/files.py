"""Files on their way in: their names, and their bytes on this machine's disk for as long as they are looked at."""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cms.assets.folders import Folder
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
    folder = Folder()
    try:
        yield folder.path / "file"
    finally:
        folder.remove()


class Intake:
    """A file that is being written, piece by piece, and hashed on the way. Raises Invalid, naming the field, as soon as it has more than `bytes_max`."""

    def __init__(self, target: Path, *path: str, bytes_max: int) -> None:
        self.target, self.path, self.bytes_max = target, path, bytes_max
        self._digest, self._size = hashlib.sha256(), 0

    def __enter__(self) -> Self:
        self._file = self.target.open("xb")
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def expect(self, told: str | None) -> None:
        """Refuse what says beforehand that it is too large."""
        if told is not None and told.isdecimal() and len(told) < 20:
            self._check(int(told))

    def write(self, chunk: bytes) -> None:
        """The next piece."""
        self._size += len(chunk)
        self._check(self._size)
        self._digest.update(chunk)
        self._file.write(chunk)

    @property
    def received(self) -> ReceivedFile:
        """What has come, once all has."""
        return ReceivedFile(self.target, self._size, self._digest.hexdigest())

    def _check(self, size: int) -> None:
        if size > self.bytes_max:
            raise Invalid(
                f"The file has more than {self.bytes_max:,} bytes, which are the most here.", *self.path
            )


def receive(read: Callable[[int], bytes], target: Path, *path: str, bytes_max: int) -> ReceivedFile:
    """Copy what `read` gives into a file. Raises Invalid, naming the field, as soon as there is more than `bytes_max`."""
    with Intake(target, *path, bytes_max=bytes_max) as intake:
        while chunk := read(CHUNK_BYTES):
            intake.write(chunk)
    return intake.received
