"""The root schema: the slices' parts put together."""

from functools import cache
from typing import Any

import strawberry
from strawberry.schema.config import StrawberryConfig

from cms.accounts.graphql import AccountQueries
from cms.accounts.graphql_mutations import TokenMutations
from cms.accounts.graphql_users import RoleMutations, UserMutations
from cms.articles.graphql.blocks import BLOCKS
from cms.articles.graphql.mutations import ArticleMutations
from cms.articles.graphql.noticing import NoticeMutations
from cms.articles.graphql.previewing import PreviewMutations
from cms.articles.graphql.queries import ArticleQueries
from cms.articles.graphql.relations import RelationMutations
from cms.articles.graphql.restoring import RestoringMutations
from cms.articles.graphql.translations import TranslationMutations
from cms.articles.graphql.versions import VersionQueries
from cms.articles.graphql.workflow import WorkflowMutations
from cms.assets.graphql import AssetQueries
from cms.assets.graphql_inputs import UPLOAD_SCALARS
from cms.assets.graphql_mutations import AssetMutations
from cms.audit.graphql import AuditQueries
from cms.authors.graphql import AuthorQueries
from cms.authors.graphql_mutations import AuthorMutations
from cms.nodes import NodeQueries
from cms.problems import ERRORS
from cms.reading.payloads import PayloadExecution
from cms.reading.scalars import SCALARS
from cms.site.graphql import SiteQueries
from cms.site.graphql_mutations import SiteMutations
from cms.taxonomy.graphql import TaxonomyQueries
from cms.taxonomy.graphql_mutations import SectionMutations, TagMutations


@strawberry.type(
    description="What can be read. One perspective a request: the header X-Perspective, published unless it says otherwise."
)
class Query(
    NodeQueries,
    SiteQueries,
    ArticleQueries,
    VersionQueries,
    AuthorQueries,
    TaxonomyQueries,
    AssetQueries,
    AccountQueries,
    AuditQueries,
):
    pass


@strawberry.type(
    description="What can be changed. Each mutation is one transaction: a payload with errors has changed nothing."
)
class Mutation(
    ArticleMutations,
    RelationMutations,
    RestoringMutations,
    NoticeMutations,
    TranslationMutations,
    WorkflowMutations,
    PreviewMutations,
    AuthorMutations,
    TagMutations,
    SectionMutations,
    SiteMutations,
    AssetMutations,
    TokenMutations,
    UserMutations,
    RoleMutations,
):
    pass


@cache
def make_schema() -> strawberry.Schema:
    """The schema of Kiosque: one a process, for it takes a while to make and nobody changes it."""
    config = StrawberryConfig(scalar_map={**SCALARS, **UPLOAD_SCALARS})
    types: list[Any] = [*BLOCKS, *ERRORS]
    return strawberry.Schema(
        Query, Mutation, types=types, config=config, execution_context_class=PayloadExecution
    )
