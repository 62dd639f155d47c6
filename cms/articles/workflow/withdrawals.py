"""Withdrawals that stand, and who may lift them: whoever publishes the article again takes its withdrawal back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
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
    withdrawal, stands = tables.withdrawal, _stands(article_id)
    await session.execute(delete(withdrawal).where(stands, func.lower(withdrawal.c.during) >= moment))
    ended = func.tstzrange(func.lower(withdrawal.c.during), moment)
    await session.execute(update(withdrawal).where(stands).values(during=ended, ended_by_name=actor.name))
