"""What the audit log says, for commands; the API reads it by `entities.py`."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import any_, literal, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from cms.audit.models import AuditEntry, AuditOutcome


@dataclass(frozen=True)
class AuditQuestion:
    """Which entries: of whom (a part of the name), what, about which thing, whether refused, and how many at most."""

    actor: str | None = None
    action: str | None = None
    thing: str | None = None
    is_refused: bool = False
    count_max: int = 50


async def find_entries(session: AsyncSession, question: AuditQuestion) -> Sequence[AuditEntry]:
    """The entries that are asked for, the newest first."""
    query = select(AuditEntry).order_by(col(AuditEntry.at).desc(), col(AuditEntry.id).desc())
    if question.actor is not None:
        query = query.where(col(AuditEntry.actor_name).icontains(question.actor, autoescape=True))
    if question.action is not None:
        query = query.where(col(AuditEntry.action) == question.action)
    if question.thing is not None:
        query = query.where(literal(question.thing) == any_(col(AuditEntry.things)))
    if question.is_refused:
        query = query.where(col(AuditEntry.outcome) != AuditOutcome.DONE)
    return (await session.scalars(query.limit(question.count_max))).all()
