"""The cache tags that a plan notes by itself, whatever it finds: those of its lists, or of all the nouns that it reads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graphql import FieldNode, GraphQLField, GraphQLObjectType, get_named_type, is_abstract_type, is_leaf_type

from cms.reading.planning.planner import Planner, source_of
from cms.reading.sources import AnyOf, First, Many, Pages, Source
from cms.reading.tags import NO_TAGS, list_tags


@dataclass(frozen=True)
class Noting:
    """What a plan notes for one root field: `always`; `when_empty`, too, if it finds no row; and the ids asked for if `asked`."""

    always: frozenset[str]
    when_empty: frozenset[str] = NO_TAGS
    asked: bool = False


def noting_of(
    planner: Planner, field: GraphQLField, nodes: Sequence[FieldNode], *, crowds: frozenset[str]
) -> Noting:
    """What the plan of a root field notes beside the nodes that its code takes down; `crowds` are the nouns that it does not."""
    source = source_of(field)
    always = crowds.union(*_reads(planner, source, field, nodes))
    when_empty = list_tags(source) if isinstance(source, First) else NO_TAGS
    return Noting(always, when_empty, asked=isinstance(source, AnyOf))


def _reads(
    planner: Planner, source: Source, field: GraphQLField, nodes: Sequence[FieldNode]
) -> Iterator[frozenset[str]]:
    """For each field of the selection, the tags of what decides which rows it finds."""
    yield _lists(planner, source, field, nodes)
    for kind in _kinds(planner, field):
        for below in planner.selections.below(kind, nodes).values():
            name = below[0].name.value
            if name != "__typename":
                yield from _reads(planner, source_of(kind.fields[name]), kind.fields[name], below)


def _kinds(planner: Planner, field: GraphQLField) -> Sequence[GraphQLObjectType]:
    kind = get_named_type(field.type)
    if is_leaf_type(kind):
        return ()
    if is_abstract_type(kind):
        return planner.schema.get_possible_types(kind)
    return (kind,) if isinstance(kind, GraphQLObjectType) else ()


def _lists(
    planner: Planner, source: Source, field: GraphQLField, nodes: Sequence[FieldNode]
) -> frozenset[str]:
    match source:
        case Many():
            return list_tags(source)
        case Pages():
            return list_tags(source, planner.arguments(field, nodes), planner.schema)
        case _:
            return NO_TAGS
