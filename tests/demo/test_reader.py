"""What the reader of the demo's files refuses, on a newsroom of one article that each test spoils."""

import shutil
from pathlib import Path

import pytest

from cms.demo.reader import CONTENT, read_newsroom
from cms.errors import Problems

ARTICLE = """---
title: A bridge
slug: a-bridge
locale: en
kind: NEWS
section: city
tags: [bridges]
byline: [{author: ann}]
cover: {image: bread.webp}
excerpt: It stands.
days_ago: 1
status: published
---

It stands. ![It](image:bread.webp)
"""
IMAGE = (
    "bread.webp: {alt: It, caption: It, credit: Us, creator: Us, digital_source_type: ALGORITHMIC_MEDIA}\n"
)
SITE = "{name: N, url: 'https://n.example', default_locale: en, locales: [en, fr], description: {}, disclosure_texts: {}}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "articles").mkdir()
    (tmp_path / "pages").mkdir()
    (tmp_path / "images").mkdir()
    shutil.copy(CONTENT / "images" / "bread.webp", tmp_path / "images")
    files = {
        "site.yaml": SITE,
        "authors.yaml": "- {slug: ann, name: Ann, title: Reporter, bio: Writes., avatar: bread.webp}\n",
        "sections.yaml": "- {slug: city, name: City, children: [{slug: roads, name: Roads}]}\n",
        "tags.yaml": "- {slug: bridges, name: Bridges}\n",
        "images.yaml": IMAGE,
        "articles/a-bridge.md": ARTICLE,
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def refusal(folder: Path) -> str:
    with pytest.raises(Problems) as caught:
        read_newsroom(folder)
    return caught.value.message


def test_a_whole_newsroom_is_read(folder: Path) -> None:
    newsroom = read_newsroom(folder)

    assert [article.title for article in newsroom.articles] == ["A bridge"]
    assert newsroom.articles[0].body == "It stands. ![It](image:bread.webp)"
    assert newsroom.sections[0].children[0].slug == "roads"
    assert newsroom.images["bread.webp"].path == folder / "images" / "bread.webp"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("kind: NEWS", "kind: GOSSIP", "a-bridge.md: kind: Input should be 'NEWS'"),
        (
            "status: published",
            "status: published\ncolour: red",
            "a-bridge.md: colour: Unexpected keyword argument",
        ),
        ("title: A bridge\n", "", "a-bridge.md: title: Field required"),
        ("title: A bridge", "title: ''", "a-bridge.md: title: String should have at least 1 character"),
        ("days_ago: 1", "days_ago: -1", "a-bridge.md: days_ago: Input should be greater than or equal to 0"),
        ("byline: [{author: ann}]", "byline: []", "a-bridge.md: byline: Tuple should have at least 1 item"),
        ("slug: a-bridge", "slug: A Bridge", "a-bridge.md: slug: String should match pattern"),
        ("locale: en", "locale: english", "a-bridge.md: locale: String should match pattern"),
        ("locale: en", "locale: de", "a-bridge: the site has no locale `de`."),
        ("section: city", "section: sea", "a-bridge: there is no section `sea`."),
        ("tags: [bridges]", "tags: [ships]", "a-bridge: there is no tag `ships`."),
        ("author: ann", "author: bob", "a-bridge: there is no author `bob`."),
        ("image:bread.webp", "image:cake.webp", "a-bridge: there is no image `cake.webp`."),
        (
            "cover: {image: bread.webp}",
            "cover: {image: cake.webp}",
            "a-bridge: there is no image `cake.webp`.",
        ),
        ("It stands. !", "[It](slug:a-tunnel) !", "a-bridge: there is no linked article `a-tunnel`."),
        ("days_ago: 1", "days_ago: 1\nrelated: [{slug: x}]", "a-bridge: there is no related article `x`."),
        (
            "days_ago: 1",
            "days_ago: 1\nrelated: [{slug: a-bridge}]",
            "a-bridge: there is no related article `a-bridge`.",
        ),
        (
            "days_ago: 1",
            "days_ago: 1\ntranslation_of: x",
            "a-bridge: `x` is not an original in another language.",
        ),
        ("---\ntitle", "title", "a-bridge.md: begin with front matter between two lines of `---`."),
        ("title: A bridge", "title: [", "a-bridge.md: while parsing"),
    ],
)
def test_a_fault_in_an_article_is_named(folder: Path, old: str, new: str, fault: str) -> None:
    replace(folder / "articles" / "a-bridge.md", old, new)

    assert fault in refusal(folder)


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        (
            "site.yaml",
            "default_locale: en",
            "default_locale: de",
            "the default locale `de` is not among the locales.",
        ),
        ("site.yaml", "https:", "ftp:", "site.yaml: url: String should match pattern"),
        (
            "tags.yaml",
            "- {slug: bridges",
            "- {slug: bridges, name: B}\n- {slug: bridges",
            "The tag slug `bridges` is used 2 times.",
        ),
        ("sections.yaml", "slug: roads", "slug: city", "The section slug `city` is used 2 times."),
        ("authors.yaml", "avatar: bread.webp", "avatar: cake.webp", "ann: no image `cake.webp`."),
        (
            "images.yaml",
            "ALGORITHMIC_MEDIA",
            "OIL_ON_CANVAS",
            "images.yaml: digital_source_type: Input should be",
        ),
        ("images.yaml", "alt: It", "alt: ''", "images.yaml: alt: String should have at least 1 character"),
        (
            "images.yaml",
            "bread.webp: {",
            "cake.webp: {alt: C, caption: C, credit: C, creator: C, digital_source_type: PRINT}\nbread.webp: {",
            "images.yaml: there is no file `cake.webp`.",
        ),
    ],
)
def test_a_fault_in_another_file_is_named(folder: Path, name: str, old: str, new: str, fault: str) -> None:
    replace(folder / name, old, new)

    assert fault in refusal(folder)


def test_a_translation_must_be_in_another_language(folder: Path) -> None:
    copy = ARTICLE.replace("slug: a-bridge", "slug: un-pont").replace(
        "days_ago: 1", "days_ago: 1\ntranslation_of: a-bridge"
    )
    (folder / "articles" / "un-pont.md").write_text(copy, encoding="utf-8")

    assert refusal(folder) == "un-pont: `a-bridge` is not an original in another language."


def test_originals_come_before_translations_and_old_articles_before_new(folder: Path) -> None:
    french = ARTICLE.replace("slug: a-bridge", "slug: un-pont").replace("locale: en", "locale: fr")
    (folder / "articles" / "0.md").write_text(
        french.replace("days_ago: 1", "days_ago: 9\ntranslation_of: a-bridge"), encoding="utf-8"
    )
    (folder / "articles" / "z.md").write_text(
        ARTICLE.replace("slug: a-bridge", "slug: old").replace("days_ago: 1", "days_ago: 5"), encoding="utf-8"
    )

    assert [article.slug for article in read_newsroom(folder).articles] == ["old", "a-bridge", "un-pont"]


def test_all_faults_are_told_together(folder: Path) -> None:
    replace(folder / "articles" / "a-bridge.md", "section: city", "section: sea")
    replace(folder / "articles" / "a-bridge.md", "tags: [bridges]", "tags: [ships]")

    assert refusal(folder) == "a-bridge: there is no section `sea`.; a-bridge: there is no tag `ships`."
