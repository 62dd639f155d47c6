"""The servers side by side: how each is started, and the ways in which it is asked."""

import socket
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import httpx

from bench.errors import BenchError
from bench.loading import BASE_URL
from bench.node import SOURCE, install, node_program
from bench.processes import Running, spawn
from cms.config import PROJECT_ROOT, Settings

CACHE_SETTING = "response_cache_bytes_max"
CACHE_BYTES = 64_000_000
HOST = "127.0.0.1"
START_SECONDS_MAX = 60
_ANYTHING = b'{"query":"{ __typename }","operationName":"Newest","variables":{}}'


# Python keeps what it compiled, as it does for everybody who starts a server twice.
_AS_INSTALLED = {"PYTHONDONTWRITEBYTECODE": ""}


@dataclass(frozen=True)
class Place:
    """What a server needs to know to start."""

    database_url: str = field(repr=False)
    port: int
    folder: Path


@dataclass(frozen=True)
class Server:
    """A kind of server: its name in the tables, and its command and environment. `prepare` raises BenchError where it cannot be had."""

    name: str
    about: str
    command: Callable[[Place], Sequence[str]]
    environment: Callable[[Place], Mapping[str, str]]
    prepare: Callable[[Path], object] = lambda _: None


@dataclass(frozen=True)
class Started:
    """A server that answers."""

    server: Server
    running: Running
    port: int
    seconds: float
    """From the start of the process to its first answer."""

    @property
    def pid(self) -> int:
        """The root of its processes."""
        return self.running.process.pid

    @property
    def url(self) -> str:
        """Where it takes GraphQL."""
        return f"http://{HOST}:{self.port}/graphql"


def start(server: Server, database_url: str, folder: Path) -> Started:
    """Start a server and wait for its first answer. Raises BenchError if it ends or stays silent."""
    place = Place(database_url, _free_port(), folder)
    began = time.perf_counter()
    running = spawn(
        server.command(place),
        {**server.environment(place), **_AS_INSTALLED},
        folder / "logs" / f"{server.name}.log",
        folder=PROJECT_ROOT,
    )
    while not _answers(place.port):
        if running.process.poll() is not None or time.perf_counter() - began > START_SECONDS_MAX:
            running.stop()
            raise BenchError(f"{server.name} did not start; {running.log} says why.")
        time.sleep(0.01)
    return Started(server, running, place.port, time.perf_counter() - began)


def kiosque(name: str = "kiosque", *, workers: int = 1, cached: bool = False) -> Server:
    """Kiosque as `cms serve` runs it, without the access log, which no other server writes either."""
    return Server(
        name,
        "Kiosque, uvicorn",
        lambda place: [
            *_uvicorn("cms.app:app_from_environment", place),
            *(["--workers", str(workers)] if workers > 1 else []),
        ],
        lambda place: _kiosque_environment(place, cached=cached),
    )


def kiosque_on_granian() -> Server:
    """The same application under the other server."""
    return Server(
        "kiosque-granian", "Kiosque, granian", _granian, _kiosque_environment, lambda _: _require("granian")
    )


CONSTANT = Server(
    "constant",
    "an ASGI app that answers 5 kB, always the same",
    lambda place: _uvicorn("bench.peers.constant:app", place, is_factory=False),
    lambda _: {},
)
STRAWBERRY = Server(
    "strawberry",
    "ordinary Strawberry: FastAPI, data loaders, SQLAlchemy's ORM, asyncpg",
    lambda place: _uvicorn("bench.peers.strawberry_app:app_from_environment", place),
    lambda place: _peer_environment(place, "asyncpg"),
    lambda _: _require("asyncpg"),
)


def bare(driver: str) -> Server:
    """The hand-written statements behind one of the two drivers."""
    return Server(
        f"bare-{driver}",
        f"a bare ASGI app with hand-written SQL, {driver}",
        lambda place: _uvicorn("bench.peers.bare:app_from_environment", place),
        lambda place: _peer_environment(place, driver),
        lambda _: _require("asyncpg"),
    )


def postgraphile() -> Server:
    """PostGraphile on Node; npm installs it on first use."""
    return Server(
        "postgraphile",
        "PostGraphile 5 on Node",
        _postgraphile,
        _postgraphile_environment,
        lambda folder: install(SOURCE, folder / "postgraphile"),
    )


def has_cache() -> bool:
    """Whether this version of Kiosque has a cache of responses."""
    return CACHE_SETTING in Settings.model_fields


def _uvicorn(application: str, place: Place, *, is_factory: bool = True) -> list[str]:
    options = ["--host", HOST, "--port", str(place.port), "--loop", "uvloop", "--http", "httptools"]
    quiet = ["--no-access-log", "--no-server-header", "--log-level", "warning"]
    factory = ["--factory"] if is_factory else []
    return [sys.executable, "-m", "uvicorn", application, *factory, *options, *quiet]


def _granian(place: Place) -> list[str]:
    options = ["--interface", "asgi", "--factory", "--host", HOST, "--port", str(place.port)]
    quiet = ["--no-access-log", "--log-level", "warning", "--workers", "1", "--loop", "uvloop"]
    return [sys.executable, "-m", "granian", *options, *quiet, "cms.app:app_from_environment"]


def _postgraphile(place: Place) -> list[str]:
    home = place.folder / "postgraphile"
    program = home / "node_modules" / "postgraphile" / "dist" / "cli-run.js"
    return [str(node_program()), str(program), "--preset", str(home / "graphile.config.mjs")]


def _kiosque_environment(place: Place, *, cached: bool = False) -> dict[str, str]:
    found = {
        "DATABASE_URL": place.database_url,
        "PUBLIC_URL": BASE_URL,
        "LOG_LEVEL": "warning",
        # No query of the benchmark reaches for the bucket.
        "S3_ENDPOINT": f"http://{HOST}:9",
    }
    if has_cache():
        found[CACHE_SETTING.upper()] = str(CACHE_BYTES if cached else 0)
    return found


def _postgraphile_environment(place: Place) -> dict[str, str]:
    mode = {"NODE_ENV": "production", "GRAPHILE_ENV": "production"}
    return {"PEER_DATABASE_URL": place.database_url, "PEER_PORT": str(place.port), **mode}


def _peer_environment(place: Place, driver: str) -> dict[str, str]:
    return {"PEER_DATABASE_URL": place.database_url, "PEER_DRIVER": driver}


def _require(module: str) -> None:
    if find_spec(module) is None:
        raise BenchError(f"The package {module} is not installed.")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])


def _answers(port: int) -> bool:
    try:
        headers = {"content-type": "application/json"}
        httpx.post(f"http://{HOST}:{port}/graphql", content=_ANYTHING, headers=headers, timeout=5)
    except httpx.TransportError:
        return False
    return True
