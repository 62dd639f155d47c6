"""The site: who may change it, and what it may say of itself."""

from typing import Any

import pytest

from cms.database import Database
from cms.errors import Forbidden, InUse, Invalid, Problems, Unauthenticated
from cms.permissions import Actor, Permission, Role, actor_of_role
from cms.site.models import Site
from cms.site.service import DisclosureText, SiteFields, get_site, update_site
from tests.desk import actors_without, insert_article

ADMIN = actor_of_role(Role.ADMIN, actor_id=None, name="admin")


async def change(database: Database, **fields: Any) -> Site:
    async with database.transaction() as session:
        return await update_site(session, ADMIN, SiteFields(**fields))


async def current(database: Database) -> dict[str, object]:
    async with database.transaction() as session:
        return (await get_site(session)).model_dump()


async def refused_paths(database: Database, **fields: Any) -> list[list[str]]:
    before = await current(database)
    with pytest.raises(Problems) as refused:
        await change(database, **fields)
    assert await current(database) == before
    return [problem.path for problem in refused.value.problems]


@pytest.mark.parametrize("actor", actors_without(Permission.SITE_UPDATE), ids=lambda actor: actor.name)
async def test_who_may_not_change_the_site_changes_nothing(database: Database, actor: Actor) -> None:
    before = await current(database)
    async with database.transaction() as session:
        with pytest.raises((Forbidden, Unauthenticated)):
            await update_site(session, actor, SiteFields(name="Mine"))
    assert await current(database) == before


async def test_the_site_is_kept_as_written(database: Database) -> None:
    site = await change(
        database,
        name="The  Herald",
        url="https://herald.example/",
        article_path="/{locale}/news/{slug}.html",
        locales=["EN", "fr-ca", "zh-hant"],
        default_locale="FR-CA",
        disclosure_texts=[DisclosureText("MADE_BY_AI", "EN", "Made by a computer.")],
    )
    assert site.model_dump(exclude={"id", "updated_at", "field_versions"}) == {
        "alt_required": False,
        "name": "The Herald",
        "url": "https://herald.example",
        "article_path": "/{locale}/news/{slug}.html",
        "locales": ["en", "fr-CA", "zh-Hant"],
        "default_locale": "fr-CA",
        "disclosure_texts": [{"kind": "MADE_BY_AI", "locale": "en", "text": "Made by a computer."}],
        "version": 2,
    }
    assert (await current(database))["locales"] == ["en", "fr-CA", "zh-Hant"]


async def test_absent_is_left_alone_and_null_clears(database: Database) -> None:
    await change(database, url="https://herald.example", name="The Herald")
    assert (await change(database, name="Herald")).url == "https://herald.example"
    assert (await change(database, url=None)).url is None
    assert await refused_paths(database, name=None, locales=None) == [["name"], ["locales"]]


@pytest.mark.parametrize(
    "path",
    [
        "{slug}",
        "/{locale}",
        "/{slug}/{slug}",
        "/{locale}/{locale}/{slug}",
        "/{id}/{slug}",
        "/{slug",
        "/}{slug}",
        "/a b/{slug}",
        "/{slug}?x",
        "/é/{slug}",
        "",
    ],
)
async def test_a_path_that_makes_no_addresses_is_refused(database: Database, path: str) -> None:
    assert await refused_paths(database, article_path=path) == [["articlePath"]]


@pytest.mark.parametrize(
    "url", ["herald.example", "ftp://herald.example", "https://h.example/?a", "https://h.example/#a"]
)
async def test_an_address_that_is_none_is_refused(database: Database, url: str) -> None:
    assert await refused_paths(database, url=url) == [["url"]]


@pytest.mark.parametrize(
    ("locales", "path"),
    [
        ([], ["locales"]),
        (["en", "e_n"], ["locales", "1"]),
        (["en", "EN"], ["locales", "1"]),
        (["en"] * 101, ["locales"]),
    ],
)
async def test_locales_that_cannot_be_kept_are_named(
    database: Database, locales: list[str], path: list[str]
) -> None:
    assert await refused_paths(database, locales=locales) == [path]


async def test_the_default_locale_is_among_the_locales(database: Database) -> None:
    assert await refused_paths(database, default_locale="fr") == [["defaultLocale"]]
    assert await refused_paths(database, locales=["fr"]) == [["locales"]]


async def test_a_locale_that_articles_use_cannot_be_removed(database: Database) -> None:
    await change(database, locales=["en", "fr", "de"])
    async with database.transaction() as session:
        article_ids = [await insert_article(session, locale="fr") for _ in range(2)]
    with pytest.raises(Problems) as refused:
        await change(database, locales=["en"])
    (problem,) = refused.value.problems
    assert isinstance(problem, InUse)
    assert (problem.path, problem.used_by) == (["locales"], [("article", key) for key in article_ids])
    assert (await change(database, locales=["en", "fr"])).locales == ["en", "fr"]


@pytest.mark.parametrize(
    ("texts", "path"),
    [
        ([DisclosureText("SPONSORED", "fr", "Payé")], ["disclosureTexts", "0", "locale"]),
        ([DisclosureText("SPONSORED", "en", " ")], ["disclosureTexts", "0", "text"]),
        (
            [DisclosureText("SPONSORED", "en", "a"), DisclosureText("SPONSORED", "EN", "b")],
            ["disclosureTexts", "1"],
        ),
        ([DisclosureText("SPONSORED", "en", "a" * 1_001)], ["disclosureTexts", "0", "text"]),
    ],
)
async def test_disclosure_texts_that_cannot_be_kept_are_named(
    database: Database, texts: list[DisclosureText], path: list[str]
) -> None:
    assert await refused_paths(database, disclosure_texts=texts) == [path]


async def test_a_locale_with_disclosure_texts_stays_until_they_go(database: Database) -> None:
    texts = [DisclosureText("SPONSORED", "fr", "Payé")]
    await change(database, locales=["en", "fr"], disclosure_texts=texts)
    with pytest.raises(Problems) as refused:
        await change(database, locales=["en"])
    assert [(type(problem), problem.path) for problem in refused.value.problems] == [(Invalid, ["locales"])]
    assert (await change(database, locales=["en"], disclosure_texts=[])).locales == ["en"]
