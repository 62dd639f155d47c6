"""All that can be asked below a field of the schema's root, written down by the schema itself: a new field is asked by itself."""

from collections.abc import Mapping
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

PAGE = "first: 30"
# How often a way may pass a type, where that is more than once.
VISITS_MAX = {"Article": 2, "Section": 2}
Arguments = Mapping[str, str]
"""`Type.field` → the arguments with which it is asked."""


class Explorer:
    """Writes selections that hold everything below a type, past so many things with an id; of the last of these the leaves.

    Raises KeyError for a field with arguments that must be given and that nobody has given.
    """

    def __init__(self, schema: GraphQLSchema, arguments: Arguments, *, things_max: int) -> None:
        self._schema, self._arguments, self._things_max = schema, arguments, things_max

    def below(self, field: GraphQLField) -> str:
        """The selection of a root field; empty for one that has none."""
        return self._targets(field, {}, 0)

    def _targets(self, field: GraphQLField, seen: Mapping[str, int], things: int) -> str:
        kind = get_named_type(field.type)
        if isinstance(kind, GraphQLObjectType):
            inner = self._inside(kind, seen, things, "")
            return f"{{ {inner} }}" if inner else ""
        if not isinstance(kind, GraphQLInterfaceType):
            return ""
        # Two types of an interface may have fields of one name and different types, so each type's get names of their own.
        parts = [
            f"... on {one.name} {{ {inner} }}"
            for one in self._schema.get_possible_types(kind)
            if (inner := self._inside(one, seen, things, f"{one.name}_"))
        ]
        return f"{{ __typename {' '.join(parts)} }}"

    def _inside(self, kind: GraphQLObjectType, seen: Mapping[str, int], things: int, prefix: str) -> str:
        """The fields of a type; empty if the way ends before it."""
        things += any(interface.name == "Node" for interface in kind.interfaces)
        visits = seen.get(kind.name, 0) + 1
        is_page = kind.name.endswith(("Connection", "Edge"))
        if things > self._things_max or (not is_page and visits > VISITS_MAX.get(kind.name, 1)):
            return ""
        longer = seen if is_page else {**seen, kind.name: visits}
        parts = [
            self._field(kind, name, longer, things, prefix)
            for name in kind.fields
            if not _is_again(kind, name)
        ]
        return " ".join(["__typename", *filter(None, parts)])

    def _field(
        self, kind: GraphQLObjectType, name: str, seen: Mapping[str, int], things: int, prefix: str
    ) -> str:
        field = kind.fields[name]
        if things == self._things_max and not is_leaf_type(get_named_type(field.type)):
            return ""
        inner = "" if is_leaf_type(get_named_type(field.type)) else self._targets(field, seen, things)
        if not inner and not is_leaf_type(get_named_type(field.type)):
            return ""
        renamed = f"{prefix}{name}: " if prefix else ""
        return f"{renamed}{name}{self.arguments(kind.name, name, field)} {inner}".rstrip()

    def arguments(self, owner: str, name: str, field: GraphQLField) -> str:
        """How the field is asked."""
        label = f"{owner}.{name}"
        if label in self._arguments:
            return f"({self._arguments[label]})"
        if any(is_required_argument(argument) for argument in field.args.values()):
            raise KeyError(f"say in the table with which arguments to ask {label}")
        return f"({PAGE})" if "first" in field.args else ""


def _is_again(kind: GraphQLObjectType, name: str) -> bool:
    """Whether it says the same as another field: a connection is walked by its edges, which say more than its nodes."""
    return kind.name.endswith("Connection") and name == "nodes"


def pages_in(data: Any) -> list[dict[str, Any]]:
    """Every connection in an answer."""
    found: list[dict[str, Any]] = []
    if isinstance(data, dict):
        if "totalCount" in data and "edges" in data:
            found.append(data)
        for value in data.values():
            found += pages_in(value)
    elif isinstance(data, list):
        for value in data:
            found += pages_in(value)
    return found
