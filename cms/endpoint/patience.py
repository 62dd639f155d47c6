"""How long an operation may take. Mutations whose fields declare `metadata={"takes_file": True}` receive, fetch or look through a file before they
answer, and may take longer than all others.
"""

from collections.abc import Iterator, Mapping

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from cms.config import Settings


def seconds_max(
    schema: GraphQLSchema,
    operation: OperationDefinitionNode,
    fragments: Mapping[str, FragmentDefinitionNode],
    settings: Settings,
) -> float:
    """The longest time that the operation may take, by its root fields."""
    root = schema.get_root_type(operation.operation)
    if root is None or operation.operation.value != "mutation":
        return settings.request_seconds_max
    names = set(_root_fields(operation.selection_set, fragments, set()))
    if any(name in root.fields and _takes_file(root.fields[name]) for name in names):
        return max(settings.intake_seconds_max, settings.request_seconds_max)
    return settings.request_seconds_max


def _takes_file(field: GraphQLField) -> bool:
    definition = (field.extensions or {}).get("strawberry-definition")
    return bool((getattr(definition, "metadata", None) or {}).get("takes_file"))


def _root_fields(
    selected: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode], spread: set[str]
) -> Iterator[str]:
    for node in selected.selections:
        if isinstance(node, FieldNode):
            yield node.name.value
        elif isinstance(node, InlineFragmentNode):
            yield from _root_fields(node.selection_set, fragments, spread)
        elif isinstance(node, FragmentSpreadNode) and node.name.value not in spread:
            spread.add(node.name.value)
            yield from _root_fields(fragments[node.name.value].selection_set, fragments, spread)
