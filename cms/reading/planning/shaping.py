"""The small closures of which plans are made: how a value gets from a row into the answer."""

from collections.abc import Callable, Sequence
from typing import Any

from graphql import GraphQLNonNull

from cms.reading.planning.errors import CannotPlan
from cms.reading.planning.leaves import leaf_format
from cms.reading.planning.places import Getter

Assemble = Callable[[Any], Any]
MISSING = "nothing where something must be"


def formatted(get: Getter, kind: Any) -> Getter:
    """A leaf in its form for the answer."""
    form, required = leaf_format(kind), isinstance(kind, GraphQLNonNull)
    if not required:
        return get if form is None else _nullable_leaf(get, form)

    def read(row: Any) -> Any:
        value = get(row)
        if value is None:
            raise CannotPlan(MISSING)
        return value if form is None else form(value)

    return read


def _nullable_leaf(get: Getter, form: Assemble) -> Getter:
    def read(row: Any) -> Any:
        value = get(row)
        return None if value is None else form(value)

    return read


def each(get: Getter, shape: Assemble) -> Getter:
    """A list of objects."""
    return lambda row: [shape(item) for item in get(row)]


def required(get: Getter, shape: Assemble, kind: Any) -> Getter:
    """An object that may be null where the type allows it."""
    is_required = isinstance(kind, GraphQLNonNull)

    def read(row: Any) -> Any:
        found = get(row)
        if found is None:
            if is_required:
                raise CannotPlan(MISSING)
            return None
        return shape(found)

    return read


def through(get: Getter, way: Sequence[str], shape: Assemble) -> Getter:
    """An object some steps inside a JSON value; null if the way ends before."""

    def read(row: Any) -> Any:
        found = get(row)
        for step in way:
            found = None if found is None else found[step]
        return None if found is None else shape(found)

    return read


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
