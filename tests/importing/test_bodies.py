"""Bodies: classic text, blocks and shortcodes to Markdown."""

from pathlib import Path

import pytest

from cms.importing.documents import ImportedArticle, ImportedAsset, ImportWarning
from cms.importing.references import article_target, asset_target, keys_in, replace_references
from tests.importing.exports import SITE, attachment, export, meta, only, post, read, read_post

UPLOADS = f"https://{SITE}/wp-content/uploads"
BRIDGE = f'<img class="wp-image-7" src="{UPLOADS}/bridge-300x200.jpg" alt="Bridge" />'
BRIDGE_TARGET = f"import-asset:{SITE}/attachment/7"


@pytest.mark.parametrize(
    ("classic", "markdown"),
    [
        ("One\ntwo\n\nThree", "One\\\ntwo\n\nThree"),
        (
            "A list:\n<ul>\n\t<li>a</li>\n\t<li>b\n<ol>\n<li>c</li>\n</ol>\n</li>\n</ul>\nEnd",
            "A list:\n\n- a\n- b\n  1. c\n\nEnd",
        ),
        ("<pre>a\n\n  b</pre>\nafter", "```\na\n\n  b\n```\n\nafter"),
        ("<blockquote>a\n\nb</blockquote>", "> a\n>\n> b"),
        ("a [change] and [x](y)", "a \\[change\\] and \\[x\\](y)"),
        ("[[gallery]] is written so", "\\[gallery\\] is written so"),
        ("<code>[gallery]</code>", "`[gallery]`"),
        ("page one<!--nextpage-->page two", "page one\n\npage two"),
        ("2 * 3 * 4 _x_ #y\n\n# z\n\n1. a\n\n- b", "2 \\* 3 \\* 4 \\_x\\_ #y\n\n\\# z\n\n1\\. a\n\n\\- b"),
        ("10<sup>6</sup> H<sub>2</sub>O", "10<sup>6</sup> H<sub>2</sub>O"),
        ("C:\\xampp\\htdocs", "C:\\\\xampp\\\\htdocs"),
        ("<em>a</em><strong>b</strong> x<b>«y»</b>z", "<em>a</em>**b** x<strong>«y»</strong>z"),
        ("1&nbsp;000 «&nbsp;a&nbsp;»", "1\u00a0000 «\u00a0a\u00a0»"),
        (
            "https://youtu.be/abc\n\ntext https://a.example/x_y",
            "https://youtu.be/abc\n\ntext https://a.example/x_y",
        ),
        ("[embed]https://vimeo.com/1[/embed]", "https://vimeo.com/1"),
        ('[audio mp3="https://a.example/s.mp3"][/audio]', "[s.mp3](https://a.example/s.mp3)"),
        ("[video https://a.example/f.mp4]", "[f.mp4](https://a.example/f.mp4)"),
        (
            '<iframe src="https://www.youtube.com/embed/SQEQr7c0-dw"></iframe>',
            "https://www.youtube.com/watch?v=SQEQr7c0-dw",
        ),
        ('<a href="javascript:alert(1)">click</a>', "click"),
        ("<h2>a<br>b</h2>", "## a b"),
        (
            "<table><tr><th>a</th><th>b|c</th></tr><tr><td>1<br>2</td><td><code>x|y</code></td></tr></table>",
            "| a | b\\|c |\n| --- | --- |\n| 1 2 | `x\\|y` |",
        ),
        ("<ul><li>a</li></ul><ul><li>b</li></ul>", "- a\n\n* b"),
        (
            "<blockquote>a<cite>Ann</cite></blockquote><blockquote>b</blockquote>",
            "> a\n>\n> — Ann\n\n<!-- -->\n\n> b",
        ),
    ],
)
def test_classic_text(tmp_path: Path, classic: str, markdown: str) -> None:
    assert read_post(tmp_path, classic).markdown == markdown


