"""Generated code: a plan shapes its rows by one Python function that is written for it, as a person would write it by hand.

The parts of a plan are terms: each says, for the name of a row, the expression that makes its value. What no expression can say becomes a
function of its own. Names of the document stand in the code as literals (`repr`), everything else of it as a named constant.
"""

from collections.abc import Callable, Sequence
from typing import Any

from cms.reading.planning.errors import CannotPlan

Term = Callable[[str], str]
"""From the name of a row to the expression for a value. An expression may assign (`:=`), so it is not for what a comprehension runs over."""

NOTES = "notes"
"""The parameter of every generated function that takes down which nodes are in the answer: `notes[0](key)` answers None."""


class Code:
    """The code of one plan, as it grows."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._names: dict[str, Any] = {}
        self._known: dict[int, str] = {}

    def constant(self, value: Any) -> str:
        """A name for a value."""
        if id(value) not in self._known:
            self._known[id(value)] = self.fresh("k")
            self._names[self._known[id(value)]] = value
        return self._known[id(value)]

    def fresh(self, prefix: str) -> str:
        """A name that nothing else has."""
        name = f"{prefix}{len(self._names)}"
        self._names[name] = None
        return name

    def function(self, parameters: Sequence[str], lines: Sequence[str]) -> str:
        """The name of a function with these lines; its last parameter is NOTES."""
        name = self.fresh("f")
        self._lines += [f"def {name}({', '.join([*parameters, NOTES])}):", *(f"    {line}" for line in lines)]
        return name

    def table(self, entries: Sequence[tuple[str, str]]) -> str:
        """The name of a dict from texts to functions of this code."""
        name = self.fresh("t")
        self._lines.append(f"{name} = {{{', '.join(f'{key!r}: {value}' for key, value in entries)}}}")
        return name

    def finish(self, name: str) -> Callable[..., Any]:
        """The function of that name, ready to be called."""
        scope = dict(self._names)
        exec(compile("\n".join(self._lines), "<plan>", "exec"), scope)  # noqa: S102  (our own code: texts of a document stand in it by repr alone)
        return scope[name]


def missing() -> Any:
    """Where an answer must have something and the row has nothing, ordinary execution tells the client."""
    raise CannotPlan("nothing where something must be")


def refuse() -> Any:
    """Where arguments name what does not exist, ordinary execution tells the client."""
    raise CannotPlan("arguments that name what does not exist")
