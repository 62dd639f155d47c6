"""References of the demo's Markdown."""

import pytest

from cms.demo.references import image_names, linked_slugs, with_ids

TEXT = 'See [the river](slug:river) and ![A bend](image:bend.webp "From above"), or [a site](https://a.example).\n'


def test_pictures_and_links_are_listed_in_order() -> None:
    markdown = TEXT + "![](image:b.webp)\n[x](slug:y)\n"

    assert image_names(markdown) == ["bend.webp", "b.webp"]
    assert linked_slugs(markdown) == ["river", "y"]


def test_names_become_ids_and_captions_stay() -> None:
    assert with_ids(TEXT, assets={"bend.webp": "A1"}, articles={"river": "R2"}) == (
        'See [the river](article:R2) and ![A bend](asset:A1 "From above"), or [a site](https://a.example).\n'
    )


def test_a_link_to_an_article_without_an_id_keeps_its_words() -> None:
    assert with_ids(TEXT, assets={"bend.webp": "A1"}, articles={}).startswith(
        "See the river and ![A bend](asset:A1"
    )


def test_a_picture_without_an_id_is_an_error() -> None:
    with pytest.raises(KeyError, match=r"bend\.webp"):
        with_ids(TEXT, assets={}, articles={})
