"""`node` and `nodes`: anything by its id."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

import strawberry

from cms.accounts.entities import CUSTOM_ROLE, USER
from cms.articles.entities import ADDRESSED_ARTICLE
from cms.articles.histories import fields_changed_since
from cms.assets.entities import ASSET
from cms.authors.entities import AUTHOR
from cms.errors import BadInput
from cms.ids import split_public_id
from cms.reading.connections import IdArgument, Node
from cms.reading.fields import reads_of, resolve_info
from cms.reading.ordinary import Reads, read_first
from cms.reading.sources import SOURCE, AnyOf
from cms.site.graphql import THE_SITE
from cms.taxonomy.entities import SECTION, TAG

ENTITIES = {entity.noun: entity for entity in (ADDRESSED_ARTICLE, AUTHOR, TAG, SECTION, ASSET)}
VERSIONED = {**ENTITIES, USER.noun: USER, CUSTOM_ROLE.noun: CUSTOM_ROLE}
NODES_MAX = 100
ANY = AnyOf(tuple(ENTITIES.values()))


async def changed_since(reads: Reads, article_id: UUID, number: int) -> list[str]:
    """The fields of the article that were changed after the version of that number."""
    return await fields_changed_since(reads, article_id, number)


async def load_node(info: strawberry.Info, text: str) -> Any:
    """The thing with this id, or None if the actor does not see it. Raises BadInput for what is no id."""
    noun, key = split_public_id(text)
    if noun not in ENTITIES:
        raise BadInput(f"“{text[:80]}” is not the id of a node. Nodes are: {', '.join(ENTITIES)}.")
    reads = reads_of(info)
    return await reads.load(ENTITIES[noun], reads.scope_of(resolve_info(info)), str(key))


async def load_versioned(info: strawberry.Info, noun: str, key: object) -> Any:
    """The thing that a mutation found changed, as it is now."""
    reads = reads_of(info)
    if noun == THE_SITE.entity.noun:
        return await read_first(THE_SITE, None, reads, reads.draft_scope, {}, info.context)
    return await reads.load(VERSIONED[noun], reads.draft_scope, str(key))


@strawberry.type
class NodeQueries:
    @strawberry.field(
        description="Anything by its id; null if it does not exist for you.",
        graphql_type=Node | None,
        metadata={SOURCE: ANY},
    )
    async def node(self, info: strawberry.Info, id: IdArgument) -> Any:
        return await load_node(info, id)

    @strawberry.field(
        description="Up to 100 things by their ids, in the order of the ids; null for what does not exist for you.",
        graphql_type=list[Node | None],
        metadata={SOURCE: ANY},
    )
    async def nodes(
        self,
        info: strawberry.Info,
        ids: Annotated[list[strawberry.ID], strawberry.argument(description="Up to 100 ids.")],
    ) -> Any:
        if len(ids) > NODES_MAX:
            raise BadInput(f"ids has {len(ids)} entries; allowed are {NODES_MAX}.")
        return await asyncio.gather(*(load_node(info, key) for key in ids))
