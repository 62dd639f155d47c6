"""Notices: what readers are told of what became of an article."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, FromClause, cast, func, literal_column, select
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by

from cms.articles import tables
from cms.articles.kinds import NoticeKind

Standing = Callable[[ColumnElement[Any]], ColumnElement[bool]]
"""Whether something that held for a range of time holds at the moment that is looked at."""


def stands_now(during: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether the range goes on."""
    return func.upper_inf(during)


def notices_of(article: FromClause, standing: Standing) -> ColumnElement[Any]:
    """The notices of the article as a JSON list, the oldest first: the reason of a withdrawal that stands."""
    withdrawal = tables.withdrawal.alias("notified")
    since = func.lower(withdrawal.c.during)
    notice = func.jsonb_build_object(
        literal_column("'kind'"),
        literal_column(f"'{NoticeKind.WITHDRAWAL}'"),
        literal_column("'text'"),
        withdrawal.c.reason,
        literal_column("'created_at'"),
        cast(func.extract("epoch", since) * 1_000_000, BigInteger),
    )
    found = func.coalesce(
        func.jsonb_agg(aggregate_order_by(notice, since)), literal_column("'[]'::jsonb"), type_=JSONB
    )
    query = select(found).where(withdrawal.c.article_id == article.c.id, standing(withdrawal.c.during))
    return query.correlate(article).scalar_subquery()
