"""Articles through the API: written, translated, related, published, found."""

import asyncio
from typing import Any

import pytest

from cms.articles import tables
from cms.ids import public_id
from cms.permissions import Role
from tests.api.asking import Api, Json, problems_of
from tests.api.fingerprints import fingerprint_of
from tests.factories import make_author, make_published_article, make_tag

ERRORS = "errors { __typename code message path ... on VersionConflictError { current { id version title } } ... on SlugTakenError { suggestion } ... on InUseError { usedBy { id __typename } } }"
ARTICLE = "article { id version status slug title locale body { markdown } related(first: 10) { edges { kind note node { id } } } }"
NOBODY = f"author_{'0' * 32}"


async def change(api: Api, name: str, input: Json, role: Role = Role.EDITOR) -> Any:
    """The payload of a mutation that answers an article."""
    kind = {"unpublishArticle": "ArticleTransition"}.get(name, name[0].upper() + name[1:])
    document = f"mutation($input: {kind}Input!) {{ done: {name}(input: $input) {{ {ARTICLE} {ERRORS} }} }}"
    return (await api.data(document, {"input": input}, role=role))["done"]


async def create(api: Api, **input: Any) -> Json:
    payload = await change(api, "createArticle", {"title": "A river runs", **input})
    assert payload["errors"] == []
    return payload["article"]


async def test_a_french_article_is_found_by_slug_and_without_accents(api: Api) -> None:
    written = await create(
        api, title="L’élève et la forêt enchantée", locale="fr", body="Où l’été s’achève, une élève rêve."
    )
    assert (written["slug"], written["status"]) == ("l-eleve-et-la-foret-enchantee", "DRAFT")
    search = '{ search(query: "eleve foret", locale: "fr") { totalCount edges { snippet node { title } } } }'
    by_slug = '{ article(slug: "l-eleve-et-la-foret-enchantee", locale: "fr") { title body { html } } }'
    assert (await api.data(search, role=None))["search"]["totalCount"] == 0
    assert (await api.data(by_slug, role=None)) == {"article": None}
    published = await change(api, "publishArticle", {"id": written["id"], "expectedVersion": 1})
    assert (published["article"]["status"], published["errors"]) == ("PUBLISHED", [])
    assert (await api.data(by_slug, role=None))["article"] == {
        "title": "L’élève et la forêt enchantée",
        "body": {"html": "<p>Où l’été s’achève, une élève rêve.</p>"},
    }
    found = (await api.data(search, role=None))["search"]
    assert [edge["node"]["title"] for edge in found["edges"]] == ["L’élève et la forêt enchantée"]
    await change(api, "unpublishArticle", {"id": written["id"], "expectedVersion": 1})
    assert (await api.data(by_slug, role=None)) == {"article": None}


async def test_of_two_writers_one_is_told_what_the_other_wrote(api: Api) -> None:
    article = await create(api)
    titles = ["A brook runs", "A stream runs"]
    payloads = await asyncio.gather(
        *(
            change(api, "updateArticle", {"id": article["id"], "expectedVersion": 1, "title": title})
            for title in titles
        )
    )
    [won] = [payload for payload in payloads if payload["errors"] == []]
    [lost] = [payload for payload in payloads if payload["errors"] != []]
    assert problems_of(lost) == [("VERSION_CONFLICT", ["expectedVersion"])]
    assert lost["article"] is None
    current = {"id": article["id"], "version": 2, "title": won["article"]["title"]}
    assert lost["errors"][0]["current"] == current


async def test_what_is_left_out_stays_and_null_clears(api: Api) -> None:
    article = await create(api, body="Some text", subtitle="A subtitle")
    kept = await change(api, "updateArticle", {"id": article["id"], "expectedVersion": 1, "subtitle": None})
    assert kept["article"]["body"] == {"markdown": "Some text"}
    cleared = await change(api, "updateArticle", {"id": article["id"], "expectedVersion": 2, "body": None})
    assert cleared["article"]["body"] == {"markdown": ""}


@pytest.mark.parametrize("field", ["title", "kind"])
async def test_what_an_article_cannot_be_without_is_not_cleared(api: Api, field: str) -> None:
    article = await create(api)
    payload = await change(api, "updateArticle", {"id": article["id"], "expectedVersion": 1, field: None})
    assert problems_of(payload) == [("VALIDATION", [field])]


@pytest.mark.parametrize(
    ("input", "path"),
    [
        ({"byline": [{"authorId": NOBODY}, {"authorId": "nobody"}]}, ["byline", "1", "authorId"]),
        ({"sectionId": "tag_" + "0" * 32}, ["sectionId"]),
        ({"tagIds": [""]}, ["tagIds", "0"]),
        ({"cover": {"assetId": "asset_1"}}, ["cover", "assetId"]),
        ({"related": [{"articleId": "\U0001f5de"}]}, ["related", "0", "articleId"]),
        ({"seo": {"imageId": "x" * 10_000}}, ["seo", "imageId"]),
    ],
)
async def test_an_id_that_is_none_is_a_problem_at_its_place(api: Api, input: Json, path: list[str]) -> None:
    payload = await change(api, "createArticle", {"title": "A river runs", **input})
    assert problems_of(payload) == [("VALIDATION", path)]


async def test_an_id_that_names_nothing_is_not_found(api: Api) -> None:
    before = await fingerprint_of(api.database)
    payload = await change(
        api, "createArticle", {"title": "A river runs", "byline": [{"authorId": NOBODY}]}, Role.ADMIN
    )
    assert problems_of(payload) == [("NOT_FOUND", ["byline", "0", "authorId"])]
    after = await fingerprint_of(api.database)
    assert {name for name in after if after[name] != before[name]} == {"account", "api_token"}


