"""Start engines, keep them alive, stop them: all from one thread, because the kernel ties their lives to it."""

import logging
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from cms.embedded.processes import EngineError, tail

log = logging.getLogger(__name__)
LOOK_SECONDS = 0.1
START_SECONDS_MAX = 60.0
START_ATTEMPTS_MAX = 5
PAUSE_SECONDS_MAX = 5.0
HEALTHY_SECONDS = 30.0


class Engine(Protocol):
    """What the supervisor asks of an engine."""

    @property
    def name(self) -> str: ...
    @property
    def log(self) -> Path: ...
    def clear_leftovers(self) -> None: ...
    def choose_free_ports(self) -> None: ...
    def is_new(self) -> bool: ...
    def create(self) -> None: ...
    def start(self) -> subprocess.Popen[bytes]: ...
    def is_ready(self) -> bool: ...
    def finish_start(self) -> None: ...
    def stop(self, process: subprocess.Popen[bytes]) -> None: ...


@dataclass
class Watched:
    """An engine with its process of the moment, and how often it died lately."""

    engine: Engine
    process: subprocess.Popen[bytes]
    deaths: int = 0
    restart_at: float = 0.0
    started_at: float = field(default_factory=time.monotonic)

    @property
    def is_dead(self) -> bool:
        return self.process.poll() is not None


class Supervisor:
    """Runs engines until told to stop. Use it as a context manager."""

    def __init__(self, engines: Sequence[Engine], on_progress: Callable[[str], None]) -> None:
        self.engines = engines
        self.on_progress = on_progress
        self._watched: list[Watched] = []
        self._started: Future[None] = Future()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="engines", daemon=True)

    def __enter__(self) -> "Supervisor":
        self._thread.start()
        try:
            self._started.result()
        except BaseException:
            # Ctrl-C may come while the engines start.
            self._stop()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        self._stop()

    @property
    def process_ids(self) -> dict[str, int]:
        """The process of each engine at this moment."""
        return {watched.engine.name: watched.process.pid for watched in self._watched}

    def _stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            self._start_all()
        except BaseException as error:  # it is raised again in the thread that waits for the start
            self._stop_all()
            self._started.set_exception(error)
            return
        self._started.set_result(None)
        while not self._stopping.wait(LOOK_SECONDS):
            for watched in self._watched:
                self._look_after(watched)
        self._stop_all()

    def _start_all(self) -> None:
        for engine in self.engines:
            engine.clear_leftovers()
            engine.choose_free_ports()
            if engine.is_new():
                self.on_progress(f"Preparing {engine.name} for its first start")
                engine.create()
            self._watched.append(Watched(engine, engine.start()))
        for watched in self._watched:
            self.on_progress(f"Starting {watched.engine.name}")
            self._wait_until_ready(watched)
            watched.engine.finish_start()

    def _wait_until_ready(self, watched: Watched) -> None:
        deadline = time.monotonic() + START_SECONDS_MAX
        while not (not watched.is_dead and watched.engine.is_ready()):
            if self._stopping.is_set():
                raise EngineError("The start was stopped.", "Start again.")
            if time.monotonic() > deadline or watched.deaths >= START_ATTEMPTS_MAX:
                raise start_failure(watched.engine)
            if watched.is_dead:
                self._start_again(watched)
            time.sleep(0.03)

    def _start_again(self, watched: Watched) -> None:
        """After a death during the start: a port was taken in that instant, or remains of a killed server still hold on."""
        time.sleep(0.1 * 2**watched.deaths)
        watched.deaths += 1
        watched.engine.clear_leftovers()
        watched.engine.choose_free_ports()
        watched.process = watched.engine.start()
        watched.started_at = time.monotonic()

    def _look_after(self, watched: Watched) -> None:
        now = time.monotonic()
        if not watched.is_dead:
            if now - watched.started_at > HEALTHY_SECONDS:
                watched.deaths = 0
        elif watched.restart_at == 0.0:
            pause = 0.0 if watched.deaths == 0 else min(PAUSE_SECONDS_MAX, 0.1 * 2**watched.deaths)
            watched.deaths += 1
            watched.restart_at = now + pause
            code = watched.process.returncode
            log.warning(
                "%s ended unexpectedly (%s); it starts again in %.1f s",
                watched.engine.name,
                describe(code),
                pause,
            )
        elif now >= watched.restart_at:
            self._restart(watched)

    def _restart(self, watched: Watched) -> None:
        """Start a dead engine again where it was, on the same ports: others have its address."""
        watched.engine.clear_leftovers()
        watched.process = watched.engine.start()
        watched.started_at = time.monotonic()
        watched.restart_at = 0.0

    def _stop_all(self) -> None:
        stops = [
            threading.Thread(target=watched.engine.stop, args=(watched.process,)) for watched in self._watched
        ]
        for stop in stops:
            stop.start()
        for stop in stops:
            stop.join()


def describe(code: int) -> str:
    """How a process ended, in words."""
    return f"killed by signal {-code}" if code < 0 else f"exit code {code}"


def start_failure(engine: Engine) -> EngineError:
    """The error for an engine that did not start, with the end of its log."""
    return EngineError(
        f"{engine.name} did not start: {tail(engine.log)}", f"The whole log is in {engine.log}."
    )
