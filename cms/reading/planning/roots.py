"""Root fields in plans: the statement that answers one, and what makes the answer of its rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from graphql import FieldNode, GraphQLField
from sqlalchemy import Select, Text, Uuid, cast, func, literal, literal_column, select, union_all
from sqlalchemy.dialects.postgresql import ARRAY

from cms.errors import BadInput
from cms.ids import key_of, split_public_id
from cms.reading.entities import Entity
from cms.reading.planning.connections import connection_of, open_page, page_statement
from cms.reading.planning.errors import CannotPlan
from cms.reading.planning.places import place_of
from cms.reading.planning.planner import Nodes, Planner, source_of
from cms.reading.planning.shaping import Assemble, item_of, required
from cms.reading.sources import AnyOf, Check, First, Many, One, Pages
from cms.reading.values import Late, Slot, bound, plain

NODES_MAX = 100


@dataclass(frozen=True)
class Found:
    """What the statements of a root field have found, and the argument that the answer goes by (the ids of `nodes`).

    `tags` is where an assembler that `notes_rows` puts the cache tags of the rows that it shows.
    """

    rows: Sequence[Any]
    total: int
    given: Any
    tags: set[str]


@dataclass(frozen=True)
class Draft:
    """A root field's statement, the one that counts (if a count is selected), and what makes the answer.

    `given` is the argument that names the rows by their ids, as a value or from a variable. `notes_rows`: whether `assemble` notes the
    cache tags of all nodes that it shows (`cms/reading/tags.py`).
    """

    statement: Any
    assemble: Callable[[Found], Any]
    count: Select[Any] | None = None
    check_when_empty: bool = False
    given: Any = None
    notes_rows: bool = False


def draft_of(planner: Planner, field: GraphQLField, nodes: list[FieldNode]) -> Draft:
    """The plan of a root field. Raises CannotPlan, or BadInput for arguments that cannot be."""
    source = source_of(field)
    arguments = planner.arguments(field, nodes)
    match source:
        case First():
            return _first(planner, source, field, nodes, arguments)
        case Many():
            return _many(planner, source, field, nodes)
        case Pages():
            return _pages(planner, source, field, nodes, arguments)
        case AnyOf():
            return (
                _node(planner, source, nodes, arguments)
                if "id" in arguments
                else _nodes(planner, source, nodes, arguments)
            )
        case _:
            raise CannotPlan("a root field without a source")


def payload_draft(
    planner: Planner, source: One, field: GraphQLField, nodes: list[FieldNode], key: str
) -> Draft:
    """The plan of a payload's thing: the row with this id, as it is after the mutation."""
    place = place_of(source.entity, planner.scope)
    shape = planner.object(field.type, nodes, place)
    statement = (
        select(*place.selected())
        .select_from(place.rows)
        .where(place.columns["id"] == literal(UUID(key), Uuid()))
    )
    return Draft(statement, _one_row(shape, field))


def _first(
    planner: Planner, source: First, field: GraphQLField, nodes: Nodes, arguments: Mapping[str, Any]
) -> Draft:
    place = place_of(source.entity, planner.scope)
    condition = source.on({}, place.columns, arguments, planner.scope)
    # A row that is found does not yet say that all locales of the chain are known.
    shape = planner.checked(source.check, arguments, place, planner.object(field.type, nodes, place))
    statement = select(*place.selected()).select_from(place.rows).where(condition).limit(literal_column("1"))
    return Draft(statement, _one_row(shape, field), check_when_empty=_asks(source.check, arguments))


def _one_row(shape: Assemble, field: GraphQLField) -> Callable[[Found], Any]:
    read = required(lambda rows: rows[0] if rows else None, shape, field.type)
    return lambda found: read(found.rows)


def _many(planner: Planner, source: Many, field: GraphQLField, nodes: Nodes) -> Draft:
    place = place_of(source.entity, planner.scope)
    shape = planner.object(item_of(field.type), nodes, place)
    statement = select(*place.selected()).select_from(place.rows).where(source.on({}, place.columns))
    ordered = statement.order_by(*(place.columns[name] for name in source.order))
    return Draft(ordered, lambda found: [shape(row) for row in found.rows])


def _pages(
    planner: Planner, source: Pages, field: GraphQLField, nodes: Nodes, arguments: Mapping[str, Any]
) -> Draft:
    place, page, condition = open_page(planner, source, arguments, {})
    connection = connection_of(planner, source, field, nodes, place, page)
    statement = page_statement(select(*place.selected()).select_from(place.rows), page, condition)
    count = select(func.count()).select_from(place.rows).where(condition) if connection.counts else None
    checks = _asks(source.check, arguments)
    return Draft(
        statement, lambda found: connection.assemble(found.rows, found.total), count, check_when_empty=checks
    )


def _asks(check: Check | None, arguments: Mapping[str, Any]) -> bool:
    """Whether finding nothing may be the arguments' fault."""
    return check is not None and check.holds(arguments) is not None


def _node(planner: Planner, source: AnyOf, nodes: Nodes, arguments: Mapping[str, Any]) -> Draft:
    noun = plain(arguments["id"], lambda text: split_public_id(text)[0])
    entity = _entity(source, noun)
    place = place_of(entity, planner.scope)
    shape = planner.object(planner.schema.get_type(entity.type_name), nodes, place)
    key = bound(arguments["id"], Uuid(), lambda text: key_of(noun, text))
    statement = select(*place.selected()).select_from(place.rows).where(place.columns["id"] == key)
    return Draft(
        statement,
        lambda found: shape(found.rows[0]) if found.rows else None,
        given=_later(arguments["id"]),
    )


def _nodes(planner: Planner, source: AnyOf, nodes: Nodes, arguments: Mapping[str, Any]) -> Draft:
    """One statement for ids of several nouns: the rows of each as JSON, found again by their ids."""
    ids = arguments["ids"]
    nouns = plain(ids, _nouns)
    if not nouns:
        raise CannotPlan("no ids")
    statements: list[Any] = []
    shapes: dict[str, Assemble] = {}
    for noun in nouns:
        entity = _entity(source, noun)
        place = place_of(entity, planner.scope)
        shapes[noun] = planner.object(planner.schema.get_type(entity.type_name), nodes, place)
        keys = bound(ids, ARRAY(Uuid()), _keys_of(noun))
        named = literal_column(f"'{entity.noun}'")
        row = select(named, cast(place.columns["id"], Text), place.as_json()).select_from(place.rows)
        statements.append(row.where(place.columns["id"] == func.any(keys)))

    def assemble(found: Found) -> Any:
        rows = {f"{noun}_{key.replace('-', '')}": shapes[noun](row) for noun, key, row in found.rows}
        return [rows.get(text) for text in found.given]

    return Draft(union_all(*statements), assemble, given=_later(ids))


def _later(value: Any) -> Any:
    return Late(value.path, lambda found: found) if isinstance(value, Slot) else value


def _nouns(ids: Sequence[str]) -> tuple[str, ...]:
    if len(ids) > NODES_MAX:
        raise BadInput(f"ids has {len(ids)} entries; allowed are {NODES_MAX}.")
    return tuple(sorted({split_public_id(text)[0] for text in ids}))


def _keys_of(noun: str) -> Callable[[Sequence[str]], list[UUID]]:
    return lambda ids: [key for found, key in map(split_public_id, ids) if found == noun]


def _entity(source: AnyOf, noun: str) -> Entity:
    for entity in source.entities:
        if entity.noun == noun:
            return entity
    raise BadInput(f"“{noun}” is not the noun of a node.")
