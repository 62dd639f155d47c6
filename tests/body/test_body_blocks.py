"""Each kind of block, as it is stored."""

import json

import pytest

from tests.body.samples import ARTICLE, ASSET, OTHER_ASSET, derive, only_block


def without_key(markdown: str) -> dict[str, object]:
    return {name: value for name, value in only_block(markdown).items() if name != "key"}


def test_a_paragraph() -> None:
    assert without_key("Some *text* & `code`\nin two lines.") == {
        "type": "paragraph",
        "html": "<p>Some <em>text</em> &amp; <code>code</code>\nin two lines.</p>",
        "content_html": "Some <em>text</em> &amp; <code>code</code>\nin two lines.",
        "text": "Some text & code in two lines.",
    }


def test_a_heading() -> None:
    assert without_key("## The *second* level") == {
        "type": "heading",
        "html": '<h2 id="the-second-level">The <em>second</em> level</h2>',
        "content_html": "The <em>second</em> level",
        "text": "The second level",
        "level": 2,
        "anchor": "the-second-level",
    }


def test_a_list_with_a_list_in_it() -> None:
    block = without_key("3. one\n   - *two*\n   - three\n4. four")
    assert (block["type"], block["ordered"], block["start"], block["text"]) == (
        "list",
        True,
        3,
        "one\ntwo\nthree\nfour",
    )
    children = {
        "ordered": False,
        "start": None,
        "items": [
            {"html": "<em>two</em>", "text": "two", "children": None},
            {"html": "three", "text": "three", "children": None},
        ],
    }
    assert block["items"] == [
        {"html": "one", "text": "one", "children": children},
        {"html": "four", "text": "four", "children": None},
    ]


def test_a_quote_with_attribution() -> None:
    assert without_key("> To be.\n>\n> Or not.\n> — *William* [Shakespeare](https://example.org)") == {
        "type": "quote",
        "html": '<figure class="quote"><blockquote>\n<p>To be.</p>\n<p>Or not.</p>\n</blockquote>'
        '<figcaption><em>William</em> <a href="https://example.org" rel="noopener">Shakespeare</a></figcaption></figure>',
        "content_html": "<p>To be.</p>\n<p>Or not.</p>",
        "text": "To be.\nOr not.\n— William Shakespeare",
        "attribution": "William Shakespeare",
    }


def test_a_quote_that_is_all_dash_keeps_its_words() -> None:
    block = only_block("> — nobody")
    assert (block["type"], block["attribution"], block["text"]) == ("quote", None, "— nobody")


def test_a_dash_within_emphasis_is_no_attribution() -> None:
    block = only_block("> *one\n> — two*")
    assert (block["attribution"], block["content_html"]) == (None, "<p><em>one\n— two</em></p>")


def test_an_attribution_in_a_paragraph_of_its_own_leaves_no_empty_paragraph() -> None:
    assert only_block("> Words.\n>\n> — Someone")["content_html"] == "<p>Words.</p>"


def test_an_image_alone_is_a_figure() -> None:
    assert without_key(f'![A *red* fox](asset:{ASSET} "Seen in <May>")') == {
        "type": "image",
        "html": f'<figure><img src="asset:{ASSET}" alt="A red fox"><figcaption>Seen in &lt;May&gt;</figcaption></figure>',
        "text": "Seen in <May>",
        "asset_id": ASSET,
        "url": None,
        "alt": "A red fox",
        "caption": "Seen in <May>",
        "credit": None,
        "is_decorative": False,
        "crop": None,
    }


def test_a_figure_has_a_credit_of_its_own() -> None:
    block = without_key(f'![](asset:{ASSET} "Seen in May"){{credit="Ada \\"A\\" & Co."}}')
    assert (block["caption"], block["credit"], block["is_decorative"]) == (
        "Seen in May",
        'Ada "A" & Co.',
        False,
    )
    assert block["html"] == (
        f'<figure><img src="asset:{ASSET}" alt=""><figcaption>Seen in May <small>Ada "A" &amp; Co.</small></figcaption></figure>'
    )


def test_a_figure_is_marked_as_decorative() -> None:
    for written in ("{decorative}", '{ decorative credit="Ada" }', '{credit="Ada" decorative}'):
        block = without_key(f"![](asset:{ASSET}){written}")
        assert (block["type"], block["is_decorative"]) == ("image", True)
        assert f'<figure><img src="asset:{ASSET}" alt="" role="presentation">' in str(block["html"])


def test_an_image_with_words_is_no_decoration() -> None:
    block = without_key(f"![A fox](asset:{ASSET}){{decorative}}")
    assert (block["alt"], block["is_decorative"], "role" in str(block["html"])) == ("A fox", False, False)


