"""Notices: what readers are told of what became of an article."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, FromClause, cast, false, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by

from cms.articles import tables
from cms.articles.kinds import NoticeKind

Standing = Callable[[ColumnElement[Any]], ColumnElement[bool]]
"""Whether something that held for a range of time holds at the moment that is looked at."""


def stands_now(during: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether the range goes on."""
    return func.upper_inf(during)


def stands_or_waits(during: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether the range goes on or has not begun."""
    return or_(during.is_(None), func.upper_inf(during))


def notices_of(article: FromClause, standing: Standing) -> ColumnElement[Any]:
    """The notices of the article as a JSON list: the reason of a withdrawal that stands, and what editors have added."""
    return _withdrawals(article, standing).op("||", return_type=JSONB())(_added(article, standing))


def _withdrawals(article: FromClause, standing: Standing) -> ColumnElement[Any]:
    withdrawal, version = tables.withdrawal.alias("notified"), tables.version.alias("withdrawn_version")
    since = func.lower(withdrawal.c.during)
    notice = _object(
        {
            "id": _id("withdrawal", withdrawal.c.id),
            "kind": literal_column(f"'{NoticeKind.WITHDRAWAL}'"),
            "text": withdrawal.c.reason,
            "version": version.c.number,
            "revision": literal_column("1"),
            "is_published": literal_column("true"),
            "created_at": _microseconds(since),
        }
    )
    source = withdrawal.join(version, version.c.id == withdrawal.c.version_id)
    stands = standing(withdrawal.c.during) & (withdrawal.c.article_id == article.c.id)
    return _list(notice, since, source, stands, article)


def _added(article: FromClause, standing: Standing) -> ColumnElement[Any]:
    notice = tables.notice.alias("added")
    entry = _object(
        {
            "id": _id("notice", notice.c.id),
            "kind": notice.c.kind,
            "text": notice.c.text,
            "version": notice.c.version,
            "revision": notice.c.revision,
            "is_published": func.coalesce(func.upper_inf(notice.c.during), false()),
            "created_at": _microseconds(notice.c.dated),
        }
    )
    stands = standing(notice.c.during) & (notice.c.article_id == article.c.id)
    return _list(entry, notice.c.id, notice, stands, article)


def _list(
    entry: ColumnElement[Any],
    order: ColumnElement[Any],
    source: FromClause,
    condition: ColumnElement[bool],
    article: FromClause,
) -> ColumnElement[Any]:
    entries = func.jsonb_agg(aggregate_order_by(entry, order))
    found = func.coalesce(entries, literal_column("'[]'::jsonb"), type_=JSONB)
    return select(found).select_from(source).where(condition).correlate(article).scalar_subquery()


def _object(values: Mapping[str, ColumnElement[Any]]) -> ColumnElement[Any]:
    parts: Sequence[Any] = [
        part for name, value in values.items() for part in (literal_column(f"'{name}'"), value)
    ]
    return func.jsonb_build_object(*parts, type_=JSONB)


def _id(noun: str, key: ColumnElement[Any]) -> ColumnElement[Any]:
    digits = func.replace(func.text(key), literal_column("'-'"), literal_column("''"))
    return literal_column(f"'{noun}_'").op("||")(digits)


def _microseconds(moment: ColumnElement[Any]) -> ColumnElement[Any]:
    return cast(func.extract("epoch", moment) * literal_column("1000000"), BigInteger)
