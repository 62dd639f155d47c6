"""The guides as their readers see them: the fenced blocks of a page, in order."""

import re
from dataclasses import dataclass
from typing import Any

from cms.config import PROJECT_ROOT

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    "docs/uploads.md",
    "docs/pictures.md",
    "docs/perspectives.md",
    "docs/production.md",
    "docs/importing.md",
)


@dataclass(frozen=True)
class Fence:
    """A block of a language (empty if it names none), and where it stands."""

    page: str
    number: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page} {self.number}"


def fences_of(page: str) -> list[Fence]:
    """The blocks of a page."""
    found = FENCE.findall((PROJECT_ROOT / page).read_text(encoding="utf-8"))
    return [Fence(page, number, language, text) for number, (language, text) in enumerate(found, start=1)]


def with_answers(page: str, language: str) -> list[tuple[Fence, Fence | None]]:
    """The page's blocks of a language, each with the JSON that follows it at once."""
    blocks = fences_of(page)
    pairs = zip(blocks, [*blocks[1:], None], strict=False)
    return [
        (block, after if after is not None and after.language == "json" else None)
        for block, after in pairs
        if block.language == language
    ]


def is_like(found: Any, expected: Any) -> bool:
    """Whether an answer is the one of the page, where `…` stands for any characters. Fields that the page leaves out do not count."""
    if isinstance(expected, dict):
        return isinstance(found, dict) and all(
            name in found and is_like(found[name], value) for name, value in expected.items()
        )
    if isinstance(expected, list):
        return (
            isinstance(found, list)
            and len(found) == len(expected)
            and all(is_like(one, other) for one, other in zip(found, expected, strict=True))
        )
    if isinstance(expected, str) and isinstance(found, str):
        return re.fullmatch(".*".join(map(re.escape, expected.split("…"))), found, re.DOTALL) is not None
    return found == expected
