"""Plans answer what ordinary execution answers, byte for byte, for any valid document.

KIOSQUE_DOCUMENTS says how many documents to try, KIOSQUE_SEED from which seed on (`fresh` takes one from the clock).
"""

import os
import time
from collections import Counter
from random import Random

import pytest

from tests.reading.asking import Answer, Questions, View
from tests.reading.collecting import collect, collected_by_hand, forgotten_coroutines
from tests.reading.documents import make_document
from tests.reading.newsroom import Newsroom
from tests.reading.values import Pool

__all__ = ["collected_by_hand"]
DOCUMENTS = int(os.environ.get("KIOSQUE_DOCUMENTS", "2000"))
SEED = os.environ.get("KIOSQUE_SEED", "1")
FIRST_SEED = time.time_ns() % 10**9 if SEED == "fresh" else int(SEED)
BATCHES = 8
ORDERS = {
    "articles": ["", " TITLE:ASC:LAST", " PUBLISHED_AT:DESC:FIRST UPDATED_AT:ASC:LAST", " WORD_COUNT:DESC:LAST CREATED_AT:ASC:LAST"],
    "authors": ["", " CREATED_AT:DESC:LAST NAME:ASC:LAST"],
    "tags": ["", " UPDATED_AT:ASC:FIRST"],
    "assets": ["", " BYTE_SIZE:ASC:LAST FILENAME:DESC:LAST"],
}  # fmt: skip


@pytest.fixture(scope="session")
async def pool(questions: Questions, newsroom: Newsroom, views: list[View]) -> Pool:
    """What the documents may name."""
    slugs: dict[str, list[str]] = {
        "article": ["the-river-rises", "changed-2", "changed-0", "nowhere"],
        "redirect": ["the-river-rises", "changed-2", "nowhere"],
        "author": ["ada", "elodie", "nobody-at-all"],
        "tag": ["tag-0", "tag-1", "x"],
        "section": ["s-0", "s-1", "x"],
    }
    found = Pool(
        {noun: newsroom.ids(noun) for noun in ("article", "author", "tag", "section", "asset")}, slugs
    )
    draft = views[2]
    some = await questions.ask("{ articles(first: 60) { nodes { slug } } }", view=draft)
    old = await questions.ask("{ articles(first: 60) { nodes { slug } } }")
    for data in (some, old):
        names = [node["slug"] for node in data["articles"]["nodes"]]
        slugs["article"] += names
        slugs["redirect"] += names
    for name, orders in ORDERS.items():
        for order in orders:
            found.cursors[f"{name}{order}"] = await _cursors(questions, name, order, draft)
    return found


async def _cursors(questions: Questions, name: str, order: str, view: View) -> list[str]:
    keys = [dict(zip(("field", "direction", "nulls"), key.split(":"), strict=True)) for key in order.split()]
    kind = name.removesuffix("s").title()
    text = f"query($o: [{kind}Order!]) {{ {name}(first: 20, orderBy: $o) {{ edges {{ cursor }} }} }}"
    data = await questions.ask(text, {"o": keys}, view)
    return [edge["cursor"] for edge in data[name]["edges"]]


@forgotten_coroutines
@pytest.mark.usefixtures("collected_by_hand")
@pytest.mark.parametrize("batch", range(BATCHES))
async def test_plans_answer_what_ordinary_execution_answers(
    batch: int, questions: Questions, pool: Pool, views: list[View]
) -> None:
    seen: Counter[str] = Counter()
    for seed in range(FIRST_SEED + batch, FIRST_SEED + DOCUMENTS, BATCHES):
        random = Random(seed)
        text, variables = make_document(questions.graphql_schema, pool, random)
        view = random.choice(views)
        planned, ordinary = await questions.both(text, variables, view)
        where = f"seed {seed}\n{text}\n{variables}\n{view.perspective}"
        assert _agree(planned, ordinary, seen), f"{where}\n{planned.text!r}\n{ordinary.text!r}"
        assert "INTERNAL" not in ordinary.codes, f"{where}\n{ordinary.errors}"
        seen.update(_kind_of(planned))
        if planned.errors:
            collect()
    assert seen["answers"] > seen["errors"] > 0
    assert seen["raced"] * 50 < seen["errors"] + seen["answers"]


REFUSALS = {"UNAUTHENTICATED", "FORBIDDEN"}


def _agree(planned: Answer, ordinary: Answer, seen: Counter[str]) -> bool:
    """Whether the answers are the same; those with errors in another place that makes the same thing null are counted."""
    if planned.text == ordinary.text:
        return True
    # A field that is refused is looked at before any other is read: its error is told, and none of those beside it.
    is_refused_first = planned.statements == 0 and REFUSALS.issuperset(planned.codes)
    seen["refused first" if is_refused_first else "raced"] += 1
    return planned.is_as_good_as(ordinary)


def _kind_of(answer: Answer) -> list[str]:
    return ["errors" if answer.errors else "answers", *(["fallback"] if answer.fallbacks else [])]
