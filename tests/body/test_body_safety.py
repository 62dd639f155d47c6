"""What hostile Markdown and HTML becomes, as an independent parser sees it."""

import json
import os
import re
from html import unescape
from pathlib import Path

import pytest

from cms.body import resolve_blocks, resolve_html, sanitise_html
from tests.body.judge import charges_against
from tests.body.samples import ARTICLE, ASSET, HOSTILE_ARTICLE, HOSTILE_ASSET, derive, html_values

_SAMPLES = (
    Path(os.environ.get("KIOSQUE_SAMPLES") or Path(__file__).parents[2].parent / "shared" / "data")
    / "hostile"
)

VECTORS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<img src=javascript:alert(1)>",
    "<img src=data:image/svg+xml;base64,PHN2Zy8+>",
    "<a href=javascript:alert(1)>x</a>",
    '<a href="java\tscript:alert(1)">x</a>',
    '<a href=" &#14; javascript:alert(1)">x</a>',
    '<a href="&#106;avascript&colon;alert(1)">x</a>',
    "<a href=vbscript:x>x</a><a href=file:///etc/passwd>x</a><a href=data:text/html,x>x</a>",
    "<a href=https://example.org onclick=alert(1) style=color:red target=_blank>x</a>",
    "<svg><script>alert(1)</script></svg>",
    "<svg/onload=alert(1)>",
    "<svg><a xlink:href=javascript:alert(1)><text>x</text></a></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object><embed src=javascript:alert(1)>",
    "<form action=javascript:alert(1)><button formaction=javascript:alert(1)>x</button><input></form>",
    "<style>*{background:url(javascript:alert(1))}</style><p style='background:url(javascript:x)'>x</p>",
    "<base href=//evil.example><meta http-equiv=refresh content=0><link rel=stylesheet href=//evil.example>",
    "<details ontoggle=alert(1) open><summary>x</summary></details>",
    "<p id=app name=cookie class=admin data-x=1>x</p><h2 id=location>x</h2><a id='fn:1' name=x>x</a>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?php echo 1 ?><!DOCTYPE html>",
    "<textarea><img src=x onerror=alert(1)></textarea><title><img src=x onerror=alert(1)></title>",
    "<template><script>alert(1)</script></template><select><script>alert(1)</script></select>",
    "<video src=x onerror=alert(1)><source onerror=alert(1)></video><audio src=x>",
    "[x](javascript:alert(1)) ![x](javascript:alert(1)) <javascript:alert(1)>",
    "[x](JaVaScRiPt:alert(1)) [x](&#x6A;avascript:alert(1)) [x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x]: javascript:alert(1)\n\n[x] ![x]",
    '![x"onerror="alert(1)](https://example.org/"onerror="alert(1) "t\\"onerror=\\"alert(1)")',
    '[x](https://example.org "t\\" onclick=\\"alert(1)")',
    '```"><script>alert(1)</script>\nx\n```',
    '# x <img src=x onerror=alert(1)> "><script>',
    "| <img src=x onerror=alert(1)> | <script>alert(1)</script> |\n|---|---|\n| [x](javascript:x) | <b onclick=x>x |",
    "> [!NOTE]\n> <img src=x onerror=alert(1)>",
    "> x\n> — <img src=x onerror=alert(1)>",
    "x[^<img src=x onerror=alert(1)>]\n\n[^<img src=x onerror=alert(1)>]: <svg onload=alert(1)>",
    'https://example.org/<script>alert(1)</script>\n\nhttps://example.org/"onmouseover="alert(1)',
    "<div>\n\n<p>\n\n</div><script>\n\nalert(1)\n\n</script>",
    "<h2\n\nid=x onclick=alert(1)>",
    f'<img src="asset:{ASSET}" alt="&quot;><img src=x onerror=alert(1)>" title=\'"><script>\'>',
    f'<a href="article:{ARTICLE}#&quot;onclick=&quot;alert(1)" title="></a><script>">x</a>',
    f"<a href='article:{ARTICLE}'><a href='article:{ARTICLE}'><p><a href='javascript:x'>",
]


def test_the_judge_finds_what_it_is_to_find() -> None:
    html = "<script></script><p onclick=x id=a style=x><a href='java&#9;script:x'><img src=data:x><svg></svg><!-- c -->"
    assert charges_against(html) == [
        "tag script",
        "attribute onclick of p",
        "id a of p",
        "attribute style of p",
        "href java\tscript:x",
        "src data:x",
        "tag svg",
        "comment  c ",
    ]


@pytest.mark.parametrize("source", VECTORS)
def test_hostile_text_is_harmless(source: str) -> None:
    assert_harmless(source)


