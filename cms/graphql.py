"""The root schema: the slices' parts put together."""

from typing import Any

import strawberry

from cms.articles.graphql.blocks import BLOCKS
from cms.articles.graphql.queries import ArticleQueries
from cms.assets.graphql import AssetQueries
from cms.authors.graphql import AuthorQueries
from cms.nodes import NodeQueries
from cms.reading.scalars import SCHEMA_CONFIG
from cms.site.graphql import SiteQueries
from cms.taxonomy.graphql import TaxonomyQueries


@strawberry.type(description="What can be read. One perspective a request: the header X-Perspective, published unless it says otherwise.")
class Query(NodeQueries, SiteQueries, ArticleQueries, AuthorQueries, TaxonomyQueries, AssetQueries):
    pass


def make_schema() -> strawberry.Schema:
    """The schema of Kiosque."""
    types: list[Any] = [*BLOCKS]
    return strawberry.Schema(Query, types=types, config=SCHEMA_CONFIG)