async def test_related_links_are_set_added_and_taken_away_in_order(api: Api) -> None:
    one, two, three = [await create(api, title=title) for title in ("One", "Two", "Three")]
    links = [{"articleId": two["id"], "kind": "BACKGROUND", "note": "Before"}]
    await change(api, "setRelatedArticles", {"id": one["id"], "expectedVersion": 1, "links": links})
    added = {"id": one["id"], "toId": three["id"], "kind": "FOLLOW_UP", "position": 0}
    related = (await change(api, "relateArticles", added))["article"]
    assert related["version"] == 3
    assert related["related"]["edges"] == [
        {"kind": "FOLLOW_UP", "note": None, "node": {"id": three["id"]}},
        {"kind": "BACKGROUND", "note": "Before", "node": {"id": two["id"]}},
    ]
    left = (await change(api, "unrelateArticles", {"id": one["id"], "toId": two["id"]}))["article"]
    assert [edge["node"]["id"] for edge in left["related"]["edges"]] == [three["id"]]


async def test_a_slug_that_is_taken_comes_with_one_that_is_free(api: Api) -> None:
    await create(api, slug="a-river")
    payload = await change(api, "createArticle", {"title": "Another", "slug": "a-river"})
    assert problems_of(payload) == [("SLUG_TAKEN", ["slug"])]
    assert payload["errors"][0]["suggestion"] == "a-river-2"


async def test_articles_of_one_title_get_slugs_with_numbers_and_one_audit_entry_each(api: Api) -> None:
    first = [await create(api, title="Twins") for _ in range(2)]
    rest = await asyncio.gather(*(create(api, title="Twins") for _ in range(4)))
    slugs = [article["slug"] for article in (*first, *rest)]
    assert slugs[:2] == ["twins", "twins-2"]
    assert sorted(slugs) == ["twins", *(f"twins-{number}" for number in range(2, 7))]
    count = "SELECT count(*) FROM audit_entry WHERE action = 'createArticle' AND $1 = ANY(things)"
    for article in (*first, *rest):
        assert (await api.database.reads.fetch(count, article["id"]))[0][0] == 1


async def test_what_is_in_use_says_by_what(api: Api) -> None:
    async with api.database.transaction() as session:
        key = await make_author(session)
    author = f"author_{key.hex}"
    article = await create(api, byline=[{"authorId": author}])
    document = f"mutation($id: ID!) {{ deleteAuthor(input: {{id: $id}}) {{ deletedId {ERRORS} }} }}"
    payload = (await api.data(document, {"id": author}))["deleteAuthor"]
    assert (payload["deletedId"], problems_of(payload)) == (None, [("IN_USE", ["id"])])
    assert payload["errors"][0]["usedBy"] == [{"id": article["id"], "__typename": "Article"}]
    await api.data(f'mutation {{ deleteArticle(input: {{id: "{article["id"]}"}}) {{ deletedId }} }}')
    assert (await api.data(document, {"id": author}))["deleteAuthor"] == {"deletedId": author, "errors": []}


async def test_a_translation_is_a_sibling_of_its_own(api: Api) -> None:
    async with api.database.transaction() as session:
        original = f"article_{(await make_published_article(session, title='A river runs')).hex}"
    begun = await change(
        api, "createTranslation", {"articleId": original, "locale": "fr", "title": "Une rivière"}
    )
    assert begun["errors"] == []
    assert (begun["article"]["locale"], begun["article"]["slug"]) == ("fr", "une-riviere")
    siblings = (
        f'{{ article(id: "{original}") {{ translations {{ id }} translation(locale: "fr") {{ title }} }} }}'
    )
    assert (await api.data(siblings))["article"] == {
        "translations": [{"id": begun["article"]["id"]}],
        "translation": {"title": "Une rivière"},
    }
    again = await change(api, "createTranslation", {"articleId": original, "locale": "fr"})
    assert problems_of(again) == [("VALIDATION", ["locale"])]


async def test_an_article_is_in_the_locale_that_the_site_has_by_now(api: Api) -> None:
    assert (await create(api))["locale"] == "en"
    async with api.database.transaction() as session:
        await session.execute(tables.site.update().values(locales=["fr", "de"], default_locale="fr"))
    assert (await create(api))["locale"] == "fr"
    assert (await create(api, locale="de"))["locale"] == "de"
    payload = await change(api, "createArticle", {"title": "A river runs", "locale": "en"})
    assert problems_of(payload) == [("VALIDATION", ["locale"])]


async def test_only_what_is_there_is_named_also_by_the_second_article(api: Api) -> None:
    async with api.database.transaction() as session:
        author, tag = await make_author(session), await make_tag(session)
    named = {
        "byline": [{"authorId": public_id("author", author)}],
        "tagIds": [public_id("tag", tag)],
    }
    await create(api, **named)
    async with api.database.transaction() as session:
        await session.execute(tables.tag.delete())
    before = await fingerprint_of(api.database)
    payload = await change(
        api, "createArticle", {"title": "B", "byline": [{"authorId": NOBODY}], "tagIds": named["tagIds"]}
    )
    assert problems_of(payload) == [
        ("NOT_FOUND", ["byline", "0", "authorId"]),
        ("NOT_FOUND", ["tagIds", "0"]),
    ]
    payload = await change(api, "createArticle", {"title": "B", **named})
    assert problems_of(payload) == [("NOT_FOUND", ["tagIds", "0"])]
    assert await fingerprint_of(api.database) == before
