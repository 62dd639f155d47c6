"""Whatever signs a text is made of, it reads the same once it is Markdown."""

from collections.abc import Mapping
from html import escape

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from cms.importing.html import ImageTarget, convert_html
from tests.importing.words import SeenText

PIECES = st.sampled_from(["word", "a", "1", " ", "  ", "\u00a0", "*", "**", "_", "__", "`", "~~", "#", "-", "+", "=", "1.", "1)", ">", "<", "&", "&amp;", "[", "]", "(", ")", "!", "|", "\\", ":", "---", "é", "«", "語", "http://a.example/"])  # fmt: skip
PROSE = st.lists(PIECES, max_size=14).map("".join)
MARKED = st.lists(
    st.tuples(st.sampled_from(["", "b", "i", "em", "strong", "del", "sup"]), PROSE), min_size=1, max_size=5
)
BLOCK = st.sampled_from(["p", "li", "blockquote", "h2", "div"])


class NoTargets:
    """A format without pictures and links."""

    def image(self, url: str, attributes: Mapping[str, str]) -> ImageTarget | None:
        return None

    def link(self, url: str) -> str | None:
        return None

    def warn(self, message: str) -> None:
        raise AssertionError(message)


def seen(html: str) -> str:
    parser = SeenText()
    parser.feed(html)
    parser.close()
    return "".join("".join(parser.text).split())


def written(runs: list[tuple[str, str]]) -> str:
    return "".join(f"<{tag}>{escape(text)}</{tag}>" if tag else escape(text) for tag, text in runs)


@settings(deadline=None, max_examples=200)
@given(blocks=st.lists(st.tuples(BLOCK, MARKED), min_size=1, max_size=4))
def test_text_reads_the_same_after_conversion(blocks: list[tuple[str, list[tuple[str, str]]]]) -> None:
    html = "".join(f"<{tag}>{written(runs)}</{tag}>" for tag, runs in blocks)
    markdown = convert_html(html, NoTargets()).markdown
    rendered = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(markdown)
    assert seen(rendered) == seen(html), markdown
