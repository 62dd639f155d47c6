"""The API face of sections and tags: what can be read."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import strawberry
from sqlalchemy import ColumnElement

from cms.ids import public_id
from cms.reading.connections import (
    ABSENT,
    DIRECTION,
    NULLS,
    VERSION,
    AfterArgument,
    BeforeArgument,
    FirstArgument,
    LastArgument,
    Node,
    NullsOrder,
    OptionalIdArgument,
    OptionalSlugArgument,
    OrderDirection,
    PageInfo,
    Versioned,
    by_id_or_slug,
    everything,
    row_of,
)
from cms.reading.entities import Columns
from cms.reading.enums import describe_enum
from cms.reading.fields import (
    column,
    computed,
    cursor_field,
    edges_field,
    first,
    many,
    node_field,
    nodes_field,
    one,
    page_info_field,
    pages,
    total_count_field,
)
from cms.reading.filters import (
    ByColumn,
    ByOne,
    DateTimeFilter,
    IdFilter,
    StringFilter,
    all_of,
    any_of,
    by_id,
    none_of,
    where_field,
)
from cms.reading.scalars import DateTime, Locale
from cms.reading.sources import Deferred, Facts, First, Many, One, Pages
from cms.taxonomy.entities import SECTION, TAG, TAG_ORDERS

if TYPE_CHECKING:
    from cms.articles.graphql.filters import ArticleFilter, ArticleOrder
    from cms.articles.graphql.types import ArticleConnection

LazyArticleConnection = Annotated["ArticleConnection", strawberry.lazy("cms.articles.graphql.types")]
LazyArticleFilter = Annotated["ArticleFilter", strawberry.lazy("cms.articles.graphql.filters")]
LazyArticleOrder = Annotated["ArticleOrder", strawberry.lazy("cms.articles.graphql.filters")]


def _section_id(_: Facts, key: str) -> str:
    return public_id("section", key)


def _tag_id(_: Facts, key: str) -> str:
    return public_id("tag", key)


def _is_child(parent: Columns, child: Columns) -> ColumnElement[bool]:
    return child["parent_id"] == parent["id"]


def _any_section(_: Columns, child: Columns) -> ColumnElement[bool]:
    return child["id"].is_not(None)


@strawberry.type(description="A part of the site, as in “Culture”. Sections form a tree.")
class Section(Node, Versioned):
    is_type_of = row_of("Section")
    id: strawberry.ID = computed(_section_id, "id", description="Opaque, the same everywhere, for ever.")
    slug: str = column("slug", "The name in URLs.")
    name: str = column("name", "The name.")
    description: str | None = column("description", "What belongs here.")
    position: int = column("position", "Its place among its siblings, from 0.")
    version: int = column("version", VERSION)
    parent: "Section | None" = one(One(SECTION, "parent_id"), "The section above; null at the top.")
    children: "list[Section]" = many(
        Many(SECTION, _is_child, ("position", "slug")), "The sections below, in their order."
    )

    @pages(Deferred("cms.articles.sources:ARTICLES_OF_SECTION"))
    def articles(
        self,
        first: FirstArgument = ABSENT,
        after: AfterArgument = ABSENT,
        last: LastArgument = ABSENT,
        before: BeforeArgument = ABSENT,
        locale: Annotated[
            Locale | None, strawberry.argument(description="Only articles in this locale.")
        ] = ABSENT,
        where: Annotated[
            LazyArticleFilter | None, strawberry.argument(description="Which articles.")
        ] = ABSENT,
        order_by: Annotated[
            list[LazyArticleOrder] | None, strawberry.argument(description="Newest first unless said.")
        ] = ABSENT,
    ) -> LazyArticleConnection:
        """The articles of this section (not of those below it), newest first."""
        ...


@strawberry.type(description="A word that articles share.")
class Tag(Node, Versioned):
    is_type_of = row_of("Tag")
    id: strawberry.ID = computed(_tag_id, "id", description="Opaque, the same everywhere, for ever.")
    slug: str = column("slug", "The name in URLs.")
    name: str = column("name", "The name.")
    version: int = column("version", VERSION)
    created_at: DateTime = column("created_at", "When the tag was added.")
    updated_at: DateTime = column("updated_at", "When this changed last.")

    @pages(Deferred("cms.articles.sources:ARTICLES_OF_TAG"))
    def articles(
        self,
        first: FirstArgument = ABSENT,
        after: AfterArgument = ABSENT,
        last: LastArgument = ABSENT,
        before: BeforeArgument = ABSENT,
        locale: Annotated[
            Locale | None, strawberry.argument(description="Only articles in this locale.")
        ] = ABSENT,
        where: Annotated[
            LazyArticleFilter | None, strawberry.argument(description="Which articles.")
        ] = ABSENT,
        order_by: Annotated[
            list[LazyArticleOrder] | None, strawberry.argument(description="Newest first unless said.")
        ] = ABSENT,
    ) -> LazyArticleConnection:
        """The articles with this tag, newest first."""
        ...


@strawberry.input(description="Which sections. Several fields in one object must all hold.")
class SectionFilter:
    id: IdFilter | None = by_id("section", "id", "By id.")
    slug: StringFilter | None = where_field(ByColumn("slug"), "By slug.")
    name: StringFilter | None = where_field(ByColumn("name"), "By name.")
    parent: "SectionFilter | None" = where_field(ByOne(SECTION, "parent_id"), "By the section above.")
    and_: "list[SectionFilter] | None" = all_of()
    or_: "list[SectionFilter] | None" = any_of()
    not_: "SectionFilter | None" = none_of()


@strawberry.input(description="Which tags. Several fields in one object must all hold.")
class TagFilter:
    id: IdFilter | None = by_id("tag", "id", "By id.")
    slug: StringFilter | None = where_field(ByColumn("slug"), "By slug.")
    name: StringFilter | None = where_field(ByColumn("name"), "By name.")
    created_at: DateTimeFilter | None = where_field(ByColumn("created_at"), "By when the tag was added.")
    updated_at: DateTimeFilter | None = where_field(ByColumn("updated_at"), "By the time of the last change.")
    and_: "list[TagFilter] | None" = all_of()
    or_: "list[TagFilter] | None" = any_of()
    not_: "TagFilter | None" = none_of()


class TagOrderField(StrEnum):
    """What tags can be sorted by."""

    NAME = "NAME"
    CREATED_AT = "CREATED_AT"
    UPDATED_AT = "UPDATED_AT"


describe_enum(
    TagOrderField,
    "What tags can be sorted by.",
    {
        "NAME": "The name, whatever its case and accents.",
        "CREATED_AT": "When the tag was added.",
        "UPDATED_AT": "The time of the last change.",
    },
)


@strawberry.input(description="One key to sort tags by.")
class TagOrder:
    field: TagOrderField = strawberry.field(description="What to sort by.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description=DIRECTION)
    nulls: NullsOrder = strawberry.field(default=NullsOrder.LAST, description=NULLS)


@strawberry.type(description="A tag on a page of a connection.")
class TagEdge:
    cursor: str = cursor_field()
    node: Tag = node_field("The tag.")


@strawberry.type(description="A page of tags.")
class TagConnection:
    edges: list[TagEdge] = edges_field()
    nodes: list[Tag] = nodes_field()
    page_info: PageInfo = page_info_field()
    total_count: int = total_count_field()


@strawberry.type
class TaxonomyQueries:
    @first(First(TAG, by_id_or_slug("tag")))
    def tag(self, id: OptionalIdArgument = ABSENT, slug: OptionalSlugArgument = ABSENT) -> Tag | None:
        """A tag by id or by slug."""
        ...

    @pages(Pages(TAG, everything, TAG_ORDERS, filters="TagFilter"))
    def tags(
        self,
        first: FirstArgument = ABSENT,
        after: AfterArgument = ABSENT,
        last: LastArgument = ABSENT,
        before: BeforeArgument = ABSENT,
        where: Annotated[TagFilter | None, strawberry.argument(description="Which tags.")] = ABSENT,
        order_by: Annotated[
            list[TagOrder] | None, strawberry.argument(description="By name unless said.")
        ] = ABSENT,
    ) -> TagConnection:
        """Tags, by name."""
        ...

    @first(First(SECTION, by_id_or_slug("section")))
    def section(self, id: OptionalIdArgument = ABSENT, slug: OptionalSlugArgument = ABSENT) -> Section | None:
        """A section by id or by slug."""
        ...

    sections: list[Section] = many(
        Many(SECTION, _any_section, ("position", "slug")),
        "All sections, in their order; `parent` and `children` give the tree.",
    )
