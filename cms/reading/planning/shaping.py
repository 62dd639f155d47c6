"""The small terms of which plans are made: how a value gets from a row into the answer."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from graphql import GraphQLNonNull

from cms.reading.planning.code import Code, Term, missing
from cms.reading.planning.leaves import INT_MAX, Format, leaf_format, whole_number
from cms.reading.scalars import EPOCH_WITHOUT_ZONE, format_time


def formatted(code: Code, get: Term, kind: Any, *, never_null: bool = False) -> Term:
    """A leaf in its form for the answer."""
    form = leaf_format(kind)
    required = isinstance(kind, GraphQLNonNull)
    if form is None and (never_null or not required):
        return get
    value, otherwise = code.fresh("v"), f"{code.constant(missing)}()" if required else "None"
    shown = value if form is None else _in_form(code, form, value)
    return lambda row: f"({shown} if ({value} := {get(row)}) is not None else {otherwise})"


def _in_form(code: Code, form: Format, value: str) -> str:
    """The call of a formatter on a name; of those that are called for every row, what they do for nearly all values stands there instead."""
    called = f"{code.constant(form)}({value})"
    if form is whole_number:
        return f"({value} if {-INT_MAX} <= {value} < {INT_MAX} else {called})"
    if form is format_time:
        time = f"({code.constant(EPOCH_WITHOUT_ZONE)} + {code.constant(timedelta)}(0, 0, {value}))"
        return f"({time}.isoformat() + 'Z' if {value}.__class__ is int else {called})"
    return called


def each(code: Code, get: Term, shape: Term) -> Term:
    """A list of objects. `get` is no expression that assigns."""
    item = code.fresh("x")
    return lambda row: f"[{shape(item)} for {item} in {get(row)}]"


def required(code: Code, get: Term, shape: Term, kind: Any) -> Term:
    """An object that may be null where the type allows it."""
    value = code.fresh("v")
    otherwise = f"{code.constant(missing)}()" if isinstance(kind, GraphQLNonNull) else "None"
    return lambda row: f"({shape(value)} if ({value} := {get(row)}) is not None else {otherwise})"


def through(code: Code, get: Term, way: Sequence[str], shape: Term) -> Term:
    """An object some steps inside a JSON value; null if the way ends before."""
    value = code.fresh("v")

    def write(row: str) -> str:
        steps = [get(row), *(f"{value}[{step!r}]" for step in way)]
        ends = " or ".join(f"({value} := {step}) is None" for step in steps)
        return f"(None if {ends} else {shape(value)})"

    return write


def object_of(parts: Sequence[tuple[str, Term]]) -> Term:
    """An object with these fields."""
    return lambda row: f"{{{', '.join(f'{key!r}: {get(row)}' for key, get in parts)}}}"


def literal(value: Any) -> Term:
    """Always the same text or number."""
    return lambda _: repr(value)


def itself(row: str) -> str:
    """The row itself."""
    return row


def nullable(kind: Any) -> Any:
    """The type without its «!»."""
    return kind.of_type if isinstance(kind, GraphQLNonNull) else kind


def is_list(kind: Any) -> bool:
    """Whether the type is a list."""
    return hasattr(nullable(kind), "of_type")


def item_of(kind: Any) -> Any:
    """The type of the items of a list, or the type itself."""
    inner = nullable(kind)
    return inner.of_type if hasattr(inner, "of_type") else inner
