"""`where`: every operator of every filter, against the same test in Python on the same rows."""

import itertools
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import pytest
from graphql import GraphQLInputObjectType

from cms.database import Database
from cms.graphql import make_schema
from tests.factories import make_article
from tests.reading.asking import DRAFT_VIEW, Questions

SCHEMA: Any = make_schema()._schema  # pyright: ignore[reportPrivateUsage]  (no public name)
# For each filter: the connection it belongs to, and where a row of the answer has the value that a field tests.
CONNECTIONS = {
    "ArticleFilter": "articles",
    "AuthorFilter": "authors",
    "TagFilter": "tags",
    "AssetFilter": "assets",
}
PLACES: Mapping[str, Mapping[str, str]] = {
    "AssetFilter": {"lacksAlt": "alt isDecorative", "isUsed": "id"},
    "ArticleFilter": {
        "lacksAlt": "cover { alt isDecorative } body { blocks { ... on ImageBlock { alt asset { isDecorative } } } }",
        "text": "body { text }", "sectionId": "section { id }", "coverId": "cover { asset { id } }",
    },
}  # fmt: skip
OPERATORS = {
    "StringFilter", "IntFilter", "DateTimeFilter", "BooleanFilter", "IdFilter", "LocaleFilter", "ArticleKindFilter", "ArticleStatusFilter",
    "DigitalSourceTypeFilter",
}  # fmt: skip
# What the public sees of them, in the words of the tables.
USED = """SELECT 'asset_' || replace(asset_id::text, '-', '') FROM live_asset
UNION SELECT 'asset_' || replace(avatar_id::text, '-', '') FROM author WHERE avatar_id IS NOT NULL"""
TEXTS = ["e", "THE", "%", "_", "\\", "50%", "é", "É", "東", "", "ada", "Same title", "en", "2026", "İ", "ς"]


def column_tests() -> list[tuple[str, str, str]]:
    """Every (filter, field, operator) of the schema that tests a column."""
    found: list[tuple[str, str, str]] = []
    for filter_name in CONNECTIONS:
        for field, definition in SCHEMA.get_type(filter_name).fields.items():
            kind = definition.type
            if isinstance(kind, GraphQLInputObjectType) and kind.name in OPERATORS:
                found += [(filter_name, field, name) for name in kind.fields]
    return found


def test_every_input_of_operators_is_known() -> None:
    kinds = {
        field.type.name
        for name in (*CONNECTIONS, "SectionFilter")
        for field in SCHEMA.get_type(name).fields.values()
        if isinstance(field.type, GraphQLInputObjectType) and "eq" in field.type.fields
    }
    assert kinds == OPERATORS


def lower(text: str) -> str:
    """Lower case character by character, as PostgreSQL has it."""
    return "".join(character.lower()[0] for character in text)


PYTHON: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda value, operand: value == operand,
    "ne": lambda value, operand: value != operand,
    "in": lambda value, operand: value is not None and value in operand,
    "notIn": lambda value, operand: value is None or value not in operand,
    "gt": lambda value, operand: value is not None and value > operand,
    "gte": lambda value, operand: value is not None and value >= operand,
    "lt": lambda value, operand: value is not None and value < operand,
    "lte": lambda value, operand: value is not None and value <= operand,
    "contains": lambda value, operand: value is not None and lower(operand) in lower(value),
    "startsWith": lambda value, operand: value is not None and lower(value).startswith(lower(operand)),
    "isNull": lambda value, operand: operand is None or (value is None) == operand,
}


