"""The planner: walks a selection once, and builds a statement together with the closures that shape its rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
)
from sqlalchemy import Select, func, literal_column, select

from cms.reading.entities import Entity, Scope, columns_of, encoded
from cms.reading.filters import FilterCompiler
from cms.reading.pages import Page, arrange, read_page
from cms.reading.planning.arguments import Seen, traced_arguments
from cms.reading.planning.errors import CannotPlan, NotCovered
from cms.reading.planning.leaves import leaf_format
from cms.reading.planning.places import Getter, JsonPlace, Place, SqlPlace
from cms.reading.planning.selection import Fields, Selections
from cms.reading.sources import (
    SOURCE,
    Column,
    Computed,
    Facts,
    First,
    Items,
    Many,
    One,
    PagePart,
    Pages,
    SameRow,
    Source,
    settled,
)
from cms.reading.values import plain

Assemble = Callable[[Any], Any]


@dataclass(frozen=True)
class Draft:
    """A root field's statement, the statement that counts (if a count is selected), and what makes the answer of their rows."""

    statement: Select[Any]
    count: Select[Any] | None
    assemble: Callable[[Sequence[Any], int], Any]
    check_when_empty: bool


class Planner:
    """Plans the root fields of one operation in one scope."""

    def __init__(
        self,
        schema: GraphQLSchema,
        selections: Selections,
        variables: Mapping[str, Any],
        scope: Scope,
        facts: Facts,
    ) -> None:
        self.schema, self.selections, self.variables, self.scope, self.facts = (
            schema,
            selections,
            variables,
            scope,
            facts,
        )
        self.seen: Seen = []

    def root(self, field: GraphQLField, nodes: list[FieldNode]) -> Draft:
        """The plan of a root field. Raises CannotPlan, or BadInput for arguments that cannot be."""
        source = source_of(field)
        arguments = self._arguments(field, nodes[0])
        match source:
            case First():
                return self._root_first(source, field, nodes, arguments)
            case Many():
                return self._root_many(source, field, nodes)
            case Pages():
                return self._root_pages(source, field, nodes, arguments)
            case _:
                raise CannotPlan("a root field without a source")

    def _root_first(
        self, source: First, field: GraphQLField, nodes: list[FieldNode], arguments: Mapping[str, Any]
    ) -> Draft:
        place = _place(source.entity, self.scope)
        condition = source.on({}, place.columns, arguments, self.scope)
        shape = self._object(field.type, nodes, place)
        statement = (
            select(*place.selected()).select_from(place.rows).where(condition).limit(literal_column("1"))
        )
        required = isinstance(field.type, GraphQLNonNull)

        def assemble(rows: Sequence[Any], _: int) -> Any:
            if not rows and required:
                raise CannotPlan("nothing where something must be")
            return shape(rows[0]) if rows else None

        return Draft(statement, None, assemble, check_when_empty=_must_check(source, arguments))

    def _root_many(self, source: Many, field: GraphQLField, nodes: list[FieldNode]) -> Draft:
        place = _place(source.entity, self.scope)
        shape = self._object(_item(field.type), nodes, place)
        statement = select(*place.selected()).select_from(place.rows).where(source.on({}, place.columns))
        ordered = statement.order_by(*(place.columns[name] for name in source.order))
        return Draft(ordered, None, lambda rows, _: [shape(row) for row in rows], check_when_empty=False)

    def _root_pages(
        self, source: Pages, field: GraphQLField, nodes: list[FieldNode], arguments: Mapping[str, Any]
    ) -> Draft:
        place, page, condition = self._page(source, arguments, {})
        connection = self._connection(source, field, nodes, place, page)
        statement = _page_statement(select(*place.selected()), place, page, condition)
        count = select(func.count()).select_from(place.rows).where(condition) if connection.counts else None
        return Draft(
            statement,
            count,
            lambda rows, total: connection.assemble((rows, total)),
            check_when_empty=_must_check(source, arguments),
        )

    def _page(
        self, source: Pages, arguments: Mapping[str, Any], parent: Mapping[str, Any]
    ) -> tuple[SqlPlace, Page, Any]:
        rows = source.entity.alias(self.scope)
        columns = columns_of(rows)
        everything = {**columns, **(source.extras(columns, arguments) if source.extras else {})}
        condition = source.on(parent, everything, arguments, self.scope)
        if source.filters and arguments.get("where") is not None:
            condition &= FilterCompiler(self.scope).compile(
                self.schema.get_type(source.filters), arguments["where"], columns
            )
        page = read_page(source, arguments, everything, self.scope)
        return SqlPlace(rows, everything, source.entity), page, condition

    def _arguments(self, field: GraphQLField, node: FieldNode) -> Mapping[str, Any]:
        return traced_arguments(field, node, self.variables, self.seen) if field.args else {}

    def _object(self, kind: Any, nodes: Sequence[FieldNode], place: Place) -> Assemble:
        """What makes an object of the type out of a row."""
        kind = _nullable(kind)
        if not isinstance(kind, GraphQLObjectType):
            raise CannotPlan(f"{kind} is not one type")
        return self._shape(kind, self.selections.below(kind, nodes), place)

    def _shape(self, kind: GraphQLObjectType, fields: Fields, place: Place) -> Assemble:
        parts = [(key, self._field(kind, nodes, place)) for key, nodes in fields.items()]
        return lambda row: {key: get(row) for key, get in parts}

    def _field(self, kind: GraphQLObjectType, nodes: list[FieldNode], place: Place) -> Getter:
        name = nodes[0].name.value
        if name == "__typename":
            return lambda _: kind.name
        field = kind.fields[name]
        return self._from(source_of(field), field, nodes, place)

    def _from(  # noqa: PLR0911  (one return a kind of source)
        self, source: Source, field: GraphQLField, nodes: list[FieldNode], place: Place
    ) -> Getter:
        match source:
            case Column(column):
                return _formatted(place.value(column), field.type)
            case Computed():
                return self._computed(source, field, nodes, place)
            case SameRow():
                return self._same_row(source, field, nodes, place)
            case Items():
                return self._items(source, field, nodes, place)
            case One():
                return self._one(source, field.type, nodes, place)
            case Many():
                return self._many(source, field, nodes, place)
            case First():
                return self._first(source, field, nodes, place)
            case Pages():
                return self._pages(source, field, nodes, place)
            case PagePart():
                raise CannotPlan("a part of a page outside a page")

    def _computed(
        self, source: Computed, field: GraphQLField, nodes: list[FieldNode], place: Place
    ) -> Getter:
        getters = [place.value(name) for name in source.needs]
        arguments = {name: plain(value) for name, value in self._arguments(field, nodes[0]).items()}
        function, facts = source.function, self.facts
        return _formatted(
            lambda row: function(facts, *(get(row) for get in getters), **arguments), field.type
        )

    def _same_row(self, source: SameRow, field: GraphQLField, nodes: list[FieldNode], place: Place) -> Getter:
        shape = self._object(field.type, nodes, place)
        if source.when is None:
            return shape
        present = place.value(source.when)
        return lambda row: None if present(row) is None else shape(row)

    def _items(self, source: Items, field: GraphQLField, nodes: list[FieldNode], place: Place) -> Getter:
        getters = [place.value(name) for name in source.needs]
        function, facts = source.function, self.facts
        kind, is_list = _nullable(_item(field.type)), _is_list(field.type)
        one = (
            self._by_type(kind, nodes)
            if isinstance(kind, GraphQLInterfaceType)
            else self._object(kind, nodes, JsonPlace(None))
        )

        def shape(row: Any) -> Any:
            value = function(facts, *(get(row) for get in getters))
            if value is None:
                return None
            return [one(item) for item in value] if is_list else one(value)

        return shape

    def _by_type(self, interface: GraphQLInterfaceType, nodes: list[FieldNode]) -> Assemble:
        """Items of several types: the shape of each is chosen by what the item says it is."""
        kinds = {kind.name: kind for kind in self.schema.get_possible_types(interface)}
        shapes = {name: self._object(kind, nodes, JsonPlace(None)) for name, kind in kinds.items()}
        chosen: dict[str, Assemble] = {}

        def shape(item: Any) -> Any:
            said = item["type"]
            if said not in chosen:
                chosen[said] = next(
                    shapes[name]
                    for name, kind in kinds.items()
                    if kind.is_type_of and kind.is_type_of(item, None)
                )
            return chosen[said](item)

        return shape

    def _one(self, source: One, kind: Any, nodes: Sequence[FieldNode], place: Place) -> Getter:
        if isinstance(place, JsonPlace):
            return self._one_inside(source, kind, nodes, place)
        embed = place_embed(place, source)
        if embed is not None:
            try:
                shape = self._object(kind, nodes, JsonPlace(embed))
                return _through(place.value(source.embedded[0]), source.embedded[1:], shape)
            except NotCovered:
                pass
        child = _place(source.entity, self.scope)
        shape = self._object(kind, nodes, child)
        joined = child.columns["id"] == place.columns[source.key]
        row = (
            select(child.as_json())
            .select_from(child.rows)
            .where(joined)
            .correlate_except(child.rows)
            .scalar_subquery()
        )
        return _required(place.add(row), shape, kind)

    def _one_inside(self, source: One, kind: Any, nodes: Sequence[FieldNode], place: JsonPlace) -> Getter:
        if not source.embedded:
            raise NotCovered("a row that only a value in JSON names")
        if place.embed is None:
            return _through(
                lambda item: item, source.embedded, self._object(kind, nodes, JsonPlace(source.entity.embed))
            )
        embed = place.embed.nested.get(source.embedded[-1])
        if embed is None:
            raise NotCovered(source.embedded[-1])
        return _through(lambda item: item, source.embedded[-1:], self._object(kind, nodes, JsonPlace(embed)))

    def _many(self, source: Many, field: GraphQLField, nodes: list[FieldNode], place: Place) -> Getter:
        kind = _item(field.type)
        if isinstance(place, JsonPlace):
            raise NotCovered("a list of rows")
        embed = place.entity.embedded.get(source.embedded) if source.embedded else None
        if embed is not None:
            try:
                return _each(place.value(source.embedded or ""), self._object(kind, nodes, JsonPlace(embed)))
            except NotCovered:
                pass
        child = _place(source.entity, self.scope)
        shape = self._object(kind, nodes, child)
        row = (
            select(child.as_json().label("row"))
            .select_from(child.rows)
            .where(source.on(place.columns, child.columns))
        )
        ordered = row.order_by(*(child.columns[name] for name in source.order)).correlate_except(child.rows)
        return _each(place.add(_list(ordered)), shape)

    def _first(self, source: First, field: GraphQLField, nodes: list[FieldNode], place: Place) -> Getter:
        if isinstance(place, JsonPlace):
            raise NotCovered("a row that arguments name")
        if _must_check(source, self._arguments(field, nodes[0])):
            raise CannotPlan("arguments that must be checked first")
        child = _place(source.entity, self.scope)
        condition = source.on(place.columns, child.columns, self._arguments(field, nodes[0]), self.scope)
        shape = self._object(field.type, nodes, child)
        row = select(child.as_json()).select_from(child.rows).where(condition).limit(literal_column("1"))
        return _required(place.add(row.correlate_except(child.rows).scalar_subquery()), shape, field.type)

    def _pages(self, source: Pages, field: GraphQLField, nodes: list[FieldNode], place: Place) -> Getter:
        if isinstance(place, JsonPlace):
            raise NotCovered("a connection")
        arguments = self._arguments(field, nodes[0])
        if source.check is not None and any(
            arguments.get(name) is not None for name in ("locale", "fallback")
        ):
            raise CannotPlan("arguments that must be checked first")
        child, page, condition = self._page(source, arguments, place.columns)
        connection = self._connection(source, field, nodes, child, page)
        statement = _page_statement(select(child.as_json().label("row")), child, page, condition)
        rows = place.add(_list(statement.correlate_except(child.rows)))
        total: Getter = _zero
        if connection.counts:
            count = select(func.count()).select_from(child.rows).where(condition)
            total = place.add(count.correlate_except(child.rows).scalar_subquery())
        return lambda row: connection.assemble((rows(row), total(row)))

    def _connection(
        self, source: Pages, field: GraphQLField, nodes: list[FieldNode], place: SqlPlace, page: Page
    ) -> "Connection":
        kind = _nullable(field.type)
        fields = self.selections.below(kind, nodes)
        builder = _ConnectionBuilder(self, source, place, page)
        parts = [(key, builder.part(kind, nodes)) for key, nodes in fields.items()]
        counts = any(nodes[0].name.value == "totalCount" for nodes in fields.values())

        def assemble(found: tuple[Sequence[Any], int]) -> Any:
            answer = arrange(page, found[0])
            return {key: get(answer, found[1]) for key, get in parts}

        return Connection(assemble, counts)


