"""The rules for slugs."""

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.errors import Invalid
from cms.slugs import check_slug, make_slug, numbered_slugs


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Une élève à l’école", "une-eleve-a-l-ecole"),
        ("Le n° 5 : 1\u00a0000 idées", "le-no-5-1000-idees"),
        ("Œuvre, naïve & cætera", "oeuvre-naive-caetera"),
        ("Über die Größe", "uber-die-grosse"),
        ("Привет мир", "privet-mir"),
        ("!!!", ""),
    ],
)
def test_a_title_gives_a_slug_in_ascii(title: str, slug: str) -> None:
    assert make_slug(title) == slug


@pytest.mark.parametrize("slug", ["a", "été-5", "日本語", "हिन्दी", "a" * 200])
def test_a_good_slug_is_kept(slug: str) -> None:
    assert check_slug(slug, "slug") == slug


@pytest.mark.parametrize(
    ("slug", "suggestion"),
    [
        ("Hello World", "hello-world"),
        ("a--b", "a-b"),
        ("-a", "a"),
        ("a/b", "a-b"),
        ("x²", "x2"),
        ("a" * 201, "a" * 200),
        ("?", "a-slug"),
    ],
)
def test_a_bad_slug_is_refused_with_one_that_would_do(slug: str, suggestion: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check_slug(slug, "slug")
    assert f"“{suggestion}” would do" in refusal.value.message
    assert refusal.value.path == ["slug"]


def test_decomposed_letters_become_composed() -> None:
    assert check_slug("e\u0301te", "slug") == "éte"


def test_numbers_follow_and_the_slug_stays_short_enough() -> None:
    assert list(islice(numbered_slugs("a"), 3)) == ["a", "a-2", "a-3"]
    assert [len(slug) for slug in islice(numbered_slugs("a" * 200), 3)] == [200, 200, 200]


@given(st.text(max_size=300))
def test_what_a_title_gives_is_a_slug_or_nothing(title: str) -> None:
    slug = make_slug(title)
    assert slug == "" or check_slug(slug, "slug") == slug
