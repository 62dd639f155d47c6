"""Text, outline, anchors, counts and excerpts."""

import pytest

from cms.body import Counts, count_words, cut_excerpt, reading_minutes
from tests.body.samples import ASSET, derive


def test_text_has_captions_code_and_footnotes_but_no_alternative_texts() -> None:
    body = derive(
        f'# T & t\n\n![alt](asset:{ASSET} "cap")\n\na ![in](asset:{ASSET})\nb\\\nc[^1]\n\n```\nx  = 1\n```\n\n<p>r<br>s</p>\n\n[^1]: fn'
    )
    assert body.text == "T & t\n\ncap\n\na b\nc\n\nx  = 1\n\nr\ns\n\nfn"


def test_text_is_what_a_reader_sees() -> None:
    assert derive("&lt;b&gt; &amp;amp; \\*x\\* “q” &nbsp;.").text == "<b> &amp; *x* “q” \u00a0."


def test_code_in_a_list_keeps_its_lines() -> None:
    assert derive("- a\n\n  ```\n  b\n    c\n  ```").text == "a\nb\n  c"


def test_lines_broken_between_chinese_characters_are_joined() -> None:
    assert derive("新闻\n报道 and\nmore").text == "新闻报道 and more"


def test_the_outline_lists_the_headings_of_the_text_itself() -> None:
    assert derive("# A *b*\n\n> # quoted\n\n- # listed\n\nC `d`\n---\n\n### A b").outline == [
        {"level": 1, "text": "A b", "anchor": "a-b"},
        {"level": 2, "text": "C d", "anchor": "c-d"},
        {"level": 3, "text": "A b", "anchor": "a-b-2"},
    ]


@pytest.mark.parametrize(
    ("title", "locale", "anchor"),
    [
        ("What's new, in 2024?", "en", "whats-new-in-2024"),
        ("Größe & Übung", "de", "größe-übung"),
        ("新闻 报道", "zh", "新闻-报道"),
        ("ニュース速報", "ja", "ニュース速報"),
        ("Новости дня", "ru", "новости-дня"),
        ("हिन्दी समाचार", "hi", "हिन्दी-समाचार"),
        ("ข่าวเด่น", "th", "ข่าวเด่น"),
        ("IŞIK İÇİN", "tr", "ışık-için"),
        ("ISIK", "en", "isik"),
        ("ﬁn Ⅳ", "en", "fin-iv"),
        ("!!!", "en", "section"),
        ("word " * 40, "en", "-".join(["word"] * 16)),
        ("x" * 200, "en", "x" * 80),
    ],
)
def test_anchors_in_any_script(title: str, locale: str, anchor: str) -> None:
    body = derive(f"# {title}", locale)
    assert [entry["anchor"] for entry in body.outline] == [anchor]
    assert f'<h1 id="{anchor}">' in body.html


def test_anchors_are_unique_even_against_numbered_titles() -> None:
    anchors = [entry["anchor"] for entry in derive("# a\n# a-2\n# a\n# a\n# a-2\n# A").outline]
    assert anchors == ["a", "a-2", "a-3", "a-4", "a-2-2", "a-5"]


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("", Counts(0, 0)),
        ("One two-three it's 4.5 – & …", Counts(4, 0)),
        ("Berlin—Paris", Counts(2, 0)),
        ("新闻 is news", Counts(2, 2)),
        ("これはペンです。", Counts(0, 7)),
        ("한국어 기사", Counts(2, 0)),
        ("हिन्दी समाचार", Counts(2, 0)),
        ("Ünïcode naïve", Counts(2, 0)),
    ],
)
def test_words_are_counted(text: str, counts: Counts) -> None:
    assert count_words(text) == counts


@pytest.mark.parametrize(
    ("words", "cjk_characters", "minutes"),
    [
        (0, 0, 1),
        (238, 0, 1),
        (239, 0, 2),
        (0, 500, 1),
        (0, 501, 2),
        (119, 250, 1),
        (120, 250, 2),
        (2380, 0, 10),
    ],
)
def test_reading_minutes(words: int, cjk_characters: int, minutes: int) -> None:
    assert reading_minutes(words, cjk_characters) == minutes


def test_a_body_counts_its_own_words() -> None:
    body = derive("# One two\n\n" + "word " * 300)
    assert (body.word_count, body.reading_minutes) == (302, 2)


@pytest.mark.parametrize(
    ("text", "characters", "excerpt"),
    [
        ("short", 200, "short"),
        ("two\n\n  lines", 200, "two lines"),
        ("exactly", 7, "exactly"),
        ("cut between words here", 12, "cut between…"),
        ("cut between words here", 11, "cut between…"),
        ("cut betw", 7, "cut…"),
        ("a comma, then", 8, "a comma…"),
        ("incomprehensibilities", 10, "incomprehe…"),
        ("a incomprehensibilities", 10, "a…"),
        ("ไทย " + "ก" * 50, 40, "ไทย " + "ก" * 36 + "…"),
        ("新闻报道今天发生", 4, "新闻报道…"),
        ("新闻，报道", 3, "新闻…"),
        ("cafe\u0301s", 4, "caf…"),
        ("ab👩\u200d👩\u200d👧cd", 4, "ab…"),
        ("ab👍🏽cd", 3, "ab…"),
        ("🇫🇷🇩🇪🇪🇸", 3, "🇫🇷…"),
        ("\u1112\u1161\u11ab\u1100\u1173\u11af", 4, "\u1112\u1161\u11ab…"),
        ("anything", 0, ""),
        ("anything", -5, ""),
        ("", 10, ""),
        ("e" + "\u0301" * 50, 5, "e" + "\u0301" * 4 + "…"),
    ],
)
def test_excerpts(text: str, characters: int, excerpt: str) -> None:
    assert cut_excerpt(text, characters) == excerpt


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\x00b", "a\ufffdb"),
        ("a\x07\x1b\x7f\x85b\tc", "ab\tc"),
        ("a\ud800b", "a\ufffdb"),
        ("\ufeff# a", "# a"),
    ],
)
def test_the_source_is_made_fit_to_be_kept(source: str, kept: str) -> None:
    assert derive(source).markdown == kept


def test_control_characters_written_as_entities_do_not_come_through() -> None:
    body = derive("a&#1;b <b title='&#1;&#0;'>&#27;c</b>\n\n<p>&#1;&#0;d</p>")
    assert not any(sign < " " and sign != "\n" for sign in body.html + body.text)
