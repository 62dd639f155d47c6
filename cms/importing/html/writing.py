"""The pieces of Markdown that are written by hand: code, images, links and quotation marks of titles."""

import re

BACKTICKS = re.compile(r"`+")
ENTITY = re.compile(r"&(?=#?\w+;)")


def code_span(code: str, *, in_table: bool) -> str:
    """Inline code, between enough backticks. White space is folded, as a browser does."""
    text = " ".join(code.split())
    if not text:
        return ""
    fence = "`" * (longest_run(text) + 1) if "`" in text else "`"
    padding = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{padding}{text.replace('|', chr(92) + '|') if in_table else text}{padding}{fence}"


def code_block(code: str, *, language: str) -> str:
    """A fenced block, with a fence that is longer than any inside."""
    fence = "`" * max(3, longest_run(code) + 1)
    return f"{fence}{language}\n{code}\n{fence}"


def longest_run(text: str) -> int:
    """How many backticks stand together at most."""
    return max((len(run) for run in BACKTICKS.findall(text)), default=0)


def image(target: str, *, alt: str, caption: str | None) -> str:
    """An image; its caption is its title."""
    title = f' "{escaped_title(caption)}"' if caption else ""
    return f"![{escaped_label(alt)}]({target}{title})"


def link(label: str, target: str) -> str:
    """A link around Markdown that is already written."""
    return f"[{label}]({bracketed(target)})"


def text_link(text: str, target: str) -> str:
    """A link around plain text."""
    return link(escaped_label(text), target)


def bracketed(target: str) -> str:
    """A target that parentheses cannot end."""
    return f"<{target}>" if re.search(r"[()\s]", target) else target


def escaped_label(text: str) -> str:
    """Plain text between square brackets."""
    return ENTITY.sub("&amp;", re.sub(r"([\\`*_\[\]<>|~!])", r"\\\1", " ".join(text.split())))


def escaped_title(text: str) -> str:
    """Plain text between the quotation marks of a title."""
    return ENTITY.sub("&amp;", re.sub(r'([\\"|])', r"\\\1", " ".join(text.split())))


def bare_url(url: str) -> str:
    """An address on a line of its own: what marks an embed. One that Markdown could take for marks stands in brackets."""
    return f"<{url}>" if re.search(r"[*~`]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])", url) else url
