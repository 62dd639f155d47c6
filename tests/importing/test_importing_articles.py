"""What becomes of posts, authors, terms and translations in a newsroom."""

from datetime import UTC, datetime

from sqlalchemy import select

from cms.articles import tables
from cms.articles.refreshing import compare_live
from cms.authors.service import AuthorFields, create_author
from cms.ids import public_id
from cms.importing.options import CategoryUse, PageUse
from cms.permissions import SYSTEM
from tests.importing.exports import AUTHOR, SITE, export, meta, post
from tests.importing.storing import Newsroom, outcomes

FOREIGN = "https://elsewhere.example/page"


def category(slug: str, name: str, domain: str = "category") -> str:
    return f'<category domain="{domain}" nicename="{slug}">{name}</category>'


async def test_a_post_becomes_an_article_with_all_that_belongs_to_it(newsroom: Newsroom) -> None:
    labels = (
        category("politics", "Politics") + category("city", "City") + category("budget", "Budget", "post_tag")
    )
    head = AUTHOR + (
        "<wp:category><wp:category_nicename>news</wp:category_nicename><wp:cat_name>News</wp:cat_name></wp:category>"
        "<wp:category><wp:category_nicename>politics</wp:category_nicename><wp:category_parent>news</wp:category_parent>"
        "<wp:cat_name>Politics</wp:cat_name></wp:category>"
    )
    more = labels + meta(_yoast_wpseo_title="SEO title", wps_subtitle="Below")
    summary = await newsroom.take(
        export(post("<p>Hello <b>you</b></p>", excerpt="In short", more=more), head=head)
    )
    live = await newsroom.live("a-title")

    assert outcomes(summary) == (1, 0, 0)
    assert (live.title, live.subtitle, live.excerpt) == ("A title", "Below", "In short")
    assert (live.body_markdown, live.seo_title) == ("Hello **you**", "SEO title")
    assert live.published_at == live.created_at == datetime(2024, 3, 1, 10, tzinfo=UTC)
    assert [entry["author"]["slug"] for entry in live.byline] == ["ada-marsh"]
    assert live.section["slug"] == "politics"
    assert [tag["slug"] for tag in live.tags] == ["city", "budget"]
    async with newsroom.database.transaction() as session:
        parent = tables.section.alias("parent")
        query = select(parent.c.slug).join(tables.section, tables.section.c.parent_id == parent.c.id)
        assert await session.scalar(query.where(tables.section.c.slug == "politics")) == "news"
        assert await compare_live(session) == []


async def test_categories_can_all_be_tags(newsroom: Newsroom) -> None:
    labels = category("politics", "Politics") + category("budget", "Budget", "post_tag")
    await newsroom.take(export(post(more=labels)), categories=CategoryUse.TAGS)
    live = await newsroom.live("a-title")

    assert live.section_id is None
    assert [tag["slug"] for tag in live.tags] == ["politics", "budget"]
    assert await newsroom.count("section") == 0


async def test_a_category_that_nobody_chose_is_no_tag(newsroom: Newsroom) -> None:
    labels = category("uncategorized", "Uncategorized") + category("city", "City")
    await newsroom.take(export(post(more=labels)))
    live = await newsroom.live("a-title")
    assert (live.section["slug"], live.tags) == ("city", [])


async def test_co_authors_keep_their_order(newsroom: Newsroom) -> None:
    names = (
        category("cap-zoe", "Zoe", "author")
        + category("cap-bo", "Bo", "author")
        + category("ada", "Ada", "author")
    )
    await newsroom.take(export(post(more=names)))
    assert [entry["author"]["name"] for entry in (await newsroom.live("a-title")).byline] == [
        "Zoe",
        "Bo",
        "Ada Marsh",
    ]


async def test_an_author_of_the_same_slug_is_taken_and_not_changed(newsroom: Newsroom) -> None:
    async with newsroom.database.transaction() as session:
        here = await create_author(session, SYSTEM, AuthorFields(name="Ada from here", slug="ada-marsh"))
    summary = await newsroom.take(export(post()))
    await newsroom.take(export(post(), head=AUTHOR.replace("Ada Marsh", "Ada Changed")))

    assert outcomes(summary, "author") == (0, 0, 1)
    assert any("“ada-marsh”" in message for message in summary.warnings)
    assert (await newsroom.live("a-title")).byline[0]["author"]["id"] == str(here.id)
    assert (await newsroom.live("a-title")).byline[0]["author"]["name"] == "Ada from here"


async def test_links_lead_to_articles_whichever_comes_first(newsroom: Newsroom) -> None:
    first = post(
        f'<a href="https://{SITE}/second/">on</a> <a href="{FOREIGN}">away</a>', number=1, slug="first"
    )
    second = post(f'<a href="https://{SITE}/first/">back</a>', number=2, slug="second")
    summary = await newsroom.take(export(first, second))
    one, two = await newsroom.live("first"), await newsroom.live("second")

    assert outcomes(summary) == (2, 0, 0)
    assert one.body_markdown == f"[on](article:{public_id('article', two.id)}) [away]({FOREIGN})"
    assert two.body_markdown == f"[back](article:{public_id('article', one.id)})"
    async with newsroom.database.transaction() as session:
        count = select(tables.publication.c.id).where(tables.publication.c.article_id == one.id)
        assert len((await session.scalars(count)).all()) == 1
        assert await compare_live(session) == []


