"""The API face of authors: what can be read."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from cms.assets.entities import ASSET
from cms.assets.graphql import Asset
from cms.authors.entities import AUTHOR, AUTHOR_ORDERS
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
from cms.reading.enums import describe_enum
from cms.reading.fields import (
    column,
    computed,
    cursor_field,
    edges_field,
    first,
    items,
    node_field,
    nodes_field,
    one,
    page_info_field,
    pages,
    total_count_field,
)
from cms.reading.filters import (
    ByColumn,
    DateTimeFilter,
    IdFilter,
    StringFilter,
    all_of,
    any_of,
    by_id,
    none_of,
    where_field,
)
from cms.reading.scalars import DateTime, Locale, Url
from cms.reading.sources import Deferred, Facts, First, One, Pages

if TYPE_CHECKING:
    from cms.articles.graphql.filters import ArticleFilter, ArticleOrder
    from cms.articles.graphql.types import ArticleConnection

LazyArticleConnection = Annotated["ArticleConnection", strawberry.lazy("cms.articles.graphql.types")]
LazyArticleFilter = Annotated["ArticleFilter", strawberry.lazy("cms.articles.graphql.filters")]
LazyArticleOrder = Annotated["ArticleOrder", strawberry.lazy("cms.articles.graphql.filters")]


def _id(_: Facts, key: str) -> str:
    return public_id("author", key)


def _links(_: Facts, links: Any) -> Any:
    return links


@strawberry.type(description="A link that an author shows.")
class AuthorLink:
    label: str = column("label", "What it is, as in “Mastodon”.")
    url: Url = column("url", "Where it leads.")


@strawberry.type(description="A person, or a desk, who signs articles.")
class Author(Node, Versioned):
    is_type_of = row_of("Author")
    id: strawberry.ID = computed(_id, "id", description="Opaque, the same everywhere, for ever.")
    slug: str = column("slug", "The name in URLs.")
    name: str = column("name", "The name as it is signed.")
    title: str | None = column("title", "What the author does, as in “Rail correspondent”.")
    bio: str | None = column("bio", "A few sentences about the author, in plain text.")
    email: str | None = column("email", "The e-mail address: null for whoever may not see it.")
    avatar: Asset | None = one(One(ASSET, "avatar_id", ("avatar",)), "A picture of the author.")
    links: list[AuthorLink] = items(_links, "links", description="Where else the author can be found.")
    version: int = column("version", VERSION)
    created_at: DateTime = column("created_at", "When the author was added.")
    updated_at: DateTime = column("updated_at", "When this changed last.")

    @pages(Deferred("cms.articles.sources:ARTICLES_OF_AUTHOR"))
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
        """The articles whose byline names the author, in any role, newest first."""
        ...


@strawberry.input(description="Which authors. Several fields in one object must all hold.")
class AuthorFilter:
    id: IdFilter | None = by_id("author", "id", "By id.")
    slug: StringFilter | None = where_field(ByColumn("slug"), "By slug.")
    name: StringFilter | None = where_field(ByColumn("name"), "By name.")
    title: StringFilter | None = where_field(ByColumn("title"), "By title.")
    bio: StringFilter | None = where_field(ByColumn("bio"), "By what the biography says.")
    email: StringFilter | None = where_field(
        ByColumn("email"), "By e-mail address; an error for whoever may not see it."
    )
    created_at: DateTimeFilter | None = where_field(ByColumn("created_at"), "By when the author was added.")
    updated_at: DateTimeFilter | None = where_field(ByColumn("updated_at"), "By the time of the last change.")
    and_: "list[AuthorFilter] | None" = all_of()
    or_: "list[AuthorFilter] | None" = any_of()
    not_: "AuthorFilter | None" = none_of()


class AuthorOrderField(StrEnum):
    """What authors can be sorted by."""

    NAME = "NAME"
    CREATED_AT = "CREATED_AT"
    UPDATED_AT = "UPDATED_AT"
    EMAIL = "EMAIL"


describe_enum(
    AuthorOrderField,
    "What authors can be sorted by.",
    {
        "NAME": "The name, whatever its case and accents.",
        "CREATED_AT": "When the author was added.",
        "UPDATED_AT": "The time of the last change.",
        "EMAIL": "The e-mail address; an error for whoever may not see it.",
    },
)


@strawberry.input(description="One key to sort authors by.")
class AuthorOrder:
    field: AuthorOrderField = strawberry.field(description="What to sort by.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description=DIRECTION)
    nulls: NullsOrder = strawberry.field(default=NullsOrder.LAST, description=NULLS)


@strawberry.type(description="An author on a page of a connection.")
class AuthorEdge:
    cursor: str = cursor_field()
    node: Author = node_field("The author.")


@strawberry.type(description="A page of authors.")
class AuthorConnection:
    edges: list[AuthorEdge] = edges_field()
    nodes: list[Author] = nodes_field()
    page_info: PageInfo = page_info_field()
    total_count: int = total_count_field()


@strawberry.type
class AuthorQueries:
    @first(First(AUTHOR, by_id_or_slug("author")))
    def author(self, id: OptionalIdArgument = ABSENT, slug: OptionalSlugArgument = ABSENT) -> Author | None:
        """An author by id or by slug."""
        ...

    @pages(Pages(AUTHOR, everything, AUTHOR_ORDERS, filters="AuthorFilter"))
    def authors(
        self,
        first: FirstArgument = ABSENT,
        after: AfterArgument = ABSENT,
        last: LastArgument = ABSENT,
        before: BeforeArgument = ABSENT,
        where: Annotated[AuthorFilter | None, strawberry.argument(description="Which authors.")] = ABSENT,
        order_by: Annotated[
            list[AuthorOrder] | None, strawberry.argument(description="By name unless said.")
        ] = ABSENT,
    ) -> AuthorConnection:
        """Authors, by name."""
        ...
