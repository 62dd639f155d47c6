"""A planned root field is one statement; a count that is selected at the root is a second one."""

from collections.abc import Mapping
from typing import Any

import pytest

from cms.ids import public_id
from cms.permissions import Role, actor_of_role
from tests.reading.asking import DRAFT_VIEW, EDITOR_VIEW, PUBLIC_VIEW, Questions, View
from tests.reading.newsroom import Newsroom

# What ordinary execution answers, because it is no read of an entity, or tells the client what is wrong.
NOT_PLANNED = {"viewer", "apiTokens", "__typename"}
BYLINE_AND_COVER = "byline { role author { name slug } } cover { alt asset { url width height } }"
READS: Mapping[str, tuple[str, int]] = {
    "Q1": (
        f"""{{ article(slug: "the-river-falls") {{ title slug body {{ html }} publishedAt {BYLINE_AND_COVER} tags {{ name }}
        related(first: 4) {{ nodes {{ title slug cover {{ asset {{ url }} }} }} }} }} }}""",
        1,
    ),
    "Q2": (f"{{ articles(first: 20) {{ nodes {{ title slug excerpt publishedAt {BYLINE_AND_COVER} }} }} }}", 1),
    "Q3": (
        f"""{{ articles(first: 50) {{ nodes {{ title {BYLINE_AND_COVER} tags {{ name }}
        related(first: 4) {{ nodes {{ title slug byline {{ author {{ name }} }} }} }} }} }} }}""",
        1,
    ),
    "count": ("{ articles(first: 1) { totalCount nodes { id } } }", 2),
    "only the count": ("{ articles { totalCount } }", 2),
    "several roots": ("{ site { name } tags { nodes { name } } authors { totalCount } }", 4),
    "nested counts": ("{ authors { nodes { articles(first: 1) { totalCount nodes { id } } } } }", 1),
    "blocks": (
        """{ articles(first: 50) { nodes { body { blocks { __typename key html ... on ImageBlock { asset { id url usedBy(first: 1) { nodes { id } } } }
        ... on ArticleLinkBlock { article { title byline { author { bio } } } } ... on ListBlock { items { text children { items { html } } } }
        ... on TableBlock { header { text } rows { cells { html } } alignments } } outline { text anchor } } } } }""",
        1,
    ),
    "nested connections": (
        """{ sections { name parent { name } children { name } articles(first: 2, orderBy: [{field: TITLE}]) { pageInfo { endCursor hasNextPage }
        edges { cursor node { tags { articles(last: 1) { nodes { backlinks(first: 1) { edges { kind note node { title } } } } } } } } } } }""",
        1,
    ),
    "filters": (
        """{ articles(first: 5, where: {title: {contains: "e"}, authors: {some: {name: {startsWith: "a"}}}, tags: {none: {slug: {eq: "x"}}},
        or: [{section: {parent: {slug: {eq: "s-0"}}}}, {not: {cover: {width: {gt: 10}}}}, {related: {every: {locale: {in: ["en"]}}}}]})
        { nodes { title } } }""",
        1,
    ),
    "search": ('{ search(query: "river", first: 3) { edges { score snippet cursor node { title } } } }', 1),
    "search in a locale": ('{ search(query: "cheval", locale: "fr") { totalCount edges { snippet } } }', 2),
    "old slug": ('{ redirect(slug: "trains-late-again") { targetSlug article { title } } }', 1),
    "fallback": ('{ article(slug: "the-river-falls", locale: "fr", fallback: ["ja", "en"]) { locale title } }', 1),
    "translation": ('{ articles(first: 9) { nodes { translation(locale: "fr") { title } translations { locale } } } }', 1),
    "in a locale": ('{ articles(locale: "ja", first: 3) { nodes { title seo { image { url } canonicalUrl } } } }', 1),
    "articles of an author in a locale": ('{ author(slug: "ada") { articles(locale: "fr") { nodes { title } } } }', 1),
    "assets": ("{ assets(first: 5) { nodes { filename url usedBy(first: 2) { nodes { title } } } } }", 1),
    "versions": (
        """{ articles(first: 3) { nodes { versions(first: 2) { pageInfo { hasNextPage } edges { cursor node { number createdAt actor message
        changedFields wasPublished lost { path id name replacedBy } article { title slug body { html blocks { key } } byline { role author { name bio } }
        tags { name } section { name description } cover { alt asset { url } } related { articleId kind note article { title } } seo { title image { url } }
        disclosures { kind text } } } } } } } }""",
        1,
    ),
    "everything of a node": ("{ articles(first: 2) { nodes { disclosures { kind text } authors { links { url } avatar { url } } } } }", 1),
}  # fmt: skip


