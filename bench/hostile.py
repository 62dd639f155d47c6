"""Files that mean harm, sent to a running server one after the other, while somebody else asks it the simplest question there is."""

import asyncio
import json
import statistics
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from rich.console import Console
from rich.progress import track
from rich.table import Column, Table

from bench.errors import BenchError
from bench.loading import editor_token
from bench.pictures import picture_server
from bench.processes import memory_megabytes
from bench.servers import HOST, Started

SECONDS_MAX = 60
PAUSE_SECONDS = 0.01
_UPLOAD = """mutation($input: UploadAssetInput!) { uploadAsset(input: $input) {
  asset { width height url(width: 320) } errors { code message } } }"""
_TRIVIAL = {"query": "{ __typename }"}


@dataclass
class Watcher:
    """Asks over and over, and looks how much memory the server's processes take."""

    started: Started
    waits_ms: list[float] = field(default_factory=list[float])
    """How long each answer took."""
    most_mb: float = 0.0
    """The most that any one process held."""
    failures: int = 0
    _ended: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Watcher":
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        with httpx.Client(timeout=SECONDS_MAX, trust_env=False) as client:
            while not self._ended.wait(PAUSE_SECONDS):
                begun = time.perf_counter()
                answer = client.post(_address(self.started), json=_TRIVIAL)
                self.waits_ms.append((time.perf_counter() - begun) * 1_000)
                self.failures += answer.status_code != 200
                self.most_mb = max([self.most_mb, *memory_megabytes(self.started.running.process.pid)])


@dataclass(frozen=True)
class Told:
    """What became of a file."""

    file: Path
    seconds: float
    answer: str


def run_hostile(console: Console, folder: Path, samples: Path) -> None:
    """Send every file of the samples, and print what became of it. Raises BenchError if the server failed at any."""
    files = sorted(path for path in samples.rglob("*") if path.is_file())
    if not files:
        raise BenchError(f"There is no file in {samples}.")
    with picture_server(folder) as (started, database_url):
        token = asyncio.run(editor_token(database_url, "hostile files"))
        with Watcher(started) as watcher:
            told = [_sent(started, token, file) for file in track(files, "Sending", console=console)]
    _show(console, told, watcher)
    failed = [one.file.name for one in told if one.answer.startswith("failed")]
    if failed or watcher.failures:
        raise BenchError(f"The server failed at {', '.join(failed) or 'the simplest question'}.")


def _sent(started: Started, token: str, file: Path) -> Told:
    form = {
        "operations": json.dumps({"query": _UPLOAD, "variables": {"input": {"file": None}}}),
        "map": json.dumps({"0": ["variables.input.file"]}),
    }
    headers = {"Authorization": f"Bearer {token}", "GraphQL-Require-Preflight": "1"}
    begun = time.perf_counter()
    with httpx.Client(timeout=SECONDS_MAX, trust_env=False) as client:
        files = {"0": (file.name, file.read_bytes(), "application/octet-stream")}
        answer = client.post(_address(started), data=form, files=files, headers=headers)
        told = _told(answer)
        if told.startswith("http"):
            told = f"taken; a rendition: {client.get(told).status_code}"
    return Told(file, time.perf_counter() - begun, told)


def _told(answer: httpx.Response) -> str:
    """The address of a rendition, why there is none, or `failed`."""
    document = answer.json()
    if errors := document.get("errors"):
        code = errors[0]["extensions"]["code"]
        is_ours = answer.status_code >= 500 or code in {"INTERNAL", "TIMEOUT", "UNAVAILABLE"}
        return f"failed: {code}" if is_ours else f"refused: {errors[0]['message']}"
    payload = document["data"]["uploadAsset"]
    return payload["asset"]["url"] if payload["asset"] else f"refused: {payload['errors'][0]['message']}"


def _show(console: Console, told: Sequence[Told], watcher: Watcher) -> None:
    table = Table("file", "seconds", Column("what became of it", no_wrap=True))
    for one in told:
        table.add_row(f"{one.file.parent.name}/{one.file.name}", f"{one.seconds:.2f}", one.answer)
    console.print(table)
    p99 = statistics.quantiles(watcher.waits_ms, n=100)[98]
    console.print(
        f"{len(told)} files. The longest took {max(one.seconds for one in told):.2f} s; the largest process held {watcher.most_mb:.0f} MB; "
        f"meanwhile {len(watcher.waits_ms):,} simple questions were answered, 99 % of them within {p99:.0f} ms.",
        highlight=False,
    )


def _address(started: Started) -> str:
    return f"http://{HOST}:{started.port}/graphql"
