"""Folders for files that this process works on: gone afterwards, and soon also when the process was killed.

What a process has left that was killed is cleared away by the next one that makes a folder.
"""

import fcntl
import os
import shutil
import stat
from pathlib import Path
from tempfile import gettempdir, mkdtemp
from typing import IO

PREFIX = f"kiosque-files-{os.getuid()}-"
_ATTEMPTS_MAX = 10


class Folder:
    """A folder of this process in the temporary one. It is this process's as long as it holds the lock in it, which no death outlasts."""

    def __init__(self) -> None:
        sweep()
        for _ in range(_ATTEMPTS_MAX):
            self.path = Path(mkdtemp(prefix=PREFIX))
            self._lock = _locked(self.path)
            # Another process may have swept it away before there was a lock in it.
            if self._lock is not None:
                break

    def remove(self) -> None:
        """Remove the folder and all in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self._lock is not None:
            self._lock.close()


def sweep() -> None:
    """Remove the folders of this user's processes that have ended without doing so."""
    for left in Path(gettempdir()).glob(f"{PREFIX}*"):
        if _is_own(left) and (lock := _locked(left)) is not None:
            with lock:
                shutil.rmtree(left, ignore_errors=True)


def _is_own(path: Path) -> bool:
    """Whether it is a folder of this user's: somebody else's is not ours to remove, whatever it is called."""
    try:
        found = path.lstat()
    except OSError:
        # It has just been removed.
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()


def _locked(folder: Path) -> IO[bytes] | None:
    """The lock of a folder; None while another process has it, and if the folder has just been removed."""
    path = folder / "lock"
    try:
        lock = path.open("ab")
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Whoever had it before may have removed the file, and the folder, between the two steps.
        if os.path.samestat(os.fstat(lock.fileno()), path.stat()):
            return lock
    except OSError:
        pass
    lock.close()
    return None
