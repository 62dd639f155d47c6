"""The Markdown that is understood: CommonMark with tables, strikethrough, footnotes and bare URLs; and how it is written as HTML."""

import re
from collections.abc import Callable, MutableMapping, Sequence
from functools import lru_cache
from html import escape
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from mdit_py_plugins.footnote import footnote_plugin

from cms.body.footnotes import part_footnotes
from cms.body.inline import match_bare_url, match_footnote, match_image, match_inlines, match_link
from cms.body.quick import match_line
from cms.body.references import scheme_of

NESTING_MAX: Final = 40
"""How deep blocks and marks may nest; markdown-it leaves out what lies deeper. Twenty lists in one another reach it."""

BREAKS: Final = ("softbreak", "hardbreak")

_WORDS = (*BREAKS, "text", "code_inline")
_LANGUAGE = re.compile(r"[\w+#.-]{1,40}")
_LINK_SCHEMES = frozenset({"", "http", "https", "mailto", "tel", "asset", "article"})

Environment = MutableMapping[
    str, Any
]  # markdown-it's own type for what a parse leaves behind is a mapping of Any.


@lru_cache(maxsize=1)
def grammar() -> MarkdownIt:
    """The one parser; it holds no state of a document, so that threads may share it."""
    markdown = MarkdownIt("commonmark", {"html": True, "maxNesting": NESTING_MAX}).enable(
        ["table", "strikethrough"]
    )
    markdown.use(footnote_plugin, inline=False)
    markdown.block.ruler.before("table", "line", match_line)
    markdown.core.ruler.at("inline", match_inlines)
    markdown.core.ruler.before("footnote_tail", "footnotes_parted", part_footnotes)
    markdown.inline.ruler.at("link", match_link)
    markdown.inline.ruler.at("image", match_image)
    markdown.inline.ruler.at("footnote_ref", match_footnote)
    markdown.inline.ruler.after("text", "bare_url", match_bare_url)
    markdown.validateLink = _is_link_allowed
    for name, rule in _RENDERING.items():
        markdown.add_render_rule(name, _as_rule(rule))
    return markdown


def parse(markdown: str, environment: Environment) -> list[Token]:
    """The tokens of normalised Markdown. `environment` receives what belongs to the document, such as its footnotes."""
    return grammar().parse(markdown, environment)


def render(tokens: Sequence[Token], environment: Environment) -> str:
    """HTML of the tokens, not sanitised yet; ids given to footnotes are added to `environment["ids"]`."""
    markdown = grammar()
    return str(markdown.renderer.render(tokens, markdown.options, environment))


def language_of(info: str) -> str | None:
    """The language that stands behind the opening fence of code, if it is a name."""
    match = _LANGUAGE.fullmatch(info.split(maxsplit=1)[0]) if info.strip() else None
    return match[0] if match else None


def words_of(tokens: Sequence[Token]) -> str:
    """The plain words of inline tokens: text and code, without marks and the alternative texts of images."""
    return "".join(" " if token.type in BREAKS else token.content for token in tokens if token.type in _WORDS)


def _is_image_shown(token: Token) -> bool:
    """Whether the image is for the sanitiser to judge: by id, by https, or by a relative path."""
    source = str(token.attrs.get("src", ""))
    return bool(source) and scheme_of(source) in ("", "https", "asset", "article")


def _is_link_allowed(url: str) -> bool:
    return scheme_of(url) in _LINK_SCHEMES


def _as_rule(write: Callable[[Token, Environment], str]) -> Callable[..., str]:
    """A rule as the renderer calls it, from a function of the token and the document alone."""

    def rule(
        _renderer: object, tokens: Sequence[Token], index: int, _options: OptionsDict, env: Environment
    ) -> str:
        return write(tokens[index], env)

    return rule


def _render_image(token: Token, _environment: Environment) -> str:
    """The image, or its alternative text if its address cannot be shown."""
    alt = escape(words_of(token.children or []))
    if not _is_image_shown(token):
        return alt
    # Within a line there is no place for a caption.
    words = " – ".join(filter(None, (str(token.attrs.get("title", "")), token.meta.get("credit"))))
    title = f' title="{escape(words)}"' if words else ""
    return f'<img src="{escape(str(token.attrs["src"]))}" alt="{alt}"{title}{_role(token)}>'


