"""The fields of an article, from the fields of an item."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from cms.importing.documents import (
    ContentKind,
    ImportedArticle,
    ImportedAsset,
    ImportedAuthor,
    ImportedStatus,
    ImportedTerm,
    ImportWarning,
    MediaKind,
    SkippedItem,
    TermKind,
)
from cms.importing.wordpress.slugs import decoded_slug
from tests.importing.exports import SITE, attachment, export, meta, only, post, read, read_post


def messages(events: list[object]) -> str:
    return "\n".join(event.message for event in events if isinstance(event, ImportWarning))


def test_a_post_with_all_its_fields(tmp_path: Path) -> None:
    extra = (
        '<category domain="category" nicename="uncategorized">Uncategorized</category><category domain="category" nicename="politics">Politics</category>'
        '<category domain="post_tag" nicename="budget">Budget</category><wp:is_sticky>1</wp:is_sticky>'
        "<wp:post_modified_gmt>2024-03-02 11:00:00</wp:post_modified_gmt>"
        + meta(_yoast_wpseo_title="SEO title", _yoast_wpseo_metadesc="SEO words", wps_subtitle="Below")
    )
    article = read_post(tmp_path, "Hello", more=extra)
    assert article == ImportedArticle(
        source_key=f"{SITE}/post/1",
        where="export-0.xml, line 4: post 1 “A title”",
        kind=ContentKind.ARTICLE,
        slug="a-title",
        title="A title",
        markdown="Hello",
        status=ImportedStatus.PUBLISHED,
        subtitle="Below",
        published_at=datetime(2024, 3, 1, 10, tzinfo=UTC),
        created_at=datetime(2024, 3, 1, 10, tzinfo=UTC),
        updated_at=datetime(2024, 3, 2, 11, tzinfo=UTC),
        author_keys=(f"{SITE}/author/ada",),
        section_key=f"{SITE}/category/politics",
        term_keys=(f"{SITE}/category/uncategorized", f"{SITE}/category/politics", f"{SITE}/tag/budget"),
        old_links=(f"https://{SITE}/a-title/", f"https://{SITE}/?p=1"),
        seo_title="SEO title",
        seo_description="SEO words",
        sticky=True,
    )


@pytest.mark.parametrize(
    ("status", "date", "password", "expected", "why"),
    [
        ("publish", "2024-03-01 10:00:00", "", ImportedStatus.PUBLISHED, None),
        ("draft", "0000-00-00 00:00:00", "", ImportedStatus.DRAFT, None),
        ("pending", "0000-00-00 00:00:00", "", ImportedStatus.IN_REVIEW, None),
        ("future", "2027-01-01 08:00:00", "", ImportedStatus.SCHEDULED, None),
        ("publish", "2027-01-01 08:00:00", "", ImportedStatus.SCHEDULED, None),
        ("future", "2020-01-01 08:00:00", "", ImportedStatus.DRAFT, "has passed"),
        ("future", "3013-01-01 08:00:00", "", ImportedStatus.DRAFT, "far ahead"),
        ("future", "0000-00-00 00:00:00", "", ImportedStatus.DRAFT, "no date"),
        ("private", "2024-03-01 10:00:00", "", ImportedStatus.DRAFT, "private"),
        ("publish", "2024-03-01 10:00:00", "secret", ImportedStatus.DRAFT, "password"),
        ("odd", "2024-03-01 10:00:00", "", ImportedStatus.DRAFT, "odd"),
        ("", "2024-03-01 10:00:00", "", ImportedStatus.DRAFT, "no status"),
    ],
)
def test_statuses(
    tmp_path: Path, *, status: str, date: str, password: str, expected: ImportedStatus, why: str | None
) -> None:
    item = post("x", status=status, date_gmt=date, more=f"<wp:post_password>{password}</wp:post_password>")
    events = read(tmp_path, export(item))
    article = only(events, ImportedArticle)[0]
    assert article.status is expected
    assert (why or "") in (article.status_reason or "")
    assert bool(why) == bool(only(events, ImportWarning))
    assert (article.published_at is not None) == (expected is ImportedStatus.PUBLISHED)


def test_a_date_far_ahead_is_noted(tmp_path: Path) -> None:
    article = only(
        read(tmp_path, export(post("x", status="future", date_gmt="3013-01-01 08:00:00"))), ImportedArticle
    )[0]
    assert article.scheduled_for == datetime(3013, 1, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("gmt", "published", "local", "expected"),
    [
        (
            "2024-03-01 10:00:00",
            "Sat, 02 Mar 2024 09:00:00 +0000",
            "2024-03-01 12:00:00",
            datetime(2024, 3, 1, 10, tzinfo=UTC),
        ),
        ("0000-00-00 00:00:00", "Sat, 02 Mar 2024 09:00:00 +0200", "", datetime(2024, 3, 2, 7, tzinfo=UTC)),
        (
            "\n2024-03-01 10:00:00\n",
            "Wed, 30 Nov -0001 00:00:00 +0000",
            "",
            datetime(2024, 3, 1, 10, tzinfo=UTC),
        ),
        ("", "16 Jun 20081 10:00:00 +0000", "2008-06-16 10:00:00", datetime(2008, 6, 16, 10, tzinfo=UTC)),
        ("", "Thu, 01 Jan 1970 00:00:00 +0000", "0000-00-00 00:00:00", None),
        ("2024-13-45 10:00:00", "", "", None),
    ],
)
def test_dates(tmp_path: Path, gmt: str, published: str, local: str, expected: datetime | None) -> None:
    item = post("x", date_gmt=gmt, more=f"<pubDate>{published}</pubDate><wp:post_date>{local}</wp:post_date>")
    assert only(read(tmp_path, export(item)), ImportedArticle)[0].created_at == expected


@pytest.mark.parametrize(
    ("written", "slug"),
    [
        ("plain", "plain"),
        ("%e6%97%a5%e6%9c%ac", "日本"),
        ("%e6%97%a5%e6%9c", "日"),
        ("%e6%97%a5%e6%9", "日"),
        ("%c3%a9t%c3%a9", "été"),
        ("", None),
        ("%e6", None),
    ],
)
def test_slugs(written: str, slug: str | None) -> None:
    assert decoded_slug(written) == slug


def test_old_slugs_are_kept_once_and_without_the_present_one(tmp_path: Path) -> None:
    rows = "".join(meta(_wp_old_slug=slug) for slug in ("first", "", "a-title", "second", "first"))
    assert read_post(tmp_path, "x", more=rows).old_slugs == ("first", "second")


@pytest.mark.parametrize(
    ("title", "plain"),
    [("Fish &amp; <em>chips</em>", "Fish & chips"), ("a < b", "a < b"), ("Élan 🎉", "Élan 🎉")],
)
def test_titles_are_plain(tmp_path: Path, title: str, plain: str) -> None:
    assert only(read(tmp_path, export(post("x", title=title))), ImportedArticle)[0].title == plain


def test_authors_are_found_in_any_case_and_made_where_they_are_missing(tmp_path: Path) -> None:
    events = read(
        tmp_path,
        export(
            post("a", creator=" ADA>"),
            post("b", number=2, creator="Ben Okri"),
            post("c", number=3, creator="eve@private.example"),
            post("d", number=4, creator=""),
        ),
    )
    assert only(events, ImportedAuthor) == [
        ImportedAuthor(f"{SITE}/author/ada", None, "Ada Marsh", "ada@gazette.example"),
        ImportedAuthor(f"{SITE}/author/ben okri", None, "Ben Okri"),
        ImportedAuthor(only(events, ImportedAuthor)[2].source_key, None, "eve", "eve@private.example"),
    ]
    assert [len(article.author_keys) for article in only(events, ImportedArticle)] == [1, 1, 1, 0]
    assert "eve@private.example" not in "".join(
        str(event) for event in events if not isinstance(event, ImportedAuthor)
    )
    assert "does not declare the author “Ben Okri”" in messages([*events])
    assert "read as “ADA”" in messages([*events])


def test_co_authors_in_their_order_override_the_creator(tmp_path: Path) -> None:
    names = "".join(
        f'<category domain="author" nicename="{slug}">{name}</category>'
        for slug, name in [("cap-zoe", "Zoë"), ("ada", "Ada Marsh"), ("cap-zoe", "Zoë")]
    )
    article = read_post(tmp_path, "x", more=names)
    assert article.author_keys == (f"{SITE}/author/zoe", f"{SITE}/author/ada")


def test_terms_come_parents_first_and_circles_are_opened(tmp_path: Path) -> None:
    def category(slug: str, parent: str) -> str:
        return f"<wp:category><wp:category_nicename>{slug}</wp:category_nicename><wp:category_parent>{parent}</wp:category_parent><wp:cat_name>{slug.title()}</wp:cat_name></wp:category>"

    head = category("leaf", "root") + category("root", "") + category("egg", "hen") + category("hen", "egg")
    terms = only(read(tmp_path, export(head=head)), ImportedTerm)
    assert [(term.slug, term.parent_key) for term in terms] == [
        ("root", None),
        ("leaf", f"{SITE}/category/root"),
        ("hen", None),
        ("egg", f"{SITE}/category/hen"),
    ]


def test_labels_without_domain_and_those_that_say_nothing(tmp_path: Path) -> None:
    labels = (
        "<category>News</category><category>Twin</category><category domain='post_tag' nicename='twin'>Twin</category>"
        "<category domain='post_format' nicename='aside'>Aside</category><category domain='pa_color' nicename='red'>Red</category>"
        "<category domain='genre' nicename='essay'>Essay</category>"
    )
    events = read(tmp_path, export(post("x", more=labels)))
    assert [(term.name, term.kind) for term in only(events, ImportedTerm)] == [
        ("News", TermKind.CATEGORY),
        ("Twin", TermKind.TAG),
        ("Essay", TermKind.TAG),
    ]


def test_polylang_gives_locale_and_group(tmp_path: Path) -> None:
    def term(taxonomy: str, slug: str, description: str) -> str:
        return f"<wp:term><wp:term_taxonomy>{taxonomy}</wp:term_taxonomy><wp:term_slug>{slug}</wp:term_slug><wp:term_name>{slug}</wp:term_name><wp:term_description><![CDATA[{description}]]></wp:term_description></wp:term>"

    head = (
        term("language", "fr", 'a:1:{s:6:"locale";s:5:"fr_FR";}')
        + term("language", "pt-br", "")
        + term("post_translations", "pll_1", 'a:3:{s:2:"fr";i:1;s:5:"pt-br";s:1:"2";s:4:"sync";a:0:{}}')
    )
    labelled = post(
        "un",
        more='<category domain="language" nicename="fr">Français</category><category domain="post_translations" nicename="pll_1">x</category>',
    )
    articles = only(
        read(tmp_path, export(labelled, post("dois", number=2), post("three", number=3), head=head)),
        ImportedArticle,
    )
    group = f"{SITE}/translations/pll_1"
    assert [(article.locale, article.translation_group) for article in articles] == [
        ("fr", group),
        ("pt-BR", group),
        (None, None),
    ]


@pytest.mark.parametrize(
    "value",
    [
        'O:3:"Foo":0:{}',
        "a:1:{a:0:{}i:1;}",
        "a:9999999999:{",
        's:99999:"x";',
        "a:1:{i:0;" * 3000,
        "i:" + "9" * 5000 + ";",
        "garbage",
        's:-1:"x";',
    ],
)
def test_hostile_serialised_values_are_warnings(tmp_path: Path, value: str) -> None:
    term = f"<wp:term><wp:term_taxonomy>post_translations</wp:term_taxonomy><wp:term_slug>p</wp:term_slug><wp:term_description><![CDATA[{value}]]></wp:term_description></wp:term>"
    picture = attachment(9, "a.jpg", more=meta(_wp_attachment_metadata=value + "image_meta"))
    events = read(tmp_path, export(post("x"), picture, head=term))
    assert len(only(events, ImportedArticle)) == 1
    assert "could not be read" in messages([*events])


def test_a_featured_image_may_be_in_a_later_file(tmp_path: Path) -> None:
    metadata = 'a:1:{s:10:"image_meta";a:2:{s:6:"credit";s:11:"Zoë / Wire";s:9:"copyright";s:1:"C";}}'
    picture = attachment(
        7,
        "2024/03/a.jpg",
        caption="A <b>bridge</b>",
        alt="Bridge",
        more=meta(_wp_attachment_metadata=metadata),
    )
    events = read(tmp_path, export(post("x", more=meta(_thumbnail_id="\n7\n"))), export(picture))
    assert only(events, ImportedArticle)[0].cover_key == f"{SITE}/attachment/7"
    assert only(events, ImportedAsset) == [
        ImportedAsset(
            source_key=f"{SITE}/attachment/7",
            url=f"https://{SITE}/wp-content/uploads/2024/03/a.jpg",
            filename="a.jpg",
            media_kind=MediaKind.IMAGE,
            alt="Bridge",
            caption="A bridge",
            credit="Zoë / Wire",
            title="2024/03/a.jpg",
            uploaded_path="2024/03/a.jpg",
        )
    ]


def test_a_featured_image_that_is_nowhere_is_a_warning(tmp_path: Path) -> None:
    events = read(tmp_path, export(post("x", more=meta(_thumbnail_id="7"))))
    assert only(events, ImportedArticle)[0].cover_key is None
    assert "featured image 7 is in none" in messages([*events])


def test_what_is_left_out_says_why(tmp_path: Path) -> None:
    comment = "<wp:comment><wp:comment_id>1</wp:comment_id></wp:comment>"
    items = [
        post("x", more=comment * 3),
        post("x"),
        post("other", title="Other", slug="other"),
        post("x", number=3, status="trash"),
        post("x", number=4, noun="nav_menu_item"),
        post("x", number=5, noun="recipe"),
        "<item></item>",
    ]
    events = read(tmp_path, export(*items))
    assert [article.title for article in only(events, ImportedArticle)] == ["A title", "Other"]
    assert len({article.source_key for article in only(events, ImportedArticle)}) == 2
    assert [(skipped.noun, skipped.count) for skipped in only(events, SkippedItem)] == [
        ("post", 1),
        ("post", 1),
        ("nav_menu_item", 1),
        ("recipe", 1),
        ("item", 1),
        ("comment", 3),
    ]
    assert len(only(read(tmp_path, export(*items), custom_types=["recipe"]), ImportedArticle)) == 3


def test_two_readings_are_equal(tmp_path: Path) -> None:
    text = export(
        post("x <img src='/a.jpg'>"), post("y", number="", title="No number"), attachment(4, "b.png")
    )
    assert read(tmp_path, text) == read(tmp_path, text)


def test_the_more_mark_ends_the_excerpt_where_none_is_written(tmp_path: Path) -> None:
    assert read_post(tmp_path, "One <b>two</b>.\n\n<!--more-->\n\nThree.").excerpt == "One two."
    assert (
        read_post(tmp_path, "One <b>two</b>.\n\n<!--more-->\n\nThree.").markdown == "One **two**.\n\nThree."
    )


def test_an_address_never_shows_in_what_is_told(tmp_path: Path) -> None:
    events = read(tmp_path, export(post("x", creator=">eve@private.example ")))
    assert "private.example" not in "".join(str(event) for event in events)
    assert only(events, ImportedAuthor)[1].email == "eve@private.example"
