"""What differs between two versions of an article: field by field, and block by block in the body."""

from collections import Counter
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from cms.articles.words import compare_words
from cms.body import unpack_blocks
from cms.ids import public_id
from cms.reading.sources import Facts

# Beyond these, a stretch of blocks or of words is told as replaced whole: to pair them takes time that grows with the square.
BLOCKS_MAX = 1_500
Json = Mapping[str, Any]
Entry = tuple[str, str]


class Change(StrEnum):
    """What has become of a part."""

    KEPT = "KEPT"
    ADDED = "ADDED"
    REMOVED = "REMOVED"
    CHANGED = "CHANGED"
    MOVED = "MOVED"


def compare_fields(_: Facts, before: Json, after: Json) -> list[dict[str, Any]]:
    """The fields that differ, but for the body: what they said before and say now; of lists, which entries came, went, moved or changed."""
    found: list[dict[str, Any]] = []
    for field, told in _texts(before).items():
        now = _texts(after)[field]
        if told != now:
            found.append({"field": field, "before": told, "after": now, "entries": []})
    for field, entries in _lists(before).items():
        changes = _compare_entries(entries, _lists(after)[field])
        if changes:
            found.append({"field": field, "before": None, "after": None, "entries": changes})
    return found


def compare_blocks(_: Facts, before: Json, after: Json) -> list[dict[str, Any]]:
    """The blocks of both bodies in their order, each with what has become of it."""
    old, new = unpack_blocks(before["body_blocks"]), unpack_blocks(after["body_blocks"])
    told: list[dict[str, Any]] = []
    for tag, old_start, old_end, new_start, new_end in _runs(
        [_sameness(block) for block in old], [_sameness(block) for block in new]
    ):
        if tag == "equal":
            told += [_block(Change.KEPT, block, block) for block in old[old_start:old_end]]
        else:
            told += _replaced(old[old_start:old_end], new[new_start:new_end])
    return told


def _texts(version: Json) -> dict[str, str | None]:
    section = version["section"]
    return {
        **{name: version[name] for name in ("kind", "slug", "title", "subtitle", "excerpt")},
        "section": None if section is None else section["name"],
        "cover.asset": _id("asset", version["cover_id"]),
        **{f"cover.{name}": version[f"cover_{name}"] for name in ("alt", "caption", "credit")},
        "cover.focalPoint": version["cover_focal_point"] and in_shares(version["cover_focal_point"]),
        "cover.crop": version["cover_crop"] and in_shares(version["cover_crop"]),
        "seo.title": version["seo_title"],
        "seo.description": version["seo_description"],
        "seo.canonicalUrl": version["seo_canonical_url"],
        "seo.noIndex": "true" if version["seo_no_index"] else "false",
        "seo.image": _id("asset", version["seo_image_id"]),
        "seo.imageFocalPoint": version["seo_image_focal_point"]
        and in_shares(version["seo_image_focal_point"]),
        "seo.imageCrop": version["seo_image_crop"] and in_shares(version["seo_image_crop"]),
    }


def in_shares(framing: Mapping[str, float]) -> str:
    """A focal point or a crop in words."""
    return ", ".join(f"{name} {share:g}" for name, share in framing.items())


def _id(noun: str, key: str | None) -> str | None:
    return None if key is None else public_id(noun, key)


def _lists(version: Json) -> dict[str, list[Entry]]:
    """The lists, each entry as what makes it the same entry, and what is said of it."""
    return {
        "byline": [
            (
                f"{public_id('author', one['author']['id'])} {one['role']}",
                f"{one['author']['name']}, {one['role']}",
            )
            for one in version["byline"]
        ],
        "tags": [(public_id("tag", one["id"]), one["name"]) for one in version["tags"]],
        "related": [
            (public_id("article", one["article_id"]), " – ".join(filter(None, (one["kind"], one["note"]))))
            for one in version["related"]
        ],
        "disclosures": _numbered(version["disclosures"]),
    }


def _numbered(disclosures: Sequence[Json]) -> list[Entry]:
    """Disclosures by their kind; a second one of a kind is another entry."""
    seen: Counter[str] = Counter()
    found: list[Entry] = []
    for one in disclosures:
        seen[one["kind"]] += 1
        number = seen[one["kind"]]
        found.append(
            (one["kind"] if number == 1 else f"{one['kind']} {number}", one.get("text") or one["kind"])
        )
    return found


def _compare_entries(before: Sequence[Entry], after: Sequence[Entry]) -> list[dict[str, Any]]:
    old, new = dict(before), dict(after)
    told = [_entry(Change.REMOVED, key, text, None) for key, text in before if key not in new]
    in_order = [key for key, _ in before if key in new]
    moved = _moved(in_order, [key for key, _ in after if key in old])
    for key, text in after:
        if key not in old:
            told.append(_entry(Change.ADDED, key, None, text))
        elif old[key] != text:
            told.append(_entry(Change.CHANGED, key, old[key], text))
        elif key in moved:
            told.append(_entry(Change.MOVED, key, text, text))
    return told


def _moved(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """The entries outside the longest run that has kept its order."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    kept = {key for block in matcher.get_matching_blocks() for key in before[block.a : block.a + block.size]}
    return set(after) - kept


def _entry(change: Change, key: str, before: str | None, after: str | None) -> dict[str, Any]:
    return {"change": change.value, "key": key, "before": before, "after": after}


def _sameness(block: Json) -> tuple[Any, ...]:
    return (block["type"], block["html"], block["text"])


def _runs(old: Sequence[Any], new: Sequence[Any]) -> list[tuple[str, int, int, int, int]]:
    """The runs of SequenceMatcher; what both begin and end with is not looked at again, and too long a middle is told as replaced."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    middle_old, middle_new = old[start : len(old) - end], new[start : len(new) - end]
    runs = [("equal", 0, start, 0, start)]
    if max(len(middle_old), len(middle_new)) > BLOCKS_MAX:
        runs.append(("replace", start, start + len(middle_old), start, start + len(middle_new)))
    else:
        found = SequenceMatcher(None, middle_old, middle_new).get_opcodes()
        runs += [(tag, a + start, b + start, c + start, d + start) for tag, a, b, c, d in found]
    return [*runs, ("equal", len(old) - end, len(old), len(new) - end, len(new))]


def _replaced(old: Sequence[Json], new: Sequence[Json]) -> list[dict[str, Any]]:
    """Blocks that took the place of others: in pairs as far as they are of one type, the rest removed or added."""
    told: list[dict[str, Any]] = []
    for index in range(max(len(old), len(new))):
        before = old[index] if index < len(old) else None
        after = new[index] if index < len(new) else None
        if before and after and before["type"] == after["type"]:
            told.append(_block(Change.CHANGED, before, after))
            continue
        if before:
            told.append(_block(Change.REMOVED, before, None))
        if after:
            told.append(_block(Change.ADDED, None, after))
    return told


def _block(change: Change, before: Json | None, after: Json | None) -> dict[str, Any]:
    shown: Json = after or before or {}
    words = (
        compare_words(before["text"], after["text"]) if change is Change.CHANGED and before and after else []
    )
    return {
        "change": change.value,
        "type": shown["type"].upper(),
        "before": before and before["text"],
        "after": after and after["text"],
        "words": words,
    }
