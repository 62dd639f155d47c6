"""Real exports, where the folder of samples is there: each is read or refused with its reason, and no word is lost."""

import re
from collections import Counter
from pathlib import Path

import pytest
from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]  (lxml is compiled, without types)
from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

from cms.importing.documents import ImportedArticle, ImportEvent, SkippedItem
from cms.importing.refusal import ImportRefused
from cms.importing.wordpress import read_wxr
from tests.importing.exports import only
from tests.importing.samples import sample_files
from tests.importing.words import seen_words

SHORTCODE = re.compile(r"\[/?(?:wp_caption|caption|gallery|audio|video|embed|playlist)\b[^\]]*\]")
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
EXPORTS = sample_files("wxr/**/*.xml")


def renderer() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).use(footnote_plugin)


def events_or_refusal(path: Path) -> list[ImportEvent] | ImportRefused:
    try:
        return list(read_wxr([path]))
    except ImportRefused as error:
        return error


def bodies_by_line(path: Path) -> dict[int, str]:
    items = etree.parse(path, etree.XMLParser(resolve_entities=False, no_network=True)).iter("item")
    return {
        item.sourceline: "".join(item.find(CONTENT).itertext())
        for item in items
        if item.find(CONTENT) is not None
    }


@pytest.mark.parametrize("path", EXPORTS, ids=lambda path: path.name)
def test_an_export_is_read_whole_or_refused_with_its_place(path: Path) -> None:
    result = events_or_refusal(path)
    if isinstance(result, ImportRefused):
        assert result.line is not None
        assert result.column is not None
        assert "not well-formed" in result.reason or "not a WordPress export" in result.reason
        return
    items = len(list(etree.parse(path).iter("item")))
    articles = only(result, ImportedArticle)
    skipped = [event for event in only(result, SkippedItem) if event.noun != "comment"]
    others = re.findall(rb"<wp:post_type>(?:<!\[CDATA\[)?\s*(attachment|wp_block)\b", path.read_bytes())
    assert len(articles) + len(skipped) <= items <= len(articles) + len(skipped) + len(others)
    assert len({article.source_key for article in articles}) == len(articles)


@pytest.mark.parametrize("path", EXPORTS, ids=lambda path: path.name)
def test_no_word_of_a_body_is_lost(path: Path) -> None:
    result = events_or_refusal(path)
    if isinstance(result, ImportRefused):
        return
    bodies = bodies_by_line(path)
    for article in only(result, ImportedArticle):
        line = int(re.findall(r", line (\d+)", article.where)[-1])
        before, _ = seen_words(SHORTCODE.sub(" ", bodies.get(line, "")))
        after, captions = seen_words(renderer().render(article.markdown))
        assert Counter(before) - Counter(after + captions) == Counter(), article.where


@pytest.mark.parametrize("path", sample_files("hostile/xml-bombs/*"), ids=lambda path: path.name)
def test_a_bomb_is_refused(path: Path) -> None:
    result = events_or_refusal(path)
    assert isinstance(result, ImportRefused)
    assert result.line is not None
