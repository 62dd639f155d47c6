"""Which fields a selection set asks for, by response key (GraphQL, section 6.3.2, CollectFields)."""

from collections.abc import Iterable, Mapping
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLIncludeDirective,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLSkipDirective,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
    get_directive_values,
    is_abstract_type,
)

from cms.reading.planning.errors import CannotPlan

Fields = dict[str, list[FieldNode]]


class Selections:
    """Collects fields for one operation; notes which variables decided on @skip and @include."""

    def __init__(
        self, schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode], variables: Any
    ) -> None:
        self.schema, self.fragments, self.variables = schema, fragments, variables

    def of(self, kind: GraphQLObjectType, sets: Iterable[SelectionSetNode | None]) -> Fields:
        """The fields of the selection sets that apply to an object of the type."""
        found: Fields = {}
        visited: set[str] = set()
        for selection_set in sets:
            if selection_set is not None:
                self._collect(kind, selection_set.selections, found, visited)
        return found

    def below(self, kind: GraphQLObjectType, nodes: Iterable[FieldNode]) -> Fields:
        """The fields below some nodes of one response key."""
        return self.of(kind, [node.selection_set for node in nodes])

    def _collect(
        self, kind: GraphQLObjectType, selections: Iterable[SelectionNode], found: Fields, visited: set[str]
    ) -> None:
        for selection in selections:
            if not self._is_included(selection):
                continue
            if isinstance(selection, FieldNode):
                found.setdefault((selection.alias or selection.name).value, []).append(selection)
            elif isinstance(selection, InlineFragmentNode):
                if self._applies(selection.type_condition, kind):
                    self._collect(kind, selection.selection_set.selections, found, visited)
            elif isinstance(selection, FragmentSpreadNode):
                self._spread(kind, selection, found, visited)

    def _spread(
        self, kind: GraphQLObjectType, spread: FragmentSpreadNode, found: Fields, visited: set[str]
    ) -> None:
        name = spread.name.value
        if name in visited:
            return
        visited.add(name)
        fragment = self.fragments[name]
        if self._applies(fragment.type_condition, kind):
            self._collect(kind, fragment.selection_set.selections, found, visited)

    def _applies(self, condition: Any, kind: GraphQLObjectType) -> bool:
        if condition is None or condition.name.value == kind.name:
            return True
        wanted = self.schema.get_type(condition.name.value)
        return is_abstract_type(wanted) and self.schema.is_sub_type(wanted, kind)

    def _is_included(self, node: SelectionNode) -> bool:
        if not node.directives:
            return True
        if any(directive.name.value not in {"skip", "include"} for directive in node.directives):
            raise CannotPlan("a directive other than @skip and @include")
        skip = get_directive_values(GraphQLSkipDirective, node, self.variables)
        include = get_directive_values(GraphQLIncludeDirective, node, self.variables)
        return not (skip and skip["if"]) and not (include and not include["if"])
