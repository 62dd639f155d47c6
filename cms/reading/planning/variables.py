"""The variables of a request: their values as graphql-core coerces them, and what of them decides which plan fits."""

from collections.abc import Mapping
from typing import Any

from graphql import (
    GraphQLID,
    GraphQLNonNull,
    GraphQLSchema,
    GraphQLString,
    OperationDefinitionNode,
    type_from_ast,
)
from graphql.execution.values import get_variable_values

from cms.reading.planning.arguments import skeleton, switches

_ABSENT: Any = object()
_TEXTS = (GraphQLString.name, GraphQLID.name)


class VariableReader:
    """Reads the variables of one operation. Texts, which most variables are, need no coercion, and that is known beforehand."""

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode) -> None:
        self._schema, self._definitions = schema, operation.variable_definitions or ()
        kinds = [_text_kind(schema, definition) for definition in self._definitions]
        self._texts = None if None in kinds else tuple(kind for kind in kinds if kind is not None)

    def read(self, given: Mapping[str, Any]) -> tuple[Any, Any] | None:
        """The values by name, and what of them decides on the plan; None if graphql-core refuses them."""
        short = None if self._texts is None else self._read_texts(self._texts, given)
        return short or self._read_any(given)

    def coerced(self, given: Mapping[str, Any]) -> Any:
        """The values as graphql-core hands them from one function to the next. Only for values that `read` has accepted."""
        return get_variable_values(self._schema, self._definitions, dict(given))

    def _read_texts(
        self, texts: tuple[tuple[str, bool], ...], given: Mapping[str, Any]
    ) -> tuple[Any, Any] | None:
        values: dict[str, Any] = {}
        for name, is_required in texts:
            value = given.get(name, _ABSENT)
            if type(value) is str:
                values[name] = value
            elif is_required or (value is not None and value is not _ABSENT):
                return None
            elif value is None:
                values[name] = None
        if None in values.values() or len(values) < len(texts):
            return values, tuple((name, value is None) for name, value in values.items())
        return values, None

    def _read_any(self, given: Mapping[str, Any]) -> tuple[Any, Any] | None:
        found = get_variable_values(self._schema, self._definitions, dict(given))
        if isinstance(found, list):
            return None
        values = found.coerced
        return values, (skeleton(values), switches(values))


def _text_kind(schema: GraphQLSchema, definition: Any) -> tuple[str, bool] | None:
    """Name and necessity of a variable that is a text without a default; None for any other."""
    kind = type_from_ast(schema, definition.type)
    is_required = isinstance(kind, GraphQLNonNull)
    named = getattr(kind.of_type if isinstance(kind, GraphQLNonNull) else kind, "name", None)
    if named not in _TEXTS or definition.default_value is not None:
        return None
    return definition.variable.name.value, is_required