@pytest.mark.parametrize(
    "written",
    [
        "{}",
        "{ }",
        "{credit}",
        '{credit=""}',
        "{credit=Ada}",
        '{credits="Ada"}',
        '{credit="a\nb"}',
        " {decorative}",
        "{decorative",
    ],
)
def test_other_words_in_braces_are_words(written: str) -> None:
    (block,) = derive(f"![](asset:{ASSET}){written}").blocks
    assert block["type"] == "paragraph"
    assert written.strip() in block["html"].replace("&quot;", '"')


def test_an_image_within_a_line_tells_its_credit_where_it_can() -> None:
    html = only_block(f'Look: ![](asset:{ASSET} "May"){{credit="Ada" decorative}}')["html"]
    assert html == f'<p>Look: <img src="asset:{ASSET}" alt="" role="presentation" title="May – Ada"></p>'


def test_several_images_alone_are_several_figures() -> None:
    body = derive(f"![](asset:{ASSET})\n![](asset:{OTHER_ASSET}) ![b](https://example.org/b.png)")
    assert [(block["type"], block["asset_id"], block["url"]) for block in body.blocks] == [
        ("image", ASSET, None),
        ("image", OTHER_ASSET, None),
        ("image", None, "https://example.org/b.png"),
    ]
    assert body.asset_references == (ASSET, OTHER_ASSET)


def test_an_image_between_words_stays_there() -> None:
    assert (
        only_block(f"Look: ![fox](asset:{ASSET})")["html"]
        == f'<p>Look: <img src="asset:{ASSET}" alt="fox"></p>'
    )


@pytest.mark.parametrize(
    "source", ["```python main.py\nif 1 < 2:\n    go()\n```", "~~~python\nif 1 < 2:\n    go()\n~~~"]
)
def test_code_with_a_language(source: str) -> None:
    assert without_key(source) == {
        "type": "code",
        "html": '<pre><code class="language-python">if 1 &lt; 2:\n    go()\n</code></pre>',
        "text": "if 1 < 2:\n    go()",
        "language": "python",
        "code": "if 1 < 2:\n    go()\n",
    }


def test_indented_code_has_no_language() -> None:
    block = only_block("    a  b")
    assert (block["type"], block["language"], block["code"]) == ("code", None, "a  b\n")


def test_a_table() -> None:
    block = without_key("| a | b | c |\n|:--|:-:|---|\n| 1 | **2** | 3 |\n| 4 | 5 |")
    assert block["header"] == [{"html": name, "text": name} for name in "abc"]
    assert block["rows"] == [
        [{"html": "1", "text": "1"}, {"html": "<strong>2</strong>", "text": "2"}, {"html": "3", "text": "3"}],
        [{"html": "4", "text": "4"}, {"html": "5", "text": "5"}, {"html": "", "text": ""}],
    ]
    assert block["alignments"] == ["left", "center", None]
    assert block["text"] == "a b c\n1 2 3\n4 5"
    assert '<td align="center"><strong>2</strong></td>' in str(block["html"])


@pytest.mark.parametrize(
    ("url", "provider"),
    [
        ("https://www.youtube.com/watch?v=x&t=1", "youtube"),
        ("https://youtu.be/x", "youtube"),
        ("https://vimeo.com/1", "vimeo"),
        ("https://x.com/a/status/1", "x"),
        ("https://mobile.twitter.com/a/status/1", "x"),
        ("https://www.instagram.com/p/a/", "instagram"),
        ("https://bsky.app/profile/a/post/b", "bluesky"),
        ("https://www.tiktok.com/@a/video/1", "tiktok"),
        ("https://open.spotify.com/episode/1", "spotify"),
        ("https://soundcloud.com/a/b", "soundcloud"),
        ("https://example.org/youtube.com", None),
        ("https://notyoutube.com/watch", None),
    ],
)
def test_a_url_alone_is_an_embed(url: str, provider: str | None) -> None:
    for source in (url, f"<{url}>"):
        block = only_block(source)
        assert (block["type"], block["url"], block["provider"], block["text"]) == ("embed", url, provider, "")
        assert block["html"].startswith('<p><a href="https://') and "iframe" not in block["html"]


@pytest.mark.parametrize(
    "source", ["http://example.org/", "See https://example.org/", "[words](https://example.org/)"]
)
def test_other_links_are_no_embeds(source: str) -> None:
    assert only_block(source)["type"] == "paragraph"


