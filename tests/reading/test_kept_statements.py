"""Ordinary execution compiles a statement once: the next like it brings values of its own, and those of its own perspective."""

from cms.ids import public_id
from cms.reading.reader import KEPT
from tests.reading.asking import DRAFT_VIEW, Questions, at_view, preview_view
from tests.reading.newsroom import Newsroom

LIST = """
query($first: Int!, $word: String!) {
  articles(first: $first, where: {title: {contains: $word}}) {
    totalCount
    nodes { id slug title byline { author { name articles(first: 2) { nodes { slug } } } } tags { slug } }
  }
}
"""
ONE = "query($id: ID!) { article(id: $id) { id title } }"


async def test_other_values_and_another_time_compile_nothing(
    questions: Questions, newsroom: Newsroom
) -> None:
    some, others = {"first": 5, "word": "e"}, {"first": 3, "word": "a"}
    await questions.ordinary(LIST, some, at_view(newsroom.times[-1]))
    known, answers = KEPT.texts, set[bytes]()
    for time in newsroom.times:
        for variables in (some, others):
            ordinary, planned = await questions.both(LIST, variables, at_view(time))
            assert (ordinary.text, ordinary.errors, planned.fallbacks) == (planned.text, [], [])
            answers.add(ordinary.text)
    assert KEPT.texts == known
    assert len(answers) == 2 * len(newsroom.times)


async def test_another_preview_link_compiles_nothing_and_shows_its_own_draft_alone(
    questions: Questions, newsroom: Newsroom
) -> None:
    one, other = newsroom.drafts[:2]
    known = set[str]()
    for shown, hidden in [(one, other), (other, one)]:
        view = preview_view(shown)
        found = await questions.ordinary(ONE, {"id": public_id("article", shown)}, view)
        as_draft = await questions.ordinary(ONE, {"id": public_id("article", shown)}, DRAFT_VIEW)
        assert found.text == as_draft.text
        assert found.data["article"] is not None
        beside = await questions.ordinary(ONE, {"id": public_id("article", hidden)}, view)
        assert (beside.data, beside.errors) == ({"article": None}, [])
        assert KEPT.texts == (known or KEPT.texts)
        known = KEPT.texts
