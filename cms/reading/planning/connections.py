"""Connections in plans: the statement of a page, and the code that makes edges, nodes and pageInfo of its rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from graphql import FieldNode, GraphQLField, GraphQLNonNull, GraphQLObjectType
from sqlalchemy import Select, literal_column

from cms.reading.cursors import encode_cursor
from cms.reading.entities import Columns, encoded
from cms.reading.filters import FilterCompiler
from cms.reading.pages import Page, read_page
from cms.reading.planning.code import NOTES, Term
from cms.reading.planning.places import SqlPlace
from cms.reading.planning.shaping import item_of, literal, nullable, object_of
from cms.reading.sources import Pages

if TYPE_CHECKING:
    from cms.reading.planning.planner import Planner

Nodes = Sequence[FieldNode]
ROWS, KEPT, TOTAL = "rows", "kept", "total"


@dataclass(frozen=True)
class Connection:
    """What makes a connection's answer: from the expressions for its rows and their total; and what its statement must bring."""

    shape: Callable[[str, str], str]
    page: Page
    counts: bool
    looks_ahead: bool

    def statement(self, rows: Select[Any], condition: Any) -> Select[Any]:
        """The rows of the page, and one more if somebody asks whether there is more. The size is part of the text: a plan for any size is a bad plan."""
        page = self.page
        where = condition if page.past is None else condition & page.past
        size = page.size + 1 if self.looks_ahead else page.size
        return rows.where(where).order_by(*page.order()).limit(literal_column(str(size)))


def open_page(
    planner: "Planner", source: Pages, arguments: Mapping[str, Any], parent: Columns, *, times: int = 1
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
    return SqlPlace(rows, everything, source.entity, times=times * max(page.size, 1)), page, condition


def connection_of(
    planner: "Planner", source: Pages, field: GraphQLField, nodes: Nodes, place: SqlPlace, page: Page
) -> Connection:
    """What makes the connection's answer."""
    kind = nullable(field.type)
    fields = planner.selections.below(kind, nodes)
    builder = _Builder(planner, source, place, page)
    whole = object_of([(key, builder.part(kind, below)) for key, below in fields.items()])
    kept = f"{ROWS}[:{page.size}][::-1]" if page.backward else f"{ROWS}[:{page.size}]"
    lines = [f"{KEPT} = {kept}", f"return {whole(KEPT)}"]
    name = planner.code.function([ROWS, TOTAL], lines)
    counts = any(below[0].name.value == "totalCount" for below in fields.values())
    return Connection(
        lambda rows, total: f"{name}({rows}, {total}, {NOTES})", page, counts, builder.looks_ahead
    )


class _Builder:
    """Makes the parts of one connection, within a function of its ROWS, those that are KEPT, and their TOTAL."""

    def __init__(self, planner: "Planner", source: Pages, place: SqlPlace, page: Page) -> None:
        self.planner, self.source, self.place, self.page = planner, source, place, page
        self.looks_ahead = False

    def part(self, kind: GraphQLObjectType, nodes: Nodes) -> Term:
        """One field of the connection."""
        name = nodes[0].name.value
        if name == "__typename":
            return literal(kind.name)
        field = kind.fields[name]
        if name == "totalCount":
            return lambda _: TOTAL
        if name == "pageInfo":
            return self._page_info(nullable(field.type), nodes)
        inner, item = nullable(item_of(field.type)), self.planner.code.fresh("x")
        shape = self._node(inner, nodes) if name == "nodes" else self._edge(inner, nodes)
        return lambda kept: f"[{shape(item)} for {item} in {kept}]"

    def _cursor(self) -> Term:
        getters = [self.place.add(encoded(key.expression)) for key in self.page.keys]
        # Not the page's own method: the code of a plan that is kept would keep the page's expressions, too.
        cursor = self.planner.code.constant(partial(encode_cursor, self.page.tie))
        return lambda row: f"{cursor}([{', '.join(get(row) for get in getters)}])"

    def _node(self, kind: Any, nodes: Nodes) -> Term:
        if self.source.node is None:
            return self.planner.row(kind, nodes, self.place)
        return self.planner.one(self.source.node, GraphQLNonNull(kind), nodes, self.place)

    def _edge(self, kind: GraphQLObjectType, nodes: Nodes) -> Term:
        fields = self.planner.selections.below(kind, nodes)
        return object_of([(key, self._edge_field(kind, below)) for key, below in fields.items()])

    def _edge_field(self, kind: GraphQLObjectType, nodes: Nodes) -> Term:
        name = nodes[0].name.value
        if name == "cursor":
            return self._cursor()
        if name == "node":
            return self._node(nullable(kind.fields["node"].type), nodes)
        return self.planner.field(kind, nodes, self.place)

    def _page_info(self, kind: GraphQLObjectType, nodes: Nodes) -> Term:
        fields = self.planner.selections.below(kind, nodes)
        parts = [(key, self._page_info_field(kind, below[0].name.value)) for key, below in fields.items()]
        return object_of(parts)

    def _page_info_field(self, kind: GraphQLObjectType, name: str) -> Term:
        has_more, is_past = f"len({ROWS}) > {self.page.size}", repr(self.page.past is not None)
        match name:
            case "hasNextPage" | "hasPreviousPage":
                if (name == "hasNextPage") is self.page.backward:
                    return lambda _: is_past
                self.looks_ahead = True
                return lambda _: has_more
            case "__typename":
                return literal(kind.name)
            case _:
                cursor, end = self._cursor(), 0 if name == "startCursor" else -1
                return lambda kept: f"({cursor(f'{kept}[{end}]')} if {kept} else None)"