@dataclass(frozen=True)
class Connection:
    """What makes a connection's answer of (rows, total), and whether the total is selected."""

    assemble: Assemble
    counts: bool


PartOfPage = Callable[[Any, int], Any]


class _ConnectionBuilder:
    """The parts of one connection."""

    def __init__(self, planner: Planner, source: Pages, place: SqlPlace, page: Page) -> None:
        self.planner, self.source, self.place, self.page = planner, source, place, page

    def part(self, kind: GraphQLObjectType, nodes: list[FieldNode]) -> PartOfPage:
        """One field of the connection."""
        name = nodes[0].name.value
        if name == "__typename":
            return lambda _, __: kind.name
        field = kind.fields[name]
        if name == "totalCount":
            return lambda _, total: total
        if name == "pageInfo":
            return self._page_info(_nullable(field.type), nodes)
        item = _nullable(_item(field.type))
        shape = self._node(item, nodes) if name == "nodes" else self._edge(item, nodes)
        return lambda answer, _: [shape(row) for row in answer.rows]

    def _cursor(self) -> Getter:
        getters = [self.place.add(encoded(key.expression)) for key in self.page.keys]
        return lambda row: self.page.cursor([get(row) for get in getters])

    def _node(self, kind: Any, nodes: Sequence[FieldNode]) -> Assemble:
        if self.source.node is None:
            return self.planner._object(kind, nodes, self.place)
        return self.planner._one(self.source.node, GraphQLNonNull(kind), nodes, self.place)

    def _edge(self, kind: GraphQLObjectType, nodes: list[FieldNode]) -> Assemble:
        fields = self.planner.selections.below(kind, nodes)
        parts = [(key, self._edge_field(kind, below)) for key, below in fields.items()]
        return lambda row: {key: get(row) for key, get in parts}

    def _edge_field(self, kind: GraphQLObjectType, nodes: list[FieldNode]) -> Getter:
        name = nodes[0].name.value
        if name == "cursor":
            return self._cursor()
        if name == "node":
            return self._node(_nullable(kind.fields["node"].type), nodes)
        return self.planner._field(kind, nodes, self.place)

    def _page_info(self, kind: GraphQLObjectType, nodes: list[FieldNode]) -> PartOfPage:
        cursor = self._cursor()
        parts: dict[str, PartOfPage] = {
            "hasNextPage": lambda answer, _: answer.has_next,
            "hasPreviousPage": lambda answer, _: answer.has_previous,
            "startCursor": lambda answer, _: cursor(answer.rows[0]) if answer.rows else None,
            "endCursor": lambda answer, _: cursor(answer.rows[-1]) if answer.rows else None,
            "__typename": lambda _, __: kind.name,
        }
        asked = [
            (key, parts[below[0].name.value])
            for key, below in self.planner.selections.below(kind, nodes).items()
        ]
        return lambda answer, total: {key: get(answer, total) for key, get in asked}


