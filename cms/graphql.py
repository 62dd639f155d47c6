"""The root schema: the slices' parts put together."""

from typing import Any

import strawberry

from cms.articles.graphql.blocks import BLOCKS
from cms.articles.graphql.mutations import ArticleMutations
from cms.articles.graphql.queries import ArticleQueries
from cms.assets.graphql import AssetQueries
from cms.authors.graphql import AuthorQueries
from cms.mutations import ERRORS
from cms.nodes import NodeQueries
from cms.reading.scalars import SCHEMA_CONFIG
from cms.site.graphql import SiteQueries
from cms.taxonomy.graphql import TaxonomyQueries


@strawberry.type(
    description="What can be read. One perspective a request: the header X-Perspective, published unless it says otherwise."
)
class Query(NodeQueries, SiteQueries, ArticleQueries, AuthorQueries, TaxonomyQueries, AssetQueries):
    pass


@strawberry.type(
    description="What can be changed. Each mutation is one transaction: a payload with errors has changed nothing."
)
class Mutation(ArticleMutations):
    pass


def make_schema() -> strawberry.Schema:
    """The schema of Kiosque."""
    types: list[Any] = [*BLOCKS, *ERRORS]
    return strawberry.Schema(Query, Mutation, types=types, config=SCHEMA_CONFIG)