async def test_a_link_to_what_is_left_out_leads_to_the_old_site(newsroom: Newsroom) -> None:
    page = post("About us", number=2, slug="about", noun="page")
    summary = await newsroom.take(export(post(f'<a href="https://{SITE}/about/">us</a>'), page))

    assert (await newsroom.live("a-title")).body_markdown == f"[us](https://{SITE}/about/)"
    reason = "pages are not imported yet: --pages articles takes them in as articles"
    assert summary.skipped["page", reason] == 1
    assert summary.warnings["A link leads to a piece that was not imported: it leads to the old site"] == 1


async def test_pages_become_articles_on_request(newsroom: Newsroom) -> None:
    summary = await newsroom.take(export(post("About us", slug="about", noun="page")), pages=PageUse.ARTICLES)
    assert outcomes(summary) == (1, 0, 0)
    assert (await newsroom.live("about")).body_markdown == "About us"


async def test_translations_are_grouped_and_the_site_gets_their_locale(newsroom: Newsroom) -> None:
    def in_language(number: int, slug: str, language: str) -> str:
        labels = category(language, language, "language") + category("pll_1", "pll_1", "post_translations")
        return post(number=number, slug=slug, more=labels)

    summary = await newsroom.take(export(in_language(1, "trains", "en"), in_language(2, "les-trains", "fr")))
    english, french = await newsroom.live("trains"), await newsroom.live("les-trains")

    assert (english.locale, french.locale) == ("en", "fr")
    assert english.translation_group_id == french.translation_group_id
    assert summary.warnings["The site had no locale “fr”; it was added"] == 1


async def test_a_locale_can_be_given_to_what_names_none(newsroom: Newsroom) -> None:
    await newsroom.take(export(post()), locale="de")
    assert (await newsroom.live("a-title")).locale == "de"


async def test_old_slugs_lead_to_the_article_but_take_none_from_another(newsroom: Newsroom) -> None:
    renamed = post(
        number=1, slug="new-name", more=meta(_wp_old_slug="old-name") + meta(_wp_old_slug="used-again")
    )
    other = post(number=2, slug="used-again", title="Other")
    summary = await newsroom.take(export(renamed, other))
    one, two = await newsroom.live("new-name"), await newsroom.live("used-again")

    async with newsroom.database.transaction() as session:
        columns = tables.article_slug.c
        rows = await session.execute(select(columns.slug, columns.article_id, columns.was_live))
        assert {tuple(row) for row in rows} == {
            ("new-name", one.id, True),
            ("old-name", one.id, True),
            ("used-again", two.id, True),
        }
    assert summary.warnings["A slug that it had before leads to another article, and was left out"] == 1
    assert outcomes(summary) == (2, 0, 0)


async def test_slugs_that_are_taken_or_are_none_are_changed(newsroom: Newsroom) -> None:
    items = [
        post(number=1, slug="same"),
        post(number=2, slug="same", title="Two"),
        post(number=3, slug="A page.html"),
    ]
    summary = await newsroom.take(export(*items))

    assert (await newsroom.live("same-2")).title == "Two"
    assert (await newsroom.live("a-page-html")).title == "A title"
    assert summary.warnings["Another article has its slug; it has “same-2” here"] == 1


async def test_only_what_was_public_becomes_public(newsroom: Newsroom) -> None:
    items = [
        post(number=1, slug="pending", status="pending"),
        post(number=2, slug="later", status="future", date_gmt="2027-01-01 08:00:00"),
        post(number=3, slug="private", status="private"),
        post(number=4, slug="draft", status="draft", date_gmt="0000-00-00 00:00:00"),
    ]
    summary = await newsroom.take(export(*items))

    assert await newsroom.count("live_article") == 0
    assert [(await newsroom.draft(slug)).status for slug in ("pending", "later", "private", "draft")] == [
        "DRAFT"
    ] * 4
    told = "It was scheduled for 2027-01-01 08:00 UTC; it is a draft here: publish it when its time comes"
    assert summary.warnings[told] == 1
    assert summary.warnings["It was waiting for review; it is a draft here"] == 1


async def test_an_article_without_a_title_is_named_by_its_first_words(newsroom: Newsroom) -> None:
    items = [
        post("<p>The <em>river</em> rose.</p>", number=1, title="", slug="one"),
        post(number=2, title="", slug="two"),
    ]
    await newsroom.take(export(*items))
    assert (await newsroom.live("one")).title == "The river rose."
    assert (await newsroom.live("two")).title == "Untitled, 2024-03-01"


async def test_an_article_that_breaks_a_rule_is_left_out_and_the_others_come(newsroom: Newsroom) -> None:
    long_body = "<p>" + "word " * 210_000 + "</p>"
    summary = await newsroom.take(
        export(post(long_body, number=1, slug="long"), post(number=2, slug="short"))
    )

    assert outcomes(summary) == (1, 0, 0)
    assert [(noun, "1,000,000" in reason) for noun, reason in summary.skipped] == [("article", True)]
    assert await newsroom.count("article") == 1
