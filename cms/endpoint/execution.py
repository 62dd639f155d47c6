"""From a request to a result: which document, which operation, within which limits, and its execution."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, cast

import strawberry
from graphql import ExecutionResult, execute, subscribe
from graphql.execution.middleware import MiddlewareManager
from strawberry.execution import optimized_is_awaitable
from strawberry.extensions import SchemaExtension
from strawberry.types import ExecutionContext
from strawberry.types.graphql import OperationType
from strawberry.utils.await_maybe import await_maybe

from cms.config import Settings
from cms.endpoint.documents import Document, Documents, Operation
from cms.endpoint.errors import DocumentInvalid, ErrorEntry
from cms.endpoint.failures import entry_of
from cms.endpoint.persisted import DocumentSource
from cms.endpoint.requests import GraphQLRequest
from cms.endpoint.variables import check_variables

Run = Callable[[strawberry.Schema, Document, Operation, dict[str, Any], Any], Awaitable[ExecutionResult]]
"""What executes a query or a mutation. The read engine is plugged in here: it answers what it can plan, and hands
the rest to `execute_operation`. `data` of its result may be an `orjson.Fragment`: JSON that is already written."""

ResultStream = AsyncGenerator[ExecutionResult, None]


@dataclass(frozen=True, slots=True)
class PreparedOperation:
    """An operation that may run: known, valid, within the limits."""

    document: Document
    operation: Operation
    variables: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Execution:
    """How requests are executed, whatever transport they came by."""

    schema: strawberry.Schema
    documents: Documents
    sources: DocumentSource
    settings: Settings
    run: Run

    def prepare(self, request: GraphQLRequest) -> PreparedOperation:
        """Find the document and the operation, and check every limit. Raises RequestError."""
        text = self.sources.text_of(request)
        document = self.documents.read(text)
        self.sources.accept(request, document)
        operation = document.operation_named(request.operation_name)
        check_variables(request, self.settings)
        operation.cost.check(request.variables)
        return PreparedOperation(document, operation, request.variables)

    async def execute(self, prepared: PreparedOperation, context: object) -> ExecutionResult:
        """Run a query or a mutation. Raises DocumentInvalid if the variables do not fit the operation."""
        result = await self.run(
            self.schema, prepared.document, prepared.operation, prepared.variables, context
        )
        raise_request_errors(result)
        return result

    async def subscribe(self, prepared: PreparedOperation, context: object) -> ResultStream:
        """Open a subscription. Raises DocumentInvalid if the variables do not fit the operation."""
        stream = await subscribe_operation(
            self.schema,
            prepared.document,
            prepared.operation,
            prepared.variables,
            context,
            hide_suggestions=not self.settings.suggestions,
        )
        if isinstance(stream, ExecutionResult):
            raise_request_errors(stream)
            return _single(stream)
        return cast("ResultStream", stream)


async def execute_operation(
    schema: strawberry.Schema,
    document: Document,
    operation: Operation,
    variables: dict[str, Any],
    context: object,
    *,
    hide_suggestions: bool = False,
) -> ExecutionResult:
    """Ordinary execution: one resolver call a field, through Strawberry's conversion of arguments and its extensions.

    The document is valid already. `variables` are as the client sent them: coercion is part of the execution. The root
    fields of a mutation run one after the other (specification, section 6.2.2).
    """
    options = _options(schema, operation, variables, context, hide_suggestions=hide_suggestions)
    extensions = schema.get_extensions()
    if not extensions:
        return await await_maybe(execute(_graphql_schema(schema), document.node, **options))
    return await _execute_with_extensions(schema, document, extensions, options)


async def subscribe_operation(
    schema: strawberry.Schema,
    document: Document,
    operation: Operation,
    variables: dict[str, Any],
    context: object,
    *,
    hide_suggestions: bool = False,
) -> AsyncIterator[ExecutionResult] | ExecutionResult:
    """Open the stream of a subscription, or answer why it cannot be opened. Schema extensions do not take part."""
    options = _options(schema, operation, variables, context, hide_suggestions=hide_suggestions)
    del options["is_awaitable"]
    return await await_maybe(subscribe(_graphql_schema(schema), document.node, **options))


def raise_request_errors(result: ExecutionResult) -> None:
    """Raise DocumentInvalid if the result says that the execution did not begin: no data, and errors without a path."""
    if result.data is not None or not result.errors or any(error.path for error in result.errors):
        return
    code = "BAD_USER_INPUT"
    entries: list[ErrorEntry] = [entry_of(error, code) for error in result.errors]
    raise DocumentInvalid(code, entries)


async def _single(result: ExecutionResult) -> ResultStream:
    yield result


def _graphql_schema(schema: strawberry.Schema) -> Any:
    return schema._schema  # pyright: ignore[reportPrivateUsage]  (no public name)


def _options(
    schema: strawberry.Schema,
    operation: Operation,
    variables: Mapping[str, Any],
    context: object,
    *,
    hide_suggestions: bool,
) -> dict[str, Any]:
    return {
        "context_value": context,
        "variable_values": variables,
        "operation_name": operation.name,
        "executor_class": schema.execution_context_class,
        "is_awaitable": optimized_is_awaitable,
        "hide_suggestions": hide_suggestions,
        "operation_extensions": None,
    }


async def _execute_with_extensions(
    schema: strawberry.Schema, document: Document, extensions: list[SchemaExtension], options: dict[str, Any]
) -> ExecutionResult:
    """As Strawberry runs them, without the hooks of parsing and validation, which are over."""
    state = ExecutionContext(
        query=document.text,
        schema=schema,
        allowed_operations=tuple(OperationType),
        context=options["context_value"],
        variables=options["variable_values"],
        provided_operation_name=options["operation_name"],
        graphql_document=document.node,
    )
    for extension in extensions:
        extension.execution_context = state
    resolving = (
        extension for extension in extensions if type(extension).resolve is not SchemaExtension.resolve
    )
    runner = schema.create_extensions_runner(state, extensions)
    async with AsyncExitStack() as hooks:
        await hooks.enter_async_context(runner.operation())
        async with runner.executing():
            if state.result is None:
                middleware = MiddlewareManager(*resolving)
                state.result = await await_maybe(
                    execute(_graphql_schema(schema), document.node, middleware=middleware, **options)
                )
    told = await runner.get_extensions_results(state)
    return ExecutionResult(state.result.data, state.result.errors, told or None)
