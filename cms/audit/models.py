"""The SQL face of the audit log. Triggers refuse to change or remove what it says."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Column, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from cms.database import Table, enum_column, id_column, time_column


class AuditOutcome(StrEnum):
    """What became of a deed."""

    DONE = "DONE"
    FORBIDDEN = "FORBIDDEN"
    UNAUTHENTICATED = "UNAUTHENTICATED"


class AuditEntry(Table, table=True):
    """One deed. It refers to nothing by a foreign key, so that it outlives all that it tells of."""

    __table_args__ = (
        Index("ix_audit_entry_newest", text("at DESC"), text("id DESC")),
        Index("ix_audit_entry_actor_newest", "actor_id", text("at DESC")),
        Index("ix_audit_entry_token_newest", "token_id", text("at DESC")),
    )

    id: UUID = Field(default=None, sa_column=id_column())
    at: datetime = Field(default=None, sa_column=time_column())
    actor_id: UUID | None = None
    actor_name: str = Field(max_length=200)
    token_id: UUID | None = None
    action: str = Field(max_length=100)
    outcome: AuditOutcome = Field(sa_column=enum_column(AuditOutcome, "audit_outcome"))
    permission: str | None = Field(default=None, max_length=60)
    things: list[str] = Field(sa_column=Column(ARRAY(Text()), nullable=False))
    fields: list[str] = Field(sa_column=Column(ARRAY(Text()), nullable=False))
    message: str | None = Field(default=None, sa_type=Text)
    request_id: str | None = Field(default=None, max_length=100)
