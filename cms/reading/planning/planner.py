"""The planner: walks a selection once, and builds the terms of a statement together with the closures that shape its rows."""

from collections.abc import Mapping, Sequence
from typing import Any

from graphql import FieldNode, GraphQLField, GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema
from sqlalchemy import Text, cast, func, literal_column, select

from cms.reading.entities import Scope
from cms.reading.planning.arguments import Seen, traced_arguments
from cms.reading.planning.connections import connection_of, open_page, page_statement
from cms.reading.planning.errors import CannotPlan, NotCovered
from cms.reading.planning.places import (
    CompanionRequest,
    Getter,
    JsonPlace,
    Place,
    SqlPlace,
    json_list,
    place_of,
)
from cms.reading.planning.selection import Fields, Selections
from cms.reading.planning.shaping import (
    Assemble,
    each,
    formatted,
    is_list,
    item_of,
    nullable,
    required,
    through,
)
from cms.reading.sources import (
    SOURCE,
    Check,
    Column,
    Computed,
    Facts,
    First,
    Items,
    Many,
    One,
    Pages,
    SameRow,
    Source,
    settled,
)
from cms.reading.values import plain

_NOWHERE: Any = None  # Our types ask the item alone, not where in the document it stands.
Arguments = Mapping[str, Any]
Nodes = Sequence[FieldNode]