def source_of(field: GraphQLField) -> Source:
    """Where a field says that it comes from. Raises CannotPlan if it says nothing."""
    definition = field.extensions.get("strawberry-definition")
    source = None if definition is None else definition.metadata.get(SOURCE)
    if source is None:
        raise CannotPlan("a field without a source")
    return settled(source)


def _place(entity: Entity, scope: Scope) -> SqlPlace:
    rows = entity.alias(scope)
    return SqlPlace(rows, columns_of(rows), entity)


def _must_check(source: First | Pages, arguments: Mapping[str, Any]) -> bool:
    """Whether the arguments name a locale, which may be none of the site's."""
    return source.check is not None and any(
        arguments.get(name) is not None for name in ("locale", "fallback")
    )


def place_embed(place: SqlPlace, source: One) -> Any:
    """What the row embeds of the row that the source leads to; None if nothing."""
    if not source.embedded:
        return None
    embed = place.entity.embedded.get(source.embedded[0])
    for step in source.embedded[1:]:
        embed = None if embed is None else embed.nested.get(step)
    return embed


def _page_statement(statement: Select[Any], place: SqlPlace, page: Page, condition: Any) -> Select[Any]:
    where = condition if page.past is None else condition & page.past
    return (
        statement.select_from(place.rows)
        .where(where)
        .order_by(*page.order())
        .limit(literal_column(str(page.size + 1)))
    )


