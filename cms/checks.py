"""Gathers the problems of one input, so that the caller hears of all of them at once."""

from collections.abc import Generator
from contextlib import contextmanager

from cms.errors import Problem, Problems


class Checks:
    """The problems found so far. Each rule runs inside `with checks.gather():`."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    @contextmanager
    def gather(self) -> Generator[None]:
        """Keep a problem that the block raises, and go on after the block."""
        try:
            yield
        except Problem as problem:
            self.problems.append(problem)
        except Problems as several:
            self.problems.extend(several.problems)

    def add(self, problem: Problem) -> None:
        """Keep a problem."""
        self.problems.append(problem)

    def finish(self) -> None:
        """Raise Problems if there were any."""
        if self.problems:
            raise Problems(self.problems)
