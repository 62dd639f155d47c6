"""The newsroom has what the other tests of this folder rely on."""

from tests.reading.asking import DRAFT_VIEW, Questions
from tests.reading.newsroom import Newsroom

BLOCKS = "{ articles(first: 100) { nodes { body { blocks { __typename } } } } }"


async def test_every_type_of_block_is_published(questions: Questions) -> None:
    data = await questions.ask(BLOCKS)
    found = {block["__typename"] for node in data["articles"]["nodes"] for block in node["body"]["blocks"]}
    kinds = questions.graphql_schema.get_possible_types(questions.graphql_schema.get_type("Block"))
    assert found == {kind.name for kind in kinds}


async def test_the_public_reads_fewer_articles_than_the_desk(
    questions: Questions, newsroom: Newsroom
) -> None:
    count = "{ articles { totalCount } }"
    assert (await questions.ask(count))["articles"]["totalCount"] == len(newsroom.published)
    assert (await questions.ask(count, view=DRAFT_VIEW))["articles"]["totalCount"] == len(newsroom.articles)