def _list(statement: Select[Any]) -> Any:
    rows = statement.subquery()
    return select(func.coalesce(func.json_agg(rows.c.row), literal_column("'[]'::json"))).scalar_subquery()


def _each(get: Getter, shape: Assemble) -> Getter:
    return lambda row: [shape(item) for item in get(row)]


def _required(get: Getter, shape: Assemble, kind: Any) -> Getter:
    required = isinstance(kind, GraphQLNonNull)

    def read(row: Any) -> Any:
        found = get(row)
        if found is None:
            if required:
                raise CannotPlan("nothing where something must be")
            return None
        return shape(found)

    return read


def _through(get: Getter, way: Sequence[str], shape: Assemble) -> Getter:
    def read(row: Any) -> Any:
        found = get(row)
        for step in way:
            found = None if found is None else found[step]
        return None if found is None else shape(found)

    return read


def _formatted(get: Getter, kind: Any) -> Getter:
    formatted, required = leaf_format(kind), isinstance(kind, GraphQLNonNull)
    if formatted is None and not required:
        return get

    def read(row: Any) -> Any:
        value = get(row)
        if value is None:
            if required:
                raise CannotPlan("nothing where something must be")
            return None
        return value if formatted is None else formatted(value)

    return read


def _zero(_: Any) -> int:
    return 0


def _nullable(kind: Any) -> Any:
    return kind.of_type if isinstance(kind, GraphQLNonNull) else kind


def _is_list(kind: Any) -> bool:
    return _nullable(kind) is not _item(kind)


def _item(kind: Any) -> Any:
    inner = _nullable(kind)
    return inner.of_type if hasattr(inner, "of_type") else inner
