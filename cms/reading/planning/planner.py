"""The planner: walks a selection once, and builds the terms of a statement together with the code that shapes its rows."""

from collections.abc import Mapping, Sequence
from typing import Any

from graphql import FieldNode, GraphQLField, GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema
from sqlalchemy import Text, cast, func, literal_column, select

from cms.reading.entities import Scope
from cms.reading.planning.arguments import Seen, traced_arguments
from cms.reading.planning.code import NOTES, Code, Term, missing, refuse
from cms.reading.planning.connections import connection_of, open_page
from cms.reading.planning.errors import CannotPlan, NotCovered
from cms.reading.planning.notes import Notes
from cms.reading.planning.places import (
    LENGTH_ASSUMED,
    CompanionRequest,
    JsonPlace,
    Place,
    SqlPlace,
    json_list,
    place_of,
)
from cms.reading.planning.selection import Fields, Selections
from cms.reading.planning.shaping import (
    each,
    formatted,
    is_list,
    item_of,
    itself,
    literal,
    nullable,
    object_of,
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
        self.code, self.notes = Code(), Notes()
        self.rows_most = 0
        """How many rows the lists within a row may have together."""

    def arguments(self, field: GraphQLField, nodes: Nodes) -> Arguments:
        """The arguments of a field, with slots for variables."""
        return traced_arguments(field, nodes[0], self.variables, self.seen) if field.args else {}

    def object(self, kind: Any, nodes: Nodes, place: Place) -> Term:
        """What makes an object of the type out of a row."""
        kind = nullable(kind)
        if not isinstance(kind, GraphQLObjectType):
            raise CannotPlan(f"{kind} is not one type")
        return self.shape(kind, self.selections.below(kind, nodes), place)

    def row(self, kind: Any, nodes: Nodes, place: SqlPlace) -> Term:
        """The same for a row that is an entity's own; it is taken down as part of the answer."""
        return self.notes.row(place, self.object(kind, nodes, place))

    def shape(self, kind: GraphQLObjectType, fields: Fields, place: Place) -> Term:
        """What makes an object with these fields out of a row."""
        return object_of([(key, self.field(kind, nodes, place)) for key, nodes in fields.items()])

    def field(self, kind: GraphQLObjectType, nodes: Nodes, place: Place) -> Term:
        """What gets one field's value out of a row."""
        name = nodes[0].name.value
        if name == "__typename":
            return literal(kind.name)
        field = kind.fields[name]
        return self._from(source_of(field), field, nodes, place)

    def _from(  # noqa: PLR0911  (one return a kind of source)
        self, source: Source, field: GraphQLField, nodes: Nodes, place: Place
    ) -> Term:
        match source:
            case Column(column):
                never_null = place.is_never_null(column)
                return formatted(self.code, place.value(column), field.type, never_null=never_null)
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

    def _computed(self, source: Computed, field: GraphQLField, nodes: Nodes, place: Place) -> Term:
        constants = {name: plain(value) for name, value in self.arguments(field, nodes).items()}
        named = [f"{name}={self.code.constant(value)}" for name, value in constants.items()]
        return formatted(self.code, self._call(source, place, named), field.type)

    def _call(self, source: Computed | Items, place: Place, named: Sequence[str] = ()) -> Term:
        getters = [place.value(name) for name in source.needs]
        function, facts = self.code.constant(source.function), self.code.constant(self.facts)
        return lambda row: f"{function}({', '.join([facts, *(get(row) for get in getters), *named])})"

    def _same_row(self, source: SameRow, field: GraphQLField, nodes: Nodes, place: Place) -> Term:
        shape = self.object(field.type, nodes, place)
        if source.when is None:
            return shape
        present = place.value(source.when)
        return lambda row: f"(None if {present(row)} is None else {shape(row)})"

    def _items(self, source: Items, field: GraphQLField, nodes: Nodes, place: Place) -> Term:
        requests: list[CompanionRequest] = []
        kind = nullable(item_of(field.type))
        times = place.times * (LENGTH_ASSUMED if is_list(field.type) else 1)
        inside = JsonPlace(None, dict(source.companions), requests, times=times)
        one = (
            self._by_type(kind, nodes, inside)
            if isinstance(kind, GraphQLInterfaceType)
            else self.object(kind, nodes, inside)
        )
        found, item = self._call(source, place), "item"
        lines = [f"found = {found('row')}", "if found is None:", "    return None"]
        if is_list(field.type):
            lines.append(f"return [{one(item)} for {item} in {self._completed(requests, place)('row')}]")
        else:
            lines.append(f"return {one('found')}")
        name = self.code.function(["row"], lines)
        return lambda row: f"{name}({row}, {NOTES})"

    def _completed(self, requests: Sequence[CompanionRequest], place: Place) -> Term:
        """The items, each with the rows that it names."""
        if not requests:
            return lambda _: "found"
        if isinstance(place, JsonPlace):
            raise NotCovered("rows that items name")
        rows = [(request, self._companions(request, place)) for request in requests]
        complete = self.code.constant(_complete)

        def write(row: str) -> str:
            known = ", ".join(f"({r.name!r}, {r.key!r}, {get(row)})" for r, get in rows)
            return f"{complete}(found, ({known},))"

        return write

    def _companions(self, request: CompanionRequest, place: SqlPlace) -> Term:
        child = request.place
        joined = request.companion.on(place.columns, child.columns)
        rows = (
            child.selected.json_rows().where(joined).add_columns(cast(child.columns["id"], Text).label("key"))
        )
        found = rows.subquery()
        whole = func.coalesce(func.json_object_agg(found.c.key, found.c.row), literal_column("'{}'::json"))
        return place.add(select(whole).scalar_subquery())

    def _by_type(self, interface: GraphQLInterfaceType, nodes: Nodes, inside: JsonPlace) -> Term:
        """Items of several types: the function for each is chosen by what the item says it is."""
        kinds = {kind.name: kind for kind in self.schema.get_possible_types(interface)}
        shapes = {name: self.object(kind, nodes, inside)("item") for name, kind in kinds.items()}
        functions = [
            (name, self.code.function(["item"], [f"return {shape}"])) for name, shape in shapes.items()
        ]
        table, name_of = self.code.table(functions), self.code.constant(_type_names(kinds))
        return lambda item: f"{table}[{name_of}({item})]({item}, {NOTES})"

    def one(self, source: One, kind: Any, nodes: Nodes, place: Place) -> Term:
        """What gets the row that a key names: out of what is embedded where that is enough, by a join where not."""
        if isinstance(place, JsonPlace):
            return self._one_inside(source, kind, nodes, place)
        embed = place.embed_of(source)
        if embed is not None:
            try:
                shape = self.object(kind, nodes, JsonPlace(embed, times=place.times))
                return through(self.code, place.value(source.embedded[0]), source.embedded[1:], shape)
            except NotCovered:
                pass
        key = place.columns[source.key]
        child = place.joined(source.entity, self.scope, lambda columns: columns["id"] == key)
        shape, present = self.object(kind, nodes, child), child.value("id")
        if nullable(kind) is kind:
            return self._noted_key(
                source, place, lambda row: f"(None if {present(row)} is None else {shape(row)})"
            )
        shape, otherwise = self.notes.row(child, shape), self.code.constant(missing)
        return lambda row: f"({otherwise}() if {present(row)} is None else {shape(row)})"

    def _noted_key(self, source: One, place: SqlPlace, get: Term) -> Term:
        """A row that a key names is part of the answer even where it cannot be seen."""
        return self.notes.key(source.entity, place.value(source.key), get, place.times)

    def _one_inside(self, source: One, kind: Any, nodes: Nodes, place: JsonPlace) -> Term:
        if place.embed is None and source.embedded:
            try:
                shape = self.object(kind, nodes, JsonPlace(source.entity.embed, times=place.times))
                return through(self.code, itself, source.embedded, shape)
            except NotCovered:
                pass
        if place.embed is None:
            request = place.request(source.key, self.scope)
            shape, name = self.row(kind, nodes, request.place), request.name
            return required(self.code, lambda item: f"{item}[{name!r}]", shape, kind)
        embed = place.embed.nested.get(source.embedded[-1]) if source.embedded else None
        if embed is None:
            raise NotCovered(source.key)
        return through(
            self.code,
            itself,
            source.embedded[-1:],
            self.object(kind, nodes, JsonPlace(embed, times=place.times)),
        )

    def _many(self, source: Many, field: GraphQLField, nodes: Nodes, place: Place) -> Term:
        kind = item_of(field.type)
        if isinstance(place, JsonPlace):
            raise NotCovered("a list of rows")
        embed = place.entity.embedded.get(source.embedded) if source.embedded else None
        if source.embedded is not None and embed is not None:
            try:
                shape = self.object(kind, nodes, JsonPlace(embed, times=place.times))
                return each(self.code, place.value(source.embedded), shape)
            except NotCovered:
                pass
        child = place_of(source.entity, self.scope, times=place.times * LENGTH_ASSUMED)
        self.rows_most += child.times
        shape = self.row(kind, nodes, child)
        rows = child.selected.json_rows().where(source.on(place.columns, child.columns))
        ordered = rows.order_by(*(child.columns[name] for name in source.order))
        return each(self.code, place.add(json_list(ordered)), shape)

    def _first(self, source: First, field: GraphQLField, nodes: Nodes, place: Place) -> Term:
        if isinstance(place, JsonPlace):
            raise NotCovered("a row that arguments name")
        arguments = self.arguments(field, nodes)
        child = place_of(source.entity, self.scope, times=place.times)
        condition = source.on(place.columns, child.columns, arguments, self.scope)
        shape = self.row(field.type, nodes, child)
        row = child.selected.json_rows().where(condition).limit(literal_column("1")).scalar_subquery()
        found = required(self.code, place.add(row), shape, field.type)
        return self.checked(source.check, arguments, place, found)

    def _pages(self, source: Pages, field: GraphQLField, nodes: Nodes, place: Place) -> Term:
        if isinstance(place, JsonPlace):
            raise NotCovered("a connection")
        arguments = self.arguments(field, nodes)
        child, page, condition = open_page(self, source, arguments, place.columns, times=place.times)
        self.rows_most += child.times
        connection = connection_of(self, source, field, nodes, child, page)
        rows = place.add(json_list(connection.statement(child.selected.json_rows(), condition)))
        total: Term = literal(0)
        if connection.counts:
            count = select(func.count()).select_from(child.rows).where(condition)
            total = place.add(count.correlate_except(child.rows).scalar_subquery())
        found = connection.shape
        return self.checked(source.check, arguments, place, lambda row: found(rows(row), total(row)))

    def checked(self, check: Check | None, arguments: Arguments, place: SqlPlace, get: Term) -> Term:
        """The same, if the rule for the arguments holds; if not, ordinary execution says what is wrong."""
        rule = None if check is None else check.holds(arguments)
        if rule is None:
            return get
        holds, otherwise = place.add(rule), self.code.constant(refuse)
        return lambda row: f"({get(row)} if {holds(row)} else {otherwise}())"


def source_of(field: GraphQLField) -> Source:
    """Where a field says that it comes from. Raises CannotPlan if it says nothing."""
    definition = field.extensions.get("strawberry-definition")
    source = None if definition is None else definition.metadata.get(SOURCE)
    if source is None:
        raise CannotPlan("a field without a source")
    return settled(source)


def _complete(items: Sequence[Any], rows: Sequence[tuple[str, str, Any]]) -> list[Any]:
    """The items, each with the rows that its keys name."""
    return [item | {name: known.get(item.get(key)) for name, key, known in rows} for item in items]


def _type_names(kinds: Mapping[str, GraphQLObjectType]) -> Any:
    """What tells the name of an item's type, which it works out once for each sort of item."""
    chosen: dict[str, str] = {}

    def name_of(item: Any) -> str:
        said = item["type"]
        if said not in chosen:
            chosen[said] = next(
                name for name, kind in kinds.items() if kind.is_type_of and kind.is_type_of(item, _NOWHERE)
            )
        return chosen[said]

    return name_of
