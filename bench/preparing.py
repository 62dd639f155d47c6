"""From targets to tasks: servers started, answers compared, requests written."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench.errors import BenchError
from bench.measuring import Task
from bench.processes import Running
from bench.queries import Query, Subjects
from bench.servers import Started, start
from bench.targets import KIOSQUE, Asked, Target, reason_left_out


class Field:
    """The servers that run, and why others do not."""

    def __init__(self, database_url: str, subjects: Subjects, folder: Path) -> None:
        self._database_url, self._subjects, self._folder = database_url, subjects, folder
        self.started: dict[str, Started] = {}
        self.asked: list[Asked] = []
        self.left_out: dict[str, str] = {}

    def start(self, targets: Sequence[Target], on_step: Callable[[str], None]) -> None:
        """Start the servers of the targets; what cannot be had is left out, with its reason."""
        for target in targets:
            on_step(f"Starting {target.name}")
            reason = reason_left_out(target)
            if reason is None:
                try:
                    self.asked.append(Asked(target, self._server(target), self._subjects, self._folder))
                    continue
                except BenchError as error:
                    reason = str(error)
            self.left_out[target.name] = reason

    def tasks(self, queries: Sequence[Query], on_step: Callable[[str], None]) -> list[Task]:
        """What can be measured: every answer compared with Kiosque's. Raises BenchError for a server that answers otherwise."""
        found: list[Task] = []
        for query in queries:
            wanted = self._wanted(query)
            for asked in self.asked:
                if query not in asked.target.queries:
                    continue
                on_step(f"Comparing the answers of {asked.target.name} to {query.name}")
                task = self._task(asked, query, wanted)
                if task is not None:
                    found.append(task)
        return found

    def stop(self) -> None:
        """End all of them."""
        for started in self.started.values():
            running: Running = started.running
            running.stop()

    def _server(self, target: Target) -> Started:
        server = target.server
        if server.name not in self.started:
            server.prepare(self._folder)
            self.started[server.name] = start(server, self._database_url, self._folder)
        return self.started[server.name]

    def _wanted(self, query: Query) -> list[Any]:
        reference = next((asked for asked in self.asked if asked.target is KIOSQUE), None)
        if reference is None:
            raise BenchError("Without Kiosque there is nothing to compare with.")
        return reference.answers(query, run="reference")

    def _task(self, asked: Asked, query: Query, wanted: list[Any]) -> Task | None:
        answers = asked.answers(query, run=asked.target.name)
        if asked.target.reading is not None and answers != wanted:
            raise BenchError(
                f"{asked.target.name} answers {query.name} otherwise: {_difference(answers, wanted)}"
            )
        try:
            return Task(asked, query, asked.write_requests(query), asked.bytes_expected(query))
        except BenchError as error:
            self.left_out[asked.target.name] = str(error)
            return None


def _difference(answers: list[Any], wanted: list[Any]) -> str:
    for number, (answer, right) in enumerate(zip(answers, wanted, strict=False)):
        if answer != right:
            return f"answer {number} is {str(answer)[:600]} and not {str(right)[:600]}"
    return f"{len(answers)} answers and not {len(wanted)}"
