"""What a mutation answers with, where a plan has read it: ordinary execution takes it as it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from graphql import GraphQLResolveInfo, OperationType
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from cms.reading.sources import First, One


@dataclass(frozen=True, slots=True)
class Answered:
    """An object in the shape that the document asks for."""

    value: Any


@dataclass(eq=False)
class ReadAhead:
    """The statement that will most likely read the thing in the payload of a root field, and its rows once somebody has them."""

    root: object
    sql: str
    values: list[Any]
    rows: Sequence[Any] | None = None

    def take(self, rows: Sequence[Any] | None) -> None:
        """Keep the rows; None where they must be read again."""
        self.rows = rows


class PayloadReader(Protocol):
    """Reads the things in the payloads of one request by plans."""

    def read_ahead(self, key: str, info: GraphQLResolveInfo[Any]) -> ReadAhead | None: ...

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
