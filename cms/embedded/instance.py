"""The data directory of an instance: who holds it, where its files are, its ports and secrets.

DIR/instance.json   ports, secrets, what runs: mode 0600
DIR/instance.lock   locked by the process that runs the engines; a lock of the kernel, gone with its holder
DIR/visitors.lock   shared by other processes that use those engines
DIR/engines/        the cluster, the objects, logs, sockets; or below /var/lib where the engines' user cannot enter DIR
"""

import fcntl
import hashlib
import os
import secrets
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from pydantic import BaseModel, Field

from cms.embedded.ports import choose_ports
from cms.embedded.processes import EngineError, EngineUser, make_private, write_private

STATE_DIRECTORY = Path("/var/lib/kiosque")
POSTGRES_PORTS = 1
SEAWEEDFS_PORTS = 9


def new_secret() -> str:
    """A password of 256 bits that needs no quoting anywhere."""
    return secrets.token_urlsafe(32)


def new_access_key() -> str:
    """An access key id, in the form that S3 clients expect."""
    return "KQ" + secrets.token_hex(9).upper()


class InstanceFile(BaseModel):
    """What `instance.json` holds. Its text form has all secrets: it goes nowhere but into that file."""

    home: Path
    postgres_port: int = Field(default_factory=lambda: choose_ports(POSTGRES_PORTS)[0])
    postgres_superuser_password: str = Field(default_factory=new_secret, repr=False)
    postgres_password: str = Field(default_factory=new_secret, repr=False)
    seaweedfs_ports: list[int] = Field(default_factory=lambda: choose_ports(SEAWEEDFS_PORTS))
    s3_access_key: str = Field(default_factory=new_access_key, repr=False)
    s3_secret_key: str = Field(default_factory=new_secret, repr=False)
    seaweedfs_signing_keys: list[str] = Field(
        default_factory=lambda: [new_secret() for _ in range(4)], repr=False
    )
    running: list[str] = Field(default_factory=list[str])
    """Names of the engines that run now."""
    supervisor: int = 0
    """Process id of the process that runs them."""
    url: str | None = None
    """Where this instance's server answers, while it does."""


def read_instance(data_dir: Path) -> InstanceFile | None:
    """What is known of the instance in a data directory, running or not; None if there never was one.

    Raises EngineError for a file that cannot be read.
    """
    path = data_dir / "instance.json"
    try:
        return InstanceFile.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except PermissionError as error:
        hint = "Run this as the user who started the instance, or choose another --data-dir."
        raise EngineError(f"{path} belongs to somebody else.", hint) from error
    except ValueError as error:
        hint = f"Restore it from a copy, or move {data_dir} away to begin anew."
        raise EngineError(f"{path} is damaged.", hint) from error


def write_instance(data_dir: Path, instance: InstanceFile) -> None:
    """Keep what is known of the instance; written whole or not at all."""
    write_private(data_dir / "instance.json", instance.model_dump_json(indent=2), None)


def mark_stopped(data_dir: Path, instance: InstanceFile) -> None:
    """Note that nobody may use the engines any more."""
    instance.running, instance.supervisor, instance.url = [], 0, None
    write_instance(data_dir, instance)


def find_instance(data_dir: Path) -> InstanceFile | None:
    """The instance that runs in a data directory, once its engines answer; None if none does."""
    instance = read_instance(data_dir)
    if instance is None or not instance.running or not is_held(data_dir):
        return None
    return instance


def make_data_directory(data_dir: Path) -> Path:
    """Make the directory, open for passing through, and give its absolute path. Raises EngineError."""
    data_dir = data_dir.absolute()
    try:
        make_passable(data_dir)
        # A directory that holds other things is not taken over by mistake.
        if not (data_dir / "instance.json").exists() and any(
            not is_ours(entry) for entry in data_dir.iterdir()
        ):
            raise EngineError(f"{data_dir} is not empty and holds no instance.", "Choose another --data-dir.")
        (data_dir / "instance.lock").touch(0o600)
    except OSError as error:
        reason = error.strerror or str(error)
        raise EngineError(f"{data_dir} cannot be used: {reason}.", "Choose another --data-dir.") from error
    return data_dir.resolve()


def make_passable(directory: Path) -> None:
    """Make the directory, unless it is there: two processes may begin at the same moment."""
    try:
        directory.mkdir(parents=True)
    except FileExistsError:
        if not directory.is_dir():
            raise
    else:
        directory.chmod(0o711)


def is_ours(entry: Path) -> bool:
    """Whether a file of a data directory is one that Kiosque makes there."""
    return entry.name.startswith(("instance.", "visitors.")) or entry.name == "engines"


def prepare_instance(
    data_dir: Path, user: EngineUser | None, on_progress: Callable[[str], None]
) -> InstanceFile:
    """The instance of a data directory, made on first use. Call it only while holding the directory."""
    instance = read_instance(data_dir)
    if instance is None:
        instance = InstanceFile(home=choose_home(data_dir, user))
        write_instance(data_dir, instance)
    if not instance.home.is_relative_to(data_dir):
        reason = f"the engines run as {user.name if user else 'another user'}, who cannot enter {data_dir}"
        on_progress(f"Database and objects are kept in {instance.home}: {reason}")
    make_home(instance.home, user)
    return instance


def choose_home(data_dir: Path, user: EngineUser | None) -> Path:
    """Where the engines keep their files: in the data directory, if their user can enter it."""
    if user is None or user.may_enter(data_dir):
        return data_dir / "engines"
    name = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    return STATE_DIRECTORY / name


def make_home(home: Path, user: EngineUser | None) -> None:
    """Make the directories of the engines. Raises EngineError if root itself may not."""
    try:
        home.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
        for directory in (home, home / "sockets", home / "logs"):
            make_private(directory, user)
    except OSError as error:
        reason = error.strerror or str(error)
        raise EngineError(f"{home} cannot be made: {reason}.", "Choose another --data-dir.") from error


def try_to_hold(lock: Path, kind: int) -> int | None:
    """Take a lock without waiting: its descriptor, or None if somebody has it."""
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def is_held(data_dir: Path) -> bool:
    """Whether a living process runs the engines of a data directory."""
    lock = data_dir / "instance.lock"
    if not lock.exists():
        return False
    descriptor = try_to_hold(lock, fcntl.LOCK_SH)
    if descriptor is not None:
        os.close(descriptor)
    return descriptor is None


@contextmanager
def holding(data_dir: Path, *, wait_seconds: float = 0.5) -> Generator[bool]:
    """Hold a data directory for the block, if nobody else does; says whether it does.

    It waits a moment, because a look at whether the lock is held takes it for an instant.
    """
    deadline = time.monotonic() + wait_seconds
    while (descriptor := try_to_hold(data_dir / "instance.lock", fcntl.LOCK_EX)) is None:
        if time.monotonic() > deadline:
            yield False
            return
        time.sleep(0.02)
    try:
        yield True
    finally:
        os.close(descriptor)


@contextmanager
def visiting(data_dir: Path) -> Generator[None]:
    """Use engines that another process runs: one that started them for a single command waits for the end of the block."""
    descriptor = os.open(data_dir / "visitors.lock", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    try:
        yield
    finally:
        os.close(descriptor)


@contextmanager
def without_visitors(data_dir: Path) -> Generator[None]:
    """Wait until no other process uses the engines that this one runs, and let none begin to during the block."""
    descriptor = os.open(data_dir / "visitors.lock", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(descriptor)