@pytest.mark.parametrize(
    "source",
    [
        f"- item\n  {VECTORS[2]}",
        f"> {VECTORS[9]}",
        f"**{VECTORS[5]}**",
        f"1. {VECTORS[13]}\n   - {VECTORS[15]}",
    ],
)
def test_hostile_text_within_other_blocks_is_harmless(source: str) -> None:
    assert_harmless(source)


@pytest.mark.parametrize("source", VECTORS)
def test_sanitising_again_changes_nothing(source: str) -> None:
    once = sanitise_html(source)
    assert sanitise_html(once) == once
    assert charges_against(once) == []


def test_words_of_harmless_elements_survive() -> None:
    html = sanitise_html(
        "<p lang=fr dir=ltr>a <kbd>b</kbd> <sub>c</sub> <mark>d</mark> <abbr title=e>f</abbr> <time datetime=2024-05-01>g</time></p>"
    )
    assert html == (
        '<p lang="fr" dir="ltr">a <kbd>b</kbd> <sub>c</sub> <mark>d</mark> <abbr title="e">f</abbr> <time datetime="2024-05-01">g</time></p>'
    )


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("[a](/b/c)", '<a href="/b/c">a</a>'),
        ("[a](#b)", '<a href="#b">a</a>'),
        ("[a](b.html?c=d&e)", '<a href="b.html?c=d&amp;e">a</a>'),
        ("[a](mailto:b@example.org)", '<a href="mailto:b@example.org">a</a>'),
        ("[a](tel:+33123)", '<a href="tel:+33123">a</a>'),
        ("[a](http://example.org)", '<a href="http://example.org" rel="noopener">a</a>'),
        ("[a](//example.org)", '<a href="//example.org" rel="noopener">a</a>'),
        ("[a](ftp://example.org)", "[a](ftp://example.org)"),
        (
            '<a rel="sponsored evil" href="https://example.org">a</a>',
            '<a href="https://example.org" rel="noopener sponsored">a</a>',
        ),
        ("x ![a](http://example.org/b.png)", "x a"),
        ("x ![a](https://example.org/b.png)", 'x <img src="https://example.org/b.png" alt="a">'),
        ("x <img alt='say \"a\"' src='http://example.org/b.png'>", 'x say "a"'),
    ],
)
def test_links_and_images_that_may_stay(source: str, html: str) -> None:
    assert derive(source).html == f"<p>{html}</p>"


def test_raw_html_cannot_take_the_anchor_of_a_heading() -> None:
    body = derive("<h2 id=intro>x</h2>\n\n## Intro\n\n<h3 id='intro-2'>y</h3>\n\n## Intro")
    assert (
        re.findall(r'id="([^"]*)"', body.html)
        == [entry["anchor"] for entry in body.outline]
        == ["intro-3", "intro-4"]
    )


def _dompurify_vectors() -> list[str]:
    path = _SAMPLES / "html-xss" / "dompurify-expect.json"
    return [vector["payload"] for vector in json.loads(path.read_text("utf-8"))] if path.exists() else []


def _feed_vectors() -> list[str]:
    """Each feed whole, with the HTML in it set free: its own tags are of no more standing than those."""
    folder = _SAMPLES / "feed-html-sanitize"
    files = sorted(folder.glob("*.xml")) if folder.exists() else []
    return [unescape(path.read_text("utf-8", errors="replace")) for path in files]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Collect the sample vectors where their folder is present, and no test where it is not."""
    if "vector" in metafunc.fixturenames:
        vectors = _dompurify_vectors() + _feed_vectors()
        metafunc.parametrize("vector", vectors, ids=[str(number) for number in range(len(vectors))])


if _SAMPLES.exists():

    def test_a_sample_vector_is_harmless(vector: str) -> None:
        assert_harmless(vector)
        assert_harmless(f"Words {' '.join(vector.split())} words")

    def test_the_sample_vectors_were_found() -> None:
        assert (len(_dompurify_vectors()), len(_feed_vectors())) == (223, 83)


def assert_harmless(source: str) -> None:
    """Assert that neither form of the body holds anything dangerous, before and after its references are resolved."""
    body = derive(source)
    assets = dict.fromkeys(body.asset_references, HOSTILE_ASSET)
    articles = dict.fromkeys(body.article_references, HOSTILE_ARTICLE)
    resolved = resolve_html(body.html, assets=assets, articles=articles)
    blocks = resolve_blocks(body.blocks, assets=assets, articles=articles)
    for html in (
        body.html,
        resolved,
        resolve_html(body.html, assets={}, articles={}),
        *html_values(body.blocks),
        *html_values(blocks),
    ):
        assert charges_against(html) == []
    for block in body.blocks:
        assert "javascript:" not in str(block.get("url")) and "data:" not in str(block.get("url"))