def operands(name: str, values: list[Any]) -> list[Any]:
    """What to test with: values that are there, others, and null where it means something."""
    some = sorted({value for value in values if value is not None}, key=str)
    some = some[:: max(1, len(some) // 4)]
    if name == "isNull":
        return [True, False, None]
    if name in {"in", "notIn"}:
        return [[], some[:1], some]
    if name in {"contains", "startsWith"}:
        return [*TEXTS, *(value[1:4] for value in some), *(value[:3].upper() for value in some)]
    return [*some, None] if name in {"eq", "ne"} else some


@pytest.mark.parametrize(("filter_name", "field", "operator"), column_tests())
async def test_an_operator_finds_what_the_same_test_in_python_finds(
    filter_name: str, field: str, operator: str, questions: Questions
) -> None:
    connection = CONNECTIONS[filter_name]
    place = PLACES.get(filter_name, {}).get(field, field)
    rows = (
        await questions.planned(
            f"{{ {connection}(first: 100) {{ nodes {{ id v: {place} }} }} }}", view=DRAFT_VIEW
        )
    ).data[connection]["nodes"]
    if field == "isUsed":
        used = {row[0] for row in await questions.database.reads.fetch(USED)}
        values: dict[str, Any] = {row["id"]: row["id"] in used for row in rows}
    else:
        value_of = _lacks_alt if field == "lacksAlt" else _plain
        values = {row["id"]: value_of(row) for row in rows}
    is_time = SCHEMA.get_type(filter_name).fields[field].type.name == "DateTimeFilter"
    text = f"query($w: {filter_name}) {{ {connection}(first: 100, where: $w) {{ nodes {{ id }} }} }}"
    for operand in operands(operator, list(values.values())):
        answer = await questions.planned(text, {"w": {field: {operator: operand}}}, DRAFT_VIEW)
        assert answer.errors == [], operand
        found = {row["id"] for row in answer.data[connection]["nodes"]}
        tested = _as_time(operand) if is_time else operand
        assert found == {
            key
            for key, value in values.items()
            if PYTHON[operator](_as_time(value) if is_time else value, tested)
        }, operand


def _plain(row: Any) -> Any:
    return _innermost(row["v"])


def _lacks_alt(row: Any) -> bool:
    """Of an asset, or of an article by its cover and the pictures of its body, which have the asset's words where they have none of their own."""
    if "body" not in row:
        return row["v"] == "" and not row["isDecorative"]
    cover = row["v"]
    pictures = [] if cover is None else [(cover["alt"], cover["isDecorative"])]
    pictures += [
        (one["alt"], one["asset"]["isDecorative"]) for one in row["body"]["blocks"] if one and one["asset"]
    ]
    return any(alt == "" and not is_decorative for alt, is_decorative in pictures)


def _as_time(value: Any) -> Any:
    if isinstance(value, list):
        return [_as_time(item) for item in value]
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def _innermost(value: Any) -> Any:
    while isinstance(value, dict):
        (value,) = value.values()
    return value


ROWS = """{ articles(first: 100) { nodes { id title section { slug parent { slug } } cover { asset { width } } byline { author { name } } tags { slug }
related(first: 50) { nodes { locale wordCount } } translations { locale wordCount } } } }"""


async def found_by(questions: Questions, where: dict[str, Any]) -> set[str]:
    """The titles and ids that a filter finds."""
    text = "query($w: ArticleFilter) { articles(first: 100, where: $w) { nodes { id } } }"
    data = await questions.ask(text, {"w": where}, DRAFT_VIEW)
    return {node["id"] for node in data["articles"]["nodes"]}


async def expected(questions: Questions, holds: Callable[[Any], bool]) -> set[str]:
    """The ids for which the test in Python holds."""
    data = await questions.ask(ROWS, view=DRAFT_VIEW)
    return {node["id"] for node in data["articles"]["nodes"] if holds(node)}


LISTS: Mapping[str, tuple[dict[str, Any], Callable[[Any], list[bool]]]] = {
    "authors": (
        {"name": {"startsWith": "ADA"}},
        lambda node: [entry["author"]["name"].lower().startswith("ada") for entry in node["byline"]],
    ),
    "tags": (
        {"slug": {"in": ["tag-0", "tag-1"]}},
        lambda node: [tag["slug"] in {"tag-0", "tag-1"} for tag in node["tags"]],
    ),
    "related": (
        {"locale": {"eq": "en"}, "wordCount": {"gt": 10}},
        lambda node: [n["locale"] == "en" and n["wordCount"] > 10 for n in node["related"]["nodes"]],
    ),
    "translations": (
        {"locale": {"eq": "en"}},
        lambda node: [n["locale"] == "en" for n in node["translations"]],
    ),
}
QUANTIFIERS: Mapping[str, Callable[[list[bool]], bool]] = {
    "some": any,
    "every": all,
    "none": lambda matches: not any(matches),
}


@pytest.mark.parametrize(("field", "quantifier"), list(itertools.product(LISTS, QUANTIFIERS)))
async def test_quantifiers_over_lists(field: str, quantifier: str, questions: Questions) -> None:
    where, matches = LISTS[field]
    found = await found_by(questions, {field: {quantifier: where}})
    assert found == await expected(questions, lambda node: QUANTIFIERS[quantifier](matches(node)))
    assert 0 < len(found) < 60


@pytest.mark.parametrize(("field", "quantifier"), list(itertools.product(LISTS, QUANTIFIERS)))
async def test_quantifiers_with_an_empty_filter(field: str, quantifier: str, questions: Questions) -> None:
    matches = LISTS[field][1]
    found = await found_by(questions, {field: {quantifier: {}}})
    holds = QUANTIFIERS[quantifier]
    assert found == await expected(questions, lambda node: holds([True] * len(matches(node))))


async def test_every_input_of_lists_is_tested() -> None:
    fields = SCHEMA.get_type("ArticleFilter").fields
    assert {name for name, field in fields.items() if field.type.__class__ is GraphQLInputObjectType and "every" in field.type.fields} == set(LISTS)  # fmt: skip


async def test_a_row_on_the_other_end_of_a_key(questions: Questions) -> None:
    found = await found_by(questions, {"section": {"parent": {"slug": {"eq": "s-0"}}}})
    assert found == await expected(
        questions, lambda n: ((n["section"] or {}).get("parent") or {}).get("slug") == "s-0"
    )
    wide = await found_by(questions, {"cover": {"width": {"gt": 10}}})
    assert wide == await expected(questions, lambda n: n["cover"] is not None and n["cover"]["asset"]["width"] > 10)  # fmt: skip
    without = await found_by(questions, {"not": {"cover": {"width": {"gt": 10}}}})
    assert without == await expected(questions, lambda n: True) - wide
    assert found
    assert wide
    assert without


E: dict[str, Any] = {"title": {"contains": "e"}}
THE: dict[str, Any] = {"title": {"startsWith": "the"}}
SECTION: dict[str, Any] = {"section": {"slug": {"eq": "s-1"}}}
NESTED: list[tuple[dict[str, Any], Callable[[bool, bool, bool], bool]]] = [
    ({"and": [E, THE]}, lambda e, the, s: e and the),
    ({"or": [THE, SECTION]}, lambda e, the, s: the or s),
    ({"not": E}, lambda e, the, s: not e),
    ({"not": {"not": SECTION}}, lambda e, the, s: s),
    ({"or": [{"and": [E, {"not": THE}]}, SECTION]}, lambda e, the, s: (e and not the) or s),
    ({"not": {"or": [E, SECTION]}}, lambda e, the, s: not (e or s)),
    ({"and": []}, lambda e, the, s: True),
    ({"or": []}, lambda e, the, s: False),
    ({"not": {}}, lambda e, the, s: False),
    ({"or": [{}]}, lambda e, the, s: True),
    ({"title": {}}, lambda e, the, s: True),
    ({**E, "and": [THE], "or": [SECTION, {"not": SECTION}]}, lambda e, the, s: e and the),
    ({"title": None, "and": None, "or": None, "not": None, "section": None}, lambda e, the, s: True),
]


@pytest.mark.parametrize("index", range(len(NESTED)))
async def test_and_or_not(index: int, questions: Questions) -> None:
    where, combined = NESTED[index]

    def holds(node: Any) -> bool:
        title, section = node["title"].lower(), node["section"]
        in_section = section is not None and section["slug"] == "s-1"
        return combined("e" in title, title.startswith("the"), in_section)

    assert await found_by(questions, where) == await expected(questions, holds)


@pytest.mark.parametrize("operator", ["gt", "gte", "lt", "lte", "contains", "startsWith", "in", "notIn"])
async def test_null_is_no_operand_of_an_order(operator: str, questions: Questions) -> None:
    text = f"{{ articles(where: {{title: {{{operator}: null}}}}) {{ nodes {{ id }} }} }}"
    assert operator in await questions.refused(text)


@pytest.mark.parametrize(
    ("field", "value"), [("id", "nonsense"), ("id", "author_" + "0" * 32), ("sectionId", "article_" + "0" * 32)]
)  # fmt: skip
async def test_an_id_of_another_type_is_refused(field: str, value: str, questions: Questions) -> None:
    text = "query($w: ArticleFilter) { articles(where: $w) { nodes { id } } }"
    for operator, operand in (("eq", value), ("in", [value])):
        await questions.refused(text, {"w": {field: {operator: operand}}})


async def test_a_filter_has_at_most_a_hundred_conditions(questions: Questions) -> None:
    text = "query($w: ArticleFilter) { articles(where: $w) { totalCount } }"
    fits = {"or": [{"title": {"eq": "a"}} for _ in range(49)]}
    await questions.ask(text, {"w": fits})
    assert "100" in await questions.refused(text, {"w": {"or": [*fits["or"], {"title": {"eq": "b"}}]}})


async def test_texts_that_cannot_be_stored_are_refused(questions: Questions) -> None:
    text = "query($w: ArticleFilter) { articles(where: $w) { totalCount } }"
    for operator, operand in itertools.product(("eq", "contains", "lt"), ("\x00", "a\ud800")):
        await questions.refused(text, {"w": {"title": {operator: operand}}})
    await questions.refused(text, {"w": {"title": {"in": ["a", "\x00"]}}})


@pytest.mark.parametrize("title", ["ΟΔΟΣ ΑΘΗΝΩΝ", "İstanbul", "Straße ẞ", "ǅungla", "100%_\\x"])
@pytest.mark.parametrize("operator", ["contains", "startsWith"])
async def test_a_title_contains_itself_in_any_script(
    title: str, operator: str, asked: Questions, empty: Database
) -> None:
    async with empty.transaction() as session:
        await make_article(session, title=title)
        await make_article(session, title="100 and something else x")
    text = f"query($t: String) {{ articles(where: {{title: {{{operator}: $t}}}}) {{ nodes {{ title }} }} }}"
    data = await asked.ask(text, {"t": title}, DRAFT_VIEW)
    assert data["articles"]["nodes"] == [{"title": title}]
