"""The cache tags that a plan notes by itself, whatever it finds: those of its lists, or of all the nouns that it reads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graphql import FieldNode, GraphQLField, GraphQLObjectType, get_named_type, is_abstract_type, is_leaf_type

from cms.reading.entities import Entity
from cms.reading.planning.planner import Planner, source_of
from cms.reading.sources import AnyOf, First, Items, Many, One, Pages, Source
from cms.reading.tags import NO_TAGS, list_tag, list_tags


@dataclass(frozen=True)
class Noting:
    """What a plan notes for one root field: `always`; `when_empty`, too, if it finds no row; and the ids asked for if `asked`."""

    always: frozenset[str]
    when_empty: frozenset[str] = NO_TAGS
    asked: bool = False


def noting_of(
    planner: Planner, field: GraphQLField, nodes: Sequence[FieldNode], *, notes_rows: bool
) -> Noting:
    """What the plan of a root field notes. If its assembler does not note the rows, the tags of whole nouns stand for them."""
    source = source_of(field)
    read = list(_reads(planner, source, field, nodes))
    always = frozenset[str]().union(*(one.tags if notes_rows else one.nouns | one.tags for one in read))
    when_empty = list_tags(source) if isinstance(source, First) else NO_TAGS
    return Noting(always, when_empty, asked=isinstance(source, AnyOf))


@dataclass(frozen=True)
class _Read:
    """What one field of a selection reads: the tags of what decides about its rows, and those of its rows' nouns."""

    tags: frozenset[str]
    nouns: frozenset[str]


def _reads(
    planner: Planner, source: Source, field: GraphQLField, nodes: Sequence[FieldNode]
) -> Iterator[_Read]:
    yield _Read(_lists(planner, source, field, nodes), _nouns(source))
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


def _nouns(source: Source) -> frozenset[str]:
    return frozenset(tag for tag in map(list_tag, _entities(source)) if tag is not None)


def _entities(source: Source) -> Sequence[Entity]:
    match source:
        case One() | Many() | First():
            return [source.entity]
        case Pages():
            return [source.entity, *([source.node.entity] if source.node else [])]
        case AnyOf():
            return source.entities
        case Items():
            return [companion.entity for _, companion in source.companions]
        case _:
            return []
