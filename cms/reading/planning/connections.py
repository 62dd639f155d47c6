"""Connections in plans: the statement of a page, and what makes edges, nodes and pageInfo of its rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphql import FieldNode, GraphQLField, GraphQLNonNull, GraphQLObjectType
from sqlalchemy import Select, literal_column

from cms.reading.entities import Columns, encoded
from cms.reading.filters import FilterCompiler
from cms.reading.pages import Page, PageAnswer, arrange, read_page
from cms.reading.planning.places import Getter, SqlPlace
from cms.reading.planning.shaping import Assemble, item_of, nullable
from cms.reading.sources import Pages

if TYPE_CHECKING:
    from cms.reading.planning.planner import Planner

Nodes = Sequence[FieldNode]
PartOfPage = Callable[[PageAnswer, int], Any]


@dataclass(frozen=True)
class Connection:
    """What makes a connection's answer of its rows and their total, and whether the total is selected."""

    assemble: Callable[[Sequence[Any], int], Any]
    counts: bool


def open_page(
    planner: "Planner", source: Pages, arguments: Mapping[str, Any], parent: Columns
) -> tuple[SqlPlace, Page, Any]:
    """The rows of a connection, its page, and the condition that joins and filters the rows."""
    rows = source.entity.alias(planner.scope)
    columns = source.entity.columns(rows)
    everything = {**columns, **(source.extras(columns, arguments) if source.extras else {})}
    condition = source.on(parent, everything, arguments, planner.scope)
    if source.filters and arguments.get("where") is not None:
        filters = planner.schema.get_type(source.filters)
        condition &= FilterCompiler(planner.scope).compile(filters, arguments["where"], columns)
    page = read_page(source, arguments, everything, planner.scope)
    return SqlPlace(rows, everything, source.entity), page, condition


def page_statement(rows: Select[Any], page: Page, condition: Any) -> Select[Any]:
    """The rows of the page, and one more to see whether there is more. The size is part of the text: a plan for any size is a bad plan."""
    where = condition if page.past is None else condition & page.past
    return rows.where(where).order_by(*page.order()).limit(literal_column(str(page.size + 1)))


def connection_of(
    planner: "Planner", source: Pages, field: GraphQLField, nodes: Nodes, place: SqlPlace, page: Page
) -> Connection:
    """What makes the connection's answer."""
    kind = nullable(field.type)
    fields = planner.selections.below(kind, nodes)
    builder = _Builder(planner, source, place, page)
    parts = [(key, builder.part(kind, below)) for key, below in fields.items()]

    def assemble(rows: Sequence[Any], total: int) -> Any:
        answer = arrange(page, rows)
        return {key: get(answer, total) for key, get in parts}

    return Connection(assemble, any(below[0].name.value == "totalCount" for below in fields.values()))


class _Builder:
    """Makes the parts of one connection."""

    def __init__(self, planner: "Planner", source: Pages, place: SqlPlace, page: Page) -> None:
        self.planner, self.source, self.place, self.page = planner, source, place, page

    def part(self, kind: GraphQLObjectType, nodes: Nodes) -> PartOfPage:
        """One field of the connection."""
        name = nodes[0].name.value
        if name == "__typename":
            return lambda _, __: kind.name
        field = kind.fields[name]
        if name == "totalCount":
            return lambda _, total: total
        if name == "pageInfo":
            return self._page_info(nullable(field.type), nodes)
        inner = nullable(item_of(field.type))
        shape = self._node(inner, nodes) if name == "nodes" else self._edge(inner, nodes)
        return lambda answer, _: [shape(row) for row in answer.rows]

    def _cursor(self) -> Getter:
        getters = [self.place.add(encoded(key.expression)) for key in self.page.keys]
        return lambda row: self.page.cursor([get(row) for get in getters])

    def _node(self, kind: Any, nodes: Nodes) -> Assemble:
        if self.source.node is None:
            return self.planner.object(kind, nodes, self.place)
        return self.planner.one(self.source.node, GraphQLNonNull(kind), nodes, self.place)

    def _edge(self, kind: GraphQLObjectType, nodes: Nodes) -> Assemble:
        fields = self.planner.selections.below(kind, nodes)
        parts = [(key, self._edge_field(kind, below)) for key, below in fields.items()]
        return lambda row: {key: get(row) for key, get in parts}

    def _edge_field(self, kind: GraphQLObjectType, nodes: Nodes) -> Getter:
        name = nodes[0].name.value
        if name == "cursor":
            return self._cursor()
        if name == "node":
            return self._node(nullable(kind.fields["node"].type), nodes)
        return self.planner.field(kind, nodes, self.place)

    def _page_info(self, kind: GraphQLObjectType, nodes: Nodes) -> PartOfPage:
        fields = self.planner.selections.below(kind, nodes)
        parts = [(key, self._page_info_field(kind, below[0].name.value)) for key, below in fields.items()]
        return lambda answer, total: {key: get(answer, total) for key, get in parts}

    def _page_info_field(self, kind: GraphQLObjectType, name: str) -> PartOfPage:
        match name:
            case "hasNextPage":
                return lambda answer, _: answer.has_next
            case "hasPreviousPage":
                return lambda answer, _: answer.has_previous
            case "__typename":
                return lambda _, __: kind.name
            case _:
                cursor, end = self._cursor(), 0 if name == "startCursor" else -1
                return lambda answer, _: cursor(answer.rows[end]) if answer.rows else None
