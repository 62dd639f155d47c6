"""Search: by stems without accents, by pieces of text in scripts without spaces, ranked, marked, and blind to what the actor may not see."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cms.articles.editing import update_article
from cms.articles.inputs import ArticleChanges
from cms.articles.publishing import unpublish_article
from cms.database import Database
from cms.permissions import SYSTEM
from tests.factories import make_article, make_published_article
from tests.reading.asking import DRAFT_VIEW, PUBLIC_VIEW, Questions, View

SEARCH = """query($q: String!, $l: Locale, $n: Int, $c: String) { search(query: $q, locale: $l, first: $n, after: $c) {
totalCount pageInfo { hasNextPage endCursor } edges { score snippet cursor node { title } } } }"""


async def titles(
    questions: Questions, query: str, locale: str | None = None, view: View = PUBLIC_VIEW
) -> list[str]:
    """The titles that a search finds, best first."""
    edges = (await search(questions, query, locale, view))["edges"]
    return [edge["node"]["title"] for edge in edges]


async def search(
    questions: Questions, query: str, locale: str | None = None, view: View = PUBLIC_VIEW
) -> Any:
    """What a search answers."""
    found = (await questions.ask(SEARCH, {"q": query, "l": locale}, view))["search"]
    assert found["totalCount"] == len(found["edges"])
    return found


async def publish(database: Database, *articles: tuple[str, str, str]) -> None:
    """Publish articles of (locale, title, body)."""
    async with database.transaction() as session:
        for locale, title, body in articles:
            await make_published_article(session, locale=locale, title=title, body=body)


@pytest.mark.parametrize("query", ["eleve", "élève", "ÉLÈVE", "Eleves", "elèves"])
async def test_accents_and_case_and_endings_do_not_matter(
    query: str, asked: Questions, empty: Database
) -> None:
    await publish(empty, ("fr", "Grève", "Un élève attend."), ("fr", "Rien", "Autre chose."))
    assert await titles(asked, query) == ["Grève"]


@pytest.mark.parametrize(
    ("locale", "body", "query"),
    [("fr", "Des chevaux courent.", "cheval"), ("fr", "Le cheval court.", "chevaux"), ("en", "She was running.", "run"),
     ("en", "The mice and ponies", "pony"), ("fr", "Ils attendaient", "attendait")],
)  # fmt: skip
async def test_words_are_found_by_their_stems(
    locale: str, body: str, query: str, asked: Questions, empty: Database
) -> None:
    await publish(empty, (locale, "Found", body))
    assert await titles(asked, query, locale) == ["Found"]


@pytest.mark.parametrize(
    ("locale", "body", "query"),
    [("zh", "北京的河静静流淌。", "河"), ("zh", "北京的河静静流淌。", "北京"), ("zh", "北京的河静静流淌。", "静静流"), ("ja", "東京の川は静かに流れている。", "川"),
     ("ja", "東京の川は静かに流れている。", "静か"), ("ja", "東京の川は静かに流れている。", "京の川"), ("ja", "カフェで水を飲む", "カフェ")],
)  # fmt: skip
async def test_scripts_without_spaces_are_found_by_pieces(
    locale: str, body: str, query: str, asked: Questions, empty: Database
) -> None:
    await publish(empty, (locale, "Found", body), (locale, "Other", "火事"))
    found = await search(asked, query)
    assert [edge["node"]["title"] for edge in found["edges"]] == ["Found"]
    assert f"<mark>{query}</mark>" in found["edges"][0]["snippet"]
    assert await titles(asked, f"\u3000{query} ") == ["Found"]


async def test_a_word_in_the_title_weighs_more(asked: Questions, empty: Database) -> None:
    await publish(
        empty,
        ("en", "Nothing", "A river."),
        ("en", "The river", "Nothing."),
        ("zh", "水", "火"),
        ("zh", "火", "水水"),
    )
    assert await titles(asked, "river") == ["The river", "Nothing"]
    assert await titles(asked, "水") == ["水", "火"]


async def test_a_snippet_is_escaped_and_marked(asked: Questions, empty: Database) -> None:
    body = 'Look: `<script>alert("river")</script>` & the river'
    await publish(empty, ("en", "One", body), ("zh", "Two", "`<b>河</b>` &"))
    (edge,) = (await search(asked, "river"))["edges"]
    assert "<mark>river</mark>" in edge["snippet"]
    assert "<script" not in edge["snippet"]
    assert "&amp; the <mark>river</mark>" in edge["snippet"]
    (edge,) = (await search(asked, "河"))["edges"]
    assert edge["snippet"] == "&lt;b&gt;<mark>河</mark>&lt;/b&gt; &amp;"


async def test_a_control_character_in_a_body_is_no_mark(asked: Questions, empty: Database) -> None:
    await publish(empty, ("en", "One", "a \x02river\x03 and &#2;b&#3;"))
    (edge,) = (await search(asked, "river"))["edges"]
    assert edge["snippet"].replace("<mark>river</mark>", "").count("<") == 0


async def test_phrases_alternatives_and_exclusions(asked: Questions, empty: Database) -> None:
    await publish(
        empty,
        ("en", "One", "the red house"),
        ("en", "Two", "the house is red"),
        ("en", "Three", "a green tree"),
    )
    assert await titles(asked, '"red house"') == ["One"]
    assert sorted(await titles(asked, "red or green")) == ["One", "Three", "Two"]
    assert sorted(await titles(asked, "house -tree")) == ["One", "Two"]
    assert await titles(asked, "house -red") == []
    assert await titles(asked, "tree -green") == []


async def test_what_is_not_published_is_not_found(asked: Questions, empty: Database) -> None:
    async with empty.transaction() as session:
        await make_article(session, title="Secret plan", body="zebra 斑馬")
        changed = await make_published_article(session, title="Known", body="old words")
        changes = ArticleChanges(body="zebra 斑馬")
        await update_article(session, SYSTEM, changed, expected_version=1, changes=changes)
        gone = await make_published_article(session, title="Gone", body="zebra 斑馬")
        await unpublish_article(session, SYSTEM, gone, expected_version=1)
    for query in ("zebra", "斑馬", "斑"):
        assert await titles(asked, query) == []
        assert len(await titles(asked, query, view=DRAFT_VIEW)) == 3


async def test_a_search_has_pages(asked: Questions, empty: Database) -> None:
    await publish(empty, *(("en", f"Number {index % 3}", "river " * (1 + index % 4)) for index in range(11)))
    everything = [(e["cursor"], e["node"]["title"]) for e in (await search(asked, "river"))["edges"]]
    found: list[tuple[str, str]] = []
    cursor, more = None, True
    while more:
        page = (await asked.ask(SEARCH, {"q": "river", "n": 3, "c": cursor}))["search"]
        found += [(edge["cursor"], edge["node"]["title"]) for edge in page["edges"]]
        cursor, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert found == everything
    assert len(found) == 11


async def test_wrong_arguments_are_refused(questions: Questions) -> None:
    message = await questions.refused(SEARCH, {"q": "river", "l": "de"})
    assert all(locale in message for locale in ("“de”", "en", "fr", "ja", "zh"))
    for query in ("", "  ", "x" * 301, "\x00", "\ud800"):
        await questions.refused(SEARCH, {"q": query})


@given(query=st.text(min_size=1, max_size=40) | st.lists(st.sampled_from(['"', "-", "or", "(", ":*", "&", "!", "é", "水", "<->", "%", "\\"]), min_size=1).map(" ".join))  # fmt: skip
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_no_syntax_is_an_error(query: str, questions: Questions) -> None:
    planned = await questions.planned(SEARCH, {"q": query})
    assert planned.errors == [] or planned.codes == ["BAD_USER_INPUT"]
    assert not planned.errors or "\x00" in query or not query.strip()
