"""Targets in an imported body that stand for things which have no id here yet."""

import re
from collections.abc import Callable
from typing import Literal
from urllib.parse import quote, unquote

ReferenceNoun = Literal["asset", "article"]

REFERENCE = re.compile(r"import-(asset|article):([A-Za-z0-9_.~/:%-]+)")


def asset_target(source_key: str) -> str:
    """The Markdown target of an asset that is still to be stored."""
    return f"import-asset:{quote(source_key, safe='/:')}"


def article_target(source_key: str) -> str:
    """The Markdown target of an article that is still to be stored."""
    return f"import-article:{quote(source_key, safe='/:')}"


def keys_in(markdown: str, noun: ReferenceNoun) -> tuple[str, ...]:
    """The source keys that a body names, in order, once each."""
    found = (unquote(match[2]) for match in REFERENCE.finditer(markdown) if match[1] == noun)
    return tuple(dict.fromkeys(found))


def replace_references(markdown: str, target_of: Callable[[ReferenceNoun, str, int], str | None]) -> str:
    """Put the real target for each reference, which is asked for by noun, key and position in the text.

    None leaves the text as it is: prose may look like a reference.
    """

    def replaced(match: re.Match[str]) -> str:
        noun: ReferenceNoun = "asset" if match[1] == "asset" else "article"
        return target_of(noun, unquote(match[2]), match.start()) or match[0]

    return REFERENCE.sub(replaced, markdown)