def _render_figure(token: Token, _environment: Environment) -> str:
    """An image on its own: its title is the caption."""
    image_token: Token = token.meta["image"]
    alt = escape(words_of(image_token.children or []))
    title, credit = str(image_token.attrs.get("title", "")), str(image_token.meta.get("credit", ""))
    parts = (escape(title) if title.strip() else "", f"<small>{escape(credit)}</small>" if credit else "")
    caption = f"<figcaption>{' '.join(filter(None, parts))}</figcaption>" if any(parts) else ""
    image = f'<img src="{escape(str(image_token.attrs["src"]))}" alt="{alt}"{_role(image_token)}>'
    return f"<figure>{image}{caption}</figure>\n"


def is_decorative(image: Token) -> bool:
    """Whether the text says that the image needs no words here, and gives it none."""
    return bool(image.meta.get("is_decorative")) and not words_of(image.children or []).strip()


def _role(image: Token) -> str:
    return ' role="presentation"' if is_decorative(image) else ""


def _render_code(token: Token, _environment: Environment) -> str:
    language = language_of(token.info)
    name = f' class="language-{language}"' if language else ""
    return f"<pre><code{name}>{escape(token.content)}</code></pre>\n"


def _render_quote_open(token: Token, _environment: Environment) -> str:
    return '<figure class="quote"><blockquote>\n' if "attribution" in token.meta else "<blockquote>\n"


def _render_quote_close(token: Token, environment: Environment) -> str:
    if "attribution" not in token.meta:
        return "</blockquote>\n"
    name = render([Token("inline", "", 0, children=token.meta["attribution"])], environment)
    return f"</blockquote><figcaption>{name}</figcaption></figure>\n"


def _render_callout_open(token: Token, _environment: Environment) -> str:
    return f'<aside class="callout callout-{token.meta["kind"]}">\n'


def _render_callout_close(_token: Token, _environment: Environment) -> str:
    return "</aside>\n"


def _footnote_mark(token: Token) -> str:
    number, again = token.meta["id"] + 1, token.meta.get("subId", 0)
    return f"fnref:{number}-{again + 1}" if again else f"fnref:{number}"


def _render_footnote_ref(token: Token, environment: Environment) -> str:
    number, mark = token.meta["id"] + 1, _footnote_mark(token)
    environment["ids"].add(mark)
    return f'<sup class="footnote-ref"><a href="#fn:{number}" id="{mark}">{number}</a></sup>'


def _render_footnotes_open(_token: Token, _environment: Environment) -> str:
    return '<section class="footnotes">\n<ol>\n'


def _render_footnotes_close(_token: Token, _environment: Environment) -> str:
    return "</ol>\n</section>\n"


def _render_footnote_open(token: Token, environment: Environment) -> str:
    number = token.meta["id"] + 1
    environment["ids"].add(f"fn:{number}")
    return f'<li id="fn:{number}">'


def _render_footnote_close(_token: Token, _environment: Environment) -> str:
    return "</li>\n"


def _render_footnote_anchor(token: Token, _environment: Environment) -> str:
    return f' <a href="#{_footnote_mark(token)}" class="footnote-backref">↩\ufe0e</a>'


_RENDERING = {
    "image": _render_image,
    "figure": _render_figure,
    "fence": _render_code,
    "code_block": _render_code,
    "blockquote_open": _render_quote_open,
    "blockquote_close": _render_quote_close,
    "callout_open": _render_callout_open,
    "callout_close": _render_callout_close,
    "footnote_ref": _render_footnote_ref,
    "footnote_block_open": _render_footnotes_open,
    "footnote_block_close": _render_footnotes_close,
    "footnote_open": _render_footnote_open,
    "footnote_close": _render_footnote_close,
    "footnote_anchor": _render_footnote_anchor,
}
