"""What an operation could return at most: the number of objects, by the pages that it asks for.

A paged field (one with `first` or `last`) counts its page; a plain list counts the length that its field declares
(`metadata={"list_length": n}`), a list of ids the ids that are given, and any other the assumed length of the settings.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    Undefined,
    ValueNode,
    VariableNode,
    get_named_type,
    is_composite_type,
    value_from_ast_untyped,
)

from cms.config import Settings
from cms.endpoint.errors import LimitExceeded

_KEPT_SIZES_MAX = 64
_PAGE_ARGUMENTS = ("first", "last")

Sizes = Mapping[str, int | None]
"""For each variable that sets a size: the size, or None where it is null or absent."""


@dataclass(frozen=True, slots=True)
class Cost:
    """`fixed` objects, and `a_page` more for each item on the page of the connection that they are selected in."""

    fixed: int = 0
    a_page: int = 0


class OperationCost:
    """The cost of one operation. Where no variable sets a size it is known after the first request."""

    def __init__(
        self,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
        settings: Settings,
    ) -> None:
        self._schema = schema
        self._operation = operation
        self._fragments = fragments
        self._settings = settings
        self._defaults = _defaults_of(operation)
        self._size_variables: tuple[str, ...] | None = None
        self._known: dict[tuple[int | None, ...], int] = {}

    def check(self, variables: Mapping[str, Any]) -> int:
        """The cost with these variables. Raises LimitExceeded if it is over the setting."""
        cost = self._cost(variables)
        limit = self._settings.list_cost_max
        if cost > limit:
            what = "The operation could return too many objects by the pages that it asks for"
            raise LimitExceeded("DOCUMENT_TOO_COSTLY", what, found=min(cost, 2**53), limit=limit)
        return cost

    def _cost(self, variables: Mapping[str, Any]) -> int:
        if self._size_variables is not None:
            key = tuple(self._size_of_variable(name, variables) for name in self._size_variables)
            if key in self._known:
                return self._known[key]
        return self._measured(variables)

    def _measured(self, variables: Mapping[str, Any]) -> int:
        names = [variable.variable.name.value for variable in self._operation.variable_definitions or ()]
        sizes = {name: self._size_of_variable(name, variables) for name in names}
        meter = _CostMeter(self._schema, self._fragments, sizes, self._settings)
        cost = meter.operation(self._operation)
        self._size_variables = tuple(sorted(meter.variables_used & sizes.keys()))
        if len(self._known) < _KEPT_SIZES_MAX:
            self._known[tuple(sizes[name] for name in self._size_variables)] = cost
        return cost

    def _size_of_variable(self, name: str, variables: Mapping[str, Any]) -> int | None:
        return _size_of(variables[name] if name in variables else self._defaults.get(name))


def _defaults_of(operation: OperationDefinitionNode) -> dict[str, Any]:
    return {
        definition.variable.name.value: value_from_ast_untyped(definition.default_value)
        for definition in operation.variable_definitions or ()
        if definition.default_value is not None
    }


def _size_of(value: object) -> int | None:
    if isinstance(value, list):
        return len(cast("list[object]", value))
    if isinstance(value, (int, float)):
        return max(0, int(value)) if value == value and abs(value) < 2**31 else None  # noqa: PLR0124  (NaN is no size)
    return None


class _CostMeter:
    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        sizes: Sizes,
        settings: Settings,
    ) -> None:
        self._schema = schema
        self._fragments = fragments
        self._sizes = sizes
        self._settings = settings
        self._measured: dict[str, Cost] = {}
        self.variables_used: set[str] = set()

    def operation(self, node: OperationDefinitionNode) -> int:
        root = self._schema.get_root_type(node.operation)
        return self._selection_set(node.selection_set, root).fixed if root else 0

    def _selection_set(self, node: SelectionSetNode, parent: GraphQLNamedType) -> Cost:
        costs = [self._selection(selection, parent) for selection in node.selections]
        return Cost(sum(cost.fixed for cost in costs), sum(cost.a_page for cost in costs))

    def _selection(self, node: SelectionNode, parent: GraphQLNamedType) -> Cost:
        if isinstance(node, FieldNode):
            return self._field(node, parent)
        if isinstance(node, InlineFragmentNode):
            narrowed = (
                self._schema.get_type(node.type_condition.name.value) if node.type_condition else parent
            )
            return self._selection_set(node.selection_set, narrowed or parent)
        assert isinstance(node, FragmentSpreadNode)  # noqa: S101  (the grammar has no fourth kind)
        return self._fragment(node.name.value)

    def _fragment(self, name: str) -> Cost:
        if name not in self._measured:
            definition = self._fragments[name]
            parent = self._schema.type_map[definition.type_condition.name.value]
            self._measured[name] = self._selection_set(definition.selection_set, parent)
        return self._measured[name]

    def _field(self, node: FieldNode, parent: GraphQLNamedType) -> Cost:
        if node.selection_set is None or node.name.value.startswith("__"):
            return Cost()
        definition = cast(
            "GraphQLField", self._schema.get_field(cast("GraphQLObjectType", parent), node.name.value)
        )
        named = get_named_type(definition.type)
        if not is_composite_type(named):
            return Cost()
        inner = self._selection_set(node.selection_set, named)
        if _is_list(definition.type):
            return self._list(node, definition, parent, inner)
        if _is_paged(definition):
            return Cost(inner.fixed + inner.a_page * self._page(node, definition))
        if _is_connection(named):
            return Cost(inner.fixed + inner.a_page * self._settings.list_length_assumed)
        return Cost(1 + inner.fixed)

    def _list(self, node: FieldNode, definition: GraphQLField, parent: GraphQLNamedType, inner: Cost) -> Cost:
        if _is_paged(definition):
            return Cost(self._page(node, definition) * (1 + inner.fixed))
        if _is_connection(parent):
            # An edge is not counted, because the node that it holds is.
            return Cost(0, inner.fixed if node.name.value == "edges" else 1 + inner.fixed)
        return Cost(self._length(node, definition) * (1 + inner.fixed))

    def _page(self, node: FieldNode, definition: GraphQLField) -> int:
        given = [
            size for name in _PAGE_ARGUMENTS if (size := self._size_given(node, definition, name)) is not None
        ]
        return max(given, default=self._settings.page_length_default)

    def _length(self, node: FieldNode, definition: GraphQLField) -> int:
        given = self._size_given(node, definition, "ids") if "ids" in definition.args else None
        if given is not None:
            return given
        strawberry_field = (definition.extensions or {}).get("strawberry-definition")
        declared = (getattr(strawberry_field, "metadata", None) or {}).get("list_length")
        return declared if isinstance(declared, int) else self._settings.list_length_assumed

    def _size_given(self, node: FieldNode, definition: GraphQLField, name: str) -> int | None:
        for argument in node.arguments or ():
            if argument.name.value == name:
                return self._size_of_node(argument.value)
        if name not in definition.args:
            return None
        default = definition.args[name].default_value
        return None if default is Undefined else _size_of(default)

    def _size_of_node(self, value: ValueNode) -> int | None:
        if isinstance(value, VariableNode):
            self.variables_used.add(value.name.value)
            return self._sizes.get(value.name.value)
        if isinstance(value, IntValueNode):
            return max(0, int(value.value[:20]))
        return len(value.values) if isinstance(value, ListValueNode) else None


def _is_paged(definition: GraphQLField) -> bool:
    return any(name in definition.args for name in _PAGE_ARGUMENTS)


def _is_list(declared: object) -> bool:
    inner = declared.of_type if isinstance(declared, GraphQLNonNull) else declared
    return isinstance(inner, GraphQLList)


def _is_connection(named: GraphQLNamedType) -> bool:
    return named.name.endswith("Connection") and "pageInfo" in getattr(named, "fields", {})
