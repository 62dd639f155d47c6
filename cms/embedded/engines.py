"""The embedded engines as the rest of Kiosque uses them: `with engines(data_dir) as addresses`."""

import os
from collections.abc import Callable, Collection, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from cms.config import Settings
from cms.embedded.binaries import postgres_programs, weed_program
from cms.embedded.instance import (
    InstanceFile,
    find_instance,
    holding,
    make_data_directory,
    mark_stopped,
    prepare_instance,
    visiting,
    without_visitors,
    write_instance,
)
from cms.embedded.postgres import Postgres, database_url
from cms.embedded.processes import EngineError, EngineUser, engine_user
from cms.embedded.seaweedfs import SeaweedFS, s3_endpoint
from cms.embedded.supervisor import Engine, Supervisor

BUCKET = "kiosque"
REGION = "us-east-1"
BOTH = ("postgres", "seaweedfs")


@dataclass(frozen=True)
class EngineAddresses:
    """Where the engines of an instance answer, and the keys to them."""

    running: frozenset[str]
    database_url: str = field(repr=False)
    s3_endpoint: str
    s3_access_key: str = field(repr=False)
    s3_secret_key: str = field(repr=False)
    s3_bucket: str = BUCKET
    s3_region: str = REGION

    def complete(self, settings: Settings) -> Settings:
        """The settings, with the running engines in the places that the operator left open."""
        update: dict[str, object] = {}
        if settings.database_url is None and "postgres" in self.running:
            update["database_url"] = SecretStr(self.database_url)
        if settings.s3_endpoint is None and "seaweedfs" in self.running:
            update |= {
                "s3_endpoint": self.s3_endpoint,
                "s3_bucket": self.s3_bucket,
                "s3_region": self.s3_region,
            }
            update |= {"s3_access_key": self.s3_access_key, "s3_secret_key": SecretStr(self.s3_secret_key)}
            update |= {"s3_path_style": True}
        return settings.model_copy(update=update)


def addresses_of(instance: InstanceFile) -> EngineAddresses:
    """The addresses of an instance's engines."""
    return EngineAddresses(
        running=frozenset(instance.running),
        database_url=database_url(instance),
        s3_endpoint=s3_endpoint(instance),
        s3_access_key=instance.s3_access_key,
        s3_secret_key=instance.s3_secret_key,
    )


def missing_engines(settings: Settings) -> tuple[str, ...]:
    """The engines that the operator's settings leave to Kiosque."""
    given = {"postgres": settings.database_url, "seaweedfs": settings.s3_endpoint}
    return tuple(name for name in BOTH if given[name] is None)


def ignore(_: str) -> None:
    """Show no progress."""


@contextmanager
def engines(
    data_dir: Path,
    *,
    wanted: Collection[str] = BOTH,
    durable: bool = True,
    on_progress: Callable[[str], None] = ignore,
) -> Generator[EngineAddresses]:
    """Engines on a data directory for the block: those that run there already, else started now and stopped at the end.

    Several processes may do this at once: the one that started the engines waits at its end until the others are done.
    `durable=False` gives up safety against a power cut for speed, for tests. Raises EngineError.
    """
    data_dir = make_data_directory(data_dir)
    while True:
        with holding(data_dir) as held:
            if held:
                with run_engines(
                    data_dir, wanted=wanted, durable=durable, on_progress=on_progress
                ) as instance:
                    try:
                        yield addresses_of(instance)
                    finally:
                        with without_visitors(data_dir):
                            mark_stopped(data_dir, instance)
                return
        with visiting(data_dir):
            # Whoever holds the directory may still be starting, or just have ended: look again then.
            if (instance := find_instance(data_dir)) is not None:
                require_running(instance, wanted)
                yield addresses_of(instance)
                return


@contextmanager
def run_engines(
    data_dir: Path, *, wanted: Collection[str], durable: bool, on_progress: Callable[[str], None]
) -> Generator[InstanceFile]:
    """Run engines on a data directory that the caller holds. Raises EngineError."""
    user = engine_user()
    instance = prepare_instance(data_dir, user, on_progress)
    mark_stopped(data_dir, instance)
    with Supervisor(build(instance, wanted, user, durable=durable), on_progress):
        instance.running, instance.supervisor = sorted(wanted), os.getpid()
        write_instance(data_dir, instance)
        try:
            yield instance
        finally:
            mark_stopped(data_dir, instance)


def build(
    instance: InstanceFile, wanted: Collection[str], user: EngineUser | None, *, durable: bool
) -> list[Engine]:
    """The engines of the given names. The slower one comes first: they start side by side."""
    found: list[Engine] = []
    if "seaweedfs" in wanted:
        found.append(SeaweedFS(instance, weed_program(user), user, durable))
    if "postgres" in wanted:
        found.append(Postgres(instance, postgres_programs(user), user, durable))
    return found


@contextmanager
def own_engines(
    data_dir: Path, *, wanted: Collection[str] = BOTH, on_progress: Callable[[str], None] = ignore
) -> Generator[InstanceFile]:
    """Engines that nobody else runs, stopped at the end whoever uses them. Raises EngineError if the instance runs already."""
    data_dir = make_data_directory(data_dir)
    with holding(data_dir) as held:
        if not held:
            raise already_running(data_dir)
        with run_engines(data_dir, wanted=wanted, durable=True, on_progress=on_progress) as instance:
            yield instance


def require_running(instance: InstanceFile, wanted: Collection[str]) -> None:
    """Raise EngineError if the instance runs without one of the engines: its operator gave it a server of their own."""
    if missing := sorted(set(wanted) - set(instance.running)):
        cure = {"postgres": "DATABASE_URL", "seaweedfs": "S3_ENDPOINT and the other S3_… settings"}
        hint = f"Set {' and '.join(cure[name] for name in missing)} here as it was set for `cms up`."
        raise EngineError(f"The instance that runs there does without its own {' and '.join(missing)}.", hint)


def already_running(data_dir: Path) -> EngineError:
    """The error for a second start on the same directory."""
    instance = find_instance(data_dir)
    where = f" at {instance.url}" if instance is not None and instance.url else ""
    process = f" (process {instance.supervisor})" if instance is not None else ""
    hint = "Use it, or stop it first, or choose another --data-dir."
    return EngineError(f"An instance runs in {data_dir} already{where}{process}.", hint)
