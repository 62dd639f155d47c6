"""The rules for texts."""

import pytest

from cms.errors import Invalid
from cms.texts import clean_line, clean_text, clean_url, optional_line, optional_text, optional_url


def test_a_line_is_trimmed_and_its_spaces_are_single() -> None:
    assert clean_line("  Two \r\n lines\t", "title", characters_max=20) == "Two lines"


def test_a_no_break_space_inside_a_line_is_kept() -> None:
    assert clean_line("Qui\u00a0?", "title", characters_max=20) == "Qui\u00a0?"


@pytest.mark.parametrize("value", ["", "   ", "\n\t"])
def test_a_blank_line_is_refused_with_the_name_of_the_field(value: str) -> None:
    with pytest.raises(Invalid) as refusal:
        clean_line(value, "seo", "title", characters_max=20)
    assert refusal.value.path == ["seo", "title"]
    assert "“seo.title” is blank" in refusal.value.message


@pytest.mark.parametrize(
    ("value", "code_point"), [("a\x00b", "U+0000"), ("a\ud800", "U+D800"), ("\udfff", "U+DFFF")]
)
def test_what_the_database_cannot_keep_is_refused(value: str, code_point: str) -> None:
    for rule in (clean_line, clean_text, optional_line, optional_text):
        with pytest.raises(Invalid) as refusal:
            rule(value, "body", characters_max=20)
        assert code_point in refusal.value.message
        assert refusal.value.path == ["body"]


def test_a_text_of_exactly_the_most_characters_is_kept_and_one_more_is_refused() -> None:
    assert clean_line("é" * 500, "title", characters_max=500) == "é" * 500
    with pytest.raises(Invalid, match="501 characters; 500 are the most"):
        clean_line("é" * 501, "title", characters_max=500)


def test_a_text_keeps_its_indentation_and_gets_unix_line_ends() -> None:
    assert clean_text("    code\r\nnext\rlast\n", "body", characters_max=100) == "    code\nnext\nlast\n"


def test_an_optional_text_of_spaces_is_none() -> None:
    assert optional_text(" \n ", "caption", characters_max=10) is None
    assert optional_line(" \n ", "caption", characters_max=10) is None
    assert optional_url(" ", "url") is None
    assert optional_url(None, "url") is None


@pytest.mark.parametrize(
    "url", ["https://example.org", "http://example.org:8080/a?b=c#d", "https://éxample.org/é"]
)
def test_a_web_address_is_kept(url: str) -> None:
    assert clean_url(url, "url") == url


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "//example.org",
        "http://",
        "https://[",
        "https://a:99999/",
        "https://a b/",
        'https://a/"',
    ],
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(Invalid, match="is not a web address"):
        clean_url(url, "url")
