"""References in the Markdown of the demo: `image:file-name` and `slug:some-slug` instead of ids, which no file can know."""

import re
from collections.abc import Mapping

_REFERENCE = re.compile(
    r"(?P<open>!?)\[(?P<text>[^\]]*)\]\((?P<noun>image|slug):(?P<name>[^\s)]+)(?P<title>[^)\n]*)\)"
)


def image_names(markdown: str) -> list[str]:
    """The file names of the pictures in a text, in order."""
    return [match["name"] for match in _REFERENCE.finditer(markdown) if match["noun"] == "image"]


def linked_slugs(markdown: str) -> list[str]:
    """The slugs of the articles that a text links to, in order."""
    return [match["name"] for match in _REFERENCE.finditer(markdown) if match["noun"] == "slug"]


def with_ids(markdown: str, *, assets: Mapping[str, str], articles: Mapping[str, str]) -> str:
    """The text with `asset:<id>` and `article:<id>` in place of file names and slugs.

    A link to an article that has no id yet is left out and its words kept: a first pass creates the articles, a second one,
    with all ids known, links them. A picture without an id is a KeyError.
    """

    def replace(match: re.Match[str]) -> str:
        name, text, title = match["name"], match["text"], match["title"]
        if match["noun"] == "image":
            return f"{match['open']}[{text}](asset:{assets[name]}{title})"
        return f"[{text}](article:{articles[name]}{title})" if name in articles else text

    return _REFERENCE.sub(replace, markdown)
