"""Arguments as graphql-core coerces them, but with a slot wherever a variable's value stands (GraphQL, section 6.4.1)."""

from collections.abc import Mapping, Sequence
from typing import Any

from graphql import (
    FieldNode,
    GraphQLField,
    ListValueNode,
    ObjectValueNode,
    Undefined,
    ValueNode,
    VariableNode,
    get_argument_values,
    value_from_ast,
)
from graphql.type import GraphQLInputObjectType, GraphQLList, GraphQLNonNull

from cms.errors import BadInput
from cms.reading.planning.errors import CannotPlan
from cms.reading.values import Late, Shape, Slot

Path = tuple[str | int, ...]
Seen = list[tuple[Path, Shape]]


def traced_arguments(
    field: GraphQLField, node: FieldNode, variables: Mapping[str, Any], seen: Seen
) -> dict[str, Any]:
    """The arguments of a field: constants as they are, variables as slots."""
    given = {argument.name.value: argument.value for argument in node.arguments or ()}
    if not any(_has_variable(value) for value in given.values()):
        return get_argument_values(field, node)
    found: dict[str, Any] = {}
    for name, definition in field.args.items():
        value = Undefined if name not in given else _traced(given[name], definition.type, variables, seen)
        if value is Undefined:
            value = _default(field, node, name)
        if value is not Undefined:
            found[name] = value
    return found


def _default(field: GraphQLField, node: FieldNode, name: str) -> Any:
    """What graphql-core makes of the argument's absence."""
    alone = GraphQLField(field.type, args={name: field.args[name]})
    return get_argument_values(alone, FieldNode(name=node.name, arguments=())).get(name, Undefined)


def _has_variable(node: ValueNode) -> bool:
    if isinstance(node, ListValueNode):
        return any(_has_variable(item) for item in node.values)
    if isinstance(node, ObjectValueNode):
        return any(_has_variable(field.value) for field in node.fields)
    return isinstance(node, VariableNode)


def _traced(node: ValueNode, kind: Any, variables: Mapping[str, Any], seen: Seen) -> Any:
    if isinstance(node, VariableNode):
        return _traced_variable(node.name.value, kind, variables, seen)
    if not _has_variable(node):
        return value_from_ast(node, kind)
    kind = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
    if isinstance(node, ObjectValueNode) and isinstance(kind, GraphQLInputObjectType):
        return _traced_object(node, kind, variables, seen)
    if isinstance(node, ListValueNode) and isinstance(kind, GraphQLList):
        return _traced_list(node, kind, variables, seen)
    raise CannotPlan("a variable in a place that is neither object nor list")


def _traced_variable(name: str, kind: Any, variables: Mapping[str, Any], seen: Seen) -> Any:
    if name not in variables:
        return Undefined
    if variables[name] is None and isinstance(kind, GraphQLNonNull):
        # Valid as a document, because the place has a default; the request is wrong nevertheless.
        raise CannotPlan("null where something must be")
    return slots(variables[name], (name,), seen)


def _traced_object(
    node: ObjectValueNode, kind: GraphQLInputObjectType, variables: Mapping[str, Any], seen: Seen
) -> Any:
    found: dict[str, Any] = {}
    given = {field.name.value: field.value for field in node.fields}
    for name, definition in kind.fields.items():
        value = Undefined if name not in given else _traced(given[name], definition.type, variables, seen)
        if value is Undefined:
            if definition.default_value is not Undefined:
                raise CannotPlan("a default beside a variable")
            continue
        found[name] = value
    return found


def _traced_list(
    node: ListValueNode, kind: GraphQLList[Any], variables: Mapping[str, Any], seen: Seen
) -> Any:
    items = [_traced(item, kind.of_type, variables, seen) for item in node.values]
    if not all(isinstance(item, dict) for item in items):
        raise CannotPlan("a variable as an item of a list")
    return items


def slots(value: Any, path: tuple[str | int, ...], seen: Seen) -> Any:
    """A variable's value with a slot for each leaf; a list of leaves is one leaf; null stays null."""
    if value is None:
        return None
    if isinstance(value, Mapping):
        return {name: slots(part, (*path, name), seen) for name, part in value.items()}
    if isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        return [slots(item, (*path, index), seen) for index, item in enumerate(value)]
    return Slot(value, path, seen)


def skeleton(value: Any) -> Any:
    """The shape of a variable's value: which fields are there, how long its lists of objects are, what is null."""
    if value is None:
        return None
    if isinstance(value, Mapping):
        return tuple((name, skeleton(part)) for name, part in sorted(value.items()))
    if isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        return ("list", *(skeleton(item) for item in value))
    return True


def switches(variables: Mapping[str, Any]) -> tuple[Any, ...]:
    """The boolean variables: any of them may stand in @skip or @include."""
    return tuple((name, value) for name, value in sorted(variables.items()) if isinstance(value, bool))


def seen_values(seen: Sequence[tuple[Path, Shape]], variables: Mapping[str, Any]) -> tuple[Any, ...]:
    """What of the variables has gone into a plan, for these variables."""
    return tuple(_hidden(Late(path, shape), variables) for path, shape in seen) if seen else ()


def _hidden(late: Late, variables: Mapping[str, Any]) -> Any:
    """The value, or the error that it makes: a plan is not for values that cannot be."""
    try:
        return late.resolve(variables)
    except BadInput as error:
        return error.message
