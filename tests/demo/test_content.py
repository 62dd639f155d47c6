"""The demo newsroom itself: whole, bilingual, varied, and honest about its pictures."""

import re
from collections import Counter

import pytest

from cms.articles.kinds import ArticleKind, BylineRole, DisclosureKind, RelationKind
from cms.assets.kinds import DigitalSourceType
from cms.demo.consistency import section_slugs
from cms.demo.newsroom import Article, Newsroom
from cms.demo.reader import CONTENT, read_newsroom
from cms.demo.references import image_names, linked_slugs

NEWSROOM: Newsroom = read_newsroom()
BY_SLUG = {article.slug: article for article in NEWSROOM.articles}
ENGLISH = [article for article in NEWSROOM.articles if article.locale == "en"]
FRENCH = [article for article in NEWSROOM.articles if article.locale == "fr"]


def test_the_newsroom_is_as_large_as_it_says() -> None:
    assert (len(ENGLISH), len(FRENCH), len(NEWSROOM.authors), len(NEWSROOM.images)) == (19, 9, 5, 24)


def test_one_article_of_each_language_is_a_draft() -> None:
    drafts = [article.slug for article in NEWSROOM.articles if article.status == "draft"]

    assert sorted(drafts) == ["chronique-du-phare", "the-last-rope-of-the-ropewalk"]


def test_what_the_examples_name_is_there() -> None:
    needed = {
        "night-trains-return",
        "a-city-without-cars-on-sundays",
        "what-the-river-remembers",
        "bread-that-takes-three-days",
    }

    assert needed <= set(BY_SLUG)
    assert BY_SLUG["le-retour-des-trains-de-nuit"].translation_of == "night-trains-return"
    assert {"ines-morel", "daniel-okafor"} <= {author.slug for author in NEWSROOM.authors}
    assert {"city", "culture", "science"} <= {
        section.slug for section in NEWSROOM.sections if section.children
    }
    assert {"railways", "climate", "food"} <= {tag.slug for tag in NEWSROOM.tags}


def test_every_file_is_an_article_of_its_own_name_and_language() -> None:
    paths = {(path.parent.name, path.stem) for path in (CONTENT / "articles").rglob("*.md")}

    assert paths == {(article.locale, article.slug) for article in NEWSROOM.articles}


@pytest.mark.parametrize("kind", ArticleKind)
def test_every_kind_of_article_is_published(kind: ArticleKind) -> None:
    assert [each.slug for each in ENGLISH if each.kind is kind and each.status == "published"]


@pytest.mark.parametrize("kind", RelationKind)
def test_every_kind_of_relation_is_used(kind: RelationKind) -> None:
    assert [article.slug for article in NEWSROOM.articles for link in article.related if link.kind is kind]


@pytest.mark.parametrize("role", BylineRole)
def test_every_role_is_signed(role: BylineRole) -> None:
    assert [article.slug for article in NEWSROOM.articles for entry in article.byline if entry.role is role]


@pytest.mark.parametrize("kind", DisclosureKind)
def test_every_kind_of_disclosure_is_used_and_has_a_text_in_each_language(kind: DisclosureKind) -> None:
    assert [
        article.slug for article in NEWSROOM.articles for each in article.disclosures if each.kind is kind
    ]
    assert set(NEWSROOM.site.disclosure_texts[kind]) == {"en", "fr"}


def test_every_author_tag_and_section_without_children_is_used() -> None:
    leaves = {section.slug for top in NEWSROOM.sections for section in (top.children or (top,))}

    assert {entry.author for article in NEWSROOM.articles for entry in article.byline} == {
        each.slug for each in NEWSROOM.authors
    }
    assert {tag for article in NEWSROOM.articles for tag in article.tags} == {
        tag.slug for tag in NEWSROOM.tags
    }
    assert (
        leaves <= {article.section for article in NEWSROOM.articles} <= set(section_slugs(NEWSROOM.sections))
    )


def test_every_picture_is_shown_and_labelled_as_drawn_by_an_algorithm() -> None:
    covers = {article.cover.image for article in NEWSROOM.articles if article.cover}
    shown = covers | {name for article in NEWSROOM.articles for name in image_names(article.body)}

    assert shown | {author.avatar for author in NEWSROOM.authors} == set(NEWSROOM.images)
    assert {image.digital_source_type for image in NEWSROOM.images.values()} == {
        DigitalSourceType.ALGORITHMIC_MEDIA
    }
    assert {image.credit for image in NEWSROOM.images.values()} == {"Drawn by an algorithm for this demo"}


