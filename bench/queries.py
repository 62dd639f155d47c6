"""The queries that are measured, as each server is asked them."""

import json
from dataclasses import dataclass, field
from random import Random
from typing import Any

import psycopg

from bench.dataset import SEED
from bench.prose import Prose

SLUGS = 1_000
MARK = "@@"
"""What the load generator replaces by a number that was not used before."""


@dataclass(frozen=True)
class Query:
    """One of the measured queries."""

    name: str
    about: str
    operation: str
    text: str
    postgraphile: str
    is_write: bool = False


_PERSON = "byline { author { name slug } }"
_COVER = "cover { asset { url width height } alt }"

Q1 = Query(
    "Q1",
    "one article by slug, with its byline, tags, cover and four related articles with their covers",
    "Article",
    f"""query Article($slug: String!) {{ article(slug: $slug) {{
      title slug body {{ html }} publishedAt {_PERSON} tags {{ name }} {_COVER}
      related(first: 4) {{ nodes {{ title slug cover {{ asset {{ url }} }} }} }} }} }}""",
    """query Article($slug: String!) { article: articleBySlug(slug: $slug) {
      title slug body publishedAt coverAlt
      byline: articleAuthorsByArticleId(orderBy: [POSITION_ASC]) { nodes { author: authorByAuthorId { name slug } } }
      tags: articleTagsByArticleId(orderBy: [POSITION_ASC]) { nodes { tag: tagByTagId { name } } }
      cover: assetByCoverId { url width height }
      related: relatedsByArticleId(first: 4, orderBy: [POSITION_ASC]) { nodes {
        article: articleByRelatedId { title slug cover: assetByCoverId { url } } } } } }""",
)
Q2 = Query(
    "Q2",
    "the 20 newest articles with byline and cover",
    "Newest",
    f"query Newest {{ articles(first: 20) {{ nodes {{ title slug excerpt publishedAt {_PERSON} {_COVER} }} }} }}",
    """query Newest { articles: allArticles(first: 20, orderBy: [PUBLISHED_AT_DESC], condition: {status: "published"}) { nodes {
      title slug excerpt publishedAt coverAlt
      byline: articleAuthorsByArticleId(orderBy: [POSITION_ASC]) { nodes { author: authorByAuthorId { name slug } } }
      cover: assetByCoverId { url width height } } } }""",
)
Q3 = Query(
    "Q3",
    "the 50 newest articles, each with byline, tags and four related articles with theirs",
    "Nested",
    """query Nested { articles(first: 50) { nodes { title slug byline { author { name } } tags { name }
      related(first: 4) { nodes { title slug byline { author { name } } } } } } }""",
    """query Nested { articles: allArticles(first: 50, orderBy: [PUBLISHED_AT_DESC], condition: {status: "published"}) { nodes { title slug
      byline: articleAuthorsByArticleId(orderBy: [POSITION_ASC]) { nodes { author: authorByAuthorId { name } } }
      tags: articleTagsByArticleId(orderBy: [POSITION_ASC]) { nodes { tag: tagByTagId { name } } }
      related: relatedsByArticleId(first: 4, orderBy: [POSITION_ASC]) { nodes { article: articleByRelatedId { title slug
        byline: articleAuthorsByArticleId(orderBy: [POSITION_ASC]) { nodes { author: authorByAuthorId { name } } } } } } } } }""",
)
Q4 = Query(
    "Q4",
    "createArticle with a byline and two tags, by an editor's token",
    "Create",
    """mutation Create($input: CreateArticleInput!) { createArticle(input: $input) {
      article { title slug } errors { message } } }""",
    """mutation Create($input: WriteArticleInput!) { createArticle: writeArticle(input: $input) {
      article: result { title slug } } }""",
    is_write=True,
)
QUERIES = (Q1, Q2, Q3, Q4)


@dataclass(frozen=True)
class Subjects:
    """What the queries are about: articles to ask for, and who and what new ones name."""

    slugs: list[str]
    authors: list[str]
    tags: list[str]
    token: str = field(repr=False)
    body: str = field(repr=False)


def find_subjects(database_url: str, token: str) -> Subjects:
    """A thousand slugs taken at random, the same each time, and all authors and tags."""
    random = Random(SEED)  # noqa: S311  (the same each time)
    with psycopg.connect(database_url) as connection:
        slugs = _column(connection, "SELECT slug FROM live_article ORDER BY published_at")
        authors = _column(
            connection, "SELECT 'author_' || replace(id::text, '-', '') FROM author ORDER BY id"
        )
        tags = _column(connection, "SELECT 'tag_' || replace(id::text, '-', '') FROM tag ORDER BY id")
    chosen = random.sample(slugs, min(SLUGS, len(slugs)))
    return Subjects(chosen, authors, tags, token, Prose(random).body())


def bodies(query: Query, subjects: Subjects, *, for_postgraphile: bool = False) -> list[dict[str, Any]]:
    """The JSON bodies of the requests, to be sent in turn."""
    text = query.postgraphile if for_postgraphile else query.text
    return [
        {"query": " ".join(text.split()), "operationName": query.operation, "variables": variables}
        for variables in _variables(query, subjects, for_postgraphile=for_postgraphile)
    ]


def as_lines(requests: list[dict[str, Any]]) -> str:
    """Requests as the load generator reads them: one a line."""
    return "\n".join(json.dumps(request, separators=(",", ":")) for request in requests) + "\n"


def _variables(query: Query, subjects: Subjects, *, for_postgraphile: bool) -> list[dict[str, Any]]:
    if query is Q1:
        return [{"slug": slug} for slug in subjects.slugs]
    if query is not Q4:
        return [{}]
    random = Random(SEED)  # noqa: S311  (the same each time)
    make = _postgraphile_input if for_postgraphile else _input
    return [
        {"input": make(subjects, random.choice(subjects.authors), random.sample(subjects.tags, 2))}
        for _ in range(50)
    ]


def _input(subjects: Subjects, author: str, tags: list[str]) -> dict[str, Any]:
    return {
        "title": f"Draft {MARK}",
        "body": subjects.body,
        "byline": [{"authorId": author}],
        "tagIds": tags,
    }


def _postgraphile_input(subjects: Subjects, author: str, tags: list[str]) -> dict[str, Any]:
    """What its function takes: keys as they are in the tables, and a slug."""
    return {
        "title": f"Draft {MARK}",
        "slug": f"draft-{MARK}",
        "body": subjects.body,
        "authorIds": [author.partition("_")[2]],
        "tagIds": [tag.partition("_")[2] for tag in tags],
    }


def _column(connection: psycopg.Connection[Any], statement: str) -> list[str]:
    return [row[0] for row in connection.execute(statement.encode()).fetchall()]