class Planner:
    """Plans the fields of one operation in one scope."""

    def __init__(
        self,
        schema: GraphQLSchema,
        selections: Selections,
        variables: Arguments,
        *,
        scope: Scope,
        facts: Facts,
    ) -> None:
        self.schema, self.selections, self.variables = schema, selections, variables
        self.scope, self.facts = scope, facts
        self.seen: Seen = []

    def arguments(self, field: GraphQLField, nodes: Nodes) -> Arguments:
        """The arguments of a field, with slots for variables."""
        return traced_arguments(field, nodes[0], self.variables, self.seen) if field.args else {}

    def object(self, kind: Any, nodes: Nodes, place: Place) -> Assemble:
        """What makes an object of the type out of a row."""
        kind = nullable(kind)
        if not isinstance(kind, GraphQLObjectType):
            raise CannotPlan(f"{kind} is not one type")
        return self.shape(kind, self.selections.below(kind, nodes), place)

    def shape(self, kind: GraphQLObjectType, fields: Fields, place: Place) -> Assemble:
        """What makes an object with these fields out of a row."""
        parts = [(key, self.field(kind, nodes, place)) for key, nodes in fields.items()]
        return lambda row: {key: get(row) for key, get in parts}

    def field(self, kind: GraphQLObjectType, nodes: Nodes, place: Place) -> Getter:
        """What gets one field's value out of a row."""
        name = nodes[0].name.value
        if name == "__typename":
            return lambda _: kind.name
        field = kind.fields[name]
        return self._from(source_of(field), field, nodes, place)

    def _from(  # noqa: PLR0911  (one return a kind of source)
        self, source: Source, field: GraphQLField, nodes: Nodes, place: Place
    ) -> Getter:
        match source:
            case Column(column):
                return formatted(place.value(column), field.type)
            case Computed():
                return self._computed(source, field, nodes, place)
            case SameRow():
                return self._same_row(source, field, nodes, place)
            case Items():
                return self._items(source, field, nodes, place)
            case One():
                return self.one(source, field.type, nodes, place)
            case Many():
                return self._many(source, field, nodes, place)
            case First():
                return self._first(source, field, nodes, place)
            case Pages():
                return self._pages(source, field, nodes, place)
            case _:
                raise CannotPlan("a field that is part of something else")

    def _computed(self, source: Computed, field: GraphQLField, nodes: Nodes, place: Place) -> Getter:
        getters = [place.value(name) for name in source.needs]
        arguments = {name: plain(value) for name, value in self.arguments(field, nodes).items()}
        function, facts = source.function, self.facts
        return formatted(lambda row: function(facts, *(get(row) for get in getters), **arguments), field.type)

    def _same_row(self, source: SameRow, field: GraphQLField, nodes: Nodes, place: Place) -> Getter:
        shape = self.object(field.type, nodes, place)
        if source.when is None:
            return shape
        present = place.value(source.when)
        return lambda row: None if present(row) is None else shape(row)

    def _items(self, source: Items, field: GraphQLField, nodes: Nodes, place: Place) -> Getter:
        getters = [place.value(name) for name in source.needs]
        function, facts = source.function, self.facts
        requests: list[CompanionRequest] = []
        kind, inside = nullable(item_of(field.type)), JsonPlace(None, dict(source.companions), requests)
        one = (
            self._by_type(kind, nodes, inside)
            if isinstance(kind, GraphQLInterfaceType)
            else self.object(kind, nodes, inside)
        )
        complete = self._completed(requests, place)
        many = is_list(field.type)

        def shape(row: Any) -> Any:
            value = function(facts, *(get(row) for get in getters))
            if value is None:
                return None
            return [one(item) for item in complete(row, value)] if many else one(value)

        return shape

    def _completed(self, requests: Sequence[CompanionRequest], place: Place) -> Any:
        """What gives each item the rows that it names."""
        if not requests:
            return _as_they_are
        if isinstance(place, JsonPlace):
            raise NotCovered("rows that items name")
        rows = [(request, self._companions(request, place)) for request in requests]

        def complete(row: Any, items: Sequence[Any]) -> list[Any]:
            found = [(request.name, request.key, get(row)) for request, get in rows]
            return [item | {name: known.get(item.get(key)) for name, key, known in found} for item in items]

        return complete

    def _companions(self, request: CompanionRequest, place: SqlPlace) -> Getter:
        child = request.place
        joined = request.companion.on(place.columns, child.columns)
        key = cast(child.columns["id"], Text)
        rows = func.coalesce(func.json_object_agg(key, child.as_json()), literal_column("'{}'::json"))
        return place.add(
            select(rows).select_from(child.rows).where(joined).correlate_except(child.rows).scalar_subquery()
        )

    def _by_type(self, interface: GraphQLInterfaceType, nodes: Nodes, inside: JsonPlace) -> Assemble:
        """Items of several types: the shape of each is chosen by what the item says it is."""
        kinds = {kind.name: kind for kind in self.schema.get_possible_types(interface)}
        shapes = {name: self.object(kind, nodes, inside) for name, kind in kinds.items()}
        chosen: dict[str, Assemble] = {}

        def shape(item: Any) -> Any:
            said = item["type"]
            if said not in chosen:
                chosen[said] = next(
                    shapes[n]
                    for n, kind in kinds.items()
                    if kind.is_type_of and kind.is_type_of(item, _NOWHERE)
                )
            return chosen[said](item)

        return shape

    def one(self, source: One, kind: Any, nodes: Nodes, place: Place) -> Getter:
        """What gets the row that a key names: out of what is embedded where that is enough, by a join where not."""
        if isinstance(place, JsonPlace):
            return self._one_inside(source, kind, nodes, place)
        embed = place.embed_of(source)
        if embed is not None:
            try:
                shape = self.object(kind, nodes, JsonPlace(embed))
                return through(place.value(source.embedded[0]), source.embedded[1:], shape)
            except NotCovered:
                pass
        child = place_of(source.entity, self.scope)
        shape = self.object(kind, nodes, child)
        joined = child.columns["id"] == place.columns[source.key]
        return required(place.add(child.json_rows().where(joined).scalar_subquery()), shape, kind)

    def _one_inside(self, source: One, kind: Any, nodes: Nodes, place: JsonPlace) -> Getter:
        if place.embed is None and source.embedded:
            try:
                shape = self.object(kind, nodes, JsonPlace(source.entity.embed))
                return through(_itself, source.embedded, shape)
            except NotCovered:
                pass
        if place.embed is None:
            request = place.request(source.key, self.scope)
            shape, name = self.object(kind, nodes, request.place), request.name
            return required(lambda item: item[name], shape, kind)
        embed = place.embed.nested.get(source.embedded[-1]) if source.embedded else None
        if embed is None:
            raise NotCovered(source.key)
        return through(_itself, source.embedded[-1:], self.object(kind, nodes, JsonPlace(embed)))

    def _many(self, source: Many, field: GraphQLField, nodes: Nodes, place: Place) -> Getter:
        kind = item_of(field.type)
        if isinstance(place, JsonPlace):
            raise NotCovered("a list of rows")
        embed = place.entity.embedded.get(source.embedded) if source.embedded else None
        if source.embedded is not None and embed is not None:
            try:
                return each(place.value(source.embedded), self.object(kind, nodes, JsonPlace(embed)))
            except NotCovered:
                pass
        child = place_of(source.entity, self.scope)
        shape = self.object(kind, nodes, child)
        rows = child.json_rows().where(source.on(place.columns, child.columns))
        return each(
            place.add(json_list(rows.order_by(*(child.columns[name] for name in source.order)))), shape
        )

    def _first(self, source: First, field: GraphQLField, nodes: Nodes, place: Place) -> Getter:
        if isinstance(place, JsonPlace):
            raise NotCovered("a row that arguments name")
        arguments = self.arguments(field, nodes)
        child = place_of(source.entity, self.scope)
        condition = source.on(place.columns, child.columns, arguments, self.scope)
        shape = self.object(field.type, nodes, child)
        row = child.json_rows().where(condition).limit(literal_column("1")).scalar_subquery()
        return self.checked(source.check, arguments, place, required(place.add(row), shape, field.type))

    def _pages(self, source: Pages, field: GraphQLField, nodes: Nodes, place: Place) -> Getter:
        if isinstance(place, JsonPlace):
            raise NotCovered("a connection")
        arguments = self.arguments(field, nodes)
        child, page, condition = open_page(self, source, arguments, place.columns)
        connection = connection_of(self, source, field, nodes, child, page)
        rows = place.add(json_list(page_statement(child.json_rows(), page, condition)))
        total: Getter = _zero
        if connection.counts:
            count = select(func.count()).select_from(child.rows).where(condition)
            total = place.add(count.correlate_except(child.rows).scalar_subquery())
        return self.checked(
            source.check, arguments, place, lambda row: connection.assemble(rows(row), total(row))
        )

    def checked(self, check: Check | None, arguments: Arguments, place: SqlPlace, get: Getter) -> Getter:
        """The same, if the rule for the arguments holds; if not, ordinary execution says what is wrong."""
        rule = None if check is None else check.holds(arguments)
        if rule is None:
            return get
        holds = place.add(rule)

        def read(row: Any) -> Any:
            if not holds(row):
                raise CannotPlan("arguments that name what does not exist")
            return get(row)

        return read


def source_of(field: GraphQLField) -> Source:
    """Where a field says that it comes from. Raises CannotPlan if it says nothing."""
    definition = field.extensions.get("strawberry-definition")
    source = None if definition is None else definition.metadata.get(SOURCE)
    if source is None:
        raise CannotPlan("a field without a source")
    return settled(source)


def _as_they_are(_: Any, items: Any) -> Any:
    return items


def _itself(item: Any) -> Any:
    return item


def _zero(_: Any) -> int:
    return 0
