"""What a mutation answers with, where a plan has read it: ordinary execution takes it as it is."""

from dataclasses import dataclass
from typing import Any, Protocol

from graphql import GraphQLResolveInfo, OperationType
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from cms.reading.sources import First, One


@dataclass(frozen=True, slots=True)
class Answered:
    """An object in the shape that the document asks for."""

    value: Any


class PayloadReader(Protocol):
    """Reads the things in the payloads of one request by plans."""

    async def read(
        self, source: One | First, key: object, info: GraphQLResolveInfo[Any]
    ) -> Answered | None: ...


def is_in_payload(info: GraphQLResolveInfo[Any]) -> bool:
    """Whether the field is one of a mutation's payload: right below a root field."""
    path = info.path
    return (
        info.operation.operation is OperationType.MUTATION
        and path.prev is not None
        and path.prev.prev is None
    )


class PayloadExecution(StrawberryGraphQLCoreExecutionContext):
    """Ordinary execution, but for objects that are answered already."""

    def complete_object_value(
        self,
        return_type: Any,
        field_details_list: Any,
        info: Any,
        path: Any,
        result: Any,
        position_context: Any,
    ) -> Any:
        """The object as it is, or made by its fields' resolvers."""
        if type(result) is Answered:
            return result.value
        return super().complete_object_value(
            return_type, field_details_list, info, path, result, position_context
        )
