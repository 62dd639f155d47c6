"""How large a document may be, measured in time linear in its length: each fragment is measured once."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    ValueNode,
)

from cms.config import Settings
from cms.endpoint.errors import DocumentRefused, LimitExceeded

NESTING_MAX = 100
"""Selection sets and spreads inside each other, a bound on recursion; `document_depth_max` counts fields only."""

_INTROSPECTION = frozenset({"__schema", "__type"})


@dataclass(frozen=True, slots=True)
class Measure:
    """The size of a selection set with its fragments spread. Sums count a fragment once for each spread."""

    depth: int = 0
    introspection_depth: int = 0
    introspection_fields: int = 0
    nesting: int = 0
    width: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0


def check_limits(
    document: DocumentNode, fragments: Mapping[str, FragmentDefinitionNode], settings: Settings
) -> None:
    """Raise LimitExceeded if an operation or a fragment of the document is larger than the settings allow."""
    meter = _Meter(fragments, settings)
    for definition in document.definitions:
        if isinstance(definition, FragmentDefinitionNode):
            _check(meter.fragment(definition.name.value, 1), settings)
        elif isinstance(definition, OperationDefinitionNode):
            measure = meter.operation(definition)
            _check(measure, settings)
            _check_limit(
                "TOO_MANY_ROOT_FIELDS",
                "Too many root fields",
                measure.width,
                settings.document_root_fields_max,
            )


def _check(measure: Measure, settings: Settings) -> None:
    for code, what, found, limit in (
        (
            "DOCUMENT_TOO_DEEP",
            "The document nests fields too deeply",
            measure.depth,
            settings.document_depth_max,
        ),
        (
            "INTROSPECTION_TOO_DEEP",
            "The introspection nests fields too deeply",
            measure.introspection_depth,
            settings.introspection_depth_max,
        ),
        (
            "TOO_MANY_FIELDS",
            "Too many fields of introspection, fragments counted wherever they are spread",
            measure.introspection_fields,
            settings.introspection_fields_max,
        ),
        ("DOCUMENT_TOO_DEEP", "The document nests fragments too deeply", measure.nesting, NESTING_MAX),
        (
            "TOO_MANY_FIELDS",
            "Too many fields, fragments counted wherever they are spread",
            measure.fields,
            settings.document_fields_max,
        ),
        ("TOO_MANY_ALIASES", "Too many aliases", measure.aliases, settings.document_aliases_max),
        ("TOO_MANY_DIRECTIVES", "Too many directives", measure.directives, settings.document_directives_max),
    ):
        _check_limit(code, what, found, limit)


def _check_limit(code: str, what: str, found: int, limit: int) -> None:
    if found > limit:
        raise LimitExceeded(code, what, found=min(found, 2**53), limit=limit)


class _Meter:
    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode], settings: Settings) -> None:
        self._fragments = fragments
        self._settings = settings
        self._measured: dict[str, Measure] = {}
        self._open: set[str] = set()

    def operation(self, node: OperationDefinitionNode) -> Measure:
        for variable in node.variable_definitions or ():
            _check_value_depth(variable.default_value, self._settings)
        measure = self._selection_set(node.selection_set, 1)
        return _with_directives(measure, self._directives(node.directives))

    def fragment(self, name: str, level: int) -> Measure:
        """The measure of a fragment; nothing for one that is missing or spreads itself, which validation refuses."""
        measured = self._measured.get(name)
        if measured is not None:
            return measured
        definition = self._fragments.get(name)
        if definition is None or name in self._open:
            return Measure()
        self._open.add(name)
        measure = self._selection_set(definition.selection_set, level)
        self._open.discard(name)
        self._measured[name] = measure
        return measure

    def _selection_set(self, node: SelectionSetNode, level: int) -> Measure:
        if level > NESTING_MAX:
            raise LimitExceeded(
                "DOCUMENT_TOO_DEEP", "The document nests fragments too deeply", found=level, limit=NESTING_MAX
            )
        self._check_repeats(node.selections)
        measures = [self._selection(selection, level + 1) for selection in node.selections]
        return Measure(
            depth=max((measure.depth for measure in measures), default=0),
            introspection_depth=max((measure.introspection_depth for measure in measures), default=0),
            introspection_fields=sum(measure.introspection_fields for measure in measures),
            nesting=1 + max((measure.nesting for measure in measures), default=0),
            width=sum(measure.width for measure in measures),
            fields=sum(measure.fields for measure in measures),
            aliases=sum(measure.aliases for measure in measures),
            directives=sum(measure.directives for measure in measures),
        )

    def _selection(self, node: SelectionNode, level: int) -> Measure:
        directives = self._directives(node.directives)
        if isinstance(node, FieldNode):
            return _with_directives(self._field(node, level), directives)
        if isinstance(node, InlineFragmentNode):
            return _with_directives(self._selection_set(node.selection_set, level), directives)
        assert isinstance(node, FragmentSpreadNode)  # noqa: S101  (the grammar has no fourth kind)
        return _with_directives(self.fragment(node.name.value, level), directives)

    def _field(self, node: FieldNode, level: int) -> Measure:
        for argument in node.arguments or ():
            _check_value_depth(argument.value, self._settings)
        inner = self._selection_set(node.selection_set, level) if node.selection_set else Measure()
        is_introspection = node.name.value in _INTROSPECTION
        return Measure(
            depth=1 if is_introspection else inner.depth + 1,
            introspection_depth=inner.depth + 1 if is_introspection else inner.introspection_depth,
            introspection_fields=inner.fields + 1 if is_introspection else inner.introspection_fields,
            nesting=inner.nesting,
            width=1,
            fields=inner.fields + 1,
            aliases=inner.aliases + (node.alias is not None),
            directives=inner.directives,
        )

    def _directives(self, directives: Iterable[DirectiveNode] | None) -> int:
        count = 0
        for directive in directives or ():
            count += 1
            for argument in directive.arguments or ():
                _check_value_depth(argument.value, self._settings)
        return count

    def _check_repeats(self, selections: Iterable[SelectionNode]) -> None:
        # Validation compares fields of one response name pair by pair, so their number must stay small.
        names = Counter(_response_name(selection) for selection in selections)
        found = max(names.values(), default=0)
        _check_limit(
            "TOO_MANY_REPEATS",
            "The same selection is repeated too often",
            found,
            self._settings.document_repeats_max,
        )


def _response_name(selection: SelectionNode) -> str:
    if isinstance(selection, FieldNode):
        return (selection.alias or selection.name).value
    if isinstance(selection, FragmentSpreadNode):
        return "..." + selection.name.value
    assert isinstance(selection, InlineFragmentNode)  # noqa: S101  (the grammar has no fourth kind)
    return "... on " + (selection.type_condition.name.value if selection.type_condition else "")


def _with_directives(measure: Measure, directives: int) -> Measure:
    if not directives:
        return measure
    return replace(measure, directives=measure.directives + directives)


def _check_value_depth(value: ValueNode | None, settings: Settings) -> None:
    stack: list[tuple[ValueNode, int]] = (
        [(value, 0)] if isinstance(value, (ListValueNode, ObjectValueNode)) else []
    )
    while stack:
        node, outer = stack.pop()
        if isinstance(node, ListValueNode):
            stack.extend((item, outer + 1) for item in node.values)
        elif isinstance(node, ObjectValueNode):
            stack.extend((field.value, outer + 1) for field in node.fields)
        else:
            continue
        if outer + 1 > settings.variables_depth_max:
            raise too_deep_input(outer + 1, settings.variables_depth_max)


def too_deep_input(found: int, limit: int) -> DocumentRefused:
    """The error for lists and objects nested too deeply in variables or literals."""
    return LimitExceeded(
        "INPUT_TOO_DEEP", "Lists and objects of an input nest too deeply", found=found, limit=limit
    )
