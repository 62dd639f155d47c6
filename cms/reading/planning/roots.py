"""Root fields in plans: the statement that answers one, and what makes the answer of its rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from graphql import FieldNode, GraphQLField
from sqlalchemy import Select, Text, Uuid, bindparam, cast, func, literal_column, select, union_all
from sqlalchemy.dialects.postgresql import ARRAY

from cms.errors import BadInput
from cms.ids import key_of, public_id, split_public_id
from cms.reading.entities import Entity
from cms.reading.planning.code import NOTES, Code, Term
from cms.reading.planning.connections import connection_of, open_page
from cms.reading.planning.errors import CannotPlan
from cms.reading.planning.notes import Notes
from cms.reading.planning.places import place_of
from cms.reading.planning.planner import Nodes, Planner, source_of
from cms.reading.planning.shaping import each, item_of, required
from cms.reading.sources import AnyOf, Check, First, Many, One, Pages
from cms.reading.values import Late, Slot, bound, plain

NODES_MAX = 100
LOOK_UP_ROWS_MAX = 50
"""Several look-ups run in one process of PostgreSQL. Larger ones had better run side by side."""
KEY = "@key"
"""Where a mutation tells the id of its thing, beside the variables: no variable has such a name."""


@dataclass(frozen=True)
class Shaping:
    """What makes a root field's answer of its rows.

    `assemble(rows, total, given, notes)` is the function that was written for it. `notes` take down the keys of the nodes in the answer, of
    which the cache tags begin with `prefixes`; of `crowds`, nouns of which there may be very many, it takes down none. `given` is the
    argument that names the rows by their ids, as a value or from a variable. The statement of a look-up answers one row, with few others in it.
    """

    assemble: Callable[[Sequence[Any], int, Any, Sequence[Callable[[str], object]]], Any]
    check_when_empty: bool = False
    given: Any = None
    is_look_up: bool = False
    prefixes: tuple[str, ...] = ()
    crowds: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Draft:
    """A root field's statement, the one that counts (if a count is selected), and what makes the answer.

    Of a plan that is kept, only their text remains: the objects that SQLAlchemy compiles take a hundred times its room.
    """

    statement: Any
    shape: Shaping
    count: Select[Any] | None = None

    def noting(self, notes: Notes) -> "Draft":
        """The same, with what the plan takes down."""
        return replace(self, shape=replace(self.shape, prefixes=notes.prefixes, crowds=notes.crowds))


def _shaping(planner: Planner, answer: str, **what: Any) -> Shaping:
    """By the function whose answer is this expression of `rows`, `total` and `given`."""
    function = planner.code.function(["rows", "total", "given"], [f"return {answer}"])
    return Shaping(planner.code.finish(function), **what)


def draft_of(planner: Planner, field: GraphQLField, nodes: list[FieldNode]) -> Draft:
    """The plan of a root field. Raises CannotPlan, or BadInput for arguments that cannot be."""
    planner.code, planner.notes, planner.rows_most = Code(), Notes(), 0
    return _draft_of(planner, field, nodes).noting(planner.notes)


def _draft_of(planner: Planner, field: GraphQLField, nodes: list[FieldNode]) -> Draft:
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
    planner: Planner, source: One | First, field: GraphQLField, nodes: list[FieldNode]
) -> Draft:
    """The plan of a payload's thing: the row with the id that the mutation tells under KEY, as it is after the mutation."""
    draft = (
        _first(planner, source, field, nodes, {})
        if isinstance(source, First)
        else _by_key(planner, source, field, nodes)
    )
    return draft.noting(planner.notes)


def _by_key(planner: Planner, source: One, field: GraphQLField, nodes: list[FieldNode]) -> Draft:
    place = place_of(source.entity, planner.scope)
    shape = planner.row(field.type, nodes, place)
    key = bindparam(None, Late((KEY,), UUID), Uuid(), unique=True)
    statement = place.selected.statement().where(place.columns["id"] == key)
    return Draft(statement, _shaping(planner, _one_row(planner, shape, field)))


