"""Values on their way into SQL: every value of a request is a bind parameter, never text of a statement."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, bindparam
from sqlalchemy.types import TypeEngine

from cms.errors import BadInput

Convert = Callable[[Any], Any]


@dataclass(frozen=True)
class Late:
    """A value that a plan takes from the variables of each request: where it stands, and what to make of it."""

    path: tuple[str | int, ...]
    convert: Convert

    def resolve(self, variables: Mapping[str, Any]) -> Any:
        """The value for these (coerced) variables."""
        value: Any = variables
        for step in self.path:
            value = value[step]
        return self.convert(value)


Shape = Callable[[Any], Any]


@dataclass(frozen=True)
class Slot:
    """A variable's value as the planner sees it: this request's value (never null), and the path to the next one's.

    Whatever of the value goes into the plan itself is noted in `seen`: a plan serves only requests in which that is the same.
    """

    value: Any
    path: tuple[str | int, ...]
    seen: list[tuple[tuple[str | int, ...], Shape]]


def plain(value: Any, shape: Shape = lambda value: value) -> Any:
    """What `shape` takes of the value, whether it comes from a variable or stands in the document; it becomes a part of the plan."""
    if not isinstance(value, Slot):
        return shape(value)
    value.seen.append((value.path, shape))
    return shape(value.value)


def unwrapped(value: Any) -> Any:
    """An enumeration's member as its value; anything else as it is. Raises BadInput for a text that PostgreSQL cannot hold."""
    if isinstance(value, Enum):
        return value.value
    return storable(value) if isinstance(value, str) else value


def storable(text: str) -> str:
    """The text itself. Raises BadInput if it has a NUL character or half of a surrogate pair."""
    if "\x00" in text or not (text.isascii() or _is_unicode(text)):
        raise BadInput("A text has a character that cannot be stored (NUL, or half of a surrogate pair).")
    return text


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def bound(value: Any, kind: TypeEngine[Any], convert: Convert = unwrapped) -> ColumnElement[Any]:
    """A bind parameter for a value or a slot, after `convert`, which also checks it now (it may raise BadInput)."""
    if isinstance(value, Slot):
        convert(value.value)
        return bindparam(None, Late(value.path, convert), kind, unique=True)
    return bindparam(None, convert(value), kind, unique=True)
