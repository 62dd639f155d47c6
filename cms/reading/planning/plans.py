"""Plans, kept and run: a document seen before costs no planning, only its statements."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
)
from graphql.execution.values import get_variable_values

from cms.errors import BadInput, Forbidden
from cms.reading.entities import Scope
from cms.reading.ordinary import Reads
from cms.reading.planning.arguments import skeleton
from cms.reading.planning.errors import CannotPlan
from cms.reading.planning.planner import Planner
from cms.reading.planning.roots import Draft, Found, draft_of
from cms.reading.planning.selection import Selections
from cms.reading.reader import Reader, Statement, compiled
from cms.reading.sources import NEEDS, Facts
from cms.reading.values import Late, Shape

Ordinary = Callable[[DocumentNode, OperationDefinitionNode], Awaitable[ExecutionResult]]
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Plan:
    """What answers one root field."""

    key: str
    statement: Statement
    count: Statement | None
    draft: Draft
    nodes: list[FieldNode]

    async def run(self, reader: Reader, variables: Mapping[str, Any], scope: Scope) -> Any:
        """The field's value. Raises CannotPlan or BadInput where ordinary execution must say what is wrong."""
        rows = await reader.run(self.statement.sql, self.statement.values(variables, scope.perspective.at))
        if not rows and self.draft.check_when_empty:
            raise CannotPlan("nothing found: the arguments must be checked")
        total = 0
        if self.count is not None:
            total = (await reader.run(self.count.sql, self.count.values(variables, scope.perspective.at)))[0][
                0
            ]
        given = self.draft.given
        return self.draft.assemble(
            Found(rows, total, given.resolve(variables) if isinstance(given, Late) else given)
        )


@dataclass(frozen=True)
class OperationPlan:
    """The plans of an operation's root fields in their order; a list of nodes where one is left to ordinary execution."""

    fields: Mapping[str, Plan | list[FieldNode]]
    seen: tuple[tuple[Path, Shape], ...]


class Plans:
    """Plans queries against one schema, keeps the plans, and runs them."""

    def __init__(self, schema: GraphQLSchema, facts: Facts, *, kept_max: int = 1000) -> None:
        self.schema, self.facts, self.kept_max = schema, facts, kept_max
        self._kept: OrderedDict[Any, list[tuple[tuple[Any, ...], OperationPlan]]] = OrderedDict()

    async def execute(
        self,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
        reads: Reads,
        *,
        identity: object,
        ordinary: Ordinary,
    ) -> ExecutionResult:
        """Answer an operation: planned where it can be, by `ordinary` where not. `identity` names the document for the cache."""
        if operation.operation is not OperationType.QUERY:
            return await ordinary(document, operation)
        coerced = get_variable_values(self.schema, operation.variable_definitions or (), dict(variables))
        if isinstance(coerced, list):
            return await ordinary(document, operation)
        plan = self._plan(document, operation, coerced, reads.scope, identity)
        return await self._run(plan, document, operation, coerced.coerced, reads, ordinary)

    def _plan(
        self,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        coerced: Any,
        scope: Scope,
        identity: object,
    ) -> OperationPlan:
        variables = coerced.coerced
        name = operation.name.value if operation.name else None
        key = (identity, name, skeleton(variables), _switches(variables), scope_key(scope))
        for values, plan in self._kept.get(key, ()):
            if values == _seen_values(plan.seen, variables):
                self._kept.move_to_end(key)
                return plan
        plan = self._made(document, operation, coerced, scope)
        self._keep(key, _seen_values(plan.seen, variables), plan)
        return plan

    def _keep(self, key: Any, values: tuple[Any, ...], plan: OperationPlan) -> None:
        variants = self._kept.setdefault(key, [])
        variants.append((values, plan))
        del variants[:-20]
        self._kept.move_to_end(key)
        while len(self._kept) > self.kept_max:
            self._kept.popitem(last=False)

    def _made(
        self, document: DocumentNode, operation: OperationDefinitionNode, coerced: Any, scope: Scope
    ) -> OperationPlan:
        fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        planner = Planner(
            self.schema,
            Selections(self.schema, fragments, coerced),
            coerced.coerced,
            scope=scope,
            facts=self.facts,
        )
        root = self.schema.query_type
        assert root is not None  # noqa: S101  (the schema has queries)
        try:
            fields = planner.selections.of(root, [operation.selection_set])
        except CannotPlan:
            return OperationPlan({"": []}, ())
        return OperationPlan(
            {key: _field_plan(planner, root, key, nodes) for key, nodes in fields.items()},
            tuple(planner.seen),
        )

    async def _run(
        self,
        plan: OperationPlan,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
        reads: Reads,
        ordinary: Ordinary,
    ) -> ExecutionResult:
        data: dict[str, Any] = {}
        left: list[FieldNode] = []
        for key, field in plan.fields.items():
            if isinstance(field, list):
                left += field
                continue
            try:
                data[key] = await field.run(reads.reader, variables, reads.scope)
            except (CannotPlan, BadInput):
                left += field.nodes
        if "" in plan.fields:
            return await ordinary(document, operation)
        if not left:
            return ExecutionResult(data)
        rest = await ordinary(*_narrowed(document, operation, left))
        return _joined(plan, data, rest)


