"""What two versions differ in, told field by field and block by block."""

import time
from typing import Any

import pytest

from cms.articles.comparing import compare_blocks, compare_fields
from cms.articles.words import compare_words
from cms.body import derive_body
from cms.reading.sources import Facts

FACTS = Facts("http://kiosque.test")
ONE, TWO, THREE = (f"0000000{number}-0000-0000-0000-000000000000" for number in (1, 2, 3))


def version(**fields: Any) -> dict[str, Any]:
    """A version as the database hands it over."""
    texts = ("subtitle", "excerpt", "cover_id", "cover_alt", "cover_caption", "cover_credit", "section")
    frame = ("cover_focal_point", "cover_crop", "seo_image_focal_point", "seo_image_crop")
    seo = ("seo_title", "seo_description", "seo_canonical_url", "seo_image_id")
    empty = dict.fromkeys((*texts, *frame, *seo))
    lists: dict[str, list[Any]] = {name: [] for name in ("byline", "tags", "related", "disclosures")}
    said = {"kind": "NEWS", "slug": "a", "title": "A", "seo_no_index": False, "body_blocks": []}
    return {**empty, **lists, **said, **fields}


def body(markdown: str) -> dict[str, Any]:
    """A version with this body."""
    return version(body_blocks=derive_body(markdown, locale="en").blocks)


def told(before: str, after: str) -> list[tuple[str, str | None, str | None]]:
    """What has become of the blocks."""
    return [
        (one["change"], one["before"], one["after"])
        for one in compare_blocks(FACTS, body(before), body(after))
    ]


def tag(key: str, name: str) -> dict[str, Any]:
    return {"id": key, "name": name, "slug": name}


def entries(
    before: list[Any], after: list[Any], name: str = "tags"
) -> list[tuple[str, str | None, str | None]]:
    """What has become of the entries of a list."""
    found = compare_fields(FACTS, version(**{name: before}), version(**{name: after}))
    assert [one["field"] for one in found] == ([name] if found else [])
    return [(one["change"], one["before"], one["after"]) for field in found for one in field["entries"]]


def test_the_same_version_differs_in_nothing() -> None:
    assert compare_fields(FACTS, version(), version()) == []


def test_a_field_is_told_as_it_was_and_as_it_is() -> None:
    found = compare_fields(
        FACTS, version(), version(title="B", seo_no_index=True, cover_id=ONE, subtitle="S")
    )
    assert [(one["field"], one["before"], one["after"]) for one in found] == [
        ("title", "A", "B"),
        ("subtitle", None, "S"),
        ("cover.asset", None, f"asset_{ONE.replace('-', '')}"),
        ("seo.noIndex", "false", "true"),
    ]


def test_entries_come_go_move_and_change() -> None:
    one, two, three = tag(ONE, "One"), tag(TWO, "Two"), tag(THREE, "Three")
    assert entries([one, two], [one, two]) == []
    assert entries([one, two], [two, three]) == [("REMOVED", "One", None), ("ADDED", None, "Three")]
    assert entries([one, two, three], [three, one, two]) == [("MOVED", "Three", "Three")]
    assert entries([one], [tag(ONE, "Eins")]) == [("CHANGED", "One", "Eins")]


def test_a_role_in_the_byline_and_a_second_disclosure_of_a_kind_are_entries_of_their_own() -> None:
    ada = {"id": ONE, "name": "Ada"}
    author, editor = ({"author": ada, "role": role} for role in ("AUTHOR", "EDITOR"))
    assert entries([author], [author, editor], "byline") == [("ADDED", None, "Ada, EDITOR")]
    first, second = ({"kind": "OTHER", "text": text} for text in ("Odd", "Odder"))
    assert entries([first], [first, second], "disclosures") == [("ADDED", None, "Odder")]
    link = {"article_id": ONE, "kind": "SEE_ALSO", "note": None}
    assert entries([link], [{**link, "note": "Why"}], "related") == [
        ("CHANGED", "SEE_ALSO", "SEE_ALSO – Why")
    ]


def test_blocks_are_kept_added_removed_and_changed() -> None:
    assert told("One.\n\nTwo.", "One.\n\nTwo.") == [("KEPT", "One.", "One."), ("KEPT", "Two.", "Two.")]
    assert told("One.", "Zero.\n\nOne.") == [("ADDED", None, "Zero."), ("KEPT", "One.", "One.")]
    assert told("One.\n\nTwo.", "Two.") == [("REMOVED", "One.", None), ("KEPT", "Two.", "Two.")]
    assert told("One.\n\nTwo.", "One.\n\nTwo more.") == [
        ("KEPT", "One.", "One."),
        ("CHANGED", "Two.", "Two more."),
    ]
    assert told("Text.", "# Text.") == [("REMOVED", "Text.", None), ("ADDED", None, "Text.")]


def test_a_block_of_other_marks_and_the_same_words_has_changed() -> None:
    assert told("A *river* runs.", "A **river** runs.") == [("CHANGED", "A river runs.", "A river runs.")]


def test_the_words_of_a_changed_block_are_told() -> None:
    (block,) = compare_blocks(FACTS, body("A river runs to the sea."), body("A brook runs to the sea."))
    assert [(one["change"], one["text"]) for one in block["words"]] == [
        ("KEPT", "A "),
        ("REMOVED", "river "),
        ("ADDED", "brook "),
        ("KEPT", "runs to the sea."),
    ]


@pytest.mark.parametrize(
    ("before", "after"), [("", ""), ("a b", ""), ("", "a b"), ("a  b,c", "a b, c!"), ("水 が", "水は")]
)
def test_the_words_make_both_texts_again(before: str, after: str) -> None:
    words = compare_words(before, after)
    assert "".join(one["text"] for one in words if one["change"] != "ADDED") == before
    assert "".join(one["text"] for one in words if one["change"] != "REMOVED") == after


def test_what_is_too_long_to_pair_is_told_as_replaced() -> None:
    before, after = ("\n\n".join(f"{word} {number}." for number in range(2_000)) for word in ("Old", "New"))
    started = time.process_time()
    found = compare_blocks(FACTS, body(f"Begin.\n\n{before}\n\nEnd."), body(f"Begin.\n\n{after}\n\nEnd."))
    assert [one["change"] for one in (found[0], found[1], found[-1])] == ["KEPT", "CHANGED", "KEPT"]
    assert time.process_time() - started < 30
    assert compare_words("a " * 2_000, "b " * 2_000) == [
        {"change": "REMOVED", "text": "a " * 2_000},
        {"change": "ADDED", "text": "b " * 2_000},
    ]
