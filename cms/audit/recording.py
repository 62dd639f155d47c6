"""What is written down of a deed: who, what, to which things and which of their fields; never what the fields hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from cms.audit.models import AuditEntry, AuditOutcome
from cms.database import Database
from cms.errors import Forbidden, KiosqueError
from cms.insertion import insert_rows_at_end
from cms.permissions import Actor

THINGS_MAX = 200
MESSAGE_CHARACTERS_MAX = 1_000
_ENTRY: Any = AuditEntry.__table__  # pyright: ignore[reportAttributeAccessIssue]  (SQLModel adds it)
_FORGET = text("SELECT forget_audit_entries(:days)")


@dataclass(frozen=True)
class Deed:
    """Something that is done or tried."""

    action: str
    things: Sequence[str] = ()
    fields: Sequence[str] = ()
    message: str | None = None
    request_id: str | None = None


async def record(session: AsyncSession, actor: Actor, deed: Deed) -> None:
    """Write down what is done in this transaction."""
    await insert_rows_at_end(session, {_ENTRY: _row(actor, deed, AuditOutcome.DONE, None)})


async def record_refusal(database: Database, actor: Actor, deed: Deed, error: KiosqueError) -> None:
    """Write down what was refused, in a transaction of its own. Of the public nothing is written: anybody could fill the log."""
    if actor.is_public:
        return
    outcome = AuditOutcome.FORBIDDEN if isinstance(error, Forbidden) else AuditOutcome.UNAUTHENTICATED
    permission = error.extensions.get("permission")
    async with database.transaction() as session:
        await insert_rows_at_end(session, {_ENTRY: _row(actor, deed, outcome, permission)})


async def forget_before(database: Database, days: int) -> int:
    """Remove the entries that are older than so many days, by the one way that the database leaves open; how many."""
    async with database.transaction() as session:
        return await session.scalar(_FORGET, {"days": days}) or 0


def _row(actor: Actor, deed: Deed, outcome: AuditOutcome, permission: str | None) -> dict[str, Any]:
    return {
        "actor_id": actor.id,
        "actor_name": actor.name[:200],
        "token_id": actor.token_id,
        "action": deed.action[:100],
        "outcome": outcome,
        "permission": permission,
        "things": list(dict.fromkeys(deed.things))[:THINGS_MAX],
        "fields": list(deed.fields),
        "message": None
        if deed.message is None
        else deed.message.replace("\x00", "")[:MESSAGE_CHARACTERS_MAX],
        "request_id": deed.request_id,
    }