@pytest.mark.parametrize(
    "body",
    [
        f'[caption id="a" caption="Old &amp; new"]{BRIDGE}[/caption]',
        f'[caption id="a" width="300"]{BRIDGE} Old &amp; new[/caption]',
        f'<!-- wp:image {{"id":7}} -->\n<figure class="wp-block-image">{BRIDGE}<figcaption>Old &amp; new</figcaption></figure>\n<!-- /wp:image -->',
        f'[caption]<a href="{UPLOADS}/bridge.jpg">{BRIDGE}</a> Old &amp; new[/caption]',
    ],
)
def test_each_form_of_caption(tmp_path: Path, body: str) -> None:
    article = read_post(tmp_path, body, attachment(7, "bridge.jpg"))
    assert article.markdown == f'![Bridge]({BRIDGE_TARGET} "Old & new")'
    assert article.asset_keys == (f"{SITE}/attachment/7",)


def test_an_image_in_a_paragraph_stands_before_or_after_it(tmp_path: Path) -> None:
    body = f"{BRIDGE} opening words\n\nwords {BRIDGE} words"
    markdown = read_post(tmp_path, body, attachment(7, "bridge.jpg")).markdown
    image = f"![Bridge]({BRIDGE_TARGET})"
    assert markdown == f"{image}\n\nopening words\n\nwords  words\n\n{image}".replace(
        "words  words", "words words"
    )


def test_an_image_without_attachment_is_an_asset_of_its_own(tmp_path: Path) -> None:
    events = read(
        tmp_path,
        export(
            post('<img src="https://elsewhere.example/a (1).png" alt="A">'),
            post('<img src="https://elsewhere.example/a (1).png">', number=2),
        ),
    )
    key = "url/https://elsewhere.example/a%20(1).png"
    assert [(asset.source_key, asset.url, asset.alt) for asset in only(events, ImportedAsset)] == [
        (key, "https://elsewhere.example/a%20(1).png", "A")
    ]
    assert only(events, ImportedArticle)[0].asset_keys == (key,)
    assert (
        only(events, ImportedArticle)[0].markdown
        == "![A](import-asset:url/https://elsewhere.example/a%2520%281%29.png)"
    )


def test_references_can_be_replaced(tmp_path: Path) -> None:
    markdown = f"![x]({asset_target('a b/é(1)')}) [y]({article_target('k')}) import-asset:other"
    assert keys_in(markdown, "asset") == ("a b/é(1)", "other")
    ids = {"a b/é(1)": "asset:01", "k": "article:02"}
    assert (
        replace_references(markdown, lambda _noun, key, _position: ids.get(key))
        == "![x](asset:01) [y](article:02) import-asset:other"
    )


def test_galleries_by_number_and_of_the_item(tmp_path: Path) -> None:
    files = (
        attachment(7, "b.jpg", caption="Be", parent=1),
        attachment(8, "c.jpg", parent=1),
        attachment(9, "d.mp3", parent=1),
    )
    seven, eight = f'![]({BRIDGE_TARGET} "Be")', f"![](import-asset:{SITE}/attachment/8)"
    assert read_post(tmp_path, '[gallery ids="8,7"]', *files).markdown == f"{eight}\n\n{seven}"
    assert read_post(tmp_path, "[gallery]", *files).markdown == f"{seven}\n\n{eight}"


def test_links_to_other_pieces_are_references(tmp_path: Path) -> None:
    other = post("x", number=2, slug="other", link=f"http://www.{SITE}/2020/other/")
    body = f'<a href="/2020/other#part">a</a> <a href="https://{SITE}/?p=2">b</a> <a href="https://else.example/">c</a> <a href="#here">d</a>'
    article = read_post(tmp_path, body, other)
    target = f"import-article:{SITE}/post/2"
    assert article.markdown == f"[a]({target}) [b]({target}) [c](https://else.example/) d"
    assert article.linked_article_keys == (f"{SITE}/post/2",)


def test_files_that_stay_behind_are_told(tmp_path: Path) -> None:
    events = read(tmp_path, export(post(f'<a href="{UPLOADS}/report.pdf">Report</a>')))
    assert only(events, ImportedArticle)[0].markdown == f"[Report]({UPLOADS}/report.pdf)"
    assert "Links to 1 file(s) that stay on the old site" in only(events, ImportWarning)[0].message


