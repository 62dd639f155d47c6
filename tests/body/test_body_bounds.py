"""Texts made to be slow or deep: time grows with their length, and nothing breaks.

The bounds are several times what a slow machine needs; a text that took time with the square of its length would miss them widely.
"""

import time

import pytest

from cms.body import ResolvedAsset, resolve_html
from tests.body.samples import ARTICLE, ASSET, derive

_SIZE = 60_000
_SECONDS_MAX = 12.0

_REPEATED = [
    ">",
    "> ",
    "[",
    "![",
    "*",
    "*a ",
    "**a_b ",
    "`a``",
    "<!-- ",
    "<!-- \n\n",
    "<a ",
    '<a b="',
    "<?",
    "<![CDATA[",
    "[a](",
    '[a](b "',
    "[a]: b\n",
    "~~a",
    "- ",
    "- a\n",
    "|a|b|\n",
    "# a\n",
    "> a\n> — b\n\n",
    "> [!NOTE]\n> a\n\n",
    ">a\n- b\n",
    "https://a.b/(",
    "http://",
    "&#",
    "![a](/b) ",
    "<div>\n\n",
    "<div>",
    "<pre>\n",
    "<em>",
    "<b><i><u>",
    "<table><tr><td>",
    "<p><span>",
    "<sup class=footnote-ref>",
    "<b id=",
    f"<figure><img src=asset:{ASSET}>",
    f"[](article:{ARTICLE})",
    "漢\n",
    "\U0001f1e6",
    "\u0301",
]


@pytest.mark.parametrize("piece", _REPEATED)
def test_repetition_takes_time_with_its_length(piece: str) -> None:
    started = time.process_time()
    body = derive(piece * (_SIZE // len(piece)))
    resolve_html(body.html, assets={}, articles={})
    assert time.process_time() - started < _SECONDS_MAX


@pytest.mark.parametrize(
    "markdown",
    [
        "[^a]: x\n\n" + "[^a" * 20_000,
        "[^a] " * 6_000 + "\n\n[^a]: x",
        "".join("  " * depth + "- a\n" for depth in range(240)),
        "|a" * 5_000 + "\n" + "|-" * 5_000 + "\n" + "|x\n" * 10_000,
        "<div>\n\n" * 5_000 + "</div>\n\n" * 5_000,
        "> " * 50_000 + "a",
        "- " * 50_000 + "a",
        "1. " * 20_000 + "a",
        "#" * 50_000,
        "\t" * 50_000,
        "a" * 50_000,
    ],
    ids=[
        "open footnotes",
        "one footnote",
        "nested list",
        "wide table",
        "divs",
        "quotes",
        "bullets",
        "numbers",
        "hashes",
        "tabs",
        "word",
    ],
)
def test_depth_and_breadth_are_bounded(markdown: str) -> None:
    started = time.process_time()
    derive(markdown)
    assert time.process_time() - started < _SECONDS_MAX


def test_a_megabyte_of_prose() -> None:
    paragraph = (
        "A sentence of *some* words with a [link](https://example.org/) and `code` in it. " * 8 + "\n\n"
    )
    started = time.process_time()
    body = derive(paragraph * (1_000_000 // len(paragraph)))
    assert time.process_time() - started < _SECONDS_MAX
    assert len(body.blocks) == 1_000_000 // len(paragraph)


def test_html_nested_too_deep_is_shown_as_written() -> None:
    body = derive("<div>" * 600 + "x")
    assert body.html.startswith("&lt;div&gt;&lt;div&gt;") and body.text == "<div>" * 600 + "x"
    assert derive("<div>" * 400 + "x").text == "x"


def test_resolving_is_fast() -> None:
    body = derive((f"Some words about it. ![](asset:{ASSET})\n\n" + "word " * 150 + "\n\n") * 5)
    assets = {ASSET: ResolvedAsset("https://cdn.example/a.jpg", 10, 10)}
    started = time.process_time()
    for _ in range(200):
        resolve_html(body.html, assets=assets, articles={})
    assert (time.process_time() - started) / 200 < 0.002