@pytest.mark.parametrize("kind", ["note", "tip", "important", "warning", "caution"])
def test_a_callout(kind: str) -> None:
    assert without_key(f"> [!{kind.upper()}]\n> Mind *this*.\n>\n> - and that") == {
        "type": "callout",
        "html": f'<aside class="callout callout-{kind}">\n<p>Mind <em>this</em>.</p>\n<ul>\n<li>and that</li>\n</ul>\n</aside>',
        "content_html": "<p>Mind <em>this</em>.</p>\n<ul>\n<li>and that</li>\n</ul>",
        "text": "Mind this.\nand that",
        "kind": kind,
    }


def test_an_unknown_mark_makes_no_callout() -> None:
    assert only_block("> [!PANIC]\n> no")["type"] == "quote"


def test_a_link_to_an_article_alone() -> None:
    assert without_key(f"[Read *this*](article:{ARTICLE}#part)") == {
        "type": "article_link",
        "html": f'<p><a href="article:{ARTICLE}#part">Read <em>this</em></a></p>',
        "text": "Read this",
        "article_id": ARTICLE,
        "anchor": "part",
    }


def test_a_divider() -> None:
    assert without_key("---") == {"type": "divider", "html": "<hr>", "text": ""}


def test_raw_html_is_sanitised() -> None:
    assert without_key(
        "<details open onclick=x><summary>More</summary>Text<script>alert(1)</script></details>"
    ) == {
        "type": "html",
        "html": '<details open=""><summary>More</summary>Text</details>',
        "text": "More\nText",
    }


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<!-- hidden -->",
        "<div></div>",
        "<iframe src=https://x.example></iframe>",
    ],
)
def test_raw_html_of_which_nothing_remains_is_dropped(source: str) -> None:
    assert derive(f"before\n\n{source}\n\nafter").html == "<p>before</p>\n<p>after</p>"


def test_a_raw_element_holds_the_markdown_between_its_tags() -> None:
    block = only_block("<details>\n<summary>More</summary>\n\n- **one**\n- two\n\n</details>")
    assert block["type"] == "html"
    assert block["html"].replace("\n", "") == (
        "<details><summary>More</summary><ul><li><strong>one</strong></li><li>two</li></ul></details>"
    )


def test_footnotes_end_the_body() -> None:
    body = derive("One[^a] two[^a].\n\n[^a]: The *note*.\n\nLast.")
    assert [block["type"] for block in body.blocks] == ["paragraph", "paragraph", "html"]
    assert body.blocks[0]["content_html"] == (
        'One<sup class="footnote-ref"><a href="#fn:1" id="fnref:1">1</a></sup> '
        'two<sup class="footnote-ref"><a href="#fn:1" id="fnref:1-2">1</a></sup>.'
    )
    assert (
        '<li id="fn:1"><p>The <em>note</em>. <a href="#fnref:1" class="footnote-backref">'
        in body.blocks[2]["html"]
    )
    assert body.text == "One two.\n\nLast.\n\nThe note."


def test_strikethrough_and_bare_urls() -> None:
    assert derive("~~old~~ (https://example.org/a_(b)). main.py www.example.org").html == (
        '<p><s>old</s> (<a href="https://example.org/a_(b)" rel="noopener">https://example.org/a_(b)</a>). main.py www.example.org</p>'
    )


def test_the_html_is_that_of_the_blocks() -> None:
    body = derive("# a\n\nb\n\n- c\n\n> d\n\n```\ne\n```")
    assert body.html == "\n".join(block["html"] for block in body.blocks)


def test_blocks_are_json() -> None:
    body = derive(f"# a\n\n![b](asset:{ASSET})\n\n| c |\n|---|\n| d |\n\n1. e")
    assert json.loads(json.dumps(body.blocks)) == body.blocks


def test_keys_stay_when_other_blocks_change() -> None:
    before = derive("# Same\n\none\n\ntwo[^1]\n\nsame\n\nsame\n\n[^1]: note")
    after = derive("intro\n\n# Same\n\nchanged[^0]\n\ntwo[^1]\n\nsame\n\nsame\n\n[^0]: other\n\n[^1]: note")
    kept = [block["key"] for block in before.blocks if block["text"] in ("Same", "two", "same")]
    assert [block["key"] for block in after.blocks if block["text"] in ("Same", "two", "same")] == kept
    assert len(set(kept)) == 4


def test_a_footnote_within_a_footnote_is_one_of_its_own() -> None:
    body = derive("One[^a].\n\n[^a]: Outer[^b].\n\n    > [^b]: Inner.\n\n    Still outer.")
    assert [block["type"] for block in body.blocks] == ["paragraph", "html"]
    assert body.text == "One.\n\nOuter.\nStill outer.\nInner."
