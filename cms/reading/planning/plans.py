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
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
)

from cms.errors import BadInput, Forbidden
from cms.reading.entities import Scope
from cms.reading.ordinary import Reads
from cms.reading.planning.arguments import seen_values
from cms.reading.planning.errors import CannotPlan
from cms.reading.planning.noting import Noting, noting_of
from cms.reading.planning.payloads import Payloads, PayloadsOfRequest
from cms.reading.planning.planner import Planner
from cms.reading.planning.roots import Shaping, draft_of
from cms.reading.planning.selection import Selections
from cms.reading.planning.variables import VariableReader
from cms.reading.reader import Statement, compiled
from cms.reading.sources import NEEDS, Facts
from cms.reading.tags import asked_tags
from cms.reading.values import Late, Shape

Ordinary = Callable[[DocumentNode, OperationDefinitionNode], Awaitable[ExecutionResult]]
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Plan:
    """What answers one root field."""

    key: str
    statement: Statement
    count: Statement | None
    shape: Shaping
    nodes: list[FieldNode]
    noting: Noting

    async def run(self, reads: Reads, variables: Mapping[str, Any]) -> Any:
        """The field's value. Raises CannotPlan or BadInput where ordinary execution must say what is wrong."""
        reader, scope = reads.reader, reads.scope
        bound = scope.perspective.bound
        ask = reader.look_up if self.shape.is_look_up else reader.run
        rows = await ask(self.statement.sql, self.statement.values(variables, bound))
        if not rows and self.shape.check_when_empty:
            raise CannotPlan("nothing found: the arguments must be checked")
        total = 0
        if self.count is not None:
            total = (await reader.run(self.count.sql, self.count.values(variables, bound)))[0][0]
        given = self.shape.given
        given = given.resolve(variables) if isinstance(given, Late) else given
        self._note(reads.tags, given, is_empty=not rows)
        shown: list[set[str]] = [set() for _ in self.shape.prefixes]
        answer = self.shape.assemble(rows, total, given, [keys.add for keys in shown])
        for prefix, keys in zip(self.shape.prefixes, shown, strict=True):
            reads.tags.update([prefix + key.replace("-", "") for key in keys if key])
        return answer

    def _note(self, tags: set[str], given: Any, *, is_empty: bool) -> None:
        tags |= self.noting.always
        if is_empty:
            tags |= self.noting.when_empty
        if self.noting.asked:
            tags |= asked_tags([given] if isinstance(given, str) else given)


@dataclass(frozen=True)
class OperationPlan:
    """The plans of an operation's root fields in their order; a list of nodes where one is left to ordinary execution.

    `refused` are nodes of fields that may not be null and that the scope may not read: they leave nothing of the whole answer.
    """

    fields: Mapping[str, Plan | list[FieldNode]]
    seen: tuple[tuple[Path, Shape], ...]
    refused: tuple[FieldNode, ...] = ()


class Plans:
    """Plans queries against one schema, keeps the plans, and runs them."""

    def __init__(self, schema: GraphQLSchema, facts: Facts, *, kept_max: int = 1000) -> None:
        self.schema, self.facts, self.kept_max = schema, facts, kept_max
        self.payloads = Payloads(schema, facts, kept_max=kept_max)
        self._kept: OrderedDict[Any, list[tuple[tuple[Any, ...], OperationPlan]]] = OrderedDict()
        self._readers: OrderedDict[Any, VariableReader] = OrderedDict()

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
            reads.payloads = PayloadsOfRequest(self.payloads, identity, reads)
            return await ordinary(document, operation)
        name = operation.name.value if operation.name else None
        reader = self._reader(identity, name, operation)
        read = reader.read(variables)
        if read is None:
            return await ordinary(document, operation)
        values, shape = read
        key = (identity, name, shape, reads.scope.key)
        plan = self._kept_plan(key, values)
        if plan is None:
            plan = self._made(document, operation, reader.coerced(variables), reads.scope)
            self._keep(key, seen_values(plan.seen, values), plan)
        return await self._run(plan, document, operation, values, reads, ordinary)

    def _reader(
        self, identity: object, name: str | None, operation: OperationDefinitionNode
    ) -> VariableReader:
        key = (identity, name)
        reader = self._readers.get(key)
        if reader is None:
            reader = self._readers[key] = VariableReader(self.schema, operation)
            while len(self._readers) > self.kept_max:
                self._readers.popitem(last=False)
        return reader

    def _kept_plan(self, key: Any, variables: Mapping[str, Any]) -> OperationPlan | None:
        for values, plan in self._kept.get(key, ()):
            if values == seen_values(plan.seen, variables):
                self._kept.move_to_end(key)
                return plan
        return None

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
            tuple(
                node
                for nodes in fields.values()
                for node in nodes
                if _leaves_nothing(root, node, planner.scope)
            ),
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
        if plan.refused:
            # Without a read for the fields beside them, whose answers nobody would see.
            refusal = await ordinary(*_narrowed(document, operation, plan.refused))
            if refusal.data is None:
                return refusal
        data: dict[str, Any] = {}
        left: list[FieldNode] = []
        for key, field in plan.fields.items():
            if isinstance(field, list):
                left += field
                continue
            try:
                data[key] = await field.run(reads, variables)
            except (CannotPlan, BadInput):
                left += field.nodes
        if "" in plan.fields:
            return await ordinary(document, operation)
        if not left:
            return ExecutionResult(data)
        rest = await ordinary(*_narrowed(document, operation, left))
        return _joined(plan, data, rest)


def _field_plan(
    planner: Planner, root: GraphQLObjectType, key: str, nodes: list[FieldNode]
) -> Plan | list[FieldNode]:
    name = nodes[0].name.value
    if name not in root.fields or not _is_allowed(root.fields[name], planner.scope):
        return nodes
    try:
        draft = draft_of(planner, root.fields[name], nodes)
        noting = noting_of(planner, root.fields[name], nodes, crowds=draft.shape.crowds)
    except (CannotPlan, BadInput, Forbidden):
        return nodes
    count = None if draft.count is None else compiled(draft.count)
    return Plan(key, compiled(draft.statement), count, draft.shape, nodes, noting)


def _leaves_nothing(root: GraphQLObjectType, node: FieldNode, scope: Scope) -> bool:
    field = root.fields.get(node.name.value)
    return field is not None and isinstance(field.type, GraphQLNonNull) and not _is_allowed(field, scope)


def _is_allowed(field: GraphQLField, scope: Scope) -> bool:
    """Whether the scope has what the field needs; ordinary execution says what is missing."""
    definition = field.extensions.get("strawberry-definition")
    needs = None if definition is None else definition.metadata.get(NEEDS)
    return needs is None or scope.may(needs)


def _narrowed(
    document: DocumentNode, operation: OperationDefinitionNode, nodes: Sequence[FieldNode]
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