def test_blocks(tmp_path: Path) -> None:
    body = """<!-- wp:columns --><div class="wp-block-columns"><!-- wp:column --><div><!-- wp:paragraph -->
<p>Left</p>
<!-- /wp:paragraph --></div><!-- /wp:column --></div><!-- /wp:columns -->
<!-- wp:embed {"url":"https://youtu.be/x"} --><figure class="wp-block-embed"><div class="wp-block-embed__wrapper">
https://youtu.be/x
</div><figcaption>Seen</figcaption></figure><!-- /wp:embed -->
<!-- wp:code --><pre class="wp-block-code"><code class="language-python">a = "`"</code></pre><!-- /wp:code -->
<!-- wp:buttons --><div><!-- wp:button --><div><a class="wp-block-button__link" href="https://a.example/">Go</a></div><!-- /wp:button --></div><!-- /wp:buttons -->
<!-- wp:table --><figure class="wp-block-table"><table><tbody><tr><td>a</td><td>b</td></tr></tbody></table><figcaption>T</figcaption></figure><!-- /wp:table -->
<!-- wp:pullquote --><figure class="wp-block-pullquote"><blockquote><p>Q</p><cite>C</cite></blockquote></figure><!-- /wp:pullquote -->
<!-- wp:separator --><hr class="wp-block-separator"/><!-- /wp:separator -->
<!-- wp:latest-posts {"n":1} /-->
<!-- wp:shortcode -->[embed]https://youtu.be/z[/embed]<!-- /wp:shortcode -->"""
    events = read(tmp_path, export(post(body)))
    assert only(events, ImportedArticle)[0].markdown.split("\n\n") == [
        "Left",
        "https://youtu.be/x",
        "Seen",
        '```python\na = "`"\n```',
        "[Go](https://a.example/)",
        "| a | b |\n| --- | --- |",
        "T",
        ["> Q\n>\n> — C"][0],
        "---",
        "https://youtu.be/z",
    ]
    assert "latest-posts ×1" in only(events, ImportWarning)[0].message


def test_reusable_blocks_are_put_in_and_cannot_multiply(tmp_path: Path) -> None:
    block = post(
        "<!-- wp:paragraph --><p>Shared</p><!-- /wp:paragraph -->" + '<!-- wp:block {"ref":5} /-->' * 30,
        number=5,
        noun="wp_block",
    )
    events = read(tmp_path, export(post('<!-- wp:block {"ref":5} /--> <!-- wp:block {"ref":6} /-->'), block))
    markdown = only(events, ImportedArticle)[0].markdown
    assert markdown.startswith("Shared\n\nShared")
    assert len(markdown) < 1_000_000
    assert any(
        "reusable block 6 is not in the export" in warning.message for warning in only(events, ImportWarning)
    )


def test_footnotes_are_called_and_defined(tmp_path: Path) -> None:
    body = '<!-- wp:paragraph --><p>Said<sup data-fn="n1" class="fn"><a href="#n1">1</a></sup>.</p><!-- /wp:paragraph --><!-- wp:footnotes /-->'
    notes = '[{"content":"By <em>whom</em>","id":"n1"},{"content":"Not called","id":"n2"}]'
    assert (
        read_post(tmp_path, body, more=meta(footnotes=notes)).markdown
        == "Said[^1].\n\nNot called\n\n[^1]: By *whom*"
    )


@pytest.mark.parametrize(
    "body",
    ["<div>" * 3000 + "deep" + "</div>" * 3000, "<ul><li>" * 60 + "deep", "<blockquote>" * 90 + "deep"],
)
def test_text_that_is_nested_too_deeply_is_kept(tmp_path: Path, body: str) -> None:
    assert "deep" in read_post(tmp_path, body).markdown


@pytest.mark.parametrize(
    "body",
    [
        "[caption " * 2000,
        "<a " * 5000,
        "<" + "a" * 200_000,
        "[gallery " + "x='" * 20_000,
        "<!-- wp:x " * 5000,
        "\n\n" * 50_000,
        "<b>" * 90 + "*" * 5000,
    ],
)
def test_hostile_text_does_not_hold_the_import_up(tmp_path: Path, body: str) -> None:
    assert read_post(tmp_path, body + "\n\nend").markdown.count("end") >= 1


def test_tokens_cannot_be_smuggled_in(tmp_path: Path) -> None:
    assert read_post(tmp_path, "a &#xE000;0&#xE001; <sup>b</sup>").markdown == "a 0 <sup>b</sup>"
