"""Withdrawals that stand, and who may lift them: whoever publishes the article again takes its withdrawal back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.spans import end_at
from cms.permissions import Actor, Permission


def _stands(article_id: UUID) -> ColumnElement[bool]:
    withdrawal = tables.withdrawal
    return (withdrawal.c.article_id == article_id) & func.upper_inf(withdrawal.c.during)


async def is_withdrawn(session: AsyncSession, article_id: UUID) -> bool:
    """Whether a withdrawal of the article stands, whatever became of its draft since."""
    return await session.scalar(select(tables.withdrawal.c.id).where(_stands(article_id))) is not None


async def check_may_lift(session: AsyncSession, actor: Actor, article_id: UUID) -> None:
    """Raise Forbidden if the article is withdrawn and the actor may not withdraw."""
    if not actor.may(Permission.ARTICLE_WITHDRAW) and await is_withdrawn(session, article_id):
        actor.refuse(Permission.ARTICLE_WITHDRAW)


async def end_withdrawal(session: AsyncSession, actor: Actor, article_id: UUID, moment: datetime) -> None:
    """End the withdrawal that stands, if one does."""
    await end_at(session, tables.withdrawal, article_id, moment, by=actor.name)
