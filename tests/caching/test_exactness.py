"""Whatever is changed, what is kept is what would be computed anew: byte for byte, in every process.

KIOSQUE_CHANGES says how many changes to make, KIOSQUE_SEED from which seed on.
"""

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

import httpx
import orjson
import pytest

from cms.database import Database
from cms.graphql import make_schema
from tests.caching.changing import SLUGS, Changer
from tests.caching.conftest import Cached
from tests.reading.documents import make_document
from tests.reading.newsroom import Newsroom
from tests.reading.values import Pool

CHANGES = int(os.environ.get("KIOSQUE_CHANGES", "30"))
SEED = int(os.environ.get("KIOSQUE_SEED", "1"))
RANDOM_DOCUMENTS = 25
BYLINE_AND_COVER = "byline { role author { name slug } } cover { alt caption asset { url width alt } }"
ONE = (
    f"title slug locale subtitle body {{ html text }} {BYLINE_AND_COVER} tags {{ name }} section {{ name parent {{ name }} }}"
    " related { edges { kind node { title slug } } } backlinks { nodes { title } } translations { slug } disclosures { text }"
    ' translation(locale: "fr") { title } seo { canonicalUrl image { url } } authors { bio avatar { alt } }'
)
WHERES = (
    '{tags: {some: {name: {contains: "e"}}}}',
    "{authors: {some: {bio: {isNull: false}}}}",
    '{section: {parent: {name: {contains: "e"}}}}',
    "{cover: {credit: {isNull: false}}}",
    '{related: {some: {title: {contains: "r"}}}}',
    '{not: {authors: {none: {name: {startsWith: "r"}}}}}',
)
Question = tuple[str, Mapping[str, Any]]


def questions_about(room: Newsroom, random: Random) -> list[Question]:
    """What readers ask: about slugs that move, things by their ids, lists, filters, searches, and anything at all."""
    found: list[Question] = []
    for slug in SLUGS:
        found += [
            (f'{{ article(slug: "{slug}") {{ id {ONE} }} }}', {}),
            (f'{{ article(slug: "{slug}", locale: "fr", fallback: ["ja", "en"]) {{ locale title }} }}', {}),
            (f'{{ redirect(slug: "{slug}") {{ targetSlug }} }}', {}),
            (f'{{ redirect(slug: "{slug}", locale: "en") {{ targetSlug article {{ title }} }} }}', {}),
        ]
    for noun in ("article", "author", "tag", "section", "asset"):
        ids = random.sample(room.ids(noun), 4)
        found.append(("query($ids: [ID!]!) { nodes(ids: $ids) { id __typename ... on Article { title } ... on Author { name } ... on Asset { alt } } }", {"ids": ids}))  # fmt: skip
        found.append(
            (
                "query($id: ID!) { node(id: $id) { id ... on Tag { name } ... on Section { name } } }",
                {"id": ids[0]},
            )
        )
    for key in random.sample(room.ids("article"), 6):
        found.append((f"query($id: ID!) {{ article(id: $id) {{ {ONE} }} }}", {"id": key}))
        found.append(
            (
                'query($id: ID!) { article(id: $id, locale: "fr", fallback: ["zh"]) { locale slug } }',
                {"id": key},
            )
        )
    found += [(f"{{ articles(where: {where}) {{ totalCount nodes {{ title }} }} }}", {}) for where in WHERES]
    found += [
        (f"{{ articles(first: 20) {{ nodes {{ title excerpt {BYLINE_AND_COVER} }} }} }}", {}),
        ("{ articles(orderBy: [{field: TITLE}], first: 5) { totalCount edges { cursor node { title tags { name } } } } }", {}),
        ('{ search(query: "river") { totalCount edges { snippet node { title } } } }', {}),
        ("{ authors { nodes { name avatar { url } articles(first: 2) { totalCount nodes { title } } } } }", {}),
        ("{ tags { nodes { name articles(first: 2) { totalCount nodes { slug } } } } }", {}),
        ("{ sections { name position parent { name } children { name } articles(first: 2) { nodes { title } } } }", {}),
        ("{ assets { totalCount nodes { alt credit usedBy { totalCount } } } }", {}),
        ("{ site { name url locales defaultLocale } }", {}),
        ("{ articles { nodes { body { blocks { __typename key ... on ArticleLinkBlock { article { title } } ... on ImageBlock { asset { alt } } } } } } }", {}),
        ("{ __typename viewer { name } }", {}),
    ]  # fmt: skip
    return found


async def random_questions(app: Cached, room: Newsroom, random: Random) -> list[Question]:
    """Random documents whose arguments are right: an error is never kept."""
    nouns = ("article", "author", "tag", "section", "asset")
    pool = Pool({noun: room.ids(noun) for noun in nouns}, {"article": SLUGS, "redirect": SLUGS})
    schema: Any = make_schema()._schema  # pyright: ignore[reportPrivateUsage]  (no public name)
    found: list[Question] = []
    while len(found) < RANDOM_DOCUMENTS:
        question = make_document(schema, pool, random)
        (answer,) = await answers(app, [question])
        if b'{"errors"' not in answer:
            found.append(question)
    return found


async def answers(app: Cached, questions: Sequence[Question]) -> list[bytes]:
    """What the application answers, with the status."""
    found: list[httpx.Response] = []
    for text, variables in questions:
        body = orjson.dumps({"query": text, "variables": variables})
        headers = {"content-type": "application/json", "content-length": str(len(body))}
        found.append(await app.client.post("/graphql", content=body, headers=headers))
    return [b"%d %s" % (one.status_code, one.content) for one in found]


# graphql-core forgets the coroutines of a field's neighbours when the field's arguments are at fault.
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
async def test_what_is_kept_is_what_would_be_computed(
    cached: Cached, another: Cached, uncached: Cached, room: Newsroom, desk: Database
) -> None:
    random = Random(SEED)
    questions, changer = questions_about(room, random), Changer(desk, random)
    questions += await random_questions(uncached, room, random)
    done: Counter[str | None] = Counter()
    survived = 0
    for number in range(CHANGES):
        change = await changer.change()
        done[change] += 1
        for app in (cached, another):
            assert await app.follower.catch_up()
        survived += len(cached.cache)
        right = await answers(uncached, questions)
        for app in (cached, another):
            for question, wanted, found in zip(questions, right, await answers(app, questions), strict=True):
                assert found == wanted, (number, change, question)
    # Something was changed in nearly every way, and many answers were kept over a change that was none of theirs.
    assert len(done) > min(len(changer.verbs()), CHANGES) / 3
    assert survived > CHANGES * len(questions) / 10
