"""References: found when a body is derived, resolved when it is read."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from cms.body import ResolvedArticle, ResolvedAsset, resolve_blocks, resolve_html
from tests.body.judge import charges_against
from tests.body.samples import (
    ARTICLE,
    ASSET,
    HOSTILE_ARTICLE,
    HOSTILE_ASSET,
    OTHER_ASSET,
    derive,
    html_values,
)

FOX = ResolvedAsset("https://cdn.example/fox.jpg?w=1&h=2", 640, 480, "A fox", "A fox in May", "Photo: Ada")
STORY = ResolvedArticle("/news/story", "The <story>")


def resolved(
    markdown: str,
    assets: dict[str, ResolvedAsset] | None = None,
    articles: dict[str, ResolvedArticle] | None = None,
) -> str:
    return resolve_html(derive(markdown).html, assets=assets or {}, articles=articles or {})


def test_references_are_found_once_and_in_order() -> None:
    body = derive(
        f"![a](asset:{OTHER_ASSET}) x [l](article:{ARTICLE}#here)\n\n- ![b](asset:{ASSET})\n\n<img alt='' src='asset:{OTHER_ASSET}'>\n\n"
        f"[![c](asset:{ASSET})](article:{ARTICLE})"
    )
    assert body.asset_references == (OTHER_ASSET, ASSET)
    assert body.article_references == (ARTICLE,)
    assert body.malformed_references == ()


def test_references_by_definition_and_in_footnotes_count() -> None:
    body = derive(f"![a][fox] b[^n]\n\n[fox]: asset:{ASSET}\n\n[^n]: [story](article:{ARTICLE})")
    assert (body.asset_references, body.article_references) == ((ASSET,), (ARTICLE,))


@pytest.mark.parametrize(
    ("source", "reference"),
    [
        ("![a](asset:fox)", "asset:fox"),
        ("![a](<asset:two words>)", "asset:two words"),
        (f"![a](asset:{ASSET}0)", f"asset:{ASSET}0"),
        (f"![a](asset:{ASSET.upper()})", f"asset:{ASSET.upper()}"),
        (f"![a](asset:{ARTICLE})", f"asset:{ARTICLE}"),
        (f"![a](asset:{ASSET}?w=2)", f"asset:{ASSET}?w=2"),
        ("[a](article:)", "article:"),
        (f"[a](article:{ASSET})", f"article:{ASSET}"),
        (f"[a](asset:{ASSET})", f"asset:{ASSET}"),
        (f"![a](article:{ARTICLE})", f"article:{ARTICLE}"),
        ("<img src='asset:fox'>", "asset:fox"),
    ],
)
def test_a_malformed_reference_is_named_and_does_not_reach_the_html(source: str, reference: str) -> None:
    body = derive(source)
    assert body.malformed_references == (reference,)
    assert (body.asset_references, body.article_references) == ((), ())
    assert "asset:" not in body.html and "article:" not in body.html
    assert [block["type"] for block in body.blocks] in (["paragraph"], [])


def test_a_figure_gets_size_caption_and_credit_of_its_asset() -> None:
    assert resolved(f"![](asset:{ASSET})", {ASSET: FOX}) == (
        '<figure><img src="https://cdn.example/fox.jpg?w=1&amp;h=2" alt="A fox" width="640" height="480" loading="lazy">'
        "<figcaption>A fox in May <small>Photo: Ada</small></figcaption></figure>"
    )


def test_what_the_markdown_says_comes_before_the_asset() -> None:
    html = resolved(f'![Mine](asset:{ASSET} "My caption")', {ASSET: FOX})
    assert 'alt="Mine"' in html
    assert "<figcaption>My caption <small>Photo: Ada</small></figcaption>" in html


def test_the_credit_of_the_text_comes_before_that_of_the_asset() -> None:
    for caption, said in (("", "A fox in May"), (' "Mine"', "Mine")):
        html = resolved(f'![](asset:{ASSET}{caption}){{credit="<Bo>"}}', {ASSET: FOX})
        assert f"<figcaption>{said} <small>&lt;Bo&gt;</small></figcaption></figure>" in html


def test_a_decoration_has_no_words() -> None:
    html = resolved(f"![](asset:{ASSET}){{decorative}}\n\nAnd ![](asset:{ASSET}){{decorative}}", {ASSET: FOX})
    assert html.count('alt="" role="presentation" width="640"') == 2
    assert 'A fox"' not in html


def test_a_substitute_has_its_own_words_and_credit() -> None:
    other = replace(FOX, stands_in=True)
    html = resolved(f'![](asset:{ASSET} "Mine"){{decorative credit="Bo"}}', {ASSET: other})
    assert 'alt="A fox" width' in html
    assert "<figcaption>A fox in May <small>Photo: Ada</small></figcaption>" in html


def test_a_missing_figure_with_a_credit_leaves_nothing() -> None:
    assert resolved(f'![](asset:{ASSET} "cap"){{credit="Bo"}}') == ""


def test_blocks_know_the_credit_and_the_mark() -> None:
    (block,) = resolve_blocks(
        derive(f'![](asset:{ASSET}){{credit="Bo" decorative}}').blocks, assets={ASSET: FOX}, articles={}
    )
    assert (block["alt"], block["credit"], block["is_decorative"]) == ("", "Bo", True)
    stored = {name: value for name, value in block.items() if name not in {"credit", "is_decorative"}}
    (old,) = resolve_blocks([{**stored, "alt": ""}], assets={ASSET: FOX}, articles={})
    assert (old["alt"], old["credit"], old["is_decorative"]) == ("A fox", "Photo: Ada", False)


def test_an_asset_without_caption_and_credit_has_no_figcaption() -> None:
    bare = ResolvedAsset("https://cdn.example/x.jpg")
    assert resolved(f"![](asset:{ASSET})", {ASSET: bare}) == (
        '<figure><img src="https://cdn.example/x.jpg" alt="" loading="lazy"></figure>'
    )


def test_an_image_between_words_gets_no_caption() -> None:
    assert resolved(f"a ![b](asset:{ASSET})", {ASSET: FOX}) == (
        '<p>a <img src="https://cdn.example/fox.jpg?w=1&amp;h=2" alt="b" width="640" height="480" loading="lazy"></p>'
    )


def test_a_raw_figure_is_resolved_too() -> None:
    html = resolved(f"<figure>\n<img width=9 alt='' src='asset:{ASSET}'>\n</figure>", {ASSET: FOX})
    assert 'width="640"' in html and 'width="9"' not in html
    assert "<figcaption>A fox in May <small>Photo: Ada</small></figcaption></figure>" in html


def test_a_missing_image_leaves_its_alternative_text_and_a_missing_figure_nothing() -> None:
    assert resolved(f'![gone](asset:{ASSET} "cap")\n\na ![b "q"](asset:{ASSET}) c') == '\n<p>a b "q" c</p>'
    assert ASSET not in resolved(
        f"<figure><img src='asset:{ASSET}'><figcaption><b>x</b></figcaption></figure>"
    )


def test_a_link_to_a_visible_article() -> None:
    assert (
        resolved(f"a [b *c*](article:{ARTICLE}#d)", articles={ARTICLE: STORY})
        == '<p>a <a href="/news/story#d">b <em>c</em></a></p>'
    )


def test_a_link_without_words_gets_the_title() -> None:
    assert (
        resolved(f"a [](article:{ARTICLE})", articles={ARTICLE: STORY})
        == '<p>a <a href="/news/story">The &lt;story&gt;</a></p>'
    )


@pytest.mark.parametrize("articles", [{}, {ARTICLE: ResolvedArticle(None, "Secret")}])
def test_a_hidden_article_leaves_only_the_words(articles: dict[str, ResolvedArticle]) -> None:
    html = resolved(
        f"a [b *c*](article:{ARTICLE}) [d](https://example.org) [](article:{ARTICLE})", articles=articles
    )
    assert (
        html
        == '<p>a <span>b <em>c</em></span> <a href="https://example.org" rel="noopener">d</a> <span></span></p>'
    )


def test_an_image_in_a_link_is_resolved_with_it() -> None:
    html = resolved(f"[![b](asset:{ASSET})](article:{ARTICLE})", {ASSET: FOX}, {ARTICLE: STORY})
    assert html.startswith(
        '<p><a href="/news/story"><img src="https://cdn.example/fox.jpg?w=1&amp;h=2" alt="b"'
    )


def test_blocks_are_resolved_and_the_stored_ones_left_alone() -> None:
    body = derive(
        f"![](asset:{ASSET})\n\n[](article:{ARTICLE}#d)\n\n- [x](article:{ARTICLE})\n\n| ![t](asset:{ASSET}) |\n|---|"
    )
    before = repr(body.blocks)
    image, link, items, table = resolve_blocks(body.blocks, assets={ASSET: FOX}, articles={ARTICLE: STORY})
    assert repr(body.blocks) == before
    assert {name: image[name] for name in ("url", "width", "height", "alt", "caption", "credit")} == {
        "url": "https://cdn.example/fox.jpg?w=1&h=2",
        "width": 640,
        "height": 480,
        "alt": "A fox",
        "caption": "A fox in May",
        "credit": "Photo: Ada",
    }
    assert (link["url"], link["text"]) == ("/news/story#d", "The <story>")
    assert items["items"][0]["html"] == '<a href="/news/story">x</a>'
    assert table["header"][0]["html"].startswith('<img src="https://cdn.example/')


def test_blocks_of_what_the_reader_may_not_see() -> None:
    body = derive(f"![](asset:{ASSET})\n\n[words](article:{ARTICLE})\n\n[](article:{ARTICLE})")
    (block,) = resolve_blocks(body.blocks, assets={}, articles={})
    assert block == {
        "type": "paragraph",
        "key": body.blocks[1]["key"],
        "html": "<p><span>words</span></p>",
        "content_html": "<span>words</span>",
        "text": "words",
    }


def test_all_that_is_put_in_is_escaped() -> None:
    body = derive(
        f"![](asset:{ASSET})\n\n[](article:{ARTICLE}) ![](asset:{ASSET})\n\n- ![](asset:{ASSET})\n\n[](article:{ARTICLE})"
    )
    assets, articles = {ASSET: HOSTILE_ASSET}, {ARTICLE: HOSTILE_ARTICLE}
    html = resolve_html(body.html, assets=assets, articles=articles)
    assert html.count("&lt;script&gt;") >= 3
    blocks = resolve_blocks(body.blocks, assets=assets, articles=articles)
    assert [charge for part in (html, *html_values(blocks)) for charge in charges_against(part)] == []


def test_addresses_that_are_no_web_addresses_are_not_put_in() -> None:
    assets, articles = (
        {ASSET: ResolvedAsset("javascript:alert(1)")},
        {ARTICLE: ResolvedArticle("javascript:alert(1)", "t")},
    )
    body = derive(f"![a](asset:{ASSET}) b [c](article:{ARTICLE})")
    assert resolve_html(body.html, assets=assets, articles=articles) == "<p>a b <span>c</span></p>"


def test_html_that_only_looks_like_a_reference_is_left_alone() -> None:
    body = derive(f'`<img src="asset:{ASSET}" alt="">`')
    assert resolve_html(body.html, assets={ASSET: FOX}, articles={}) == body.html
    assert body.asset_references == ()


PART = "#xywh=percent:50,0,33.33,100"


def cut(crop: Mapping[str, float]) -> ResolvedAsset:
    return ResolvedAsset(f"https://cdn.example/{crop['x']:g}-{crop['width']:g}.jpg", width=40, height=30)


def test_a_part_of_an_image_is_resolved_where_it_stands() -> None:
    body = derive(f'![a](asset:{ASSET}{PART} "Half")\n\n![b](asset:{ASSET})\n\nc ![d](asset:{ASSET}{PART})')
    assert body.asset_references == (ASSET,)
    assert body.malformed_references == ()
    whole = ResolvedAsset("https://cdn.example/whole.jpg", width=120, height=30, part=cut)
    html = resolve_html(body.html, assets={ASSET: whole}, articles={})
    part = 'src="https://cdn.example/0.5-0.3333.jpg"'
    assert [html.count(part), html.count("whole.jpg"), html.count('width="40"')] == [2, 1, 2]
    first, second, _ = resolve_blocks(body.blocks, assets={ASSET: whole}, articles={})
    assert first["crop"] == {"x": 0.5, "y": 0.0, "width": 0.3333, "height": 1.0}
    assert (first["url"], first["width"]) == ("https://cdn.example/0.5-0.3333.jpg", 40)
    assert (second["crop"], second["url"]) == (None, whole.url)


def test_another_part_of_an_image_is_another_block() -> None:
    parts = ("", PART, "#xywh=percent:0,0,50,100")
    keys = {derive(f"![a](asset:{ASSET}{part})").blocks[0]["key"] for part in parts}
    assert len(keys) == len(parts)


def test_what_stands_in_for_an_image_is_shown_whole() -> None:
    body = derive(f"![a](asset:{ASSET}{PART})")
    other = ResolvedAsset("https://cdn.example/other.jpg", part=cut, stands_in=True)
    assert "other.jpg" in resolve_html(body.html, assets={ASSET: other}, articles={})
    (block,) = resolve_blocks(body.blocks, assets={ASSET: other}, articles={})
    assert (block["crop"], block["url"]) == (None, other.url)


def test_blocks_that_were_stored_before_there_were_parts_are_whole() -> None:
    body = derive(f"![a](asset:{ASSET})\n\n![a](https://example.org/a.png)")
    old = [{name: value for name, value in block.items() if name != "crop"} for block in body.blocks]
    blocks = resolve_blocks(old, assets={ASSET: FOX}, articles={})
    assert [block["crop"] for block in blocks] == [None, None]


@pytest.mark.parametrize(
    "part",
    ["#", "#xywh=1,2,3,4", "#xywh=percent:50,0,51,100", "#xywh=percent:0,0,0.5,10", "#xywh=percent:0,0,10", "#xywh=percent:-1,0,10,10",
     "#xywh=percent:0,0,1e1,10", "#t=1", "#xywh=percent:0,0,10,10.123"],
)  # fmt: skip
def test_what_is_no_part_of_an_image_is_malformed(part: str) -> None:
    body = derive(f"![a](asset:{ASSET}{part})")
    assert body.malformed_references == (f"asset:{ASSET}{part}",)
    assert body.asset_references == ()
