"""What differs between two texts, word by word."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

WORDS_MAX = 1_500
_WORDS = re.compile(r"\w+\s*|[^\w\s]\s*|\s+")
_KINDS = {"equal": ("KEPT",), "delete": ("REMOVED",), "insert": ("ADDED",), "replace": ("REMOVED", "ADDED")}


def compare_words(before: str, after: str) -> list[dict[str, str]]:
    """The runs of words that were kept, removed and added, in order; what was kept and added makes the text as it is now.

    Longer texts than WORDS_MAX words are told as replaced whole.
    """
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if max(len(old), len(new)) > WORDS_MAX:
        return [
            {"change": kind, "text": text} for kind, text in (("REMOVED", before), ("ADDED", after)) if text
        ]
    return [{"change": kind, "text": text} for kind, text in _runs(old, new) if text]


def _runs(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    # With autojunk, a word that stands everywhere in a long text is no reason to look everywhere.
    matcher = SequenceMatcher(None, old, new)
    for tag, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        for kind in _KINDS[tag]:
            words = new[new_start:new_end] if kind == "ADDED" else old[old_start:old_end]
            yield kind, "".join(words)
