"""Tags in a header that is only so long: some give way to those that stand for more."""

from cms.endpoint.cache_headers import fitted


def test_tags_give_way_to_those_of_lists_when_they_are_too_many() -> None:
    tags = {"site", "tags"} | {f"article_{number:032x}" for number in range(50)}
    tags |= {f"author_{number:032x}" for number in range(5)}
    assert fitted(tags, 16_000) == tags
    collapsed = {tag for tag in tags if not tag.startswith("article_")} | {"articles"}
    assert fitted(tags, 1_500) == collapsed
    assert fitted(tags, 100) == {"site", "tags", "articles", "authors"}
    assert fitted(tags, 20) == {"site"}


def test_a_list_of_tags_fits_exactly() -> None:
    tags = {f"tag_{number:032x}" for number in range(3)}
    assert fitted(tags, len(" ".join(tags))) == tags
    assert fitted(tags, len(" ".join(tags)) - 1) == {"tags"}
