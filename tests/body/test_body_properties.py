"""What holds of every body, whatever its text."""

import json
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cms.body import count_words, cut_excerpt, derive_body, resolve_blocks, resolve_html, sanitise_html
from cms.body.grammar import Environment, parse, render
from cms.body.prose import prose_html
from cms.body.references import Findings
from cms.body.sanitising import build_sanitiser
from cms.body.shaping import shape
from cms.body.source import normalise_markdown
from cms.body.spans import group_tokens
from tests.body.judge import charges_against
from tests.body.samples import ARTICLE, ASSET, HOSTILE_ARTICLE, HOSTILE_ASSET, html_values

_SIGNS = """
    a word 新闻 हिन्दी é 👩‍👧 [ ] ( ) ![ ]( [^1] [^1]: > - * _ ** ~~ ` ``` # ## | |--- --- — 1. \\ & &amp; &lt; < /> <p> </p> <div> </div>
    <details> </details> <a </a> <b> <table> <td> <li> <pre> </pre> <!-- --> <script> </script> <svg> <style> <math> <form> <h2 id=a>
    href=javascript:x onerror=x src=x " ' = https://example.org http: [!NOTE] <figure> </figure> <figcaption> <img <select> <sup>
"""
_REFERENCES = [
    f"![x](asset:{ASSET})",
    f"![x](asset:{ASSET}#xywh=percent:50,0,33.3,100)",
    f"[x](article:{ARTICLE})",
    f"<img src='asset:{ASSET}'>",
    f'![](asset:{ASSET} "c"){{credit="<b>"}}',
    f"![](asset:{ASSET}){{decorative}}",
    f"<img role=presentation alt='' src='asset:{ASSET}'>",
    "{decorative}",
    "asset:bad",
    "(article:bad)",
]
_BLANKS = ["\n", "\n\n", " ", "    ", "\t", "\r\n", "\x00", "\ud800", "\u200d", "\u00a0"]
_PIECES = st.sampled_from([*_SIGNS.split(), *_REFERENCES, *_BLANKS])
_MARKDOWN = st.one_of(
    st.text(max_size=200),
    st.lists(_PIECES, max_size=40).map("".join),
    st.lists(_PIECES, max_size=40).map(" ".join),
)


@given(_MARKDOWN)
@example("[^0]:>[^0]:")
@example("a[^0]\n\n[^0]:- [^1]: > [^0]: b[^1]")
@settings(max_examples=400, deadline=None)
def test_any_text_is_a_body_that_is_safe_whole_and_the_same_each_time(markdown: str) -> None:
    body = derive_body(markdown, locale="en")
    assert derive_body(markdown, locale="en") == body
    assert derive_body(body.markdown, locale="en") == body
    assert len({block["key"] for block in body.blocks}) == len(body.blocks)
    assert len({entry["anchor"] for entry in body.outline}) == len(body.outline)
    assert json.loads(json.dumps(body.blocks)) == body.blocks
    assert "\x00" not in body.markdown + body.html + body.text + json.dumps(body.blocks)
    (body.markdown + body.html + body.text).encode()
    assert [
        charge for html in (body.html, *html_values(body.blocks)) for charge in charges_against(html)
    ] == []


@given(_MARKDOWN)
@settings(max_examples=400, deadline=None)
def test_each_block_is_its_own_fixed_point(markdown: str) -> None:
    body = derive_body(markdown, locale="en")
    findings = Findings()
    sanitise = build_sanitiser(findings, _ids_of(body.html))
    assert sanitise(body.html) == body.html
    assert set(findings.assets) <= set(body.asset_references)
    assert set(findings.articles) <= set(body.article_references)
    assert findings.malformed == {}


@given(_MARKDOWN)
@settings(max_examples=400, deadline=None)
def test_sanitising_again_changes_nothing(html: str) -> None:
    once = sanitise_html(html)
    assert sanitise_html(once) == once
    assert charges_against(once) == []


@given(_MARKDOWN)
@settings(max_examples=300, deadline=None)
def test_resolving_leaves_no_reference_and_no_harm(markdown: str) -> None:
    body = derive_body(markdown, locale="en")
    for assets, articles in (({ASSET: HOSTILE_ASSET}, {ARTICLE: HOSTILE_ARTICLE}), ({}, {})):
        blocks = resolve_blocks(body.blocks, assets=assets, articles=articles)
        for html in (resolve_html(body.html, assets=assets, articles=articles), *html_values(blocks)):
            assert charges_against(html) == []
            assert re.search(r'<(?:img src|a href)="(?:asset|article):', html) is None


@given(_MARKDOWN, st.integers(min_value=1, max_value=60))
@settings(max_examples=300, deadline=None)
def test_an_excerpt_is_a_beginning_of_bounded_length(text: str, characters: int) -> None:
    excerpt = cut_excerpt(text, characters)
    line = " ".join(text.split())
    assert line == excerpt or (
        excerpt.endswith("…") and line.startswith(excerpt[:-1]) and len(excerpt) <= characters + 1
    )


@given(_MARKDOWN, _MARKDOWN)
@settings(max_examples=200, deadline=None)
def test_counts_add_up(one: str, other: str) -> None:
    first, second, both = count_words(one), count_words(other), count_words(f"{one} {other}")
    assert both == (first.words + second.words, first.cjk_characters + second.cjk_characters)


def _ids_of(html: str) -> set[str]:
    return {part.partition('"')[0] for part in html.split(' id="')[1:]}


_PROSE = st.lists(
    st.sampled_from([*"ab *_~-#&<>\"'é\n", "**", "\n\n", "- ", "\n- ", "## ", "&amp;", "&#13;", "\u00a0"]),
    max_size=40,
)


@given(st.one_of(_MARKDOWN, _PROSE.map("".join)))
@example("[^0]:- [^0]:")
@settings(max_examples=800, deadline=None)
def test_prose_is_what_the_sanitiser_makes_of_it(markdown: str) -> None:
    environment: Environment = {"ids": set[str]()}
    tokens = shape(parse(normalise_markdown(markdown), environment), locale="en", taken={})
    ids = {str(token.attrs["id"]) for token in tokens if token.type == "heading_open"}
    sanitise = build_sanitiser(Findings(), ids)
    for group in group_tokens(tokens):
        html = prose_html(group)
        assert html is None or html == sanitise(render(group, environment)).strip("\n")


def test_most_prose_needs_no_sanitiser() -> None:
    markdown = "# Title\n\nOne *and* **two**,\n“three” & <4>.\n\n- a\n  - b\n- ~~c~~\n\n  d"
    tokens = shape(parse(markdown, {"ids": set[str]()}), locale="en", taken={})
    html = [prose_html(group) for group in group_tokens(tokens)]
    assert html == [
        '<h1 id="title">Title</h1>',
        "<p>One <em>and</em> <strong>two</strong>,\n“three” &amp; &lt;4&gt;.</p>",
        "<ul>\n<li>\n<p>a</p>\n<ul>\n<li>b</li>\n</ul>\n</li>\n<li>\n<p><s>c</s></p>\n<p>d</p>\n</li>\n</ul>",
    ]


@pytest.mark.parametrize(
    "markdown", ["[a](b)", "`a`", "<b>a</b>", "1. a", "> a", "![a](b)", "a  \nb", "a&#13;b", "---"]
)
def test_what_is_more_than_prose_is_sanitised(markdown: str) -> None:
    tokens = shape(parse(markdown, {"ids": set[str]()}), locale="en", taken={})
    assert [prose_html(group) for group in group_tokens(tokens)] == [None]
