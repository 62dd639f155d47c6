"""Leaf values: the form that each has in an answer, the same as graphql-core's serialisation gives."""

from collections.abc import Callable
from enum import Enum
from typing import Any

from graphql import GraphQLEnumType, GraphQLFloat, GraphQLList, GraphQLNonNull, GraphQLScalarType
from graphql.type import GraphQLBoolean, GraphQLID, GraphQLInt, GraphQLString

from cms.reading.planning.errors import CannotPlan

Format = Callable[[Any], Any]
_AS_THEY_ARE = {GraphQLString.name, GraphQLBoolean.name, GraphQLID.name}
INT_MAX = 2**31


def leaf_format(kind: Any) -> Format | None:
    """The function that formats a non-null value of the leaf type; None if the value is its own form."""
    kind = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
    if isinstance(kind, GraphQLList):
        inner = nullable_format(kind.of_type)
        return None if inner is None else lambda values: [inner(value) for value in values]
    if isinstance(kind, GraphQLEnumType):
        return _enum_format(kind)
    if not isinstance(kind, GraphQLScalarType):
        raise CannotPlan(f"{kind} is no leaf")
    if kind.name in _AS_THEY_ARE or kind.serialize is str:
        return None
    if kind.name == GraphQLInt.name:
        return whole_number
    return float if kind.name == GraphQLFloat.name else kind.serialize


def nullable_format(kind: Any) -> Format | None:
    """Like `leaf_format`, for values that may be null."""
    formatted = leaf_format(kind)
    return None if formatted is None else lambda value: None if value is None else formatted(value)


def whole_number(value: int) -> int:
    """The number. Raises CannotPlan for one that the answer cannot hold, of which ordinary execution tells."""
    if not -INT_MAX <= value < INT_MAX:
        raise CannotPlan("a number beyond GraphQL's Int")
    return value


def _enum_format(kind: GraphQLEnumType) -> Format:
    names = {
        value.value.value if isinstance(value.value, Enum) else value.value: name
        for name, value in kind.values.items()
    }
    return names.__getitem__
