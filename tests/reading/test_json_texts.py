"""JSON is read once for each text, and what is kept is bounded."""

import pytest

from cms.reading import json_texts
from cms.reading.json_texts import CHARACTERS_MAX, TEXTS_KEPT_MAX, text_of, value_of


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_texts, "kept", {})


@pytest.mark.parametrize(
    "value", [None, True, 0, -1.5, "", "é\u2028", [], [None, {"a": [1]}], {}, {"a": None}]
)
def test_a_value_comes_back_from_its_text_the_first_time_and_the_second(value: object) -> None:
    assert value_of(text_of(value)) == value
    assert value_of(text_of(value)) == value


def test_the_same_short_text_is_the_same_value() -> None:
    text = text_of({"author": {"name": "Ana"}})
    assert value_of(text) is value_of(text)


def test_a_long_text_is_not_kept() -> None:
    text = text_of(["x" * CHARACTERS_MAX])
    assert value_of(text) == value_of(text)
    assert value_of(text) is not value_of(text)
    assert json_texts.kept == {}


def test_no_more_texts_are_kept_than_there_is_room_for() -> None:
    for number in range(2 * TEXTS_KEPT_MAX + 5):
        assert value_of(text_of([number])) == [number]
        assert len(json_texts.kept) <= TEXTS_KEPT_MAX


def test_what_is_no_json_is_an_error_each_time() -> None:
    for _ in range(2):
        with pytest.raises(ValueError, match="unexpected"):
            value_of("[")
    assert json_texts.kept == {}
