"""What keeps an asset from being deleted, as the desk reads it."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from cms.articles import uses as from_
from cms.articles.kinds import AssetUsePlace
from cms.assets.graphql import Asset
from cms.authors.graphql import Author
from cms.reading.connections import PageInfo
from cms.reading.enums import describe_enum
from cms.reading.fields import (
    column,
    cursor_field,
    edges_field,
    node_field,
    nodes_field,
    one,
    page_info_field,
    total_count_field,
)

if TYPE_CHECKING:
    from cms.articles.graphql.types import Article

LazyArticle = Annotated["Article", strawberry.lazy("cms.articles.graphql.types")]

describe_enum(
    AssetUsePlace,
    "Where something needs an asset.",
    {
        "COVER": "As the cover of an article.",
        "BODY": "In the body of an article.",
        "SEO": "As the picture of an article for previews and social networks.",
        "AVATAR": "As the picture of an author.",
        "SUBSTITUTE": "As the substitute of an asset whose rights expire.",
    },
)


@strawberry.type(
    description="Something that needs an asset: exactly one of `article`, `author` and `asset` is what that is."
)
class AssetUse:
    place: AssetUsePlace = column("place", "Where.")
    article: LazyArticle | None = one(
        from_.ARTICLE_OF_USE, "The article that shows it, where your perspective shows that article."
    )
    author: Author | None = one(from_.AUTHOR_OF_USE, "The author whose picture it is.")
    asset: Asset | None = one(from_.EXPIRING_OF_USE, "The asset that it stands in for.")
    in_draft: bool = column("in_draft", "Whether the draft of the article shows it.")
    is_live: bool = column("is_live", "Whether the published version of the article shows it.")
    is_scheduled: bool = column(
        "is_scheduled", "Whether a version of the article shows it that is published at a set time."
    )


@strawberry.type(description="A use on a page of a connection.")
class AssetUseEdge:
    cursor: str = cursor_field()
    node: AssetUse = node_field("The use.")


@strawberry.type(description="A page of uses, those by what is newest first.")
class AssetUseConnection:
    edges: list[AssetUseEdge] = edges_field()
    nodes: list[AssetUse] = nodes_field()
    page_info: PageInfo = page_info_field()
    total_count: int = total_count_field()
