"""Pictures: renditions made anew and renditions that are there, beside a server on Node with sharp: one file, the same minutes."""

import os
import shutil
from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bench import picture_results, servers
from bench.errors import BenchError
from bench.node import SHARP_SOURCE, install, node_program
from bench.photograph import photograph
from bench.picture_content import SIZE, Content, prepare, prepare_store
from bench.picture_load import Meter, Pressed, draw, engine_processes, picture_at, press_kept
from bench.picture_results import FRESH, KEPT, Report
from bench.servers import HOST, Place, Server, Started
from bench.wrk import Load, require_wrk
from cms.assets.renderer import QUALITIES, WEBP_EFFORT
from cms.embedded.engines import EngineAddresses, engines

PICTURES_A_ROUND = 40
AT_ONCE = 4
# The first asset is for what is kept; the second warms up; then one for each round.
_SPARE_ASSETS = 2


@dataclass(frozen=True)
class Contestant:
    """A server, and how it is asked: for pictures that it has to make in a round (0 warms up), and for one that it has."""

    started: Started
    fresh: Callable[[int, int], list[str]] | None = None
    kept: str | None = None

    def addresses(self, number: int, count: int) -> list[str]:
        """Where so many new pictures are."""
        return [] if self.fresh is None else [f"{self.base}{path}" for path in self.fresh(number, count)]

    @property
    def base(self) -> str:
        """The server's own address."""
        return f"http://{HOST}:{self.started.port}"


def run_pictures(console: Console, folder: Path, load: Load, rounds: int, *, is_kept: bool) -> None:
    """Measure, print, and write the results. Raises BenchError, EngineError."""
    require_wrk()
    with console.status("Drawing a photograph, storing it, starting the servers"):
        file = photograph(folder / "photograph.jpg")
    with _contestants(folder, file, rounds) as found:
        meters = _warmed_up(found)
        measured = _rounds(console, found, meters, folder, load, rounds)
    report = Report(load, rounds, PICTURES_A_ROUND, AT_ONCE, file.stat().st_size, measured)
    document = picture_results.as_json(report)
    picture_results.show(console, document)
    if is_kept:
        console.print(f"Written: {picture_results.write(document)}", highlight=False)


@contextmanager
def _contestants(folder: Path, file: Path, rounds: int) -> Generator[Mapping[str, Contestant]]:
    # Everything is stored anew: what an earlier run has made would not be made again.
    home, work = Path(gettempdir()) / f"kiosque-bench-{os.getpid()}", folder / "work"
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, home, ignore_errors=True)
        addresses = stack.enter_context(engines(home))
        content = prepare(addresses, file, rounds + _SPARE_ASSETS)
        ours = _start(stack, _kiosque(addresses), addresses.database_url, work)
        theirs = _start(stack, _sharp(content, file), addresses.database_url, work)
        box = "x".join(map(str, SIZE))
        yield {
            "kiosque": Contestant(
                ours, lambda number, count: content.fresh(number + 1, count), content.kept()
            ),
            "sharp, fetching": Contestant(
                theirs, lambda _, count: [f"/fetched/{box}?{n}" for n in range(count)]
            ),
            "sharp, from disk": Contestant(
                theirs, lambda _, count: [f"/made/{box}?{n}" for n in range(count)]
            ),
            "Node, from memory": Contestant(theirs, kept=f"/kept/{box}"),
        }


@contextmanager
def picture_server(folder: Path) -> Generator[tuple[Started, str]]:
    """Kiosque alone, on engines of its own that hold nothing yet, and the URL of their database."""
    home, work = Path(gettempdir()) / f"kiosque-bench-{os.getpid()}", folder / "work"
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, home, ignore_errors=True)
        addresses = stack.enter_context(engines(home))
        prepare_store(addresses)
        # Renditions are fetched from the server itself.
        server = _kiosque(addresses, is_public=True)
        yield _start(stack, server, addresses.database_url, work), addresses.database_url


def _start(stack: ExitStack, server: Server, database_url: str, work: Path) -> Started:
    server.prepare(work)
    started = servers.start(server, database_url, work)
    stack.callback(started.running.stop)
    return started


def _kiosque(addresses: EngineAddresses, *, is_public: bool = False) -> Server:
    store = {
        "S3_ENDPOINT": addresses.s3_endpoint,
        "S3_BUCKET": addresses.s3_bucket,
        "S3_ACCESS_KEY": addresses.s3_access_key,
        "S3_SECRET_KEY": addresses.s3_secret_key,
    }
    basis = servers.kiosque("kiosque-pictures")

    def environment(place: Place) -> dict[str, str]:
        own = {"PUBLIC_URL": f"http://{HOST}:{place.port}"} if is_public else {}
        return {**basis.environment(place), **store, **own}

    return Server(basis.name, basis.about, basis.command, environment)


def _sharp(content: Content, file: Path) -> Server:
    def environment(place: Place) -> dict[str, str]:
        asked = {"PEER_QUALITY": str(QUALITIES["webp"]), "PEER_EFFORT": str(WEBP_EFFORT)}
        sources = {"PEER_FILE": str(file), "PEER_SOURCE": content.source}
        return {"PEER_PORT": str(place.port), "NODE_ENV": "production", **asked, **sources}

    return Server(
        "sharp",
        "a server on Node that makes pictures with sharp",
        lambda place: [str(node_program()), str(place.folder / "sharp" / "server.mjs")],
        environment,
        lambda folder: install(SHARP_SOURCE, folder / "sharp"),
    )


def _warmed_up(found: Mapping[str, Contestant]) -> dict[str, Meter]:
    """What measures each, once all have made pictures of the same size. Raises BenchError if they have not."""
    running = engine_processes()
    meters = {name: Meter(one.started.pid, running) for name, one in found.items()}
    for name, one in found.items():
        addresses = one.addresses(0, 2 * AT_ONCE) or [f"{one.base}{one.kept}"]
        *size, _ = picture_at(addresses[0])
        if tuple(size) != SIZE:
            raise BenchError(f"{name} makes {size}, and not {SIZE}.")
        draw(addresses[1:] or addresses, AT_ONCE, meters[name])
        if one.kept:
            picture_at(f"{one.base}{one.kept}")
    return meters


def _rounds(
    console: Console,
    found: Mapping[str, Contestant],
    meters: Mapping[str, Meter],
    folder: Path,
    load: Load,
    rounds: int,
) -> dict[str, dict[str, list[Pressed]]]:
    measured: dict[str, dict[str, list[Pressed]]] = {
        FRESH: {name: [] for name, one in found.items() if one.fresh},
        KEPT: {name: [] for name, one in found.items() if one.kept},
    }
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task("Measuring", total=rounds * sum(map(len, measured.values())))
        for number in range(1, rounds + 1):
            for kind, names in measured.items():
                for name in names:
                    progress.update(bar, description=f"{kind}: {name}, round {number} of {rounds}")
                    one, meter = found[name], meters[name]
                    names[name].append(
                        draw(one.addresses(number, PICTURES_A_ROUND), AT_ONCE, meter)
                        if kind == FRESH
                        else press_kept(
                            one.base, one.kept or "", load, folder / "work" / "picture.txt", meter
                        )
                    )
                    progress.advance(bar)
    return measured