def scope_key(scope: Scope) -> tuple[Any, ...]:
    """What of a scope shapes a plan: all but the time."""
    return (scope.perspective.kind, scope.permissions)


def _switches(variables: Mapping[str, Any]) -> tuple[Any, ...]:
    """The boolean variables: any of them may stand in @skip or @include."""
    return tuple((name, value) for name, value in sorted(variables.items()) if isinstance(value, bool))


def _seen_values(seen: Sequence[tuple[Path, Shape]], variables: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(_hidden(Late(path, shape), variables) for path, shape in seen)


def _hidden(late: Late, variables: Mapping[str, Any]) -> Any:
    """The value, or the error that it makes: a plan is not for values that cannot be."""
    try:
        return late.resolve(variables)
    except BadInput as error:
        return error.message


def _field_plan(
    planner: Planner, root: GraphQLObjectType, key: str, nodes: list[FieldNode]
) -> Plan | list[FieldNode]:
    name = nodes[0].name.value
    if name not in root.fields or not _is_allowed(root.fields[name], planner.scope):
        return nodes
    try:
        draft = draft_of(planner, root.fields[name], nodes)
    except (CannotPlan, BadInput, Forbidden):
        return nodes
    count = None if draft.count is None else compiled(draft.count)
    return Plan(key, compiled(draft.statement), count, draft, nodes)


def _is_allowed(field: GraphQLField, scope: Scope) -> bool:
    """Whether the scope has what the field needs; ordinary execution says what is missing."""
    definition = field.extensions.get("strawberry-definition")
    needs = None if definition is None else definition.metadata.get(NEEDS)
    return needs is None or scope.may(needs)


def _narrowed(
    document: DocumentNode, operation: OperationDefinitionNode, nodes: list[FieldNode]
) -> tuple[DocumentNode, OperationDefinitionNode]:
    """The same document with nothing but these root fields in the operation."""
    narrow = OperationDefinitionNode(
        operation=operation.operation,
        name=operation.name,
        variable_definitions=operation.variable_definitions,
        directives=operation.directives,
        selection_set=SelectionSetNode(selections=tuple(nodes)),
        loc=operation.loc,
    )
    fragments = tuple(d for d in document.definitions if isinstance(d, FragmentDefinitionNode))
    return DocumentNode(definitions=(narrow, *fragments), loc=document.loc), narrow


def _joined(plan: OperationPlan, data: Mapping[str, Any], rest: ExecutionResult) -> ExecutionResult:
    if rest.data is None:
        return ExecutionResult(None, rest.errors, rest.extensions)
    both = {**rest.data, **data}
    return ExecutionResult({key: both[key] for key in plan.fields}, rest.errors, rest.extensions)
