"""The makers with which the slices declare their types: each gives a Strawberry field whose metadata holds its source.

@strawberry.type(description="…")
class Author(Node):
    name: str = column("name", "…")
    avatar: Asset | None = one(One(ASSET, "avatar_id"), "…")

    @pages(Pages(ARTICLE, …))
    def articles(first: int | None = UNSET, …) -> ArticleConnection: …
"""

import asyncio
import inspect
from collections.abc import Callable
from typing import Any

import strawberry

from cms.permissions import Permission
from cms.reading import ordinary
from cms.reading.ordinary import EntityRow, PageValue, Reads, ResolveInfo, arguments_of
from cms.reading.sources import (
    NEEDS,
    SOURCE,
    Column,
    Companion,
    Computed,
    Deferred,
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


def reads_of(info: strawberry.Info) -> Reads:
    """The reads of the request."""
    return info.context.reads


def resolve_info(info: strawberry.Info) -> ResolveInfo:
    """What graphql-core knows of the field."""
    return info._raw_info  # pyright: ignore[reportPrivateUsage]  (no public name)


def _field(
    source: Source | Deferred,
    resolver: Callable[..., Any],
    description: str,
    name: str | None = None,
    needs: Permission | None = None,
) -> Any:
    metadata = {SOURCE: source, NEEDS: needs}
    return strawberry.field(resolver=resolver, description=description, name=name, metadata=metadata)


def column(name: str, description: str) -> Any:
    """A field that is a column."""
    source = Column(name)

    def resolve(root: Any) -> Any:
        return ordinary.read_column(source, root)

    return _field(source, resolve, description)


def computed(function: Callable[..., Any], *needs: str, description: str) -> Any:
    """A field that a function computes from columns: `function(facts, *columns)`."""
    source = Computed(needs, function)

    def resolve(root: Any, info: strawberry.Info) -> Any:
        return ordinary.read_computed(source, root, reads_of(info), {})

    return _field(source, resolve, description)


def computed_with(function: Callable[..., Any], *needs: str) -> Callable[[Callable[..., Any]], Any]:
    """Decorates a stub whose signature gives the arguments: `function(facts, *columns, **arguments)` with GraphQL's names."""
    source = Computed(needs, function)

    def resolve(root: Any, info: strawberry.Info, **_: Any) -> Any:
        return ordinary.read_computed(source, root, reads_of(info), arguments_of(resolve_info(info)))

    return _stub_decorator(source, resolve)


def same_row(description: str, *, when: str | None = None) -> Any:
    """An object made of columns of the same row."""
    source = SameRow(when)

    def resolve(root: Any) -> Any:
        return ordinary.read_same_row(source, root)

    return _field(source, resolve, description)


def items(
    function: Callable[..., Any],
    *needs: str,
    description: str,
    companions: tuple[tuple[str, Companion], ...] = (),
) -> Any:
    """Objects out of a JSON value: `function(facts, *columns)` gives a dict or a list of dicts."""
    source = Items(needs, function, companions)

    def resolve(root: Any, info: strawberry.Info) -> Any:
        return ordinary.read_items(source, root, reads_of(info))

    return _field(source, resolve, description)


def one(source: One, description: str) -> Any:
    """The row that a key names."""

    async def resolve(root: Any, info: strawberry.Info) -> Any:
        reads, raw = reads_of(info), resolve_info(info)
        if reads.payloads is not None and root.get(source.key) is not None:
            planned = await reads.planned(source, root[source.key], raw)
            if planned is not None:
                return planned if planned.value is not None else None
        return await ordinary.read_one(source, root, reads, reads.scope_of(raw))

    return _field(source, resolve, description)


def many(source: Many, description: str, *, name: str | None = None, needs: Permission | None = None) -> Any:
    """A bounded list of rows; on the root, perhaps only for who has a permission."""

    async def resolve(root: Any, info: strawberry.Info) -> Any:
        reads = reads_of(info)
        _require(info, needs)
        return await ordinary.read_many(source, root, reads, reads.scope_of(resolve_info(info)))

    return _field(source, resolve, description, name, needs)


def _require(info: strawberry.Info, needs: Permission | None) -> None:
    if needs is not None:
        info.context.actor.require(needs)


def first(source: First) -> Callable[[Callable[..., Any]], Any]:
    """Decorates a stub: the one row that its arguments name."""

    async def resolve(root: Any, info: strawberry.Info, **_: Any) -> Any:
        reads, raw = reads_of(info), resolve_info(info)
        return await ordinary.read_first(
            source, root, reads, reads.scope_of(raw), arguments_of(raw), info.context
        )

    return _stub_decorator(source, resolve)


def pages(
    source: Pages | Deferred, *, needs: Permission | None = None
) -> Callable[[Callable[..., Any]], Any]:
    """Decorates a stub: a connection; on the root, perhaps only for who has a permission."""

    async def resolve(root: Any, info: strawberry.Info, **_: Any) -> Any:
        _require(info, needs)
        found = settled(source)
        assert isinstance(found, Pages)  # noqa: S101  (what a Deferred of a connection names)
        return await ordinary.read_pages(found, root, resolve_info(info), reads_of(info), info.context)

    return _stub_decorator(source, resolve, needs)


def _stub_decorator(
    source: Source | Deferred, resolve: Callable[..., Any], needs: Permission | None = None
) -> Callable[[Callable[..., Any]], Any]:
    def decorate(stub: Callable[..., Any]) -> Any:
        """Give the resolver the stub's arguments, return type, name and docstring."""
        signature = inspect.signature(stub)
        parameters = [parameter for name, parameter in signature.parameters.items() if name != "self"]
        own = [
            inspect.Parameter("root", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Any),
            inspect.Parameter("info", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=strawberry.Info),
        ]
        resolve.__signature__ = signature.replace(parameters=[*own, *parameters])  # pyright: ignore[reportFunctionMemberAccess]
        resolve.__annotations__ = {"root": Any, "info": strawberry.Info, **stub.__annotations__}
        resolve.__module__, resolve.__name__ = stub.__module__, stub.__name__
        return _field(source, resolve, inspect.cleandoc(stub.__doc__ or ""), needs=needs)

    return decorate


def page_part(name: str, resolve: Callable[..., Any], description: str) -> Any:
    """A field of a connection, an edge or a PageInfo that the engine fills."""
    return _field(PagePart(name), resolve, description)


def edges_field() -> Any:
    """`edges` of a connection."""

    def resolve(root: Any) -> Any:
        return [_edge(root, row) for row in root.rows]

    return page_part(
        "edges", resolve, "The page, each node with its cursor and what is said of the link to it."
    )


def _edge(value: PageValue, row: EntityRow) -> EntityRow:
    row.pages = value.pages
    return row


def nodes_field() -> Any:
    """`nodes` of a connection."""

    async def resolve(root: Any) -> Any:
        return await asyncio.gather(*(root.node(row) for row in root.rows))

    return page_part("nodes", resolve, "The page without its edges.")


def page_info_field() -> Any:
    """`pageInfo` of a connection."""

    def resolve(root: Any) -> Any:
        cursors = [row.cursor for row in root.rows]
        return {
            "has_next_page": root.has_next,
            "has_previous_page": root.has_previous,
            "start_cursor": cursors[0] if cursors else None,
            "end_cursor": cursors[-1] if cursors else None,
        }

    return page_part("page_info", resolve, "Whether there is more, and where this page begins and ends.")


def total_count_field() -> Any:
    """`totalCount` of a connection."""

    async def resolve(root: Any) -> Any:
        return await root.total()

    return page_part("total_count", resolve, "How many there are on all pages. Counted only when asked for.")


def cursor_field() -> Any:
    """`cursor` of an edge."""

    def resolve(root: Any) -> Any:
        return root.cursor

    return page_part("cursor", resolve, "Where this edge stands: a value for `after` or `before`.")


def node_field(description: str) -> Any:
    """`node` of an edge."""

    async def resolve(root: Any, info: strawberry.Info) -> Any:
        if root.pages is None or root.pages.node is None:
            return root
        reads = reads_of(info)
        return await ordinary.read_one(root.pages.node, root, reads, reads.scope_of(resolve_info(info)))

    return page_part("node", resolve, description)