@pytest.mark.parametrize("name", READS)
async def test_a_root_field_is_one_statement(name: str, questions: Questions, views: list[View]) -> None:
    text, statements = READS[name]
    for view in views:
        planned, ordinary = await questions.both(text, view=view)
        assert (planned.statements, planned.fallbacks) == (statements, [])
        assert planned.errors == []
        assert planned.text == ordinary.text


async def test_ids_of_several_types_are_one_statement(questions: Questions, newsroom: Newsroom) -> None:
    ids = [
        newsroom.ids(noun)[index]
        for index in (1, 0)
        for noun in ("tag", "article", "asset", "author", "section")
    ]
    text = "query($ids: [ID!]!, $one: ID!) { nodes(ids: $ids) { id __typename } node(id: $one) { ... on Tag { name } } }"
    for view in (PUBLIC_VIEW, DRAFT_VIEW):
        planned, ordinary = await questions.both(text, {"ids": ids, "one": ids[0]}, view)
        assert (planned.statements, planned.fallbacks, planned.errors) == (2, [], [])
        assert planned.text == ordinary.text


async def test_a_version_and_a_comparison_are_one_statement_each(
    questions: Questions, newsroom: Newsroom
) -> None:
    # The article was published in its first version, and has been changed since.
    key = public_id("article", newsroom.published[0])
    text = """query($id: ID!) {
      articleVersion(articleId: $id, number: 1) { number article { title } }
      compareVersions(articleId: $id, from: 1, to: 2) { fromNumber toNumber fields { field before after entries { change key } } blocks { change words { change text } } }
    }"""
    for view in (EDITOR_VIEW, DRAFT_VIEW):
        planned, ordinary = await questions.both(text, {"id": key}, view)
        assert (planned.statements, planned.fallbacks, planned.errors) == (2, [], [])
        assert planned.text == ordinary.text
        assert planned.data["articleVersion"]["number"] == 1
        changed = [one["field"] for one in planned.data["compareVersions"]["fields"]]
        assert {"title", "slug"} <= set(changed)
    public = await questions.ask(text, {"id": key})
    assert public == {"articleVersion": None, "compareVersions": None}


async def test_a_plan_is_kept_for_other_values_of_its_variables(
    questions: Questions, newsroom: Newsroom
) -> None:
    text = "query($s: String, $l: Locale, $t: String!) { article(slug: $s, locale: $l) { title } articles(where: {title: {contains: $t}}) { nodes { title } } }"
    kept = questions.plans._kept  # pyright: ignore[reportPrivateUsage]  (what the test is about)
    kept.clear()
    for slug in ("the-river-rises", "nowhere", "quiet-streets"):
        await questions.ask(text, {"s": slug, "l": "en", "t": slug[:3]})
    assert len(kept) == 1


async def test_every_root_field_is_planned_but_those_that_read_no_entity(
    questions: Questions, newsroom: Newsroom
) -> None:
    required: dict[str, Any] = {
        "node": f'(id: "{newsroom.ids("tag")[0]}")', "nodes": f'(ids: ["{newsroom.ids("tag")[0]}"])', "search": '(query: "a")',
        "article": '(slug: "a")', "author": '(slug: "a")', "tag": '(slug: "a")', "section": '(slug: "a")', "redirect": '(slug: "a")',
        "asset": f'(id: "{newsroom.ids("asset")[0]}")',
        "articleVersion": f'(articleId: "{newsroom.ids("article")[0]}", number: 1)',
        "compareVersions": f'(articleId: "{newsroom.ids("article")[0]}", from: 1, to: 2)',
    }  # fmt: skip
    left: set[str] = set()
    admin = View(actor_of_role(Role.ADMIN, actor_id=None, name="admin"), DRAFT_VIEW.perspective)
    for name in questions.graphql_schema.query_type.fields:
        planned = await questions.planned(
            f"{{ {name}{required.get(name, '')} {{ __typename }} }}", view=admin
        )
        left.update(planned.fallbacks)
    assert left <= NOT_PLANNED


async def test_a_field_that_is_refused_costs_no_read_of_those_beside_it(
    questions: Questions, newsroom: Newsroom
) -> None:
    text = (
        "{ authors { nodes { name } } articles { nodes { tags { name } } } users(first: 1) { nodes { id } } }"
    )
    planned, ordinary = await questions.both(text)
    assert (planned.data, planned.statements, planned.codes) == (None, 0, ["UNAUTHENTICATED"])
    assert planned.is_as_good_as(ordinary)