def test_every_picture_in_a_text_has_an_alternative() -> None:
    assert [each.slug for each in NEWSROOM.articles if re.search(r"!\[\s*\]", each.body)] == []


def test_the_feature_has_the_parts_of_the_model_page() -> None:
    feature = BY_SLUG["night-trains-return"]

    assert 1400 <= len(feature.body.split()) <= 1700
    assert len(re.findall(r"^## ", feature.body, re.MULTILINE)) == 6
    assert image_names(feature.body) == ["station-hall.webp", "sleeper-compartment.webp"]
    assert len(linked_slugs(feature.body)) == 3
    for part in ("\n> Nobody takes", "| --: |", "> [!NOTE]", "[^figures]:", "\n1. "):
        assert part in feature.body


def test_other_articles_have_other_shapes() -> None:
    assert BY_SLUG["council-adopts-heat-plan"].cover is None
    assert "```python" in BY_SLUG["counting-the-swifts-of-rope-street"].body
    assert "**Correction.**" in BY_SLUG["a-city-without-cars-on-sundays"].body
    assert "~~" in BY_SLUG["live-the-night-of-the-spring-tide"].body
    assert len(image_names(BY_SLUG["the-market-before-dawn"].body)) == 4
    assert len(BY_SLUG["tram-line-four-opens-early"].body.split()) < 150
    assert all(
        line.endswith(("?", ".")) for line in headings(BY_SLUG["the-astronomer-who-asked-for-darkness"])
    )


def test_the_piece_of_a_reader_says_so_in_both_languages() -> None:
    for slug in ("my-fathers-orchard-in-forty-buckets", "le-verger-de-mon-pere-en-quarante-seaux"):
        assert [each.kind for each in BY_SLUG[slug].disclosures] == [DisclosureKind.READER_CONTRIBUTION]
        assert (BY_SLUG[slug].byline[0].author, BY_SLUG[slug].byline[0].role) == (
            "colette-brandt",
            BylineRole.CONTRIBUTOR,
        )


@pytest.mark.parametrize("article", FRENCH, ids=lambda each: each.slug)
def test_french_is_spelled_and_set_as_french(article: Article) -> None:
    text = f"{article.title} {article.excerpt} {article.body}"
    running = re.sub(r"\(\w+:[^)]*\)|^\|.*|\[!\w+\]|!\[", "", text, flags=re.MULTILINE)

    assert set("éèà") <= set(text)
    assert "'" not in running and "’" in running
    assert re.findall(r"[^\s\u00a0\u202f|][;!?»]|« | [;!?»]", running) == []


def test_french_words_for_the_search_example() -> None:
    dictation = BY_SLUG["la-dictee-du-dimanche-fait-salle-comble"]

    assert (dictation.status, dictation.locale, dictation.translation_of) == ("published", "fr", None)
    assert "élève de sixième" in dictation.body and "cœur" in dictation.body and "«" in dictation.body
    assert [article.slug for article in ENGLISH if "élève" in article.body] == []


def test_a_translation_keeps_the_kind_the_section_the_cover_and_the_shape_of_its_original() -> None:
    for article in FRENCH:
        if article.translation_of is None:
            continue
        original = BY_SLUG[article.translation_of]
        assert (article.kind, article.section, article.tags) == (
            original.kind,
            original.section,
            original.tags,
        )
        assert (article.cover and article.cover.image) == (original.cover and original.cover.image)
        assert len(headings(article)) == len(headings(original))
        assert image_names(article.body) == image_names(original.body)


def test_seven_articles_and_every_page_exist_in_both_languages() -> None:
    assert sum(article.translation_of is not None for article in FRENCH) == 7
    assert Counter(page.locale for page in NEWSROOM.pages) == {"en": 5, "fr": 5}
    assert all(page.translation_of for page in NEWSROOM.pages if page.locale == "fr")


def test_what_is_published_leads_to_nothing_unpublished() -> None:
    for article in NEWSROOM.articles:
        if article.status == "published":
            targets = [*linked_slugs(article.body), *(link.slug for link in article.related)]
            assert [slug for slug in targets if BY_SLUG[slug].status == "draft"] == []


def headings(article: Article) -> list[str]:
    return re.findall(r"^## (.+)$", article.body, re.MULTILINE)
