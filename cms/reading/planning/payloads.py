"""What mutations answer with, in plans: after its commit, one statement for the thing that a payload holds.

Nothing else of a mutation is planned. What cannot be planned is read by ordinary resolvers, with the same answer.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from graphql import (
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLResolveInfo,
    GraphQLSchema,
    Node,
    VariableNode,
)
from graphql.execution.values import VariableValues

from cms.errors import BadInput
from cms.reading.entities import Scope
from cms.reading.ordinary import Reads
from cms.reading.payloads import Answered, ReadAhead
from cms.reading.planning.arguments import Seen, seen_values, skeleton, switches
from cms.reading.planning.errors import CannotPlan
from cms.reading.planning.planner import Planner
from cms.reading.planning.roots import KEY, Shaping, payload_draft
from cms.reading.planning.selection import Selections
from cms.reading.reader import Statement, compiled
from cms.reading.sources import Facts, First, One
from cms.reading.values import unwrapped

VARIANTS_MAX = 20
# Values that every driver sends alike.
_PLAIN = frozenset({str, int, bool, type(None), UUID, datetime})
Info = GraphQLResolveInfo[Any]


@dataclass(frozen=True)
class Plan:
    """What reads the thing of one payload."""

    statement: Statement
    shape: Shaping


@dataclass(frozen=True)
class Variant:
    """A plan for some values of the variables; None where there can be none."""

    shape: tuple[Any, ...]
    seen: Seen
    values: tuple[Any, ...]
    plan: Plan | None


@dataclass
class Kept:
    """The plans for one place of a document, and the variables that are used below it."""

    names: tuple[str, ...]
    variants: list[Variant] = field(default_factory=list[Variant])


class Payloads:
    """Plans what payloads hold, and keeps the plans."""

    def __init__(self, schema: GraphQLSchema, facts: Facts, *, kept_max: int) -> None:
        self.schema, self.facts, self.kept_max = schema, facts, kept_max
        self._kept: OrderedDict[Any, Kept] = OrderedDict()
        self._latest: OrderedDict[Any, Plan] = OrderedDict()

    def plan(self, identity: object, source: One | First, scope: Scope, info: Info) -> Plan | None:
        """The plan for the place of the document at which the field stands; None if it cannot be planned."""
        kept = self._kept_for(identity, scope, info)
        variables = _variables_of(info)
        used = {name: variables[name] for name in kept.names if name in variables}
        shape = (skeleton(used), switches(used))
        for variant in kept.variants:
            if variant.shape == shape and variant.values == seen_values(variant.seen, variables):
                return variant.plan
        plan, seen = self._made(source, scope, info)
        kept.variants.append(Variant(shape, seen, seen_values(seen, variables), plan))
        del kept.variants[:-VARIANTS_MAX]
        return plan

    def latest(self, root: object) -> Plan | None:
        """The plan that has read a payload of this root field before."""
        return self._latest.get(root)

    def note(self, root: object, plan: Plan) -> None:
        """Take down which plan reads the payload of a root field."""
        self._latest[root] = plan
        self._latest.move_to_end(root)
        if len(self._latest) > self.kept_max:
            self._latest.popitem(last=False)

    def _kept_for(self, identity: object, scope: Scope, info: Info) -> Kept:
        name = info.operation.name
        way = tuple(info.path.as_list())
        place = (identity, name and name.value, way, scope.key)
        kept = self._kept.get(place)
        if kept is None:
            kept = self._kept[place] = Kept(tuple(sorted(_variables(info.field_nodes, info.fragments))))
            if len(self._kept) > self.kept_max:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(place)
        return kept

    def _made(self, source: One | First, scope: Scope, info: Info) -> tuple[Plan | None, Seen]:
        variables = _variables_of(info)
        selections = Selections(self.schema, dict(info.fragments), VariableValues({}, variables))
        planner = Planner(self.schema, selections, variables, scope=scope, facts=self.facts)
        try:
            draft = payload_draft(
                planner, source, info.parent_type.fields[info.field_name], list(info.field_nodes)
            )
        except (CannotPlan, BadInput):
            return None, planner.seen
        return Plan(compiled(draft.statement), draft.shape), planner.seen


@dataclass(frozen=True)
class PayloadsOfRequest:
    """Reads the payloads of one request; `identity` names its document."""

    payloads: Payloads
    identity: object
    reads: Reads
    ahead: list[ReadAhead] = field(default_factory=list[ReadAhead])

    async def read(self, source: One | First, key: object, info: Info) -> Answered | None:
        """The thing of a payload as it is now; None where ordinary resolvers must read it, or say what is wrong."""
        scope = self.reads.draft_scope
        plan = self.payloads.plan(self.identity, source, scope, info)
        if plan is None:
            return None
        try:
            sql, values = plan.statement.sql, self._values(plan, key, info)
            rows = self._rows_ahead(_root_key(info), sql, values)
            if rows is None:
                rows = await self.reads.reader.run(sql, values)
                self.payloads.note(self._root(_root_key(info), info), plan)
            return Answered(plan.shape.assemble(rows, 0, None, [_unnoted for _ in plan.shape.prefixes]))
        except (CannotPlan, BadInput):
            return None

    def read_ahead(self, key: str, info: Info) -> ReadAhead | None:
        """What will most likely read the thing of the payload of this root field, so that it can be read with the commit; None if that is not known."""
        plan = self.payloads.latest(self._root(info.path.key, info))
        if plan is None:
            return None
        try:
            values = [unwrapped(value) for value in self._values(plan, key, info)]
        except (LookupError, TypeError, ValueError, BadInput):
            # The plan was made for other variables.
            return None
        if any(type(value) not in _PLAIN for value in values):
            return None
        found = ReadAhead(info.path.key, plan.statement.sql, values)
        self.ahead.append(found)
        return found

    def _values(self, plan: Plan, key: object, info: Info) -> list[Any]:
        variables = {**_variables_of(info), KEY: key}
        return plan.statement.values(variables, self.reads.draft_scope.perspective.bound)

    def _rows_ahead(self, root: object, sql: str, values: list[Any]) -> Sequence[Any] | None:
        for one in self.ahead:
            if one.rows is not None and (one.root, one.sql, one.values) == (root, sql, values):
                self.ahead.remove(one)
                self.reads.reader.statements += 1
                return one.rows
        return None

    def _root(self, key: object, info: Info) -> object:
        name = info.operation.name
        return self.identity, name and name.value, key, self.reads.draft_scope.key


def _root_key(info: Info) -> object:
    """The response key of the root field of a field in its payload."""
    return None if info.path.prev is None else info.path.prev.key


def _unnoted(_: str) -> None:
    """An answer to a mutation is never kept, so nobody wants to know which nodes are in it."""


def _variables_of(info: Info) -> dict[str, Any]:
    # Strawberry gives resolvers the coerced variables as they are, whatever graphql-core's type says.
    return cast("dict[str, Any]", info.variable_values)


def _variables(nodes: Iterable[Node], fragments: Mapping[str, FragmentDefinitionNode]) -> set[str]:
    """The names of the variables that stand in these fields and what they spread."""
    found: set[str] = set()
    spread: set[str] = set()
    waiting: list[Node] = list(nodes)
    while waiting:
        node = waiting.pop()
        if isinstance(node, VariableNode):
            found.add(node.name.value)
        elif isinstance(node, FragmentSpreadNode) and node.name.value not in spread:
            spread.add(node.name.value)
            waiting.append(fragments[node.name.value])
        waiting += _children(node)
    return found


def _children(node: Node) -> Iterable[Node]:
    for name in node.keys:
        value = getattr(node, name, None)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple | list):
            yield from (item for item in value if isinstance(item, Node))
