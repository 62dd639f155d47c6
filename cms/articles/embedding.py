"""Rows of the desk as JSON, for what the live side embeds."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    FromClause,
    Select,
    Table,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.sql.expression import cast

from cms.articles import tables
from cms.assets.entities import EMBEDDED_COLUMNS


def json_of(table: FromClause, columns: Collection[str] = EMBEDDED_COLUMNS) -> ColumnElement[Any]:
    """Columns of a row as a JSON object; UUIDs are text, times are microseconds since the epoch."""
    pairs: list[Any] = []
    for column in table.c:
        if column.name in columns:
            pairs += [literal_column(f"'{column.name}'"), _json_value(column)]
    return func.jsonb_build_object(*pairs, type_=JSONB)


def named(values: Mapping[str, ColumnElement[Any]]) -> list[Any]:
    """Names and values, as `jsonb_build_object` takes them."""
    return [part for name, value in values.items() for part in (literal_column(f"'{name}'"), value)]


def by_public_id(noun: str, key: ColumnElement[Any], values: ColumnElement[Any]) -> ColumnElement[Any]:
    """The values of all rows in one JSON object, each under its thing's public id."""
    digits = func.replace(func.text(key), literal_column("'-'"), literal_column("''"))
    entries = func.jsonb_object_agg(literal_column(f"'{noun}_'").op("||")(digits), values)
    return func.coalesce(entries, literal_column("'{}'::jsonb"), type_=JSONB)


def in_order(entry: ColumnElement[Any], link: Table, source: FromClause) -> ColumnElement[Any]:
    """The entries of a version's link rows in their order."""
    entries = func.jsonb_agg(aggregate_order_by(entry, link.c.position))
    query = select(func.coalesce(entries, literal_column("'[]'::jsonb"), type_=JSONB)).select_from(source)
    return of_version(query.where(link.c.version_id == tables.version.c.id))


def of_version(query: Select[Any]) -> ColumnElement[Any]:
    """What the query finds for the version that it stands beside."""
    return query.correlate(tables.version).scalar_subquery()


def _json_value(column: ColumnElement[Any]) -> ColumnElement[Any]:
    if isinstance(column.type, DateTime):
        return cast(func.extract("epoch", column) * 1_000_000, BigInteger)
    return column
