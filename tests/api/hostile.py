"""Inputs that nobody should send: of the right shape more often than not, with values from the edges."""

from collections.abc import Sequence
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    is_required_input_field,
)
from hypothesis import strategies as st

Values = st.SearchStrategy[Any]

# What breaks naive programs: NUL, lone surrogates, joiners, other directions, quotes, markup, other digits, very long words.
NASTY = [
    "", " ", "\x00", "a\x00b", "\ud800", "\udfff!", "\ufeff", "\u202eabc", "👩‍👩‍👧‍👦" * 3, "ß" * 300, "I\u0307", "٣", "' OR 1=1 --",
    "{{slug}}", "%s%d%n", "../../etc", "javascript:alert(1)", "<script>", "[a](asset:asset_0)", "\\", "\r\n", "é" * 2_001, "x" * 20_000,
]  # fmt: skip
texts = st.sampled_from(NASTY) | st.text(max_size=30)
markdown = texts | st.sampled_from(
    [
        "[x](article:article_" + "0" * 32 + ")",
        "![x](asset:nope)",
        "> " * 200,
        "`" * 500,
        "- " * 300,
        "|a|\n|-|\n" * 50,
        "[^0]:>[^0]:- [^1]: x[^0]",
    ]
)
numbers = st.sampled_from([0, 1, -1, 2, 2**31 - 1, -(2**31), 2**31, 2**63, 10**30]) | st.integers(-3, 50)
decimals = st.sampled_from([0, 1, 0.5, -0.0, 1e308, -1e-308, 2**70]) | st.floats(
    allow_nan=False, allow_infinity=False
)
times = st.sampled_from(
    [
        "2030-01-01T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59+14:00",
        "2030-02-30T00:00:00Z",
        "now",
        "",
    ]
)
locales = st.sampled_from(["en", "fr", "FR-ca", "zh-Hant", "xx", "x", "a" * 40, "", "\x00"])
urls = st.sampled_from(
    [
        "https://example.org",
        "http://[",
        "http://\x00",
        "ftp://x",
        "https://example.org/" + "a" * 3_000,
        "https://ü.example",
    ]
)
anything = (
    st.none()
    | st.booleans()
    | numbers
    | texts
    | st.lists(texts, max_size=2)
    | st.dictionaries(texts, texts, max_size=2)
)


# Of what kind a list or a non-null type is, only running it tells: graphql-core leaves that open.
InputType = Any


def inputs_of(kind: InputType, ids: Sequence[str]) -> Values:
    """Values for an input type; one in many is of the wrong kind altogether."""
    return st.integers(0, 40).flatmap(lambda die: anything if die == 40 else _of(kind, ids))


def _of(kind: InputType, ids: Sequence[str]) -> Values:
    if isinstance(kind, GraphQLNonNull):
        return _of(kind.of_type, ids)
    if isinstance(kind, GraphQLList):
        return st.lists(_of(kind.of_type, ids), max_size=3)
    if isinstance(kind, GraphQLInputObjectType):
        return _object(kind, ids)
    if isinstance(kind, GraphQLEnumType):
        return st.sampled_from(list(kind.values)) | st.sampled_from(["", "NOT_ONE"])
    return _scalar(kind.name, ids)


def _object(kind: GraphQLInputObjectType, ids: Sequence[str]) -> Values:
    needed = {
        name: _of(field.type, ids) for name, field in kind.fields.items() if is_required_input_field(field)
    }
    optional = {name: _optional(field, ids) for name, field in kind.fields.items() if name not in needed}
    return st.fixed_dictionaries(needed, optional=optional)


def _optional(field: GraphQLInputField, ids: Sequence[str]) -> Values:
    values = _of(field.type, ids)
    return values if isinstance(field.type, GraphQLNonNull) else values | st.none()


def _scalar(name: str, ids: Sequence[str]) -> Values:
    known: dict[str, Values] = {
        "ID": st.sampled_from([*ids, "article_" + "f" * 32, "asset_" + "f" * 32, "article_1"]) | texts,
        "Int": numbers,
        "Float": decimals,
        "Boolean": st.booleans(),
        "Markdown": markdown,
        "DateTime": times,
        "Locale": locales,
        "Url": urls,
    }
    return known.get(name, texts)