def _first(
    planner: Planner, source: First, field: GraphQLField, nodes: Nodes, arguments: Mapping[str, Any]
) -> Draft:
    place = place_of(source.entity, planner.scope)
    condition = source.on({}, place.columns, arguments, planner.scope)
    # A row that is found does not yet say that all locales of the chain are known.
    shape = planner.checked(source.check, arguments, place, planner.row(field.type, nodes, place))
    answer = _one_row(planner, shape, field)
    statement = place.selected.statement().where(condition).limit(literal_column("1"))
    check_when_empty = _asks(source.check, arguments)
    shaping = _shaping(planner, answer, check_when_empty=check_when_empty, is_look_up=_is_light(planner))
    return Draft(statement, shaping)


def _is_light(planner: Planner) -> bool:
    return planner.rows_most <= LOOK_UP_ROWS_MAX


def _one_row(planner: Planner, shape: Term, field: GraphQLField) -> str:
    return required(planner.code, lambda rows: f"({rows}[0] if {rows} else None)", shape, field.type)("rows")


def _many(planner: Planner, source: Many, field: GraphQLField, nodes: Nodes) -> Draft:
    place = place_of(source.entity, planner.scope)
    shape = planner.row(item_of(field.type), nodes, place)
    statement = place.selected.statement().where(source.on({}, place.columns))
    ordered = statement.order_by(*(place.columns[name] for name in source.order))
    return Draft(ordered, _shaping(planner, each(planner.code, lambda rows: rows, shape)("rows")))


def _pages(
    planner: Planner, source: Pages, field: GraphQLField, nodes: Nodes, arguments: Mapping[str, Any]
) -> Draft:
    place, page, condition = open_page(planner, source, arguments, {})
    connection = connection_of(planner, source, field, nodes, place, page)
    statement = connection.statement(place.selected.statement(), condition)
    count = select(func.count()).select_from(place.rows).where(condition) if connection.counts else None
    check_when_empty = _asks(source.check, arguments)
    shaping = _shaping(planner, connection.shape("rows", "total"), check_when_empty=check_when_empty)
    return Draft(statement, shaping, count)


def _asks(check: Check | None, arguments: Mapping[str, Any]) -> bool:
    """Whether finding nothing may be the arguments' fault."""
    return check is not None and check.holds(arguments) is not None


def _node(planner: Planner, source: AnyOf, nodes: Nodes, arguments: Mapping[str, Any]) -> Draft:
    noun = plain(arguments["id"], lambda text: split_public_id(text)[0])
    entity = _entity(source, noun)
    place = place_of(entity, planner.scope)
    shape = planner.row(planner.schema.get_type(entity.type_name), nodes, place)
    key = bound(arguments["id"], Uuid(), lambda text: key_of(noun, text))
    statement = place.selected.statement().where(place.columns["id"] == key)
    answer = f"({shape('rows[0]')} if rows else None)"
    shaping = _shaping(planner, answer, given=_later(arguments["id"]), is_look_up=_is_light(planner))
    return Draft(statement, shaping)


def _nodes(planner: Planner, source: AnyOf, nodes: Nodes, arguments: Mapping[str, Any]) -> Draft:
    """One statement for ids of several nouns: the rows of each as JSON, found again by their ids."""
    ids = arguments["ids"]
    nouns = plain(ids, _nouns)
    if not nouns:
        raise CannotPlan("no ids")
    statements: list[Any] = []
    functions: list[tuple[str, str]] = []
    for noun in nouns:
        entity = _entity(source, noun)
        place = place_of(entity, planner.scope)
        shape = planner.row(planner.schema.get_type(entity.type_name), nodes, place)
        functions.append((noun, planner.code.function(["row"], [f"return {shape('row')}"])))
        keys = bound(ids, ARRAY(Uuid()), _keys_of(noun))
        named = literal_column(f"'{entity.noun}'")
        columns = (named, cast(place.columns["id"], Text), place.selected.as_json())
        row = select(*columns).select_from(place.selected.source)
        statements.append(row.where(place.columns["id"] == func.any(keys)))
    table, public = planner.code.table(functions), planner.code.constant(public_id)
    by_id = f"{{{public}(noun, key): {table}[noun](row, {NOTES}) for noun, key, row in rows}}"
    answer = f"[by_id.get(text) for by_id in ({by_id},) for text in given]"
    return Draft(union_all(*statements), _shaping(planner, answer, given=_later(ids)))


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
