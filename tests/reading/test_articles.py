"""One article: how it is found, and what it leads to."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.editing import update_article
from cms.articles.inputs import ArticleChanges, Cover, Disclosure, RelatedLink, SeoChanges
from cms.articles.kinds import DisclosureKind, RelationKind
from cms.articles.publishing import publish_article, unpublish_article
from cms.database import Database
from cms.ids import public_id
from cms.permissions import SYSTEM
from tests.factories import make_article, make_asset, make_published_article, make_tag, version_number
from tests.reading.asking import DRAFT_VIEW, PUBLIC_VIEW, Questions, View

ARTICLE = """query($id: ID, $slug: String, $locale: Locale, $fallback: [Locale!]) {
article(id: $id, slug: $slug, locale: $locale, fallback: $fallback) { title } }"""
REDIRECT = "query($s: String!, $l: Locale) { redirect(slug: $s, locale: $l) { slug locale targetSlug statusCode article { title } } }"


async def title(questions: Questions, view: View = PUBLIC_VIEW, **arguments: Any) -> str | None:
    """The title of the article that the arguments find."""
    found = (await questions.ask(ARTICLE, arguments, view))["article"]
    return None if found is None else found["title"]


async def move(session: AsyncSession, key: UUID, slug: str, *, publish: bool) -> None:
    """Give an article another slug, for the public too or not yet."""
    number = await version_number(session, key)
    await update_article(session, SYSTEM, key, expected_version=number, changes=ArticleChanges(slug=slug))
    if publish:
        await publish_article(session, SYSTEM, key, expected_version=number + 1)


async def test_by_id_and_slug(asked: Questions, empty: Database) -> None:
    async with empty.transaction() as session:
        key = await make_published_article(session, title="One", slug="one")
        draft = await make_article(session, title="Two", slug="two")
    assert await title(asked, id=public_id("article", key)) == "One"
    assert await title(asked, slug="one") == "One"
    assert await title(asked, id=public_id("article", draft)) is None
    assert await title(asked, slug="two") is None
    assert await title(asked, DRAFT_VIEW, slug="two") == "Two"
    assert await title(asked, DRAFT_VIEW, id=public_id("article", draft)) == "Two"
    assert await title(asked, slug="One") is None


@pytest.mark.parametrize(
    "arguments",
    [{}, {"id": "article_" + "0" * 32, "slug": "a"}, {"id": "nonsense"}, {"id": "tag_" + "0" * 32}, {"slug": "a", "locale": "de"},
     {"slug": "the-river-falls", "locale": "en", "fallback": ["de"]}, {"slug": "\x00"}],
    ids=str,
)  # fmt: skip
async def test_arguments_that_cannot_be_are_refused(arguments: dict[str, Any], questions: Questions) -> None:
    await questions.refused(ARTICLE, arguments)


async def test_an_old_slug_finds_the_article_if_it_was_live(asked: Questions, empty: Database) -> None:
    async with empty.transaction() as session:
        key = await make_published_article(session, title="One", slug="first")
        await move(session, key, "second", publish=True)
        await move(session, key, "third", publish=False)
    for slug, public in {"first": "One", "second": "One", "third": None}.items():
        assert await title(asked, slug=slug) == public
        assert await title(asked, DRAFT_VIEW, slug=slug) == "One"
    found = (await asked.ask(REDIRECT, {"s": "first"}))["redirect"]
    assert found == {
        "slug": "first",
        "locale": "en",
        "targetSlug": "second",
        "statusCode": 301,
        "article": {"title": "One"},
    }
    assert (await asked.ask(REDIRECT, {"s": "first"}, DRAFT_VIEW))["redirect"]["targetSlug"] == "third"
    for slug in ("second", "third", "nowhere"):
        assert (await asked.ask(REDIRECT, {"s": slug}))["redirect"] is None
    assert (await asked.ask(REDIRECT, {"s": "first", "l": "fr"}))["redirect"] is None
    await asked.refused(REDIRECT, {"s": "first", "l": "de"})


async def test_a_redirect_leads_nowhere_when_the_article_has_left(asked: Questions, empty: Database) -> None:
    async with empty.transaction() as session:
        key = await make_published_article(session, slug="first")
        await move(session, key, "second", publish=True)
        await unpublish_article(session, SYSTEM, key, expected_version=2)
    assert (await asked.ask(REDIRECT, {"s": "first"}))["redirect"] is None
    assert await title(asked, slug="first") is None


async def test_a_slug_of_several_locales_leads_to_the_default_one_first(
    asked: Questions, empty: Database
) -> None:
    async with empty.transaction() as session:
        for locale in ("zh", "fr", "en"):
            key = await make_published_article(session, locale=locale, title=locale, slug="same")
            old = await make_published_article(session, locale=locale, title=f"old {locale}", slug="old")
            await move(session, old, "new", publish=True)
            if locale == "en":
                await unpublish_article(session, SYSTEM, key, expected_version=1)
    assert await title(asked, slug="same") == "fr"
    assert await title(asked, slug="same", locale="zh") == "zh"
    assert await title(asked, slug="same", locale="en", fallback=["ja", "zh", "fr"]) == "zh"
    assert await title(asked, slug="same", fallback=["ja", "zh"]) == "zh"
    assert await title(asked, slug="same", locale="ja") is None
    assert (await asked.ask(REDIRECT, {"s": "old"}))["redirect"]["locale"] == "en"
    assert (await asked.ask(REDIRECT, {"s": "old", "l": "zh"}))["redirect"]["locale"] == "zh"


async def test_an_id_with_a_locale_is_the_translation(asked: Questions, empty: Database) -> None:
    async with empty.transaction() as session:
        english = await make_published_article(session, title="English")
        french = await make_published_article(session, title="Français", locale="fr", translation_of=english)
        await make_article(session, title="日本語", locale="ja", translation_of=english)
    key = public_id("article", english)
    assert await title(asked, id=key, locale="fr") == "Français"
    assert await title(asked, id=public_id("article", french), locale="en") == "English"
    assert await title(asked, id=key, locale="ja") is None
    assert await title(asked, DRAFT_VIEW, id=key, locale="ja") == "日本語"
    assert await title(asked, id=key, locale="ja", fallback=["zh", "fr"]) == "Français"
    text = 'query($id: ID!) { article(id: $id) { translations { title } a: translation(locale: "fr") { title } b: translation(locale: "ja") { title } } }'
    found = (await asked.ask(text, {"id": key}))["article"]
    assert found == {"translations": [{"title": "Français"}], "a": {"title": "Français"}, "b": None}
    found = (await asked.ask(text, {"id": key}, DRAFT_VIEW))["article"]
    assert [one["title"] for one in found["translations"]] == ["Français", "日本語"]


async def test_nodes_keep_the_order_of_the_ids(asked: Questions, empty: Database) -> None:
    async with empty.transaction() as session:
        draft = public_id("article", await make_article(session))
        article = public_id("article", await make_published_article(session))
        tag = public_id("tag", await make_tag(session))
        asset = public_id("asset", await make_asset(session))
    text = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
    ids = [tag, draft, article, "author_" + "0" * 32, tag, asset]
    found = (await asked.ask(text, {"ids": ids}))["nodes"]
    assert [None if node is None else node["id"] for node in found] == [tag, None, article, None, tag, None]
    found = (await asked.ask(text, {"ids": ids}, DRAFT_VIEW))["nodes"]
    assert [None if node is None else node["__typename"] for node in found] == [
        "Tag",
        "Article",
        "Article",
        None,
        "Tag",
        "Asset",
    ]
    assert (await asked.ask(text, {"ids": []}))["nodes"] == []
    for wrong in (["nonsense"], [tag, "token_" + "0" * 32], [tag] * 101, ["tag_0"], [""]):
        await asked.refused(text, {"ids": wrong})
    for wrong in ("nonsense", "token_" + "0" * 32):
        await asked.refused("query($id: ID!) { node(id: $id) { id } }", {"id": wrong})


RELATED = """query($id: ID!, $kinds: [RelationKind!]) { article(id: $id) { related(kinds: $kinds) { totalCount edges { kind note source node { title } } }
backlinks(kinds: $kinds) { totalCount edges { kind note node { title } } } } }"""


async def test_related_links_and_backlinks(asked: Questions, empty: Database) -> None:
    async with empty.transaction() as session:
        one, two, three = [
            await make_published_article(session, title=name) for name in ("One", "Two", "Three")
        ]
        hidden = await make_article(session, title="Hidden")
        links = [
            RelatedLink(three, RelationKind.BACKGROUND, "Why"),
            RelatedLink(hidden, RelationKind.SERIES),
            RelatedLink(one),
            RelatedLink(two, RelationKind.BACKGROUND),
        ]
        key = await make_published_article(session, title="Here", related=links)
    edges = (await asked.ask(RELATED, {"id": public_id("article", key)}))["article"]["related"]["edges"]
    assert [(e["kind"], e["note"], e["source"], e["node"]["title"]) for e in edges] == [
        ("BACKGROUND", "Why", "EDITOR", "Three"), ("SEE_ALSO", None, "EDITOR", "One"), ("BACKGROUND", None, "EDITOR", "Two"),
    ]  # fmt: skip
    some = (await asked.ask(RELATED, {"id": public_id("article", key), "kinds": ["BACKGROUND", "SERIES"]}))[
        "article"
    ]
    assert [edge["node"]["title"] for edge in some["related"]["edges"]] == ["Three", "Two"]
    assert some["related"]["totalCount"] == 2
    draft = (await asked.ask(RELATED, {"id": public_id("article", key)}, DRAFT_VIEW))["article"]
    assert [edge["node"]["title"] for edge in draft["related"]["edges"]] == ["Three", "Hidden", "One", "Two"]
    back = (await asked.ask(RELATED, {"id": public_id("article", three), "kinds": ["BACKGROUND"]}))["article"]
    assert back["backlinks"]["edges"] == [{"kind": "BACKGROUND", "note": "Why", "node": {"title": "Here"}}]
    async with empty.transaction() as session:
        await unpublish_article(session, SYSTEM, three, expected_version=1)
        await unpublish_article(session, SYSTEM, key, expected_version=1)
    gone = (await asked.ask(RELATED, {"id": public_id("article", two)}))["article"]
    assert gone["backlinks"] == {"totalCount": 0, "edges": []}
    kept = (await asked.ask(RELATED, {"id": public_id("article", three)}, DRAFT_VIEW))["article"]
    assert [edge["node"]["title"] for edge in kept["backlinks"]["edges"]] == ["Here"]


WORDS = """query($id: ID!) { article(id: $id) { disclosures { kind text } seo { title description canonicalUrl noIndex image { id } }
cover { alt caption credit asset { id } } url excerpt body { html excerpt(characters: 12) } } }"""


async def words(questions: Questions, key: UUID, view: View = PUBLIC_VIEW) -> Any:
    """What falls back, of one article."""
    return (await questions.ask(WORDS, {"id": public_id("article", key)}, view))["article"]


async def set_site(database: Database, values: Mapping[str, Any]) -> None:
    """Change the site."""
    async with database.transaction() as session:
        await session.execute(tables.site.update().values(**values))


async def test_disclosures_without_words_take_the_sites(asked: Questions, empty: Database) -> None:
    texts = [{"kind": "SPONSORED", "locale": "fr", "text": "Payé."}]
    await set_site(empty, {"disclosure_texts": texts})
    told = [Disclosure(DisclosureKind.SPONSORED), Disclosure(DisclosureKind.MADE_BY_AI, "Own.")]
    async with empty.transaction() as session:
        french = await make_published_article(session, locale="fr", disclosures=told)
        english = await make_published_article(session, disclosures=told)
    assert [d["text"] for d in (await words(asked, french))["disclosures"]] == ["Payé.", "Own."]
    assert [d["text"] for d in (await words(asked, english))["disclosures"]] == [None, "Own."]


async def test_what_search_engines_are_told_falls_back(asked: Questions, empty: Database) -> None:
    await set_site(empty, {"url": "https://a.example/b", "article_path": "/{locale}/x/{slug}"})
    async with empty.transaction() as session:
        cover, image = await make_asset(session), await make_asset(session)
        plain = await make_published_article(session, title="T", slug="s", excerpt="E", cover=Cover(cover))
        seo = SeoChanges(title="S", description="D", canonical_url="https://c.example/", no_index=True, image_id=image)  # fmt: skip
        own = await make_published_article(session, title="U", cover=Cover(cover), seo=seo)
    assert (await words(asked, plain))["seo"] == {
        "title": "T", "description": "E", "canonicalUrl": "https://a.example/b/en/x/s", "noIndex": False,
        "image": {"id": public_id("asset", cover)},
    }  # fmt: skip
    assert (await words(asked, own))["seo"] == {
        "title": "S", "description": "D", "canonicalUrl": "https://c.example/", "noIndex": True, "image": {"id": public_id("asset", image)},
    }  # fmt: skip


async def test_a_cover_takes_the_words_of_its_asset(asked: Questions, empty: Database) -> None:
    async with empty.transaction() as session:
        asset = await make_asset(session, alt="A", caption="C", credit="R")
        plain = await make_published_article(session, cover=Cover(asset))
        own = await make_published_article(session, cover=Cover(asset, "a", "c", "r"))
        none = await make_published_article(session)
    named = {"asset": {"id": public_id("asset", asset)}}
    assert (await words(asked, plain))["cover"] == {"alt": "A", "caption": "C", "credit": "R", **named}
    assert (await words(asked, own))["cover"] == {"alt": "a", "caption": "c", "credit": "r", **named}
    assert (await words(asked, none))["cover"] is None


async def test_a_body_leads_only_to_what_the_reader_may_see(asked: Questions, empty: Database) -> None:
    await set_site(empty, {"url": "https://a.example", "article_path": "/{slug}"})
    async with empty.transaction() as session:
        shown = await make_published_article(session, title="Shown", slug="shown")
        hidden = await make_article(session, title="Hidden", slug="hidden")
        links = [f"article:{public_id('article', key)}" for key in (shown, hidden)]
        body = f"One [here]({links[0]}#p) and [there]({links[1]})\n\n[]({links[0]})\n\n[]({links[1]})\n\n[Words]({links[1]})"
        key = await make_published_article(session, body=body)
    html = (await words(asked, key))["body"]["html"]
    assert '<a href="https://a.example/shown#p">here</a> and <span>there</span>' in html
    assert not {"hidden", "Hidden", public_id("article", hidden)} & set(html.replace('"', " ").split())
    assert "https://a.example/hidden" in (await words(asked, key, DRAFT_VIEW))["body"]["html"]
    text = "query($id: ID!) { article(id: $id) { body { blocks { __typename text ... on ArticleLinkBlock { url article { title } } } } } }"
    blocks = (await asked.ask(text, {"id": public_id("article", key)}))["article"]["body"]["blocks"]
    assert blocks[1:] == [
        {"__typename": "ArticleLinkBlock", "text": "Shown", "url": "https://a.example/shown", "article": {"title": "Shown"}},
        {"__typename": "ParagraphBlock", "text": "Words"},
    ]  # fmt: skip
    draft = (await asked.ask(text, {"id": public_id("article", key)}, DRAFT_VIEW))["article"]["body"][
        "blocks"
    ]
    assert [block.get("article") for block in draft[1:]] == [
        {"title": "Shown"},
        {"title": "Hidden"},
        {"title": "Hidden"},
    ]


async def test_an_excerpt_of_any_length(questions: Questions) -> None:
    text = "query($n: Int!) { articles(first: 30) { nodes { body { excerpt(characters: $n) } } } }"
    for length in (1, 12, 10_000):
        nodes = (await questions.ask(text, {"n": length}))["articles"]["nodes"]
        assert all(len(node["body"]["excerpt"].removesuffix("…")) <= length for node in nodes)
    for length in (0, 10_001):
        await questions.refused(text, {"n": length})
